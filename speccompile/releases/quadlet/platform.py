"""Units as a platform that releases are deployed to: what the steps of a deployment ask for, by systemd.

A unit's name is one, so that a new version takes the place of the old one; of several replicas one after the other does, and the others answer
meanwhile. What a unit runs is what its files say, and those of the machine are compared byte by byte; what was started before its file was last written runs
something that nobody knows.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from speccompile.record import record
from speccompile.releases.engines.quadlet import Systemd
from speccompile.releases.quadlet import seen
from speccompile.releases.quadlet.cellar import Cellar
from speccompile.releases.quadlet.documents import file_of, workload
from speccompile.releases.quadlet.shelf import Shelf
from speccompile.releases.quadlet.told import Told
from speccompile.releases.runner import Hands, last_lines
from speccompile.releases.wanted import Instance, PlatformFailed, State, Wanted

_LONG = 3600.0
_STEP = "_step"


@record(kw_only=True)
class QuadletPlatform:
    """A ``Platform``. ``versions`` are those that a workload, or a step, may have, by its name: the wanted one first, then those of before."""

    hands: Hands
    systemd: Systemd
    shelf: Shelf
    cellar: Cellar
    app: str
    versions: Mapping[str, Sequence[Told]]

    def instances(self, name: str) -> tuple[Instance, ...]:
        """The units of the workload *name* that are here."""
        return self.by_service().get(name, ())

    def by_service(self) -> dict[str, tuple[Instance, ...]]:
        """All units of the application that are here, by the workload that each is of; a step that is under way or was cut off is none."""
        units = [one for one in self.shelf.workloads() if not one.endswith(_STEP)]
        shown = self._shown(units)
        found: dict[str, tuple[Instance, ...]] = {}
        for unit in units:
            name = workload(self.app, unit)
            found[name] = (*found.get(name, ()), self._instance(name, unit, seen.of(shown, unit)))
        return found

    def strangers(self, names: frozenset[str]) -> tuple[Instance, ...]:
        """Units of workloads that are none of *names*; steps of releases belong to those that need them."""
        steps = {name for name, versions in self.versions.items() if name not in names and versions}
        return tuple(
            one for name, every in self.by_service().items() if name not in names and name not in steps for one in every
        )

    def start_beside(self, wanted: Wanted, more: int) -> None:
        """Nothing here runs beside what has its name."""
        raise PlatformFailed(f"{wanted.name}: {more} more of it cannot run beside what runs")

    def replace(self, wanted: Wanted) -> None:
        """One unit after the other; where one does not get up, those behind it stay as they are."""
        told = self._told(wanted)
        here = [one.id for one in self.instances(wanted.name)]
        self._steps_of(told)
        if told.program:
            self.cellar.bring(told.program)
        for unit, text in told.units.items():
            self._told_otherwise(unit, file_of(unit, text))
            self.shelf.write({**told.files, file_of(unit, text): text})
            self.shelf.touch(*told.configs, file_of(unit, text))
            self.hands.ask(self.systemd.reloaded())
            if told.program and "\nWantedBy=" in text:
                self.hands.ask(self.systemd.at_boot(_service(unit)))
            if not told.on_demand and not self.hands.try_(self.systemd.restarted(_service(unit)), timeout=_LONG).ok:
                return
        if told.timers and (self.shelf.write(told.timers) or told.on_demand):
            self.hands.ask(self.systemd.reloaded())
            for timer in told.timers:
                self.hands.ask(self.systemd.enabled(timer))
        self.remove(tuple(one for one in here if one not in told.units))

    def start(self, ids: tuple[str, ...]) -> None:
        """Start units that have ended."""
        if ids:
            self.hands.ask(self.systemd.started(tuple(map(_service, ids))), timeout=_LONG)

    def stop(self, ids: tuple[str, ...], grace: float) -> None:
        """End units; each has the time that it says itself."""
        del grace
        for one in ids:
            self.hands.ask(self.systemd.stopped((_service(one),)), timeout=_LONG)

    def remove(self, ids: tuple[str, ...]) -> None:
        """End units, and take their files away; networks and volumes stay, as others may use them and data are in them."""
        if not ids:
            return
        timers = tuple(f"{one}.timer" for one in ids if self.shelf.text(f"{one}.timer") is not None)
        files = tuple(map(self.shelf.file, ids))
        for one in (*timers, *(file for file in files if file.endswith(".service"))):
            self.hands.try_(self.systemd.disabled(one), timeout=_LONG)
        self.hands.try_(self.systemd.stopped(tuple(map(_service, ids))), timeout=_LONG)
        self.shelf.remove((*timers, *files))
        self.hands.ask(self.systemd.reloaded())
        self.hands.try_(self.systemd.forgotten(tuple(map(_service, ids))))

    def step(self, name: str, document: str) -> str | None:
        """Run a step under a name that nothing depends on: whoever starts the step's own unit anew starts all anew that requires it."""
        del document
        told = self.versions[name][0]
        ((unit, text),) = told.units.items()
        beside = f"{unit}{_STEP}"
        once = text.replace(f"ContainerName={unit}\n", f"ContainerName={beside}\n").replace("RemainAfterExit=yes\n", "")
        try:
            self.shelf.write({**told.files, f"{beside}.container": once})
            self.hands.ask(self.systemd.reloaded())
            done = self.hands.try_(self.systemd.restarted(_service(beside)), timeout=_LONG)
            return None if done.ok else self.story(beside) or last_lines(done.errors) or f"ended with {done.code}"
        finally:
            self.remove((beside,))

    def switch(self, done: frozenset[str], name: str = "", only: tuple[str, ...] = ()) -> None:
        """Nothing: the front door's routes are a file of its own version, and names are Podman's."""
        del done, name, only

    def reroutes(self) -> bool:
        """No: what routes otherwise is another version."""
        return False

    def story(self, id_: str) -> str:
        """The last lines in the journal."""
        return last_lines(self.hands.try_(self.systemd.said(_service(id_))).output)

    def pause(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def now(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def _told_otherwise(self, unit: str, file: str) -> None:
        """Where *unit* is a container here and *file* is a program's, or the other way round, let the old one end while systemd knows how."""
        there = self.shelf.file(unit)
        if there != file and self.shelf.text(there) is not None:
            self.remove((unit,))

    def _told(self, wanted: Wanted) -> Told:
        return next(one for one in self.versions[wanted.name] if one.version == wanted.version)

    def _steps_of(self, told: Told) -> None:
        """Steps that *told* requires are units of their own, there for the next start of the machine. Those that were up stay so, and run no second time."""
        for name in sorted({need for text in told.units.values() for need in _required(self.app, text)}):
            one = next(iter(self.versions.get(name, ())), None)
            if one and any("RemainAfterExit=yes" in text for text in one.units.values()):
                self.shelf.write({**one.files, **{f"{unit}.container": text for unit, text in one.units.items()}})

    def _shown(self, units: Sequence[str]) -> Mapping[str, seen.Service]:
        if not units:
            return {}
        return seen.services(self.hands.ask(self.systemd.shown(tuple(map(_service, units)))))

    def _instance(self, name: str, unit: str, service: seen.Service) -> Instance:
        like = next((one for one in self.versions.get(name, ()) if self._is_here(unit, one)), None)
        changed = max(map(self.shelf.changed, (self.shelf.file(unit), *(like.configs if like else ()))))
        version = like.version if like else ""
        state = service.state
        if like and like.on_demand:
            state = State.RUNNING if service.there else State.STOPPED
        elif service.since and changed > time.time() - (time.monotonic() - service.since):
            version = ""
        return Instance(unit, version, state, f"{changed:020.6f}")

    def _is_here(self, unit: str, told: Told) -> bool:
        if unit not in told.units:
            return False
        file = file_of(unit, told.units[unit])
        if file != self.shelf.file(unit) or (told.program and not self.cellar.holds(told.program)):
            return False
        files = {**told.files, **told.timers, file: told.units[unit]}
        return all(self.shelf.text(name) == text for name, text in files.items())


def _service(unit: str) -> str:
    return f"{unit}.service"


def _required(app: str, text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if line.startswith("Requires="):
            yield workload(app, line.removeprefix("Requires=").removesuffix(".service"))
