"""Which controller runs a workload, and with which volumes.

What must not be there twice is a stateful set of one: a deployment starts the next pod as soon as the node of the last one is drained, whatever
its strategy for new versions is ("Deployment", "Force Delete StatefulSet Pods" in Kubernetes' documentation).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from speccompile.plan.dump import data
from speccompile.plan.image import Base
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan, Service
from speccompile.plan.repository import LOCAL_TAG, Repository
from speccompile.plan.workload import Parameter, RestartPolicy, Schedule, Trigger, Volume, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.kubernetes.kinds import (
    Claim,
    Component,
    Controller,
    CronJob,
    Deployment,
    Image,
    Job,
    Kept,
    Pod,
    Run,
    StatefulSet,
)
from speccompile.realise.kubernetes.names import CONTROLLED, digest, fitted
from speccompile.realise.kubernetes.pods import pod, step
from speccompile.realise.kubernetes.sidecars import sidecar, with_sidecars
from speccompile.record import record

VOLUME = 10 * 2**30
"""How much a volume is asked for where nobody says how much: the plan knows no sizes."""

NEVER = "0 0 31 2 *"
"""A schedule that never comes, for what is started by hand alone: a cluster wants one."""

UTC = "Etc/UTC"
"""The zone of a schedule that has none: without a word a cluster takes that of its controller."""

_ENDING = (Component.JOB, Component.TOOL, Component.BACKUP, Component.RELEASE)


@record(kw_only=True)
class Member(Node):
    """A workload with its image, what it is for, and what is to have ended before it in the same pod."""

    workload: Workload
    image: Image
    component: Component
    schedule: Schedule | None = None
    before: tuple[Workload, ...] = ()
    beside: tuple[tuple[Workload, Image], ...] = ()

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """All whose variables, files and volumes its pod has."""
        return (self.workload, *(one for one, _ in self.beside))


def members(plan: Plan) -> tuple[Member, ...]:
    """All that runs, by name. The steps of a service's release are one: each begins when the one before it has ended."""
    found = sorted(_members(plan), key=lambda one: one.workload.name)
    return tuple(replace(one, beside=_sidecars(plan, one.workload.name)) for one in found)


def _sidecars(plan: Plan, name: str) -> tuple[tuple[Workload, Image], ...]:
    """What is beside the workload *name*: what that needs first."""
    found = [one for one in plan.stores if one.workload.beside and one.workload.beside.name == name]
    ordered = sorted(found, key=lambda one: not (one.workload.beside and one.workload.beside.first))
    return tuple((one.workload, _pulled(one.base)) for one in ordered)


def _members(plan: Plan) -> Iterator[Member]:
    for service in plan.services:
        image = _built(service.repository)
        if service.workload:
            origin = merged((service.workload.origin, service.repository.origin))
            yield Member(
                workload=service.workload,
                image=image,
                component=_component(service, service.workload),
                schedule=service.schedule,
                origin=origin,
            )
        for one in service.processes:
            if not one.ends:
                yield Member(workload=one.workload, image=image, component=Component.WORKER, origin=one.origin)
        if steps := [one for one in service.processes if one.ends]:
            yield Member(
                workload=steps[-1].workload,
                image=image,
                component=Component.RELEASE,
                before=tuple(one.workload for one in steps[:-1]),
                origin=merged(one.origin for one in steps),
            )
    for store in plan.stores:
        if store.workload.beside:
            continue
        image = _pulled(store.base)
        yield Member(workload=store.workload, image=image, component=Component.STORE, origin=store.workload.origin)
        if store.backup:
            yield Member(
                workload=store.backup.workload,
                image=image,
                component=Component.BACKUP,
                schedule=store.backup.schedule,
                origin=store.backup.origin,
            )


def _component(service: Service, workload: Workload) -> Component:
    if workload.trigger is Trigger.HAND:
        return Component.TOOL
    if workload.trigger is Trigger.SCHEDULE or service.role == "job":
        return Component.JOB
    return Component.SERVER if workload.port else Component.WORKER


def _built(name: Repository) -> Image:
    return Image(repository=name.name, tag=LOCAL_TAG, digest=None, preloaded=name.registry is None, origin=name.origin)


def _pulled(base: Base) -> Image:
    repository, _, tag = base.reference.rpartition(":")
    return Image(repository=repository, tag=tag, digest=base.digest, preloaded=False, origin=base.origin)


def claims(found: Sequence[Member]) -> tuple[Claim, ...]:
    """The volumes that are no stateful set's own. Those of several pods have to be reached from several nodes."""
    users = _users(found)
    return tuple(
        _claim(name, [volume for _, volume in uses], shared=_is_shared([one for one, _ in uses]))
        for name, uses in sorted(users.items())
        if not _owner(users, name)
    )


