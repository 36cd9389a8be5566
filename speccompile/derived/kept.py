"""A memory that is kept between two commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from speccompile.derived import blobs, shelf
from speccompile.derived.memory import NOTHING, T, U
from speccompile.derived.same import same
from speccompile.derived.unit import Call, Unit, unit
from speccompile.digests import digest
from speccompile.project.recorder import Recorder, Trace
from speccompile.project.tree import ProjectTree

if TYPE_CHECKING:
    from speccompile.project.answers import Question


class _Given(dict[str, object]):
    """Values by their names, and what is asked for by any other name."""

    def __init__(self, given: Mapping[str, object], other: Callable[[str], object]) -> None:
        super().__init__(given)
        self._other = other

    def __missing__(self, name: str) -> object:
        return self._other(name)


def _member(name: str, at: int) -> str:
    return f"{at} {name}"


class Kept:
    """The memory of the checkout in *root*: what is on the shelf, and what is put there by ``save``."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._before = shelf.load(root)
        self._now: dict[str, Unit] = {}
        self._later: dict[Recorder, Recorder] = {}
        self._calls: list[Call] = []
        self._used: list[str] = []
        self._members: dict[str, object] = {}
        self._recalled = False
        self._causes = blobs.Causes()

    def stage(
        self,
        name: str,
        key: str | None,
        tree: ProjectTree,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object] = NOTHING,
    ) -> T:
        """See ``Memory.stage``. What is made is read back from what is kept of it, so that it is the same as the next time."""

        def read_back(_: T, later: Recorder) -> T:
            made: T
            made, _ = blobs.read(self._now[name].content.read(), _Given(given, self._member), later)
            return made

        return self._staged(name, key, tree, make, given, read_back)

    def last(
        self,
        name: str,
        key: str | None,
        tree: ProjectTree,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object] = NOTHING,
    ) -> T:
        """See ``Memory.last``."""
        return self._staged(name, key, tree, make, given, lambda value, _: value)

    def _staged(
        self,
        name: str,
        key: str | None,
        tree: ProjectTree,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object],
        then: Callable[[T, Recorder], T],
    ) -> T:
        """What is the same is known by asking the tree the same questions again, each of which is recorded as if it were made anew."""
        if key is None or not isinstance(tree, Recorder):
            return make(tree)
        before = self._before.get(name)
        known = before if before is not None and before.key == key else None
        content = None if known is None else known.whole()
        if known is not None and content is not None and (trace := tree.replay(known.trace)) is not None:
            with suppress(blobs.Unkept):
                value: T
                value, calls = blobs.read(content, _Given(given, self._member), self._later_of(tree))
                if all(self._holds(call, given, tree) for call in calls):
                    self._now |= {
                        name: replace(known, trace=trace),
                        **{part: self._before[part] for part in known.parts if part in self._before},
                    }
                    return value
        try:
            return then(self._made(name, key, tree, make, given, (known, content)), self._later_of(tree))
        except blobs.Unkept:
            return make(tree)

    def _made(
        self,
        name: str,
        key: str,
        tree: Recorder,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object],
        before: tuple[Unit | None, bytes | None],
    ) -> T:
        """What *make* makes, which is kept. What was kept before stays where it is the same, and with it all that follows from it."""
        apart, later = tree.apart(), self._later_of(tree)
        later.forget()
        self._calls, self._used = [], []
        value = (make(apart), tuple(self._calls))
        trace = apart.trace().and_also(later.trace())
        tree.add(trace)
        of_parts = _Given(given, self._member)
        called = tuple(one.trace for one in self._calls)
        known, content = before
        if known is not None and content is not None and same(blobs.read(content, of_parts, apart), value):
            self._now[name] = replace(known, trace=trace, called=called)
        else:
            written = blobs.written(value, {**given, **self._members})
            self._now[name] = unit(key, trace, written, tuple(self._used), called)
        return value[0]

    def part(self, name: str, make: Callable[[U], tuple[T, ...]], about: U) -> tuple[T, ...]:
        """See ``Memory.part``. What it is about is known by its bytes: to write them takes a fraction of the time of making something of it."""
        first = len(self._calls)
        try:
            key = digest(blobs.plainly(about))
            known = self._before.get(name)
            found = self._read(name, known) if known is not None and known.key == key else None
            if found is None or not all(map(self._is_answered, found[1])):
                value = make(about)
                made = unit(key, Trace(), blobs.plainly((value, tuple(self._calls[first:]))))
                del self._calls[first:]
                found = self._read(name, made)
        except blobs.Unkept:
            found = None
        if found is None:
            del self._calls[first:]
            return make(about)
        self._used.append(name)
        self._calls += found[1]
        members: tuple[T, ...] = found[0]
        return members

    def _read(self, name: str, one: Unit) -> tuple[tuple[Any, ...], tuple[Call, ...]] | None:
        """What is in *one*, the part of that name, and the calls in it; then it is kept on. None where it cannot be had. Also what was just made is read
        back: bytes that follow from it are the same the next time."""
        content = one.whole()
        if content is None:
            return None
        with suppress(blobs.Unkept):
            value, calls = blobs.read(content, NOTHING, causes=self._causes)
            self._now[name] = one
            self._members.update((_member(name, at), each) for at, each in enumerate((*value, *calls)))
            return value, calls
        return None

    def _is_answered(self, call: Call) -> bool:
        """Whether all that was asked in *call* is answered as it was."""
        tree = next(iter(self._later), None)
        return tree is not None and tree.replay(call.trace) is not None

    def _member(self, member: str) -> object:
        """What is in a part that a stage was put together of, by the name that it has there. Raises ``Unkept`` where there is no such thing."""
        if member not in self._members:
            name = member.partition(" ")[2]
            known = self._before.get(name)
            if known is None or self._read(name, known) is None:
                raise blobs.Unkept(f"{name} is not kept")
        return self._members[member]

    def _later_of(self, tree: Recorder) -> Recorder:
        """The view that is in the place of a tree in what a stage has made: what is asked of it is asked by a later stage, which depends on the answer."""
        if tree not in self._later:
            self._later = {tree: tree.apart()}
        return self._later[tree]

    def call(self, name: str, function: Callable[[U], T], about: U) -> T:
        """See ``Memory.call``."""
        tree, later = next(iter(self._later.items()), (None, None))
        if tree is None or later is None:
            return function(about)
        before = later.trace()
        later.forget()
        answer = function(about)
        self._calls.append(Call(name, about, answer, later.trace()))
        tree.add(later.trace())
        later.forget()
        later.add(before)
        return answer

    def _holds(self, call: Call, given: Mapping[str, object], tree: Recorder) -> bool:
        """Whether what was called gives what it gave: all that it asked is answered as it was, or it gives the same all the same."""
        function = given.get(call.name)
        if tree.replay(call.trace) is not None or not callable(function):
            return callable(function)
        self._recalled = True
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
        return digest("\0".join((*others, *(f"{one.key} {one.digest}" for one in units if one))).encode())

    def save(self) -> None:
        """Keep it."""
        if self._now != self._before and shelf.save(self._root, self._now):
            self._before = dict(self._now)

    def basis(self, name: str) -> tuple[str, tuple[str, ...]]:
        """The key of the stage *name* as it is on the shelf, and the stages that now ask other questions than are known there; "" where what was made is
        not there."""
        now, before = self._now.get(name), self._before.get(name)
        if now is None or before is None or now.key != before.key or self._recalled:
            return "", ()
        asking = (
            one for one, made in self._now.items() if one not in self._before or made.trace != self._before[one].trace
        )
        return now.key, tuple(sorted(asking))

    @property
    def before(self) -> Mapping[str, Unit]:
        """What was on the shelf."""
        return self._before

    def recall(self, name: str) -> Any:
        """What the stage *name* made the last time, for who knows that all that it asked is answered as it was. Raises ``Unkept``."""
        known = self._before.get(name)
        content = None if known is None else known.whole()
        if known is None or content is None:
            raise blobs.Unkept(f"{name} is not kept")
        value, _ = blobs.read(content, NOTHING)
        self._now[name] = known
        return value

    def made_the_same(self, name: str) -> bool:
        """Whether the stage *name* gave what it had given the last time."""
        now, before = self._now.get(name), self._before.get(name)
        return now is not None and before is not None and (now.key, now.digest) == (before.key, before.digest)
