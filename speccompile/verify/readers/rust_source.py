"""Rust source files: their constants and what they take from other crates, from their tokens (The Rust Reference)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speccompile.diagnostics import quoted
from speccompile.regex import regex
from speccompile.verify.readers.source import SourceModule, Unreadable

_TOKEN = regex(
    r"""(?P<space>\s+|//[^\n]*)
      | (?P<string>b?"(?:[^"\\]|\\.)*")
      | (?P<letter>b?'(?:[^'\\\n]|\\x[0-9a-fA-F]{2}|\\u\{[0-9a-fA-F]{1,6}\}|\\.)')
      | (?P<lifetime>'[A-Za-z_]\w*)
      | (?P<number>\d[\w]*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<mark>::|[-+*/%^!&|=<>@.,;:\#$?~(){}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = regex(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# What brings text or code of other files and crates into this one.
_LOADING = frozenset(("include", "include_str", "include_bytes", "asm", "global_asm", "concat_idents"))
_ASSEMBLING = ("{", "std", "::", "arch", "::", "asm", "!", "(")


class _Token(NamedTuple):
    line: int
    kind: str
    text: str


def read(text: str) -> SourceModule:
    """Constants and imports of *text*; what is bound twice or computed is no constant. Raises ``Unreadable``."""
    found = tuple(_tokens(text))
    _balanced(found)
    constants: dict[str, tuple[int, object]] = {}
    imports: list[tuple[int, str]] = []
    for number, token in enumerate(found):
        if token.kind != "word":
            continue
        following = tuple(one.text for one in found[number + 1 : number + 3])
        if token.text in ("const", "static") and following:
            name = following[0]
            constants[name] = (token.line, None if name in constants else _assigned(found, number + 1))
        elif path := _taken(found, number, following):
            imports.append((token.line, path))
    return SourceModule(constants, tuple(imports))


def _tokens(text: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(line, f"not Rust: {quoted(text[at : at + 20])}")
        if match.lastgroup != "space":
            yield _Token(line, match.lastgroup or "", match[0])
        line += match[0].count("\n")
        at = match.end()


def _balanced(found: Sequence[_Token]) -> None:
    """Raise unless every bracket is closed."""
    opened: list[_Token] = []
    for token in found:
        if token.kind == "mark" and token.text in _CLOSING:
            opened.append(token)
        elif token.kind == "mark" and token.text in _CLOSING.values():
            closed = opened.pop().text if opened else ""
            if _CLOSING.get(closed) != token.text:
                raise Unreadable(token.line, f"not Rust: {token.text} closes nothing")
    if opened:
        raise Unreadable(opened[-1].line, f"not Rust: {opened[-1].text} is not closed")


def _taken(found: Sequence[_Token], number: int, following: tuple[str, ...]) -> str | None:
    """The path or file that the word at *number* takes from elsewhere, if it does."""
    word = found[number].text
    first = found[number + 1].text if following else ""
    if word == "use":
        return "".join(token.text for token in _statement(found, number + 1))
    if (word in ("extern", "unsafe") and not _assembles(found, number + 1)) or (
        word == "mod" and following[1:] == (";",)
    ):
        return " ".join((word, *following[:1]))
    if word in _LOADING and first == "!":
        return f"{word}!{found[number + 3].text}" if number + 3 < len(found) else f"{word}!"
    return None


def _assembles(found: Sequence[_Token], at: int) -> bool:
    """Whether the block at *at* is one assembler instruction and nothing else: what it does is told by the macro in it."""
    texts = tuple(one.text for one in found[at:])
    end, depth = len(_ASSEMBLING), 1
    while texts[: len(_ASSEMBLING)] == _ASSEMBLING and depth and end < len(texts):
        depth += {"(": 1, ")": -1}.get(texts[end], 0)
        end += 1
    return depth == 0 and texts[end : end + 2] == (";", "}")


def _statement(found: Sequence[_Token], at: int) -> Iterator[_Token]:
    while at < len(found) and found[at].text != ";":
        yield found[at]
        at += 1


def _assigned(found: Sequence[_Token], at: int) -> object:
    """The literal behind the first ``=``, or None when it is no literal; a type stands before it."""
    while at < len(found) and found[at].text not in ("=", ";"):
        at += 1
    try:
        value, end = _literal(found, at + 1)
    except (IndexError, ValueError):
        return None
    return value if end < len(found) and found[end].text == ";" else None


def _literal(found: Sequence[_Token], at: int) -> tuple[object, int]:
    """A literal, a slice of them, or a call of a macro as the tuple of its arguments; and the place behind it."""
    token = found[at]
    if token.text == "&":
        return _literal(found, at + 1)
    if token.text in ("true", "false"):
        return token.text == "true", at + 1
    if token.kind == "number":
        return int(token.text), at + 1
    if token.kind == "string":
        return _string(token), at + 1
    if token.kind == "word" and found[at + 1].text == "!" and found[at + 2].text == "(":
        return _several(found, at + 2)
    if token.text == "[":
        return _several(found, at)
    raise Unreadable(token.line, f"{token.text} is not a literal")


def _several(found: Sequence[_Token], at: int) -> tuple[object, int]:
    closing = _CLOSING[found[at].text]
    values: list[object] = []
    at += 1
    while found[at].text != closing:
        value, at = _literal(found, at)
        values.append(value)
        if found[at].text == ",":
            at += 1
        elif found[at].text != closing:
            raise Unreadable(found[at].line, f"{found[at].text} stands where a comma should")
    return tuple(values), at + 1


def _string(token: _Token) -> str:
    if not token.text.startswith('"'):
        raise Unreadable(token.line, f"{token.text} is not a string")
    return _ESCAPE.sub(_unescaped, token.text[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}.get(match[2], match[2])
