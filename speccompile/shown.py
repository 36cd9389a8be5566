"""Where a project is as seen from where the command was started: by that its paths are shown, and lines of its files.

Imported by the fast path of ``check``, so nothing costly may be imported here.
"""
# ruff: noqa: PTH118

from __future__ import annotations

import os

from speccompile.paths import leaves
from speccompile.project.answers import Directory


class Shown:
    """The project in *root*; *shown* is the same directory as seen from where the command was started."""

    __slots__ = ("_lines", "root", "shown")

    def __init__(self, root: str, shown: str) -> None:
        self.root, self.shown = root, shown
        self._lines: dict[str, list[str]] = {}

    def seen(self, path: str) -> str:
        """*path*, which counts from the project's directory, as seen from where the command was started."""
        return os.path.normpath(os.path.join(self.shown, path))

    def source_line(self, path: str, line: int) -> str | None:
        """A line of a source file, for showing; None when it cannot be shown."""
        if not line or leaves(path):
            return None
        if path not in self._lines:  # of one file there can be something to say about many lines
            self._lines[path] = _lines_of(Directory(self.root).text(path))
        lines = self._lines[path]
        return lines[line - 1] if 0 < line <= len(lines) else None


def _lines_of(text: str | None) -> list[str]:
    return text.split("\n") if text else []


def project_seen(directory: str, root: str) -> str:
    """The project's *root* as seen from where the command was started, when it was found from *directory*."""
    return os.path.normpath(os.path.join(directory, os.path.relpath(root, os.path.realpath(directory))))
