"""Escaping for env files as compose and a POSIX shell read them."""

from __future__ import annotations

import re

from speccompile.backends.escape.compose import _variable
from speccompile.backends.escape.text import LINE_BREAKS, Text, one_line
from speccompile.regex import regex


class DotenvText(Text):
    """Part of an env file as compose reads it."""

    __slots__ = ()


_DOTENV_PLAIN = regex(r"[A-Za-z0-9_./:@%+,=-]*\Z")


def dotenv_comment(text: str) -> DotenvText:
    """A comment's text."""
    return DotenvText(one_line(text))


def dotenv_name(name: str) -> DotenvText:
    """The name of a variable."""
    return DotenvText(_variable(name))


def dotenv_value(value: str) -> DotenvText:
    """A value that compose's reader of env files and a POSIX shell (``. ./file``) read alike.

    Single quotes where that is possible. A backslash at the end, or a back quote beside a single quote, cannot be written for both.
    """
    if _DOTENV_PLAIN.match(value):
        return DotenvText(value)
    if LINE_BREAKS.search(value) or value.endswith("\\") or ("'" in value and "`" in value):
        raise ValueError(f"an env file cannot hold this for compose and the shell alike: {value!r}")
    if "'" not in value:
        return DotenvText(f"'{value}'")
    return DotenvText('"' + re.sub(r'(["\\$])', r"\\\1", value) + '"')
