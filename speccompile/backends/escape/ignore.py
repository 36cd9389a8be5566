"""Escaping for ignore files (moby's patternmatcher)."""

from __future__ import annotations

import re

from speccompile.backends.escape.text import LINE_BREAKS, Text, one_line


class IgnoreText(Text):
    """A pattern of an ignore file (moby patternmatcher)."""

    __slots__ = ()


def ignore_comment(text: str) -> IgnoreText:
    """A comment's text."""
    return IgnoreText(one_line(text))


def ignore_path(path: str) -> IgnoreText:
    """A pattern that matches exactly *path* (and what is below it); pattern characters are escaped."""
    if LINE_BREAKS.search(path) or path != path.strip():
        raise ValueError(f"an ignore file cannot name this path: {path!r}")
    return IgnoreText(re.sub(r"([*?\[\\])", r"\\\1", path.rstrip("/")))
