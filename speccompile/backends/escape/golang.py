"""Escaping for the source code of programs in Go."""

from __future__ import annotations

import json

from speccompile.backends.escape.text import Text, one_line


class GoText(Text):
    """Part of a Go file."""

    __slots__ = ()


def go_comment(text: str) -> GoText:
    """The text of a // comment in a Go file."""
    return GoText("".join(map(_ascii, one_line(text))))


def go_literal(value: str | int | bool) -> GoText:
    """*value* as an ASCII literal of Go, strings in double quotes; ValueError for half a surrogate pair, which Go's
    strings cannot hold.

    JSON's short escapes mean the same in Go; characters beyond ASCII get Go's, for JSON's surrogate pairs are refused
    there.
    """
    if isinstance(value, str):
        return GoText("".join(map(_ascii, json.dumps(value, ensure_ascii=False))))
    return GoText(json.dumps(value))


def _ascii(letter: str) -> str:
    number = ord(letter)
    if number < 0x80:
        return letter
    if 0xD800 <= number < 0xE000:
        raise ValueError(f"half a surrogate pair: {letter!r}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
