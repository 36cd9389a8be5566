"""A tree whose every answer is asked for once: packages of a workspace are made of the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from speccompile.project.tree import Tree

if TYPE_CHECKING:
    from speccompile.project.kinds import About


class Remembered:
    """*tree*, with a memory."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._texts: dict[str, str | None] = {}
        self._files: dict[str, bool] = {}
        self._directories: dict[str, bool] = {}
        self._entries: dict[str, tuple[str, ...]] = {}
        self._about: dict[tuple[About, str], tuple[str, ...]] = {}
        self._below: dict[str, Remembered] = {}

    def read(self, path: str) -> str | None:
        """See ``Tree``."""
        if path not in self._texts:
            self._texts[path] = self._tree.read(path)
        return self._texts[path]

    def digest(self, path: str) -> str | None:
        """See ``Tree``; not remembered."""
        return self._tree.digest(path)

    def is_file(self, path: str) -> bool:
        """See ``Tree``."""
        if path not in self._files:
            self._files[path] = self._tree.is_file(path)
        return self._files[path]

    def is_directory(self, path: str) -> bool:
        """See ``Tree``."""
        if path not in self._directories:
            self._directories[path] = self._tree.is_directory(path)
        return self._directories[path]

    def entries(self, path: str) -> tuple[str, ...]:
        """See ``Tree``."""
        if path not in self._entries:
            self._entries[path] = self._tree.entries(path)
        return self._entries[path]

    def about(self, kind: About, path: str) -> tuple[str, ...]:
        """See ``Tree``."""
        if (kind, path) not in self._about:
            self._about[kind, path] = self._tree.about(kind, path)
        return self._about[kind, path]

    def below(self, path: str) -> Remembered:
        """See ``Tree``; what was asked there is remembered, too."""
        if path not in self._below:
            self._below[path] = Remembered(self._tree.below(path))
        return self._below[path]

    def enclosing(self) -> tuple[Tree, str]:
        """See ``Tree``; what is asked there is not remembered."""
        return self._tree.enclosing()
