"""Tokens of PHP and Ruby programs of ours, and the literals that constants are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speccompile.diagnostics import quoted
from speccompile.regex import regex
from speccompile.verify.readers.source import Unreadable

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_ESCAPE = regex(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


class Token(NamedTuple):
    """A piece of a program: its line, kind (string, number, word, mark) and text."""

    line: int
    kind: str
    text: str


def tokens(text: str, pattern: re.Pattern[str], language: str) -> tuple[Token, ...]:
    """The tokens of *text*, whose brackets are all closed; raises ``Unreadable`` otherwise. *pattern* has one group a kind, ``space`` for what is none."""
    found = tuple(_cut(text, pattern, language))
    opened: list[Token] = []
    for token in found:
        if token.kind == "mark" and token.text in _CLOSING:
            opened.append(token)
        elif token.kind == "mark" and token.text in _CLOSING.values():
            closed = opened.pop().text if opened else ""
            if _CLOSING.get(closed) != token.text:
                raise Unreadable(token.line, f"not {language}: {token.text} closes nothing")
    if opened:
        raise Unreadable(opened[-1].line, f"not {language}: {opened[-1].text} is not closed")
    return found


def _cut(text: str, pattern: re.Pattern[str], language: str) -> Iterator[Token]:
    at, line = 0, 1
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            raise Unreadable(line, f"not {language}: {quoted(text[at : at + 20])}")
        if match.lastgroup != "space":
            yield Token(line, match.lastgroup or "", match[0])
        line += match[0].count("\n")
        at = match.end()


def literal(found: Sequence[Token], at: int, interpolates: str) -> tuple[object, int]:
    """A literal, or a list of them as a tuple, and the place behind it; ``ValueError`` or ``IndexError`` where there is none. *interpolates*
    is the character that begins an expression in a string."""
    token = found[at]
    if token.text in ("true", "false"):
        return token.text == "true", at + 1
    if token.kind == "number":
        return int(token.text), at + 1
    if token.kind == "string":
        return _string(token.text, interpolates), at + 1
    if token.text != "[":
        raise ValueError(f"{token.text} is not a literal")
    values: list[object] = []
    at += 1
    while found[at].text != "]":
        value, at = literal(found, at, interpolates)
        values.append(value)
        if found[at].text == ",":
            at += 1
    return tuple(values), at + 1


def _string(text: str, interpolates: str) -> str:
    bare = re.sub(r"\\.", "", text, flags=re.DOTALL)
    if not text.startswith('"') or interpolates in bare:
        raise ValueError(f"{text} is not a plain string")
    return _ESCAPE.sub(
        lambda match: chr(int(match[1], 16)) if match[1] else _LETTERS.get(match[2], match[2]), text[1:-1]
    )
