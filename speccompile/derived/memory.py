"""What the pipeline asks of a memory, and the one that has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from speccompile.project.tree import ProjectTree

if TYPE_CHECKING:
    from speccompile.project.answers import Question

T = TypeVar("T")
U = TypeVar("U")
NOTHING: Mapping[str, object] = {}


class Memory(Protocol):
    """Gives what a stage makes: as it was made before where all that it was made from is the same, else anew."""

    def stage(
        self,
        name: str,
        key: str | None,
        tree: ProjectTree,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object] = NOTHING,
    ) -> T:
        """What *make* makes of *tree*. All else that it depends on is in *key*: None where that cannot be said. *given* are values that it was given and
        that may be parts of what it gives, by names that are the same the next time: these are not kept with it."""

    def last(
        self,
        name: str,
        key: str | None,
        tree: ProjectTree,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object] = NOTHING,
    ) -> T:
        """The same of the last stage: nothing is made of what it gives, so that it may be another object than the next time."""

    def call(self, name: str, function: Callable[[U], T], about: U) -> T:
        """What *function* gives, which a stage was given by that *name* and which asks the tree: the stage depends on what it gives, not on what it asks."""

    def part(self, name: str, make: Callable[[U], tuple[T, ...]], about: U) -> tuple[T, ...]:
        """What *make* gives of *about*, of what it calls, and of nothing else, under a *name* that no other part has. A stage may give on what is in it."""

    def asked(self, name: str) -> Iterable[Question]:
        """What the tree was asked in the stage *name*."""

    def key(self, names: Iterable[str], *others: str) -> str | None:
        """A key for what follows from the stages *names*, and from *others*; None where one of them is not kept."""


class Forgetful:
    """Every stage makes everything."""

    def stage(
        self,
        name: str,
        key: str | None,
        tree: ProjectTree,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object] = NOTHING,
    ) -> T:
        """See ``Memory.stage``."""
        del name, key, given
        return make(tree)

    def last(
        self,
        name: str,
        key: str | None,
        tree: ProjectTree,
        make: Callable[[ProjectTree], T],
        given: Mapping[str, object] = NOTHING,
    ) -> T:
        """See ``Memory.last``."""
        return self.stage(name, key, tree, make, given)

    def call(self, name: str, function: Callable[[U], T], about: U) -> T:
        """See ``Memory.call``."""
        del name
        return function(about)

    def part(self, name: str, make: Callable[[U], tuple[T, ...]], about: U) -> tuple[T, ...]:
        """See ``Memory.part``."""
        del name
        return make(about)

    def asked(self, name: str) -> Iterable[Question]:
        """See ``Memory.asked``."""
        del name
        return ()

    def key(self, names: Iterable[str], *others: str) -> str | None:
        """See ``Memory.key``."""
        del names, others
        return None


FORGETFUL = Forgetful()
