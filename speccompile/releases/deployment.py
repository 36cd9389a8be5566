"""A deployment: services in the order of their needs, one after the other; what needs one that failed is skipped, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter

from speccompile.record import record
from speccompile.releases.rolling import End, Outcome, bring, is_whole
from speccompile.releases.wanted import Group, Platform, PlatformFailed, State, Way


@record(kw_only=True)
class Change:
    """What a deployment would do with a service: ``how`` in words, "" for nothing."""

    name: str
    how: str
    steps: tuple[str, ...] = ()


@record(kw_only=True)
class Order:
    """What is to be deployed: ``groups`` are all services, ``chosen`` the names of those that are meant, ``before`` those of the last release."""

    groups: tuple[Group, ...]
    before: Mapping[str, Group]
    chosen: frozenset[str]
    fail_fast: bool


def ordered(groups: Sequence[Group]) -> tuple[Group, ...]:
    """What is needed first, the front door last, else by name."""
    named = {group.name: group for group in groups}
    back = {group.name: sorted(group.needs & named.keys()) for group in groups if not group.front}
    names = [*TopologicalSorter(dict(sorted(back.items()))).static_order()]
    return (*(named[name] for name in names if name in back), *(group for group in groups if group.front))


def changes(platform: Platform, order: Order) -> tuple[Change, ...]:
    """What would be done, in its order; ``deploy`` does just that. Raises ``PlatformFailed``."""
    found = [_change(platform, group) for group in ordered(order.groups) if group.name in order.chosen]
    everything = frozenset(one.name for group in order.groups for one in group.workloads)
    if order.chosen == frozenset(group.name for group in order.groups):
        gone = len(platform.strangers(everything))
        found += (
            [Change(name="others", how=f"{gone} containers that are no longer wanted are taken away")] if gone else []
        )
    return tuple(found)


def _change(platform: Platform, group: Group) -> Change:
    said = []
    for wanted in group.workloads:
        there = platform.instances(wanted.name)
        if is_whole(wanted, there):
            continue
        serving = sum(one.version == wanted.version and one.state is not State.STOPPED for one in there)
        if not there:
            how = f"{wanted.name} is started, {wanted.replicas} of it"
        elif serving and all(one.version == wanted.version for one in there):
            how = f"{wanted.name} is brought to {wanted.replicas} that are well"
        elif wanted.way is Way.BESIDE:
            how = f"{wanted.name} is started beside what runs, {wanted.replicas} of it; when it is healthy the old one goes"
        else:
            how = f"{wanted.name} is replaced: the old one ends first, and for a moment nothing answers"
        said.append(how)
    if group.front and platform.reroutes():
        said.append("its routes are loaded anew, and no connection breaks")
    return Change(name=group.name, how="; ".join(said), steps=group.steps if said else ())


def deploy(
    platform: Platform, order: Order, renew: Callable[[], None], say: Callable[[str], None]
) -> tuple[Outcome, ...]:
    """Do it. *renew* keeps the right to, and is called between any two services; *say* is told what goes on."""

    def brought(group: Group, switched: frozenset[str]) -> Outcome:
        outcome = bring(platform, group, order.before.get(group.name), switched, say)
        return _routed(platform, group, switched, outcome) if group.front else outcome

    def runs(group: Group) -> bool:
        return all(platform.instances(one.name) for one in group.workloads if one.way is not Way.ON_DEMAND)

    outcomes = each(order, runs, brought, renew)
    if not any(group.front and group.name in order.chosen for group in order.groups):
        _switched(platform, outcomes)
    if is_all(order, outcomes):
        try:
            _retire(platform, order)
        except PlatformFailed as problem:  # all that is wanted runs; the next deployment takes it away
            say(f"what is no longer wanted is still there: {problem}")
    return tuple(outcomes.values())


def _switched(platform: Platform, outcomes: dict[str, Outcome]) -> None:
    """Let the front door, which stays, know all that is well; where it cannot be told, what was deployed is not where it shall be."""
    try:
        platform.switch(well(outcomes))
    except PlatformFailed as problem:
        for name, one in outcomes.items():
            if one.end is End.DEPLOYED:
                outcomes[name] = replace(one, end=End.FAILED, why=f"the front door does not know it: {problem}")


def _routed(platform: Platform, group: Group, switched: frozenset[str], outcome: Outcome) -> Outcome:
    """What became of the front door, once its routes are what they shall be, too."""
    if outcome.end is End.FAILED:
        return outcome
    try:
        changed = platform.reroutes()
        platform.switch(switched | {group.name})
    except PlatformFailed as problem:
        return Outcome(name=group.name, end=End.FAILED, why=str(problem), back=True)
    return replace(outcome, end=End.DEPLOYED) if changed else outcome


def _retire(platform: Platform, order: Order) -> None:
    wanted = frozenset(one.name for group in order.groups for one in group.workloads)
    ids = tuple(one.id for one in platform.strangers(wanted))
    platform.stop(ids, 10.0)
    platform.remove(ids)


def each(
    order: Order,
    runs: Callable[[Group], bool],
    brought: Callable[[Group, frozenset[str]], Outcome],
    renew: Callable[[], None],
) -> dict[str, Outcome]:
    """What became of the chosen services, one after the other: *brought* brings one, and is told which ones came before it and are well; *runs* is
    whether one that is not chosen is there; *renew* is called before each. What needs one that failed is skipped."""
    outcomes: dict[str, Outcome] = {}
    for group in ordered(order.groups):
        if group.name not in order.chosen:
            continue
        renew()
        try:
            why = _hindrance(runs, group, order, outcomes)
        except PlatformFailed as problem:  # the others are tried: their engine may be back by then
            outcomes[group.name] = Outcome(name=group.name, end=End.FAILED, why=str(problem), back=None)
            continue
        outcomes[group.name] = (
            Outcome(name=group.name, end=End.SKIPPED, why=why) if why else brought(group, well(outcomes))
        )
    return outcomes


def is_all(order: Order, outcomes: Mapping[str, Outcome]) -> bool:
    """Whether every service is as it shall be, so that what else runs is no longer wanted."""
    return order.chosen == frozenset(group.name for group in order.groups) == well(outcomes)


def well(outcomes: Mapping[str, Outcome]) -> frozenset[str]:
    """The services that are as they shall be."""
    return frozenset(name for name, one in outcomes.items() if one.end in (End.DEPLOYED, End.UNCHANGED))


def _hindrance(runs: Callable[[Group], bool], group: Group, order: Order, outcomes: Mapping[str, Outcome]) -> str:
    """Why *group* is not deployed, "" when nothing is in the way."""
    failed = [name for name, one in outcomes.items() if one.end in (End.FAILED, End.SKIPPED)]
    if order.fail_fast and failed:
        return f"--fail-fast, after {failed[0]}"
    for need in sorted(group.needs):
        if need in failed and not group.front:
            return f"it needs {need}, which {'failed' if outcomes[need].end is End.FAILED else 'was skipped'}"
        other = next((one for one in order.groups if one.name == need), None)
        if need not in order.chosen and other and not runs(other):
            return f"it needs {need}, which does not run here; deploy that, too"
    return ""
