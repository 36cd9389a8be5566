"""A round of the agent: what is wanted, what is there, what is to be done; then it is done, remembered and reported.

Whatever goes wrong, what runs goes on: a store that does not answer, a record that is none, a release lower than one that was followed before (the
store was put back, or is another one) change nothing on the machine and are said in the status.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from speccompile.codes.releases import STORE
from speccompile.codes.stores import GONE_BACK, OTHER_PLATFORM
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases.agent.decisions import (
    Action,
    Condition,
    Keep,
    Memory,
    Retire,
    Seen,
    Service,
    Start,
    Version,
    after,
    decide,
    going_back,
)
from speccompile.releases.agent.machine import Brought, Machine, Passing
from speccompile.releases.agent.remembered import remember, remembered
from speccompile.releases.history import startable
from speccompile.releases.record import HostStatus, Release, ServiceStatus
from speccompile.releases.store import Store, Unreachable
from speccompile.source import Span

_STATES = {
    Condition.WELL: "healthy",
    Condition.STARTING: "starting",
    Condition.UNWELL: "unhealthy",
    Condition.STOPPED: "stopped",
    Condition.ALTERED: "stopped",
}
_LONGEST = 300


@record()
class Done:
    """An action, and why it failed; None where it did not."""

    action: Action
    failure: str | None


@record()
class Round:
    """What a round came to: the release that was followed (None: none), what was done, how the services are, and what stands in the way."""

    release: int | None
    done: tuple[Done, ...]
    status: HostStatus
    findings: tuple[Diagnostic, ...]

    @property
    def well(self) -> bool:
        """Whether everything is as the release wants it."""
        return not self.findings and all(
            one.why is None and one.state == "healthy" for one in self.status.services.values()
        )


@record(kw_only=True)
class Agent:
    """An agent of one application in one environment on the machine *host*; ``directory`` is where it remembers, ``grace`` the seconds that what nobody wants
    is kept, ``clock`` the time."""

    store: Store
    machine: Machine
    host: str
    platform: str
    directory: Path
    grace: float
    clock: Callable[[], datetime]

    def round(self) -> Round:
        """Do what there is to do, once. Raises ``Passing`` where the machine does not answer, ``Unreachable`` where the store does not."""
        memory = remembered(self.directory)
        try:
            release = self._current(memory)
        except Refused as problem:
            status = self._status(None, {}, {}, ())
            return Round(None, (), status, (*problem.diagnostics, *self._report(status)))
        if release is None:
            status = self._status(None, {}, {}, ())
            return Round(None, (), status, self._report(status))
        try:
            return self._follow(release, memory)
        except Refused as problem:
            status = self._status(None, {}, {}, ())
            return Round(None, (), status, (*problem.diagnostics, *self._report(status)))

    def _follow(self, release: Release, memory: Memory) -> Round:
        """Make this machine run what *release* has for it; raises ``Refused`` where a part of it is none that may be followed."""
        wanted = for_host(release, self.host)
        known = _known(wanted, memory)
        seen = self.machine.seen(release, known)
        final = {name for name, one in release.services.items() if one.irreversible}
        now = self.clock().timestamp()
        decided = decide(wanted, seen, memory, now=now, grace=self.grace, irreversible=final)
        followed = Memory(release.number, decided.memory.good, decided.memory.bad, decided.memory.unwanted)
        memory = self._kept(memory, followed)
        here = {name: one.version for name, one in seen.items() if one.version}
        had = {**memory.good, **here}
        back = going_back(decided, wanted, had, {name for name in decided.chosen if self._came_back(release, name)})
        brought = self.machine.bring(release, decided.targets, here, decided.chosen, back) if decided.chosen else {}
        done = []
        for action in decided.actions:
            came = self._retired(action) if isinstance(action, Retire) else brought.get(action.service, Brought())
            memory = self._kept(memory, after(memory, action, came.failure, passing=came.passing))
            done.append(Done(action, came.failure))
        # Where nobody knows of what version something is, what it needs must not be cleared away.
        if len(here) == len(seen):
            self._tidy({*wanted.values(), *memory.good.values(), *here.values()})
        why = {one.action.service: said for one in done if (said := _why(one))}
        status = self._status(release.number, self.machine.seen(release, known), why, tuple(wanted))
        return Round(release.number, tuple(done), status, self._report(status))

    def _current(self, memory: Memory) -> Release | None:
        """The release to follow: the last one. Raises ``Refused`` where it is not to be followed."""
        numbers = self.store.numbers()
        last = numbers[-1] if numbers else 0
        if last < memory.release:
            message = f"the last release of the store is {last or 'none'}, and release {memory.release} was followed here before"
            fix = f"put the store's records back; or, where it is right so, remove {self.directory}/memory.json"
            raise Refused([GONE_BACK.at(Span(self.host), message, fix=fix)])
        if not last:
            return None
        release = self.store.read(last)
        if release.platform != self.platform:
            message = f"release {last} is for {release.platform}, and this agent is for {self.platform}"
            fix = "let the environment be `on` that platform, or take the agent off this machine"
            raise Refused([OTHER_PLATFORM.at(Span(self.host), message, fix=fix)])
        startable(release)
        return release

    def _came_back(self, release: Release, service: Service) -> bool:
        """Whether the version of *service* in *release* is one that somebody went back to. Where the record of it is gone, or none that can be read,
        nobody knows, and nothing is done that cannot be undone."""
        source = release.services.get(service)
        if source is None:
            return False
        try:
            made = release if source.from_release == release.number else self.store.read(source.from_release)
        except (KeyError, Refused):
            return True
        return made.made_from.is_back

    def _retired(self, action: Retire) -> Brought:
        try:
            self.machine.retire(action.service)
        except Passing as problem:
            return Brought(str(problem), passing=True)
        return Brought()

    def _kept(self, before: Memory, now: Memory) -> Memory:
        """Remember *now*, when it is another than *before*: most rounds find everything as it was."""
        if now != before:
            remember(self.directory, now)
        return now

    def _tidy(self, kept: Collection[Version]) -> None:
        with suppress(Passing):  # the next round does it
            self.machine.tidy(kept)

    def _status(
        self, release: int | None, seen: Mapping[Service, Seen], why: Mapping[Service, str], wanted: tuple[Service, ...]
    ) -> HostStatus:
        here = {name: seen.get(name) for name in sorted({*seen, *wanted})}
        services = {
            name: ServiceStatus.model_validate(
                {
                    "state": _STATES[one.condition] if one else "absent",
                    "release": one.version.release if one and one.version else None,
                    "why": line(why.get(name, "")),
                }
            )
            for name, one in here.items()
        }
        at = self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        return HostStatus(host=self.host, at=at, wanted=release, services=services)

    def _report(self, status: HostStatus) -> tuple[Diagnostic, ...]:
        """Write *status* back to the store."""
        try:
            self.store.report(self.host, status)
        except Unreachable as problem:
            message = f"the status of this host could not be written back: {problem}"
            fix = "let the agent's credentials write below hosts/ of the store; it goes on without"
            return (STORE.at(Span(self.host), message, fix=fix),)
        return ()


def for_host(release: Release, host: str) -> dict[Service, Version]:
    """What of *release* is for *host*: services that name no hosts are for all."""
    return {
        name: Version(one.runs, one.artifacts, one.from_release)
        for name, one in release.services.items()
        if not one.hosts or host in one.hosts
    }


def line(text: str) -> str | None:
    """*text* as one line of a status; None where it is empty."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.split())[:_LONGEST] or None


def _why(done: Done) -> str | None:
    match done.action:
        case Keep(why=why):
            return why
        case Start(instead_of=failed) if failed and done.failure is None:
            return f"release {failed.version.release} did not get well here: {failed.why}"
        case _:
            return done.failure


def _known(wanted: Mapping[Service, Version], memory: Memory) -> dict[Service, tuple[Version, ...]]:
    """The versions that what is here could be of, the wanted one first."""
    names = {*wanted, *memory.good}
    return {name: tuple(one for one in (wanted.get(name), memory.good.get(name)) if one) for name in sorted(names)}
