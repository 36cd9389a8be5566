"""A release is carried out: on each machine, stage by stage, and then recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from datetime import UTC, datetime

from speccompile.record import record
from speccompile.releases.record import BACK, MadeFrom, Release, Released, running
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.site import Site, Wish
from speccompile.releases.steps import once_for_all
from speccompile.releases.store import Lease, Store, Taken
from speccompile.releases.wanted import PlatformFailed
from speccompile.spec.environments import Platform

GOOD = (End.DEPLOYED, End.UNCHANGED)
_LONGEST = 300


@record(kw_only=True)
class About:
    """What a record says besides what runs; ``back`` is the release that each service goes back to, where it does."""

    commit: str | None
    dirty: bool
    specs: str
    by: str
    made_from: MadeFrom
    parameters: tuple[str, ...]
    evidence: str | None
    verified: frozenset[str]
    irreversible: frozenset[str]
    patches: tuple[str, ...] = ()
    back: Mapping[str, int] = field(default_factory=dict)

    def made_of(self, succeeded: Collection[str]) -> MadeFrom:
        """Of what it was made: of a way back just the services that have *succeeded*."""
        said = ", ".join(f"{name} to {number}" for name, number in sorted(self.back.items()) if name in succeeded)
        return MadeFrom(release=self.made_from.release, why=f"{BACK}{said}"[:_LONGEST]) if said else self.made_from


@record()
class OnHost:
    """What became of the services on a machine; nothing where its turn did not come."""

    host: str
    outcomes: tuple[Outcome, ...]

    @property
    def good(self) -> bool:
        """Whether all that was to be deployed there is."""
        return bool(self.outcomes) and all(one.end in GOOD for one in self.outcomes)


def carried_out(
    sites: Sequence[Site], stages: Sequence[str], wish: Wish, lease: Lease, say: Callable[[str], None]
) -> tuple[OnHost, ...]:
    """Do it on all machines: those of a stage side by side, and the next stage when all of one are well. A machine that does not answer any more is one
    where all of it failed; what was done on the others is told of all the same."""
    done: list[OnHost] = []
    once = bool(once_for_all(wish.composition) - wish.ran)
    for stage in _first_alone(staged(len(sites), stages)) if once else staged(len(sites), stages):
        if done and not all(one.good for one in done):
            done += [OnHost(sites[at].name, ()) for at in stage]
            continue
        with ThreadPoolExecutor(max_workers=max(1, len(stage))) as pool:
            done += pool.map(lambda at: _on(sites[at], wish.on(at), lease, say), stage)
    return tuple(done)


def _on(site: Site, wish: Wish, lease: Lease, say: Callable[[str], None]) -> OnHost:
    try:
        return OnHost(site.name, site.carried_out(wish, lease.renew, say))
    except PlatformFailed as problem:
        why = str(problem)
        return OnHost(
            site.name, tuple(Outcome(name=one, end=End.FAILED, why=why, back=None) for one in sorted(wish.chosen))
        )


def _first_alone(stages: Iterable[range]) -> Iterator[range]:
    """*stages*, before which the first machine has its own: what it runs for all has to be done before any other serves."""
    for stage in stages:
        if stage.start == 0 and len(stage) > 1:
            yield stage[:1]
            yield stage[1:]
        else:
            yield stage


def staged(count: int, stages: Sequence[str]) -> Iterator[range]:
    """The machines of each stage, by number: *stages* say how many have it after each; without them one comes after the other."""
    begun = 0
    for stage in (*stages, "all") if stages else map(str, range(1, count + 1)):
        until = count if stage == "all" else -(-count * int(stage[:-1]) // 100) if stage.endswith("%") else int(stage)
        until = min(count, until)
        if until > begun:
            yield range(begun, until)
            begun = until


def merged(hosts: Iterable[OnHost]) -> tuple[Outcome, ...]:
    """What became of each service: the worst of what became of it on any machine. Where a machine's turn did not come, it was not deployed."""
    every = tuple(hosts)
    worst: dict[str, Outcome] = {}
    rank = (End.FAILED, End.SKIPPED, End.DEPLOYED, End.UNCHANGED)
    for host in every:
        for one in host.outcomes:
            if one.name not in worst or rank.index(one.end) < rank.index(worst[one.name].end):
                worst[one.name] = one
    left = [host.host for host in every if not host.outcomes]
    why = f"the turn of {left[0]}{f' and {len(left) - 1} more' if left[1:] else ''} did not come" if left else ""
    return tuple(
        Outcome(name=one.name, end=End.SKIPPED, why=why) if left and one.end in GOOD else one for one in worst.values()
    )


def recorded(
    store: Store,
    last: Release | None,
    where: tuple[str, str, Platform],
    wish: Wish,
    outcomes: Sequence[Outcome],
    about: About,
) -> Release | None:
    """The release that came of it, recorded: what failed is what it was before. None where nothing came of it, or nothing changed. *where* are the
    application's name, the environment's, and the platform."""
    succeeded = {one.name for one in outcomes if one.end in GOOD}
    for _ in range(100):
        number = max(store.numbers(), default=0) + 1
        services = dict(_released(store, last, wish, succeeded, about, number))
        routes = _routes(wish, last, succeeded)
        front = store.keep(routes.encode()) if routes else None
        if not services or (last and services == last.services and front == last.front_door):
            return None
        release = Release(
            number=number,
            app=where[0],
            environment=where[1],
            platform=where[2],
            commit=about.commit,
            dirty=about.dirty,
            specs=about.specs,
            made_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            by=about.by,
            made_from=about.made_of(succeeded),
            services=services,
            front_door=front,
            parameters=about.parameters,
            evidence=about.evidence,
            patches=about.patches,
        )
        try:
            store.add(release)
        except Taken:
            continue
        return release
    raise Taken(number)


def _released(
    store: Store, last: Release | None, wish: Wish, succeeded: set[str], about: About, number: int
) -> Iterator[tuple[str, Released]]:
    earlier = last.services if last else {}
    everything = wish.chosen >= wish.composition.parts.keys()
    gone = everything and succeeded >= wish.composition.parts.keys()
    for name in sorted(earlier.keys() | succeeded):
        before = earlier.get(name)
        if name not in succeeded:
            if before and (name in wish.composition.parts or not gone):
                yield name, before
            continue
        now = Released(
            **running(wish.composition.images[name]),
            artifacts=store.keep(wish.composition.parts[name].text.encode()),
            from_release=number,
            verified=name in about.verified,
            irreversible=name in about.irreversible,
        )
        same = before and (before.runs, before.artifacts) == (now.runs, now.artifacts)
        yield name, before if before and same else now


def _routes(wish: Wish, last: Release | None, succeeded: set[str]) -> str:
    """The front door's configuration as it is recorded; that of the last release while the new one did not take it."""
    front = wish.composition.front
    # A front door of the platform's own is told when all services are meant.
    whole = bool(succeeded) and wish.chosen >= wish.composition.parts.keys()
    if (front in succeeded if front else whole) or last is None:
        return wish.composition.routes
    return wish.before.routes if wish.before else ""
