"""A line of an env file: the part of compose's format (compose-go's dotenv) that a POSIX shell reads alike, and nothing else."""

from __future__ import annotations

import re

from speccompile.regex import regex

_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_PLAIN = regex(r"[A-Za-z0-9_./:@%+,=-]*")
_SINGLE = regex(r"'([^'\n]*[^'\\\n]|)'")
_DOUBLE = regex(r'"((?:[^"\\$`\n]|\\["\\$])*)"')


class Unreadable(ValueError):
    """The text is not such a file; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def assignment(line: str, number: int) -> tuple[str, str]:
    """The name and the value, without quotes, that *line* (the *number*th of its file) has; raises ``Unreadable``."""
    match = _ASSIGNMENT.fullmatch(line)
    if not match:
        raise Unreadable(number, "neither a comment nor NAME=value")
    if _PLAIN.fullmatch(match[2]):
        return match[1], match[2]
    if single := _SINGLE.fullmatch(match[2]):
        return match[1], single[1]
    if double := _DOUBLE.fullmatch(match[2]):
        return match[1], re.sub(r"\\(.)", r"\1", double[1])
    raise Unreadable(number, f"compose and a shell may read the value of {match[1]} differently")
