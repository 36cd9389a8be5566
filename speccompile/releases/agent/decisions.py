"""What a host has to do: from what is wanted, what is there, and what the agent remembers. Pure: nothing is asked and nothing is done here.

What is wanted is compared with what *is*, not with what was done last time: so a reboot, a unit that somebody edited, an agent that was killed half-way are
all the same case. The rules, for each service:

- not there: it is started; as it was last well, where the wanted version is known to be bad;
- there in another version: the wanted one is started beside it and takes over when it is well; where that fails, what ran before goes on, and the
  same version is not tried again;
- there in the wanted version, but stopped or altered: it is put right;
- there, and wanted by nobody: it is taken away, after a grace in which the service may come back (a release that was made in haste).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from enum import Enum
from typing import TypeAlias

from speccompile.record import record

Service: TypeAlias = str
_LEAVING = "the release does not have it any more: it is taken away after a while"
_FINAL = (
    "release {} does not work after a step of it: deploy one that does, or go back all the same with rollback --force"
)


@record()
class Version:
    """What a service runs: an image, an archive or a closure, by digest, and the digest of the text by which it is started. ``release`` is where it
    came from, which makes it no other version."""

    runs: str
    artifacts: str
    release: int

    def same(self, other: Version | None) -> bool:
        """Whether *other* is the same version, whichever release it came with."""
        return other is not None and (self.runs, self.artifacts) == (other.runs, other.artifacts)


class Condition(Enum):
    """How a service is that is there."""

    WELL = "well"
    STARTING = "starting"
    UNWELL = "unwell"
    """It runs and does not answer as it should: its engine starts it again by its own rules."""
    STOPPED = "stopped"
    ALTERED = "altered"
    """What runs is not what its text says: somebody had a hand in it."""


@record()
class Seen:
    """A service that is there: its version (None: nobody knows which, so it is no wanted one), and how it is."""

    version: Version | None
    condition: Condition


@record()
class Failed:
    """A version that did not get well here, and why."""

    version: Version
    why: str


@record()
class Memory:
    """What the agent keeps from run to run, and can lose: the highest release that it has followed, of each service the version that was last well, the
    one that is bad, and since when nobody wants it (seconds of this machine's clock)."""

    release: int = 0
    good: Mapping[Service, Version] = field(default_factory=dict)
    bad: Mapping[Service, Failed] = field(default_factory=dict)
    unwanted: Mapping[Service, float] = field(default_factory=dict)


@record()
class Start:
    """Start a service that is not there; ``instead_of`` is the bad version that it is started in the place of."""

    service: Service
    version: Version
    instead_of: Failed | None = None


@record()
class Replace:
    """Start *version* beside *old*, and let it take over when it is well; *old* goes on where it does not get well."""

    service: Service
    version: Version
    old: Version | None


@record()
class Repair:
    """Make what is there what its text says."""

    service: Service
    version: Version
    condition: Condition


@record()
class Retire:
    """Take away what nobody wants any more."""

    service: Service


@record()
class Keep:
    """Leave it as it is; ``why`` where that is not as wanted."""

    service: Service
    version: Version | None
    why: str | None = None


Action: TypeAlias = Start | Replace | Repair | Retire | Keep


@record()
class Decided:
    """What to do, in the order of the names, what is taken away last, and what is remembered from now on."""

    actions: tuple[Action, ...]
    memory: Memory

    @property
    def targets(self) -> dict[Service, Version]:
        """The version that each service is to have, of those that are there or come, where it is known."""
        return {one.service: one.version for one in self.actions if not isinstance(one, Retire) and one.version}

    @property
    def chosen(self) -> frozenset[Service]:
        """The services that something is done to."""
        return frozenset(one.service for one in self.actions if isinstance(one, Start | Replace | Repair))


def decide(
    wanted: Mapping[Service, Version],
    seen: Mapping[Service, Seen],
    memory: Memory,
    *,
    now: float,
    grace: float,
    irreversible: Collection[Service] = (),
) -> Decided:
    """What this host has to do. *wanted* is what the current release has for it, *seen* what of the application is here, *grace* the seconds that
    what nobody wants is kept; *irreversible* are the services whose wanted version has a step after which no other works."""
    unwanted = dict(_unwanted(wanted, seen, memory, now))
    well = {name: one.version for name, one in seen.items() if one.version and one.condition is Condition.WELL}
    good = {name: one for name, one in memory.good.items() if name in wanted or name in seen} | well
    bad = {
        name: one
        for name, one in memory.bad.items()
        if name in wanted and one.version.same(wanted[name]) and not one.version.same(well.get(name))
    }
    kept = Memory(memory.release, good, bad, unwanted)
    actions = [
        _for(name, version, seen.get(name), kept, final=name in irreversible)
        for name, version in sorted(wanted.items())
    ]
    actions += [
        Retire(name) if now - since >= grace else Keep(name, seen[name].version, _LEAVING)
        for name, since in sorted(unwanted.items())
    ]
    return Decided(tuple(actions), kept)


def after(memory: Memory, action: Action, failure: str | None, *, passing: bool = False) -> Memory:
    """What is remembered after *action*, which failed for the reason *failure*, or did not (None). With *passing* the reason may pass (a registry that is
    down): the version is not to blame and is tried again."""
    good, bad, unwanted = dict(memory.good), dict(memory.bad), dict(memory.unwanted)
    match action:
        case Start(service, version) | Replace(service, version) if failure is None:
            good[service] = version
        case Start(service, version) | Replace(service, version) if not passing and not version.same(good.get(service)):
            bad[service] = Failed(version, failure or "")
        case Repair(service, version) if failure is None:
            good[service] = version
        case Retire(service) if failure is None:
            for kept in (good, bad, unwanted):
                kept.pop(service, None)
        case _:
            pass
    return Memory(memory.release, good, bad, unwanted)


def _unwanted(
    wanted: Mapping[Service, Version], seen: Mapping[Service, Seen], memory: Memory, now: float
) -> Iterator[tuple[Service, float]]:
    """Since when nobody wants what is here; a clock that was put back begins anew."""
    for name in seen:
        if name not in wanted:
            since = memory.unwanted.get(name, now)
            yield name, since if since <= now else now


def going_back(
    decided: Decided, wanted: Mapping[Service, Version], known: Mapping[Service, Version], back: Collection[Service]
) -> frozenset[Service]:
    """The services that go back to a version, by what is *decided*: to another than is *wanted*, or to the wanted one where that came *back* with its
    release and this host *known* to have had the service in another. Where it never had any, there are no data that were changed since."""
    return frozenset(
        name
        for name, version in decided.targets.items()
        if name in decided.chosen
        and (name not in wanted or not version.same(wanted[name]) or (name in back and name in known))
    )


def _for(name: Service, version: Version, here: Seen | None, memory: Memory, *, final: bool) -> Action:
    """What to do about a service that is wanted in *version*, which is *final* where no other works after it."""
    failed, good = memory.bad.get(name), memory.good.get(name)
    if here is None:
        if failed is None:
            return Start(name, version)
        if good and final:
            return Keep(name, None, f"{_bad(failed)}; {_FINAL.format(good.release)}")
        return Start(name, good, failed) if good else Keep(name, None, _bad(failed))
    if version.same(here.version):
        return _as_it_is(name, version, here.condition, None)
    if failed is None:
        return Replace(name, version, here.version)
    return _as_it_is(name, here.version or good, here.condition, _bad(failed))


def _as_it_is(name: Service, version: Version | None, condition: Condition, why: str | None) -> Action:
    """It stays in this version, which is put right where it is not what it should be."""
    if version is not None and condition in (Condition.STOPPED, Condition.ALTERED):
        return Repair(name, version, condition)
    return Keep(name, version, why)


def _bad(failed: Failed) -> str:
    return f"release {failed.version.release} did not get well here: {failed.why}"
