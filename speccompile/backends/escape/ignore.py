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


def ignore_paths(path: str) -> tuple[IgnoreText, ...]:
    """Patterns that match exactly *path* (and what is below it) in every engine.

    BuildKit escapes what has a meaning in regular expressions itself, and compares names of directories with the pattern's text; older
    engines and Podman take such characters as they are. So a name with them is written with backslashes, which all read alike, and in a
    directory's name without them, too.
    """
    if LINE_BREAKS.search(path) or path != path.strip():
        raise ValueError(f"an ignore file cannot name this path: {path!r}")
    plain = re.sub(r"([*?\[\\])", r"\\\1", path.rstrip("/"))
    meant = re.sub(r"([+(){}|^$])", r"\\\1", plain)
    above = plain.rpartition("/")[0]
    return (IgnoreText(plain), IgnoreText(meant)) if re.search(r"[+(){}|^$]", above) else (IgnoreText(meant),)


def ignore_pattern(pattern: str, *, tracked: bool) -> IgnoreText:
    """A line for *pattern*, which is in the ignore file's language already; *tracked* ones bring paths back."""
    if LINE_BREAKS.search(pattern) or pattern != pattern.strip() or pattern.startswith(("#", "!")):
        raise ValueError(f"an ignore file cannot say this: {pattern!r}")
    return IgnoreText(f"!{pattern}" if tracked else pattern)
