"""Java programs: the constants and imports of a class, from its tokens (JLS 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from speccompile.diagnostics import quoted
from speccompile.regex import regex
from speccompile.verify.readers.source import SourceModule, Unreadable

_UNICODE = regex(r"(?<!\\)((?:\\\\)*)\\u+([0-9A-Fa-f]{4})")
_TOKEN = regex(
    r"""(?P<space>[ \t\f\r\n]+)
      | (?P<comment>//[^\r\n]*|/\*.*?\*/)
      | (?P<string>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)+')
      | (?P<number>[0-9][\w.]*)
      | (?P<word>[^\W\d]\w*)
      | (?P<mark>->|::|[-+*%&|^<>=!]=|<<|>>|&&|\|\||\+\+|--|[-+*%^&|~!?:;,.(){}\[\]<>=@]|/(?![*/])=?)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = regex(r"\\([0-3][0-7]{0,2}|[4-7][0-7]?|.)", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " "}
# Ways to code that no import names: loaders by name, and packages written out where they are used.
_LOADERS = frozenset(
    ("forName", "loadClass", "defineClass", "loadLibrary", "ProcessBuilder", "Runtime", "ServiceLoader")
)
_ELSEWHERE = frozenset(("com", "dev", "io", "jakarta", "jdk", "kotlin", "net", "org", "sun"))


class _Token(NamedTuple):
    line: int
    kind: str
    text: str


def read(text: str) -> SourceModule:
    """Constants and imports of *text*; what is bound twice or computed is no constant. Raises ``Unreadable``."""
    found = _tokens(_UNICODE.sub(_decoded, text))
    constants: dict[str, tuple[int, object]] = {}
    imports: list[tuple[int, str]] = []
    depth = 0
    for number, token in enumerate(found):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if token.kind != "word":
            continue
        if token.text == "import":
            imports.append((token.line, _imported(found, number + 1)))
        elif token.text in _LOADERS or _written_out(found, number):
            argument = found[number + 2].text if number + 2 < len(found) and found[number + 2].kind == "string" else ""
            imports.append((token.line, f"{token.text}{argument}"))
        elif token.text == "final" and depth == 1:
            name, value = _constant(found, number + 1)
            constants[name] = (token.line, None if name in constants else value)
    return SourceModule(constants, tuple(imports))


def _decoded(escape: re.Match[str]) -> str:
    """What a Unicode escape stands for; a lone half of a pair is completed by the half behind it."""
    return escape[1] + chr(int(escape[2], 16))


def _tokens(text: str) -> tuple[_Token, ...]:
    found: list[_Token] = []
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(line, f"not Java: {quoted(text[at : at + 20])}")
        kind = match.lastgroup or ""
        if kind not in ("space", "comment"):
            found.append(_Token(line, kind, match[0]))
        line += match[0].count("\n")
        at = match.end()
    return tuple(found)


def _imported(found: Sequence[_Token], at: int) -> str:
    """What stands between ``import`` and the semicolon; ``static`` is no part of the name."""
    end = at
    while end < len(found) and found[end].text != ";":
        end += 1
    return "".join(token.text for token in found[at:end] if token.text != "static")


def _written_out(found: Sequence[_Token], number: int) -> bool:
    """Whether the word begins the name of a package: ``org.example.Thing``, outside of an import."""
    before = found[number - 1].text if number else ""
    after = found[number + 1].text if number + 1 < len(found) else ""
    return found[number].text in _ELSEWHERE and before not in (".", "import", "static") and after == "."


def _constant(found: Sequence[_Token], at: int) -> tuple[str, object]:
    """The name that stands before the first ``=``, and the literal behind it; None when it is none."""
    equals = at
    while equals < len(found) and found[equals].text not in ("=", ";", "("):
        equals += 1
    name = found[equals - 1].text
    if equals == len(found) or found[equals].text != "=":
        return name, None
    try:
        value, end = _literal(found, equals + 1)
    except (IndexError, Unreadable):
        return name, None
    return name, value if end < len(found) and found[end].text == ";" else None


def _literal(found: Sequence[_Token], at: int) -> tuple[object, int]:
    """A literal, an array of them or a ``new`` record of them, and the place behind it."""
    token = found[at]
    if token.text == "new":
        return _series(found, at + 3, ")") if found[at + 2].text == "(" else _series(found, at + 5, "}")
    if token.text == "{":
        return _series(found, at + 1, "}")
    if token.text in ("true", "false"):
        return token.text == "true", at + 1
    if token.kind == "string" and token.text.startswith('"'):
        return _string(token.text[1:-1]), at + 1
    if token.kind == "number" and token.text.isdecimal():
        return int(token.text), at + 1
    raise Unreadable(token.line, f"{token.text} is not a plain literal")


def _series(found: Sequence[_Token], at: int, closing: str) -> tuple[object, int]:
    values: list[object] = []
    while found[at].text != closing:
        value, at = _literal(found, at)
        values.append(value)
        if found[at].text == ",":
            at += 1
        elif found[at].text != closing:
            raise Unreadable(found[at].line, f"{found[at].text} stands where a comma should")
    return tuple(values), at + 1


def _string(body: str) -> str:
    text = _ESCAPE.sub(lambda found: _meant(found[1]), body)
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")


def _meant(escape: str) -> str:
    return chr(int(escape, 8)) if escape[0] in "01234567" else _NAMED.get(escape, escape)
