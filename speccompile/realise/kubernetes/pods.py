"""A workload → a pod: its container, what that is given, how it is asked and how it ends.

A pod has no process of its own that passes signals on and reaps; where the plan wants one, the containers of the pod share their processes,
and the cluster's own pause program is process 1. Then a signal ends a program that does not handle it, as it does outside of containers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from speccompile.plan.given import Given, Label
from speccompile.plan.workload import Limits, Logs, Parameter, Probes, Stop, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.giving import without_gateway
from speccompile.realise.kubernetes.environment import environment
from speccompile.realise.kubernetes.kinds import (
    Ask,
    Asked,
    Component,
    Ending,
    Image,
    Kept,
    Memory,
    Pod,
    Resources,
    SecretFile,
    Step,
)
from speccompile.realise.kubernetes.names import fresh, named

DRAIN = 5
"""Seconds for which a pod that is taken away goes on serving: until every node has heard that it is not to be sent anything any more."""

_STARTUP_PERIOD = 5
_REQUESTED_CPU = 100
_DISK = 2**30
_SECRETS = "secret-files"
_LONGEST_NAME = 63
_LASTING = (Component.SERVER, Component.WORKER)


def pod(
    workload: Workload, image: Image, component: Component, kept: tuple[Kept, ...], parameters: Mapping[str, Parameter]
) -> Pod:
    """The pod of *workload*, which runs *image* and has the volumes *kept*."""
    user, _, group = workload.user.partition(":")
    secrets = _secrets(workload)
    memory = _memory(workload, {one.name for one in kept})
    lasting = component in (*_LASTING, Component.STORE)
    return Pod(
        name=workload.name,
        component=component,
        user=int(user),
        group=int(group),
        owned=bool(secrets or memory or kept),
        reaped=workload.stop.origin if workload.init else None,
        image=image,
        before=(),
        step=step(workload),
        environment=environment(workload, parameters),
        memory=memory,
        kept=kept,
        secrets=secrets,
        secrets_volume=fresh(_SECRETS, _SECRETS, {*(one.name for one in kept), *(one.name for one in memory)}),
        asked=_asked(workload.probes, component) if workload.probes and lasting else None,
        resources=_resources(workload.limits, workload.logs),
        ending=_ending(workload.stop, component),
        hardening=workload.hardening,
        restarts=lasting,
        given=_given(workload.given),
        spread=workload.replicas.origin if workload.replicas.several else None,
        origin=workload.origin,
    )


def _given(given: Given | None) -> Given | None:
    """Without what ``losses`` declares: the machine's address, labels that are too long for an annotation, all processors of a node."""
    found = without_gateway(given)
    if found is None:
        return None
    labels = tuple(one for one in found.labels if fits(one))
    return replace(found, labels=labels, gpus=found.gpus if found.gpus and found.gpus.count else None)


def fits(label: Label) -> bool:
    """Whether an annotation can have its key (kubernetes.io/docs, "Annotations", "Syntax and character set")."""
    return len(label.key.rpartition("/")[2]) <= _LONGEST_NAME


def step(workload: Workload) -> Step:
    """What *workload* is started with."""
    return Step(name=workload.name, command=workload.entrypoint, args=workload.command, origin=workload.start)


def _secrets(workload: Workload) -> tuple[SecretFile, ...]:
    """Each once, however many variables tell where it is."""
    origins: dict[str, list[Origin]] = {}
    for use in workload.secrets:
        origins.setdefault(use.name, []).append(use.origin)
    return tuple(SecretFile(name=name, origin=merged(why)) for name, why in sorted(origins.items()))


def _memory(workload: Workload, taken: set[str]) -> tuple[Memory, ...]:
    found: list[Memory] = []
    for one in workload.scratch:
        name = fresh(f"memory-{named(one.target)}", one.target, {*taken, *(other.name for other in found)})
        found.append(Memory(name=name, target=one.target, size=one.size, origin=one.origin))
    return tuple(found)


def _asked(probes: Probes, component: Component) -> Asked:
    """A store is asked whether it is ready, and no more: one that is busy with its files after a crash must not be killed over it."""
    ready = Ask(
        argv=probes.ready,
        period=probes.interval,
        timeout=probes.timeout,
        failures=probes.retries,
        origin=probes.origin,
    )
    if component not in _LASTING:
        return Asked(startup=None, readiness=ready, liveness=None, origin=probes.origin)
    live = Ask(
        argv=probes.live or probes.ready,
        period=probes.interval,
        timeout=probes.timeout,
        failures=probes.retries,
        origin=probes.origin,
    )
    return Asked(startup=_startup(probes, live.argv), readiness=ready, liveness=live, origin=probes.origin)


def _startup(probes: Probes, argv: tuple[str, ...]) -> Ask:
    """As long as a check that counts nothing during the start would wait, but asked more often: what is up early serves early."""
    period = min(probes.interval, _STARTUP_PERIOD)
    patience = probes.start_period + probes.retries * probes.interval
    return Ask(
        argv=argv,
        period=period,
        timeout=probes.timeout,
        failures=max(1, math.ceil(patience / period)),
        origin=probes.origin,
    )


def _resources(limits: Limits, logs: Logs) -> Resources:
    """Memory is promised whole: what was promised less is killed first when a node has none left. Processor time is shared, so that little of
    it is promised; of the disk only logs take any."""
    cpu = round(limits.cpus * 1000)
    return Resources(
        memory=limits.memory,
        cpu=cpu,
        requested_cpu=min(cpu, _REQUESTED_CPU),
        disk=max(_DISK, logs.files * logs.size),
        requested_disk=logs.files * logs.size,
        cpu_origin=limits.cpus_origin or limits.origin,
        disk_origin=logs.origin,
        origin=limits.origin,
    )


def _ending(stop: Stop, component: Component) -> Ending:
    drain = DRAIN if component is Component.SERVER else 0
    return Ending(drain=drain, grace=drain + stop.grace, origin=stop.origin)
