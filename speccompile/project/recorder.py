"""A view of the source tree that remembers what it was asked: a record keeps it, ``check`` replays it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from speccompile.digests import ABSENT
from speccompile.paths import join, normal
from speccompile.project.answers import DIGEST, IS_DIRECTORY, IS_FILE, Question, answer_to_test
from speccompile.project.disk import DiskTree
from speccompile.project.kinds import ENTRIES, READ, WALKED, answer_to_entries, answer_to_read
from speccompile.project.told import Told
from speccompile.project.tree import ProjectTree
from speccompile.record import record

if TYPE_CHECKING:
    from speccompile.project.kinds import About


@record()
class Trace:
    """What a tree was ``asked``, each question with its answer; what it was asked besides, that listings ``told``; and what the answers about whole
    directories were made of."""

    asked: tuple[Question, ...] = ()
    told: tuple[Told, ...] = ()
    behind: tuple[Question, ...] = ()

    def and_also(self, other: Trace) -> Trace:
        """All of both."""
        return Trace((*self.asked, *other.asked), (*self.told, *other.told), (*self.behind, *other.behind))

    @property
    def questions(self) -> tuple[Question, ...]:
        """All that was asked, sorted, each question once."""
        return tuple(sorted({*self.asked, *(one for listed in self.told for one in listed.questions)}))

    def asking(self, those: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of *those* questions, pairs of a path and a kind, were asked, apart from those about whole directories."""
        telling = [one for one in self.told if any(path.startswith(one.path) for path, _ in those)]
        others = (one for listed in telling for one in listed.questions)
        return {
            (path, kind) for path, kind, _ in (*self.asked, *others) if (path, kind) in those and kind not in WALKED
        }

    def concluding(self, those: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of *those* answers about whole directories were made of."""
        return {(path, kind) for path, kind, _ in self.behind if (path, kind) in those}


class Recorder:
    """A ``Tree`` that answers what *tree* answers and records each question with a digest of its answer."""

    def __init__(self, tree: ProjectTree) -> None:
        self._tree = tree
        self._base: str | None = ""
        self._asked: dict[tuple[str, str], str] = {}
        self._told: dict[Told, None] = {}

    def questions(self) -> tuple[Question, ...]:
        """Everything that was asked here and in every view from ``below``, sorted, each question once."""
        asked = {(path, kind): answer for listed in self._told for path, kind, answer in listed.questions} | self._asked
        return tuple((path, kind, answer) for (path, kind), answer in sorted(asked.items()))

    def apart(self) -> Recorder:
        """The same view, of which only what is asked there is recorded there: whatever else was asked of this one."""
        view = Recorder(self._tree.apart() if isinstance(self._tree, DiskTree) else self._tree)
        view._base = self._base
        return view

    @property
    def place(self) -> str:
        """Where this view is in the tree; ValueError where it is outside, and sees nothing."""
        if self._base is None:
            raise ValueError("a view of nothing has no place")
        return self._base

    def forget(self) -> None:
        """As if nothing had been asked yet, here and in the views of this one."""
        self._asked.clear()
        self._told.clear()
        if isinstance(self._tree, DiskTree):
            self._tree.forget()

    def trace(self) -> Trace:
        """All that was asked here."""
        if not isinstance(self._tree, DiskTree):
            return Trace(self.questions())
        asked, told = self._tree.sorted_out(self.questions())
        return Trace(asked, told, self._tree.behind())

    def add(self, trace: Trace) -> None:
        """Record *trace* as if it had been asked here."""
        self._asked.update(((path, kind), answer) for path, kind, answer in trace.asked)
        self._told.update(dict.fromkeys(trace.told))
        if isinstance(self._tree, DiskTree):
            self._tree.add_behind(trace.behind)

    def replay(self, trace: Trace) -> Trace | None:
        """Whether all that is in *trace* is answered as it is there; then it is recorded, and given with the listings of now. An answer about a whole
        directory is known by what it was made of, which takes less time than to conclude it anew; what a listing told, by the listing, where that is
        the same."""
        tree = self._tree
        if not isinstance(tree, DiskTree):
            return None
        told = tuple(replace(one, listing=tree.listing(one.path)) for one in trace.told)
        others = (each for one, now in zip(trace.told, told, strict=True) if one != now for each in one.questions)
        single = (one for one in trace.asked if one[1] not in WALKED)
        if not all(tree.answer(kind, path) == answer for path, kind, answer in (*single, *trace.behind, *others)):
            return None
        now = replace(trace, told=told)
        self.add(now)
        return now

    def read(self, path: str) -> str | None:
        """See ``Tree.read``."""
        place = self._from_root(path)
        if place is None:
            return None
        text = self._tree.read(place)
        self._asked[place, READ] = answer_to_read(text)
        return text

    def digest(self, path: str) -> str | None:
        """See ``Tree.digest``."""
        place = self._from_root(path)
        if place is None:
            return None
        answer = self._tree.digest(place)
        self._asked[place, DIGEST] = answer or ABSENT
        return answer

    def is_file(self, path: str) -> bool:
        """See ``Tree.is_file``."""
        place = self._from_root(path)
        if place is None:
            return False
        answer = self._tree.is_file(place)
        self._asked[place, IS_FILE] = answer_to_test(answer)
        return answer

    def is_directory(self, path: str) -> bool:
        """See ``Tree.is_directory``."""
        place = self._from_root(path)
        if place is None:
            return False
        answer = self._tree.is_directory(place)
        self._asked[place, IS_DIRECTORY] = answer_to_test(answer)
        return answer

    def entries(self, path: str) -> tuple[str, ...]:
        """See ``Tree.entries``."""
        place = self._from_root(path)
        if place is None:
            return ()
        names = self._tree.entries(place)
        self._asked[place, ENTRIES] = answer_to_entries(names)
        return names

    def about(self, kind: About, path: str) -> tuple[str, ...]:
        """See ``Tree.about``."""
        place = self._from_root(path)
        if place is None:
            return ()
        found = self._tree.about(kind, place)
        self._asked[place, kind] = answer_to_entries(found)
        return found

    def below(self, path: str) -> Recorder:
        """See ``Tree.below``."""
        view = Recorder(self._tree)
        view._base, view._asked, view._told = self._from_root(path), self._asked, self._told
        return view

    def hiding(self, own: Collection[str]) -> Recorder:
        """See ``ProjectTree.hiding``."""
        view = Recorder(self._tree.hiding(own))
        view._base, view._asked, view._told = self._base, self._asked, self._told
        return view

    def enclosing(self) -> tuple[Recorder, str]:
        """See ``Tree.enclosing``."""
        whole = Recorder(self._tree)
        whole._asked, whole._told = self._asked, self._told
        return whole, self._base or ""

    def _from_root(self, path: str) -> str | None:
        """*path* from the tree's root; None when it leaves this view: the answer is then always the same."""
        inside = normal(path)
        return None if inside is None or self._base is None else join(self._base, inside)
