"""The source tree on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from speccompile.paths import join, normal
from speccompile.project.answers import CALLED, Directory, Question
from speccompile.project.told import Told, listing, sorted_out

if TYPE_CHECKING:
    from speccompile.project.kinds import About


class DiskTree:
    """A ``Tree`` over a directory on disk; see ``answers.Directory`` for what is invisible.

    *own* are the paths that speccompile itself writes (files or whole directories), see ``ownership.hidden``; *behind* is shared by the
    views of one project. What
    is asked of a view from ``below`` cannot climb out of it with ``..``; a symbolic link may lead anywhere inside the
    project.
    """

    def __init__(self, root: Path, own: Iterable[str] = (), behind: dict[tuple[str, str], str] | None = None) -> None:
        self._root = root
        self._directory = Directory(str(root), own, behind)
        self._base: str | None = ""
        self._listings: dict[str, str] = {}

    def read(self, path: str) -> str | None:
        """See ``Tree.read``."""
        place = self._from_root(path)
        return None if place is None else self._directory.text(place)

    def digest(self, path: str) -> str | None:
        """See ``Tree.digest``."""
        place = self._from_root(path)
        return None if place is None else self._directory.digest(place)

    def is_file(self, path: str) -> bool:
        """See ``Tree.is_file``."""
        place = self._from_root(path)
        return place is not None and self._directory.is_file(place)

    def is_directory(self, path: str) -> bool:
        """See ``Tree.is_directory``."""
        place = self._from_root(path)
        return place is not None and self._directory.is_directory(place)

    def entries(self, path: str) -> tuple[str, ...]:
        """See ``Tree.entries``."""
        place = self._from_root(path)
        return () if place is None else self._directory.entries(place)

    def about(self, kind: About, path: str) -> tuple[str, ...]:
        """See ``Tree.about``."""
        place = self._from_root(path)
        return () if place is None else self._directory.about(kind, place)

    def below(self, path: str) -> DiskTree:
        """See ``Tree.below``."""
        view = object.__new__(DiskTree)
        view._root, view._directory, view._base = self._root, self._directory, self._from_root(path)
        view._listings = self._listings
        return view

    def hiding(self, own: Collection[str]) -> DiskTree:
        """See ``ProjectTree.hiding``."""
        view = DiskTree(self._root, own, self._directory.behind)
        view._base = self._base
        return view

    def apart(self) -> DiskTree:
        """The same view, whose answers about whole directories are concluded anew, so that what they are made of is all in its own ``behind``."""
        view = object.__new__(DiskTree)
        view._root, view._directory, view._base = self._root, self._directory.apart(), self._base
        view._listings = self._listings
        return view

    def enclosing(self) -> tuple[DiskTree, str]:
        """See ``Tree.enclosing``."""
        whole = object.__new__(DiskTree)
        whole._root, whole._directory, whole._base = self._root, self._directory, ""
        whole._listings = self._listings
        return whole, self._base or ""

    def content(self, path: str) -> bytes | None:
        """The bytes of a regular file of at most 4 MiB (a lock file: 64 MiB), whatever they are; None when there is none."""
        place = self._from_root(path)
        return None if place is None else self._directory.content(place)

    def behind(self) -> tuple[Question, ...]:
        """What the answers to ``about`` were made of, here and in the views of this one, sorted, each question once."""
        return tuple((path, kind, answer) for (path, kind), answer in sorted(self._directory.behind.items()))

    def forget(self) -> None:
        """As if no answer about a whole directory had been concluded yet, here and in the views of this one."""
        self._directory.forget()

    def add_behind(self, questions: Iterable[Question]) -> None:
        """Take over *questions* that such answers were made of elsewhere."""
        self._directory.behind.update(((path, kind), answer) for path, kind, answer in questions)

    def answer(self, kind: str, path: str) -> str:
        """The answer to a question about *path* as seen from the root, as a record keeps it."""
        return self._directory.known(kind, path)

    def listing(self, path: str) -> str:
        """What is to be seen in the directory at *path* as seen from the root; see ``told.listing``."""
        if path not in self._listings:
            self._listings[path] = listing(self._directory, path)
        return self._listings[path]

    def sorted_out(self, questions: Iterable[Question]) -> tuple[tuple[Question, ...], tuple[Told, ...]]:
        """See ``told.sorted_out``."""
        return sorted_out(self._directory, questions)

    def called(self, count: int) -> Question:
        """What the lock file has to remember when an artifact depends on what the project's directory is called.

        *count* is how many names matter: the directory's own, and one more for each directory above it.
        """
        return str(count), CALLED, self._directory.answer(CALLED, str(count))

    def _from_root(self, path: str) -> str | None:
        inside = normal(path)
        return None if inside is None or self._base is None else join(self._base, inside)
