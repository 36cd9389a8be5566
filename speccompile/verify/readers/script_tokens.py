"""The tokens of JavaScript and TypeScript modules (ECMA-262, lexical grammar)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from speccompile.diagnostics import quoted
from speccompile.regex import regex
from speccompile.verify.readers.source import Unreadable

_TOKEN = regex(
    r"""(?P<space>\s+)
      | (?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<number>\d[\w.]*)
      | (?P<word>[#$\w]+)
      | (?P<template>`)
      | (?P<mark>=>|\?\?=|\?\?|\?\.|\.\.\.|[=!]==?|[<>]=?|&&|\|\||[+\-*%^&|~!?:;,.(){}\[\]=@])
      | (?P<slash>/)""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = regex(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_PIECE = regex(r"(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
# After these a slash divides; after anything else it begins a regular expression.
_VALUES = ("number", "string", "template", "word")
_OPERATORS = frozenset(
    ("return", "typeof", "case", "do", "else", "in", "of", "void", "delete", "throw", "new", "await", "yield")
)


class Token(NamedTuple):
    """A token: the line it begins on, its kind (string, number, word, mark, regex, template, comment), its text."""

    line: int
    kind: str
    text: str


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of *text* without white space; a template's ``${…}`` follows it. Raises ``Unreadable``."""
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    at, line = 0, 1
    before: Token | None = None
    braces: list[int] = []  # for each template literal that is open, the braces that are open inside its ${…}
    while at < len(text):
        if text[at] == " ":  # as often as all else together, and no reason to ask the expression
            at += 1
            continue
        inside = bool(braces) and braces[-1] == 0 and text[at] == "}"
        kind, end = _template(text, at + 1) if inside else _next(text, at, before)
        if not end:
            raise Unreadable(line, f"not a script: {quoted(text[at : at + 20])}")
        piece = text[at:end]
        if kind != "space":
            token = Token(line, kind, piece)
            yield token
            before = before if kind == "comment" else token
        if kind == "template":
            braces = _nested(braces, opened=not inside, continues=piece.endswith("${"))
        elif braces and kind == "mark":
            braces[-1] += {"{": 1, "}": -1}.get(piece, 0)
        if "\n" in piece:
            line += piece.count("\n")
        at = end
    if braces:
        raise Unreadable(line, "not a script: a template literal is not closed")


def _nested(braces: list[int], *, opened: bool, continues: bool) -> list[int]:
    """The stack of open template literals after a piece of one."""
    if opened:
        return [*braces, 0] if continues else braces
    return braces if continues else braces[:-1]


def _next(text: str, at: int, before: Token | None) -> tuple[str, int]:
    """The kind of the token at *at* and where it ends; 0 when there is none."""
    match = _TOKEN.match(text, at)
    if match is None:
        return "", 0
    kind = match.lastgroup or ""
    if kind == "template":
        return _template(text, match.end())
    if kind != "slash":
        return kind, match.end()
    if before and ((before.kind in _VALUES and before.text not in _OPERATORS) or before.text in {")", "]"}):
        return "mark", match.end()
    regex = _REGEX.match(text, at)
    return "regex", regex.end() if regex else 0


def _template(text: str, at: int) -> tuple[str, int]:
    """The piece of a template literal from *at* to its ``${`` or its closing backquote."""
    piece = _PIECE.match(text, at)
    return "template", piece.end() if piece else 0
