"""The services of a cluster: what is wanted of each, what would be done with it, and how it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.releases.composition import Composition
from speccompile.releases.deployment import Change
from speccompile.releases.kubernetes import seen
from speccompile.releases.kubernetes.documents import Document, key, template, workload
from speccompile.releases.kubernetes.rollouts import Rollouts
from speccompile.releases.kubernetes.told import Told, version
from speccompile.releases.record import ServiceStatus
from speccompile.releases.wanted import Group, Wanted, Way

_PATIENCE = 120.0  # seconds beside those of the probes in which a node is found, and fetches an image
_WIDEST = 300


def groups(composition: Composition, told: Mapping[str, Told], watch: float) -> tuple[Group, ...]:
    """What is wanted, by service."""
    owner = {name: group for group, part in composition.parts.items() for name in part.content["services"]}
    return tuple(
        Group(
            name=group,
            steps=tuple(part.content["steps"]),
            workloads=tuple(_wanted(one, watch) for one in told[group].controllers),
            needs=frozenset(owner[need] for need in part.content["needs"] if need in owner) - {group},
        )
        for group, part in composition.parts.items()
    )


def _wanted(told: Document, watch: float) -> Wanted:
    pod, replicas = template(told)["spec"], int(told["spec"].get("replicas", 1))
    grace = float(pod["terminationGracePeriodSeconds"])
    container = pod["containers"][-1]
    once = sum(map(_seconds, (container.get("startupProbe"), container.get("readinessProbe")))) + grace
    return Wanted(
        name=workload(told),
        version=version(told),
        document="",
        replicas=replicas,
        way={"Deployment": Way.BESIDE, "StatefulSet": Way.IN_PLACE}.get(told["kind"], Way.ON_DEMAND),
        patience=_PATIENCE + max(1, replicas) * once,  # one after the other
        grace=grace,
        settle=0.0,
        asked="readinessProbe" in container,
        watch=watch,
    )


def _seconds(probe: Mapping[str, Any] | None) -> float:
    """How long a probe may take until it is content, or gives up."""
    if not probe:
        return 0.0
    return float(probe["periodSeconds"] * (probe["failureThreshold"] + 1) + probe["timeoutSeconds"])


def change(rollouts: Rollouts, group: Group) -> Change:
    """What would be done with *group*."""
    said = list(_changes(rollouts, group))
    return Change(name=group.name, how="; ".join(said), steps=group.steps if said else ())


def _changes(rollouts: Rollouts, group: Group) -> Iterator[str]:
    changed = rollouts.changed(group)
    for one in changed:
        there, name = rollouts.there.get(key(one)), key(one)
        if one not in rollouts.told[group.name].controllers:
            continue
        if there is None:
            yield f"{name} is made"
        elif version(template(there)) == version(template(one)) and one["kind"] != "CronJob":
            yield f"{name} is brought to {one['spec'].get('replicas', 'as many as its autoscaler says')} that are ready"
        elif one["kind"] == "Deployment":
            yield f"{name} is rolled out: a new pod is ready before an old one ends"
        elif one["kind"] == "StatefulSet":
            yield f"{name} is rolled out: the old pod ends first, and for a moment nothing answers"
        else:
            yield f"{name} is altered: its next run is of the new version"
    others = [key(one) for one in changed if one not in rollouts.told[group.name].controllers]
    if others:
        yield f"{', '.join(others)}: applied"


def status(told: Told, there: Mapping[str, Document], number: int | None) -> ServiceStatus:
    """How a service is, of the release of which it is said to be."""
    other = ""
    for wanted in told.controllers:
        name, live = key(wanted), there.get(key(wanted))
        if live is None:
            return ServiceStatus(state="absent", why=f"{name} is not in the cluster")
        if not seen.whole(live):
            state = "starting" if _goes_on(live) else "unhealthy"
            return ServiceStatus.model_validate({"state": state, "why": f"{name}: {seen.counted(live)}"[:_WIDEST]})
        other = other or _otherwise(wanted, live, number)
    if other:
        return ServiceStatus(state="healthy", why=other[:_WIDEST])
    return ServiceStatus(state="healthy", release=number)


def _otherwise(wanted: Document, live: Document, number: int | None) -> str:
    """How a controller is not what the release says; "" where it is."""
    if taken := next(seen.taken(live), None):
        return f"{taken.object}: {taken.path} was set by {taken.manager}"
    if version(live) == version(wanted):
        return ""
    runs, says = seen.image(live), seen.image(wanted)
    differs = f": it runs {runs}" if runs != says else ""
    return f"{key(live)} is not what release {number or 'none'} says{differs}"


def _goes_on(live: Document) -> bool:
    """Whether the controller is still at it, by its own word, or has not seen yet what it was told."""
    if int((live.get("status") or {}).get("observedGeneration") or 0) < int(live["metadata"].get("generation") or 0):
        return True
    conditions = {one["type"]: one for one in (live.get("status") or {}).get("conditions") or ()}
    return conditions.get("Progressing", {}).get("reason") not in (None, "NewReplicaSetAvailable", "ProgressDeadlineExceeded")  # fmt: skip
