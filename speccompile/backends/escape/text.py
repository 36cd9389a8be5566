"""What the languages' escapes have in common."""

from __future__ import annotations

from speccompile.regex import regex


class Text(str):
    """Text that is safe in the language of its class."""

    __slots__ = ()


LINE_BREAKS = regex(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    """*text* for a comment: line breaks and control characters become single spaces."""
    return LINE_BREAKS.sub(" ", text).strip()
