"""A machine of an engine's, as the agent knows it: the engine of `deploy` rolls out, and this compares what is there with what could be.

Which version something is of its engine knows: compose by its own digest, which stands in a label, so that a container that somebody made anew by hand has
another; quadlet by the files of the units.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from speccompile import regular
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases import history
from speccompile.releases.agent.decisions import Condition, Seen, Service, Version
from speccompile.releases.agent.machine import Brought, Passing
from speccompile.releases.agent.remembered import put
from speccompile.releases.composition import Composition
from speccompile.releases.deployment import Order, deploy
from speccompile.releases.record import Release, Released, running
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.steps import once_for_all, without_steps
from speccompile.releases.store import Store
from speccompile.releases.wanted import SERVING, Group, Instance, Platform, PlatformFailed, State, Way

_FETCHED = "fetched.json"
_GOOD = (End.DEPLOYED, End.UNCHANGED)
_GRACE = 30.0
_NOTHING = Composition(parts={}, images={}, routes="")


class Grounds(Platform, Protocol):
    """A platform that says of all that is there whose it is, and takes nothing away but what it replaces: what nobody wants any more has its own time to
    go."""

    def by_service(self) -> dict[str, tuple[Instance, ...]]:
        """All instances, by the workload that each is of."""


class Session(Protocol):
    """A machine that answers. All methods raise ``PlatformFailed``."""

    def groups(self, composition: Composition, name: str) -> tuple[Group, ...]:
        """What *composition* comes to; *name* tells one from the other."""

    def grounds(self, *compositions: Composition) -> Grounds:
        """What a deployment works on: the first of *compositions* is wanted, the others may be there."""

    def ready(self, composition: Composition) -> None:
        """Have what must be there before anything starts."""

    def lacking(self, images: Mapping[str, str]) -> list[Diagnostic]:
        """Those of *images*, by service, that it neither has nor can fetch."""

    def let_go(self, image: str) -> bool:
        """Take away *image*, if nothing is of it; whether it is gone."""


@record(kw_only=True)
class ServicesMachine:
    """A ``Machine``. *session* is this machine's engine, *store* has the texts, *check* says what they may be, *directory* is where is remembered what was
    fetched, *say* is told what goes on."""

    session: Session
    store: Store
    check: history.Check
    directory: Path
    say: Callable[[str], None]

    def seen(self, release: Release, known: Mapping[Service, Sequence[Version]]) -> Mapping[Service, Seen]:
        """What is here. Of each service the first of its *known* versions counts of which all containers are."""
        try:
            return dict(self._seen(release, known))
        except PlatformFailed as problem:
            raise Passing(str(problem)) from problem

    def bring(
        self,
        release: Release,
        targets: Mapping[Service, Version],
        before: Mapping[Service, Version],
        chosen: frozenset[Service],
        back: frozenset[Service],
    ) -> Mapping[Service, Brought]:
        """A deployment of the services *chosen*, as `deploy` does it, and `rollback` where they go back."""
        try:
            composition = self._composition(release, targets)
            lacking = {name: self._lacking(name, targets[name]) for name in sorted(chosen)}
            ready = frozenset(name for name, why in lacking.items() if why is None)
            was = self._composition(release, before)
            outcomes = self._deployed(composition, was, ready, back) if ready else ()
        except PlatformFailed as problem:
            raise Passing(str(problem)) from problem
        for one in outcomes:
            if one.story:
                self.say(f"{one.name}: {one.story}")
        self._note({targets[name].runs for name in ready})
        failed = {name: Brought(why, passing=True) for name, why in lacking.items() if why is not None}
        return failed | {one.name: _brought(one) for one in outcomes}

    def retire(self, service: Service) -> None:
        """Its containers are asked to end, and taken away. Volumes that have a name stay."""
        try:
            platform = self.session.grounds(_NOTHING)
            ids = tuple(one.id for one in platform.by_service().get(service, ()))
            self.say(f"{service}: is taken away, {len(ids)} of it")
            platform.stop(ids, _GRACE)
            platform.remove(ids)
        except PlatformFailed as problem:
            raise Passing(str(problem)) from problem

    def tidy(self, kept: Collection[Version]) -> None:
        """Images that the agent has fetched and no version of *kept* runs. The engine refuses to take away what a container is of, and that is right so."""
        wanted = {one.runs for one in kept}
        fetched = self._fetched()
        left = set()
        for image in sorted(fetched - wanted):
            if not self.session.let_go(image):
                left.add(image)
        if fetched - wanted - left:
            self._write((fetched & wanted) | left)

    def _seen(self, release: Release, known: Mapping[Service, Sequence[Version]]) -> Iterator[tuple[Service, Seen]]:
        wanted = self._composition(release, {name: versions[0] for name, versions in known.items()})
        earlier = self._earlier(release, {name: versions[-1] for name, versions in known.items()})
        first = self._groups(wanted, "first")
        second = self._groups(earlier, "second")
        platform = self.session.grounds(wanted, earlier)
        there = platform.by_service()
        owned: set[str] = set()
        for service, versions in sorted(known.items()):
            could_be = [
                (versions[0], first[service]),
                *([(versions[-1], second[service])] if service in second else ()),
            ]
            owned |= {
                service,
                *(name for _, group in could_be for name in (*group.steps, *(one.name for one in group.workloads))),
            }
            seen = _like(could_be, there)
            if seen and seen.condition is Condition.WELL and first[service].front and platform.reroutes():
                seen = Seen(seen.version, Condition.ALTERED)
            if seen:
                yield service, seen
        for name in sorted(there.keys() - owned):
            yield name, Seen(None, _condition(there[name]))

    def _earlier(self, release: Release, versions: Mapping[Service, Version]) -> Composition:
        """What *versions* of before come to; nothing where the store has no text of one of them any more."""
        try:
            return self._composition(release, versions)
        except Refused:
            return _NOTHING

    def _groups(self, composition: Composition, name: str) -> dict[str, Group]:
        """What *composition* comes to here, by service."""
        return (
            {group.name: group for group in self.session.groups(composition, f"agent-{name}")}
            if composition.parts
            else {}
        )

    def _deployed(
        self, composition: Composition, before: Composition, chosen: frozenset[Service], back: frozenset[Service]
    ) -> tuple[Outcome, ...]:
        was = self.session.groups(before, "before") if before.parts else ()
        # What is one for all machines was done by whoever recorded the release, before that.
        groups = without_steps(self.session.groups(composition, "wanted"), once_for_all(composition) | back)
        order = Order(
            groups=groups,
            before={group.name: group for group in was},
            chosen=chosen,
            fail_fast=False,
        )
        self.session.ready(composition)
        return deploy(self.session.grounds(composition, before), order, lambda: None, self.say)

    def _composition(self, release: Release, versions: Mapping[Service, Version]) -> Composition:
        """What compose is told of *versions*; raises ``Refused`` where that is not there, or is none that the compiler writes."""
        services = {
            name: Released(**running(one.runs), artifacts=one.artifacts, from_release=one.release)
            for name, one in sorted(versions.items())
        }
        return history.composition(self.store, services, release.front_door, self.check)

    def _lacking(self, name: Service, version: Version) -> str | None:
        """Why the image of a service is not here, None when it is: fetched where a registry has it."""
        found = self.session.lacking({name: version.runs})
        return found[0].message if found else None

    def _note(self, images: set[str]) -> None:
        """Remember what was fetched: nothing else is ever taken away."""
        before = self._fetched()
        if not images <= before:
            self._write(before | images)

    def _fetched(self) -> set[str]:
        try:
            found = json.loads(regular.read(self.directory / _FETCHED, 1 << 20))
        except (OSError, ValueError, RecursionError):
            return set()
        return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()

    def _write(self, images: Collection[str]) -> None:
        put(self.directory / _FETCHED, json.dumps(sorted(images), indent=1) + "\n")


def _like(could_be: Sequence[tuple[Version, Group]], there: Mapping[str, tuple[Instance, ...]]) -> Seen | None:
    """The service as it is: of the first version of which all its containers are; None where there is no container of it."""
    names = {one.name for _, group in could_be for one in group.workloads if one.way is not Way.ON_DEMAND}
    here = [one for name in sorted(names) for one in there.get(name, ())]
    if not here:
        return None
    for version, group in could_be:
        wanted = [one for one in group.workloads if one.way is not Way.ON_DEMAND]
        of = {one.name: there.get(one.name, ()) for one in wanted}
        if all(each.version == one.version for one in wanted for each in of[one.name]) and any(of.values()):
            if any(len(of[one.name]) < one.replicas for one in wanted):
                return Seen(version, Condition.STOPPED)
            if any(len(of[one.name]) > one.replicas for one in wanted):
                return Seen(version, Condition.ALTERED)
            return Seen(version, _condition(here))
    return Seen(None, Condition.ALTERED)


def _condition(here: Sequence[Instance]) -> Condition:
    """How containers are, taken together: the worst of them counts."""
    states = {one.state for one in here}
    if State.STOPPED in states:
        return Condition.STOPPED
    if State.UNHEALTHY in states:
        return Condition.UNWELL
    return Condition.WELL if states <= set(SERVING) else Condition.STARTING


def _brought(outcome: Outcome) -> Brought:
    """What a deployment says of a service, as the agent remembers it and tells the store: without the program's own lines, which may have a secret in them. A
    service that was skipped is not to blame, nor one whose engine was away meanwhile: it is tried again."""
    if outcome.end in _GOOD:
        return Brought()
    return Brought(outcome.why.partition("\n")[0], passing=outcome.end is End.SKIPPED or outcome.back is None)
