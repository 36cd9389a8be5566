"""A platform in memory: containers that start, are well or not, and a front door that reaches whoever serves; and it can be cut off at any call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count

from speccompile.releases.wanted import SERVING, Instance, PlatformFailed, State, Wanted


class CutOff(BaseException):
    """The deployer was killed."""


@dataclass
class Memory:
    """``sick`` are the versions that never become well, ``dying`` those that end once they have taken over; after ``calls`` changes the deployer is cut
    off (None: never). ``gaps`` has each service that served and does not, ``leaks`` each of
    which the front door reaches an instance that is not well while an older one is."""

    sick: set[str] = field(default_factory=set)
    dying: set[str] = field(default_factory=set)
    failing_steps: set[str] = field(default_factory=set)
    calls: int | None = None
    there: dict[str, tuple[str, Instance]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    switched: frozenset[str] = frozenset()
    pins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    served: set[str] = field(default_factory=set)
    gaps: set[str] = field(default_factory=set)
    leaks: set[str] = field(default_factory=set)
    time: float = 0.0
    number: count[int] = field(default_factory=lambda: count(1))

    def instances(self, name: str) -> tuple[Instance, ...]:
        return tuple(sorted((one for of, one in self.there.values() if of == name), key=lambda one: one.made))

    def strangers(self, names: frozenset[str]) -> tuple[Instance, ...]:
        return tuple(one for of, one in self.there.values() if of not in names)

    def start_beside(self, wanted: Wanted, more: int) -> None:
        for _ in range(more):
            self._change()
            id_ = f"{next(self.number):04}"
            self.there[id_] = (wanted.name, Instance(id_, wanted.version, State.STARTING, id_))

    def replace(self, wanted: Wanted) -> None:
        old = [
            one for one in self.instances(wanted.name) if one.version != wanted.version or one.state is State.STOPPED
        ]
        kept = [one for one in self.instances(wanted.name) if one not in old]
        for one in (*old, *kept[wanted.replicas :]):
            self._change()
            del self.there[one.id]
        self.served.discard(wanted.name)  # that nothing answers for a moment is said beforehand
        self.start_beside(wanted, max(0, wanted.replicas - len(kept)))

    def start(self, ids: tuple[str, ...]) -> None:
        self._set(ids, State.STARTING)

    def stop(self, ids: tuple[str, ...], grace: float) -> None:
        assert grace > 0
        self._set(ids, State.STOPPED)

    def remove(self, ids: tuple[str, ...]) -> None:
        for id_ in ids:
            self._change()
            self.there.pop(id_, None)
            self._look()

    def step(self, name: str, document: str) -> str | None:
        assert document
        self._change()
        self.steps.append(name)
        return "it says no" if name in self.failing_steps else None

    def switch(self, done: frozenset[str], name: str = "", only: tuple[str, ...] = ()) -> None:
        self._change()
        self.switched, self.pins = done, {name: only} if name else {}
        self._look()
        for id_, (of, one) in self.there.items():
            if one.version in self.dying:
                self.there[id_] = (of, replace(one, state=State.STOPPED))

    def reroutes(self) -> bool:
        return False

    def story(self, id_: str) -> str:
        return f"the last words of {id_}"

    def pause(self, seconds: float) -> None:
        self.time += seconds
        for id_, (name, one) in self.there.items():
            if one.state is State.STARTING:
                self.there[id_] = (
                    name,
                    replace(one, state=State.UNHEALTHY if one.version in self.sick else State.HEALTHY),
                )
        self._look()

    def now(self) -> float:
        return self.time

    def versions(self, name: str) -> list[str]:
        """The versions of what serves."""
        return [one.version for one in self.instances(name) if one.state in SERVING]

    def turned(self, id_: str, state: State) -> None:
        """Let an instance be in *state*, by nobody's doing; that one serves no longer is then no fault of a deployment's."""
        name, one = self.there[id_]
        self.there[id_] = (name, replace(one, state=state))
        self.served.discard(name)

    def _set(self, ids: Iterable[str], state: State) -> None:
        for id_ in ids:
            self._change()
            if id_ not in self.there:
                raise PlatformFailed(f"no such container: {id_}")
            name, one = self.there[id_]
            self.there[id_] = (name, replace(one, state=state))
            self._look()

    def _change(self) -> None:
        if self.calls is not None:
            if self.calls == 0:
                raise CutOff
            self.calls -= 1

    def _look(self) -> None:
        """Note who serves, and who has ceased to."""
        names = {name for name, _ in self.there.values()} | self.served
        for name in names:
            if self.versions(name):
                self.served.add(name)
            elif name in self.served:
                self.gaps.add(name)
            reached = [
                one
                for one in self.instances(name)
                if one.id in self.pins.get(name, (one.id,)) and one.state is not State.STOPPED
            ]
            well = [one.made for one in self.instances(name) if one.state in SERVING]
            if well and any(one.state not in SERVING and one.made > min(well) for one in reached):
                self.leaks.add(name)
