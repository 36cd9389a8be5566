"""A memory that is kept between two commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from speccompile.derived import blobs, shelf
from speccompile.derived.memory import NOTHING, T, U
from speccompile.derived.same import same
from speccompile.derived.unit import Call, Unit
from speccompile.digests import digest
from speccompile.project.recorder import Recorder
from speccompile.project.tree import ProjectTree

if TYPE_CHECKING:
    from speccompile.project.answers import Question


class Kept:
    """The memory of the checkout in *root*: what is on the shelf, and what is put there by ``save``."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._before = shelf.load(root)
        self._now: dict[str, Unit] = {}
        self._later: dict[Recorder, Recorder] = {}
        self._calls: list[Call] = []

    def stage(
        self,
        name: str,
        key: str | None,
        tree: ProjectTree,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object] = NOTHING,
    ) -> T:
        """See ``Memory.stage``. What is the same is known by asking the tree the same questions again, each of which is recorded as if it were made anew."""
        if key is None or not isinstance(tree, Recorder):
            return make(tree)
        before = self._before.get(name)
        known = before if before is not None and before.key == key and before.is_whole else None
        if known is not None and tree.replay(known.trace):
            with suppress(blobs.Unkept):
                value: T
                value, calls = blobs.read(known.content, given, self._later_of(tree))
                if all(self._holds(call, given, tree) for call in calls):
                    self._now[name] = known
                    return value
        try:
            return self._made(name, key, tree, make, given, known)
        except blobs.Unkept:
            return make(tree)

    def _made(
        self,
        name: str,
        key: str,
        tree: Recorder,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object],
        known: Unit | None,
    ) -> T:
        """What *make* makes, read back from what is kept of it, so that it is the same as the next time. What was kept before stays where it is the
        same, and with it all that follows from it."""
        apart, later = tree.apart(), self._later_of(tree)
        later.forget()
        self._calls = []
        value = (make(apart), tuple(self._calls))
        trace = apart.trace().and_also(later.trace())
        tree.add(trace)
        if known is not None and same(blobs.read(known.content, given, apart), value):
            unit = replace(known, trace=trace)
        else:
            content = blobs.written(value, given)
            unit = Unit(key, trace, content, digest(content))
        made: T
        made, _ = blobs.read(unit.content, given, later)
        self._now[name] = unit
        return made

    def _later_of(self, tree: Recorder) -> Recorder:
        """The view that is in the place of a tree in what a stage has made: what is asked of it is asked by a later stage, which depends on the answer."""
        if tree not in self._later:
            self._later = {tree: tree.apart()}
        return self._later[tree]

    def call(self, name: str, function: Callable[[U], T], about: U) -> T:
        """See ``Memory.call``."""
        later = next(iter(self._later.values()), None)
        if later is None:
            return function(about)
        before = later.trace()
        later.forget()
        answer = function(about)
        self._calls.append(Call(name, about, answer, later.trace()))
        later.forget()
        later.add(before)
        return answer

    def _holds(self, call: Call, given: Mapping[str, object], tree: Recorder) -> bool:
        """Whether what was called gives what it gave: all that it asked is answered as it was, or it gives the same all the same."""
        function = given.get(call.name)
        if tree.replay(call.trace) or not callable(function):
            return callable(function)
        later = self._later_of(tree)
        answer = function(call.about)
        tree.add(later.trace())
        return same(answer, call.answer)

    def asked(self, name: str) -> Iterable[Question]:
        """See ``Memory.asked``."""
        return self._now[name].trace.questions if name in self._now else ()

    def key(self, names: Iterable[str], *others: str) -> str | None:
        """See ``Memory.key``."""
        units = [self._now.get(name) for name in names]
        if not all(units):
            return None
        return digest("\0".join((*others, *(f"{unit.key} {unit.digest}" for unit in units if unit))).encode())

    def save(self) -> None:
        """Keep it."""
        if self._now != self._before:
            shelf.save(self._root, self._now)
