"""The lines of a ``.gitignore`` that name what they are about: ``dist/``, ``*.log``, ``/build/output``, as most do. They are compared name by name;
a library that makes expressions of them takes longer to import than a tree of sources takes to be read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from speccompile.regex import regex
from speccompile.wildcard import fits_pieces

# Nothing that brings back, no class, no escape, no two asterisks in a row, no part that is an asterisk alone.
_NAME = r"[\w.@+~-]+"
_PART = rf"\*?{_NAME}(?:\*{_NAME})*\*?"
_PLAIN = regex(rf"/?{_PART}(?:/{_PART})*/?", re.ASCII)


class _Line:
    """A line: the pieces of each part between asterisks, whether it counts from the file's directory, and whether it is about directories alone."""

    def __init__(self, text: str) -> None:
        self.parts = tuple(part.split("*") for part in text.strip("/").split("/"))
        self.anchored = "/" in text.rstrip("/")
        self.of_directories = text.endswith("/")

    def names(self, path: list[str]) -> bool:
        """Whether it names *path*, part by part, or a directory above; a directory's last part is empty."""
        ends = len(path) - (1 if self.of_directories else 0)
        if self.anchored:
            pairs = zip(path[:ends], self.parts, strict=False)
            return len(self.parts) <= ends and all(fits_pieces(name, pieces) for name, pieces in pairs)
        return any(fits_pieces(name, self.parts[0]) for name in path[:ends])


class Names:
    """Such lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = tuple(map(_Line, lines))

    def says(self, path: str) -> bool | None:
        """Whether a line names *path* (with a trailing slash: a directory), seen from the file's directory, or a directory above it; else None."""
        parts = path.split("/")
        return True if any(line.names(parts) for line in self._lines) else None


def names(lines: Iterable[str]) -> Names | None:
    """The lines that say anything; None where one of them says more than names."""
    patterns = [line for line in (one.rstrip() for one in lines) if line and not line.startswith("#")]
    return Names(patterns) if all(_PLAIN.fullmatch(pattern) for pattern in patterns) else None
