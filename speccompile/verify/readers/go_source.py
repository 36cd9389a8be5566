"""Go files: their constants and imports, from their tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speccompile.diagnostics import quoted
from speccompile.regex import regex
from speccompile.verify.readers.source import SourceModule, Unreadable

# The Go Programming Language Specification, "Lexical elements", as far as reviewed code goes. What has begun matches to
# its end or not at all.
_TOKEN = regex(
    r"(?P<space>\s+)"
    r"|(?P<comment>//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<raw>`[^`]*`)"
    r"|(?P<rune>'(?:[^'\\\n]|\\[^\n]+?)')"
    r"|(?P<number>[0-9][0-9A-Za-z_.]*)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<mark>[-+*/%&|^<>=!:~.,;()\[\]{}]+?)"
)
_ESCAPE = regex(r"\\(?:([abfnrtv\\\"])|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_BRACKETS = {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}

_STANDARD = frozenset((
    "archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "encoding", "errors", "fmt", "hash",
    "html", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "regexp", "runtime", "slices", "sort",
    "strconv", "strings", "sync", "syscall", "text", "time", "unicode",
))  # fmt: skip


class _Token(NamedTuple):
    line: int
    kind: str
    text: str


def standard(module: str) -> bool:
    """Whether *module* is a package of the standard library that a program may want to import; neither C nor unsafe
    is."""
    return module.partition("/")[0] in _STANDARD


def read(text: str) -> SourceModule:
    """Constants and imports of *text*; what is bound twice or computed is no constant. Raises ``Unreadable``."""
    found = [token for token in _tokens(text) if token.kind not in ("space", "comment")]
    constants: dict[str, tuple[int, object]] = {}
    imports: list[tuple[int, str]] = []
    depth = 0
    for number, token in enumerate(found):
        depth += _BRACKETS.get(token.text, 0) if token.kind == "mark" else 0
        if depth or token.kind != "word":
            continue
        if token.text == "import":
            imports += _imported(found, number + 1)
        elif token.text in {"const", "var"} and number + 1 < len(found):
            name = found[number + 1].text
            value = _assigned(found, number + 2) if name not in constants else None
            constants[name] = (token.line, value)
    return SourceModule(constants, tuple(imports))


def _tokens(text: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(line, f"not Go: {quoted(text[at : at + 20])}")
        yield _Token(line, match.lastgroup or "", match[0])
        line += match[0].count("\n")
        at = match.end()


def _imported(found: Sequence[_Token], at: int) -> Iterator[tuple[int, str]]:
    """What one import declaration names, with or without parentheses."""
    several = at < len(found) and found[at].text == "("
    for token in found[at + several :]:
        if token.kind in ("string", "raw"):
            yield token.line, token.text[1:-1]
            if not several:
                return
        elif token.text == ")":
            return


def _assigned(found: Sequence[_Token], at: int) -> object:
    """The literal behind ``=``, or None when it is no literal and nothing but it; a composite one is a tuple."""
    try:
        if found[at].text != "=":
            return None
        value, end = _literal(found, at + 1)
    except (IndexError, ValueError, Unreadable):
        return None
    computed = end < len(found) and (found[end].kind == "mark" or found[end].line == found[end - 1].line)
    return None if computed else value


def _literal(found: Sequence[_Token], at: int) -> tuple[object, int]:
    """A literal and the place behind it."""
    token = found[at]
    match token.kind:
        case "string":
            return _unescaped(token), at + 1
        case "number":
            return int(token.text), at + 1
        case "word" if token.text in ("true", "false"):
            return token.text == "true", at + 1
    while found[at].text != "{":  # the type
        if found[at].text not in ("[", "]") and found[at].kind != "word":
            raise Unreadable(token.line, f"{token.text} is not a literal")
        at += 1
    values: list[object] = []
    at += 1
    while found[at].text != "}":
        value, at = _literal(found, at)
        values.append(value)
        at += found[at].text == ","
    return tuple(values), at + 1


def _unescaped(token: _Token) -> str:
    """The text of an interpreted string literal."""

    def meant(match: re.Match[str]) -> str:
        short, byte, four, eight, other = match.groups()
        if other is not None or (byte and int(byte, 16) > 0x7F):
            raise Unreadable(token.line, f"{token.text} is not plain text")
        return _SHORT[short] if short else chr(int(byte or four or eight, 16))

    return _ESCAPE.sub(meant, token.text[1:-1])
