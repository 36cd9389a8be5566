"""Escaping for the source code of Rust programs."""

from __future__ import annotations

import re

from speccompile.backends.escape.text import Text, one_line
from speccompile.regex import regex


class RustText(Text):
    """Part of a Rust source file."""

    __slots__ = ()


_PLAIN = regex(r"[ !#-\[\]-~]")


def rust_comment(text: str) -> RustText:
    """The text of a // comment."""
    return RustText(one_line(text).encode("ascii", "backslashreplace").decode("ascii"))


def rust_literal(value: str | int | bool) -> RustText:
    """*value* as an ASCII literal (The Rust Reference, Tokens), strings in double quotes; Rust has no surrogates."""
    if isinstance(value, str):
        if re.search("[\ud800-\udfff]", value):
            raise ValueError(f"a surrogate cannot stand in a Rust string: {value!r}")
        return RustText('"' + "".join(map(_escaped, value)) + '"')
    return RustText(str(value).lower())


def _escaped(letter: str) -> str:
    if _PLAIN.match(letter):
        return letter
    return f"\\{letter}" if letter in '"\\' else f"\\u{{{ord(letter):x}}}"
