"""A reader of .gitignore files, after gitignore(5): which paths git leaves out."""

from __future__ import annotations

import re

from speccompile.record import record
from speccompile.regex import regex


@record()
class Pattern:
    """A pattern line. ``negated`` ones bring a path back; ``directories`` ones match directories only."""

    text: str
    negated: bool
    directories: bool
    regex: re.Pattern[str]


@record()
class GitIgnore:
    """The patterns of a .gitignore file, in their order, and its comment lines."""

    patterns: tuple[Pattern, ...]
    comments: tuple[str, ...]

    def ignores(self, path: str) -> bool:
        """Whether git leaves out the file *path*: itself, or a directory above it, from where nothing comes back."""
        parts = path.split("/")
        steps = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        return any(self._matches(step, is_directory=step != path) for step in steps)

    def _matches(self, path: str, *, is_directory: bool) -> bool:
        last = [p for p in self.patterns if (is_directory or not p.directories) and p.regex.fullmatch(path)][-1:]
        return bool(last) and not last[0].negated


def read(text: str) -> GitIgnore:
    """The .gitignore file in *text*."""
    lines = [line.rstrip(" ") for line in text.split("\n")]
    comments = tuple(line[1:].strip() for line in lines if line.startswith("#"))
    return GitIgnore(tuple(_pattern(line) for line in lines if line and not line.startswith("#")), comments)


def _pattern(line: str) -> Pattern:
    body = line.removeprefix("!")
    bare = body.rstrip("/")
    anywhere = "/" not in bare
    regex = "".join(_PIECES.get(piece, re.escape(piece)) for piece in _WILD.split(bare.lstrip("/")))
    return Pattern(line, line.startswith("!"), body.endswith("/"), re.compile(("(?:.*/)?" if anywhere else "") + regex))


_WILD = regex(r"(\*\*/|/\*\*|\*|\?)")
_PIECES = {"**/": "(?:.*/)?", "/**": "/.*", "*": "[^/]*", "?": "[^/]"}
