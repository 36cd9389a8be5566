"""A view of the source tree in which some files have other texts: what an editor shows and nobody has saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from speccompile.digests import digest
from speccompile.paths import join, normal
from speccompile.project.tree import ProjectTree

if TYPE_CHECKING:
    from speccompile.project.kinds import About


class Overlay:
    """A ``Tree`` that answers what *tree* answers, but for *texts*, by path. Only files that *tree* has can have another text: so what it hides
    stays hidden, and where a link leads out of the project is no file."""

    def __init__(self, tree: ProjectTree, texts: Mapping[str, str]) -> None:
        self._tree = tree
        # A lone surrogate, which an editor's JSON can hold, would be a replacement character once it is saved.
        self._texts = {path: text.encode("utf-8", "replace").decode() for path, text in texts.items()}
        self._base: str | None = ""

    def read(self, path: str) -> str | None:
        """See ``Tree.read``."""
        place = self._from_root(path)
        if place is None:
            return None
        return self._texts[place] if self._has(place) else self._tree.read(place)

    def digest(self, path: str) -> str | None:
        """See ``Tree.digest``."""
        place = self._from_root(path)
        if place is None:
            return None
        return digest(self._texts[place].encode()) if self._has(place) else self._tree.digest(place)

    def is_file(self, path: str) -> bool:
        """See ``Tree.is_file``."""
        place = self._from_root(path)
        return place is not None and self._tree.is_file(place)

    def is_directory(self, path: str) -> bool:
        """See ``Tree.is_directory``."""
        place = self._from_root(path)
        return place is not None and self._tree.is_directory(place)

    def entries(self, path: str) -> tuple[str, ...]:
        """See ``Tree.entries``."""
        place = self._from_root(path)
        return () if place is None else self._tree.entries(place)

    def about(self, kind: About, path: str) -> tuple[str, ...]:
        """See ``Tree.about``: answers about many files at once are those of what is saved."""
        place = self._from_root(path)
        return () if place is None else self._tree.about(kind, place)

    def below(self, path: str) -> Overlay:
        """See ``Tree.below``."""
        return self._view(self._tree, self._from_root(path))

    def hiding(self, own: Collection[str]) -> Overlay:
        """See ``ProjectTree.hiding``."""
        return self._view(self._tree.hiding(own), self._base)

    def enclosing(self) -> tuple[Overlay, str]:
        """See ``Tree.enclosing``."""
        return self._view(self._tree, ""), self._base or ""

    def _view(self, tree: ProjectTree, base: str | None) -> Overlay:
        view = object.__new__(Overlay)
        view._tree, view._texts, view._base = tree, self._texts, base
        return view

    def _has(self, place: str) -> bool:
        return place in self._texts and self._tree.is_file(place)

    def _from_root(self, path: str) -> str | None:
        """*path* from the tree's root; None when it leaves this view."""
        inside = normal(path)
        return None if inside is None or self._base is None else join(self._base, inside)