def _claim(name: str, volumes: Iterable[Volume], *, shared: bool) -> Claim:
    return Claim(name=name, size=VOLUME, shared=shared, origin=merged(one.origin for one in volumes))


def _users(found: Iterable[Member]) -> dict[str, list[tuple[Member, Volume]]]:
    users: dict[str, list[tuple[Member, Volume]]] = {}
    for one in found:
        for volume in (each for workload in one.workloads for each in workload.volumes):
            users.setdefault(volume.name, []).append((one, volume))
    return users


def _is_shared(users: Sequence[Member]) -> bool:
    return len(users) > 1 or users[0].workload.replicas.several


def _owner(users: Mapping[str, Sequence[tuple[Member, Volume]]], name: str) -> Member | None:
    """The one workload that has the volume, where it lasts and there is one of it."""
    found = [one for one, _ in users[name]]
    return None if _is_shared(found) or found[0].component in _ENDING else found[0]


def controllers(found: Sequence[Member], parameters: Mapping[str, Parameter]) -> Iterator[Controller]:
    """What runs each of the members *found*."""
    users = _users(found)
    for one in found:
        yield _controller(one, _pod(one, users, parameters))


def _kept(
    one: Member, volumes: Iterable[Volume], users: Mapping[str, Sequence[tuple[Member, Volume]]]
) -> tuple[Kept, ...]:
    return tuple(
        Kept(
            name=volume.name,
            target=volume.target,
            claim=volume.name,
            template=_owner(users, volume.name) is one,
            origin=volume.origin,
        )
        for volume in volumes
    )


def _pod(one: Member, users: Mapping[str, Sequence[tuple[Member, Volume]]], parameters: Mapping[str, Parameter]) -> Pod:
    plain = pod(one.workload, one.image, one.component, _kept(one, one.workload.volumes, users), parameters)
    if one.before:
        return replace(plain, before=tuple(map(step, one.before)), origin=one.origin)
    lent = tuple(
        sidecar(workload, image, _kept(one, workload.volumes, users), parameters) for workload, image in one.beside
    )
    return with_sidecars(plain, lent) if lent else plain


def _controller(one: Member, made: Pod) -> Controller:
    match one.component:
        case Component.RELEASE:
            return _job(one, made)
        case Component.JOB | Component.TOOL | Component.BACKUP:
            return _cron_job(one, made) if one.schedule or one.component is Component.TOOL else _job(one, made)
        case _:
            return _lasting(one, made)


def _lasting(one: Member, made: Pod) -> Deployment | StatefulSet:
    own = tuple(
        _claim(volume.name, [volume], shared=False)
        for kept in (each for pod in (made, *(made.beside or ())) for each in pod.kept)
        if kept.template
        for volume in (each for workload in one.workloads for each in workload.volumes)
        if volume.name == kept.claim
    )
    replicas = one.workload.replicas
    if own or replicas.exclusive:
        name = fitted(one.workload.name, CONTROLLED)
        return StatefulSet(name=name, replicas=replicas, claims=own, pod=made, origin=made.origin)
    return Deployment(name=fitted(one.workload.name, CONTROLLED), replicas=replicas, pod=made, origin=made.origin)


def _job(one: Member, made: Pod) -> Job:
    """A job cannot be altered: what is in it is in its name, so that another one is another job."""
    run = _run(one, made)
    return Job(name=f"{fitted(one.workload.name, CONTROLLED - 9)}-{digest(_content(run))}", run=run, origin=made.origin)


def _cron_job(one: Member, made: Pod) -> CronJob:
    return CronJob(
        name=fitted(one.workload.name, CONTROLLED),
        cron=one.schedule.cron if one.schedule else NEVER,
        zone=(one.schedule.zone if one.schedule else "") or UTC,
        zone_origin=one.schedule.zoned if one.schedule else made.origin,
        suspended=one.schedule is None,
        # What a crontab starts waits for nobody either: a run that is due while another goes on is skipped.
        overlap=one.component is Component.TOOL,
        overlap_origin=one.workload.replicas.origin,
        run=_run(one, made),
        origin=one.schedule.origin if one.schedule else made.origin,
    )


def _run(one: Member, made: Pod) -> Run:
    restart, deadline = one.workload.restart, one.workload.deadline
    retries = (restart.times or 0) if restart.policy is RestartPolicy.ON_FAILURE else 0
    return Run(
        retries=retries,
        deadline=deadline.seconds if deadline else None,
        deadline_origin=_why(deadline.origin if deadline else None, made),
        pod=made,
        origin=restart.origin,
    )


def _why(origin: Origin | None, made: Pod) -> Origin:
    return origin or made.origin


def _content(run: Run) -> str:
    """What a job does, whoever wants it."""
    return json.dumps(_unexplained(data(run)), sort_keys=True)


def _unexplained(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unexplained(child) for key, child in value.items() if key != "because"}
    return [_unexplained(child) for child in value] if isinstance(value, list) else value
