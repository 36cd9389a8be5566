"""Plan → what a swarm is told: what compose is told of everything that stays up, as services that a swarm keeps up and rolls forward.

A version that gets unhealthy while it is watched is rolled back by the swarm itself. What a swarm has no means for is declared in
``swarm_losses.py``: a clock, an order of starting, runs that end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import assert_never

from speccompile.once import once_each
from speccompile.plan.plan import Plan
from speccompile.plan.repository import LOCAL_TAG, TAG
from speccompile.plan.workload import RestartPolicy, Workload
from speccompile.provenance import merged
from speccompile.realise import compose, front_door
from speccompile.realise.compose_plan import Attach, Built, ComposePlan, Container, Image, Pulled
from speccompile.realise.front_door import FrontDoor
from speccompile.realise.giving import without_gateway
from speccompile.realise.networks import BACKEND, networks
from speccompile.realise.swarm_parameters import at, parameters, secret_name
from speccompile.realise.swarm_plan import Link, Pinned, Reference, Rollout, StackConfig, StackSecret, SwarmPlan, Task

DIRECTORY = "swarm"
_RESTARTS = MappingProxyType(
    {RestartPolicy.ALWAYS: "any", RestartPolicy.ON_FAILURE: "on-failure", RestartPolicy.NEVER: "none"}
)
_LEAST_WATCHED = 30


@once_each
def realised(plan: Plan) -> SwarmPlan:
    """What a swarm is told of *plan*."""
    told = compose.realised(plan)
    found = front_door.front_door(plan.ingress)
    front = replace(found, config=f"{DIRECTORY}/{found.config}") if found else None
    tasks = tuple(sorted(_tasks(plan, told, front), key=lambda one: one.container.name))
    return replace(_with(plan, told, tasks), front=front)


def _with(plan: Plan, told: ComposePlan, tasks: tuple[Task, ...]) -> SwarmPlan:
    used = {use.name for one in tasks for use in one.container.secrets}
    secrets = tuple(
        StackSecret(name=one.name, parameter=secret_name(one.name), origin=one.origin)
        for one in plan.secrets
        if one.name in used
    )
    return SwarmPlan(
        app=plan.app,
        tasks=tasks,
        networks=tuple(_links(tasks)),
        secrets=secrets,
        configs=tuple(
            StackConfig(name=config.name, source=config.source, origin=config.origin)
            for one in tasks
            for config in one.container.configs
        ),
        parameters=tuple(sorted(parameters(plan, told, tasks), key=lambda one: one.name)),
        front=None,
        origin=plan.origin,
    )


def stays_up(plan: Plan) -> tuple[Workload, ...]:
    """The workloads of *plan* that a swarm can keep up: no job, no tool, no step that ends, and nothing in the network of another."""
    built = [
        workload
        for service in plan.services
        if service.role in ("server", "worker")
        for workload in (service.workload, *(one.workload for one in service.processes if not one.ends))
        if workload
    ]
    return (*built, *(store.workload for store in plan.stores if not store.workload.beside))


def releasing(plan: Plan) -> SwarmPlan | None:
    """The steps of releases, which are in no stack, as what a deployment runs once before the service that they are of; None where there are none."""
    told = compose.realised(plan)
    steps = [one.workload for service in plan.services for one in service.processes if one.ends]
    tasks = tuple(
        _task(workload, _somewhere(container))
        for workload in steps
        if (container := told.container(workload.name)) is not None
    )
    return _with(plan, told, tasks) if tasks else None


def _tasks(plan: Plan, told: ComposePlan, front: FrontDoor | None) -> Iterator[Task]:
    for workload in (*stays_up(plan), *((front.workload,) if front else ())):
        container = told.container(workload.name)
        if container:
            yield _task(workload, _somewhere(container))


def _somewhere(container: Container) -> Container:
    """*container*, its ports by number, in a network without a way out where it is in none: else a stack would put it into one that leads out."""
    alone = Attach(network=BACKEND, origin=container.origin)
    ports = tuple(sorted(container.publish, key=lambda one: (one.target, one.protocol)))
    given = without_gateway(container.given)
    return replace(
        container,
        publish=ports,
        networks=tuple(one for one in container.networks if not one.external) or (alone,),
        given=replace(given, gpus=None, directories=(), networks=()) if given else None,
    )


def _task(workload: Workload, container: Container) -> Task:
    # Two of these at once would share a directory, a name, or a port of the node.
    apart = bool(workload.volumes) or workload.replicas.exclusive or bool(container.publish)
    return Task(
        container=container,
        image=_reference(container.image),
        replicas=workload.replicas.count,
        restart=_RESTARTS[workload.restart.policy],
        attempts=workload.restart.times,
        alone=workload.replicas.exclusive,
        pinned=_pinned(workload),
        scratch=workload.scratch,
        rollout=_rollout(workload, start_first=not apart),
        origin=workload.origin,
    )


def _pinned(workload: Workload) -> Pinned | None:
    return Pinned(origin=merged(one.origin for one in workload.volumes)) if workload.volumes else None


def _reference(image: Image) -> Reference:
    match image:
        case Built(repository=name):
            return Reference(
                repository=name.name,
                place=name.parameter,
                tag=LOCAL_TAG,
                tagged=TAG,
                at=at(name.pin),
                origin=merged((name.origin, image.named)),
            )
        case Pulled(base=base):
            where, _, tag = base.reference.rpartition(":")
            pinned = f"{tag}@{base.digest}" if base.digest else tag
            pin = None if base.digest else at(image.pin)
            return Reference(repository=where, place=None, tag=pinned, tagged=None, at=pin, origin=base.origin)
        case _:
            assert_never(image)


def _rollout(workload: Workload, *, start_first: bool) -> Rollout:
    """It is watched until its probes could have said that it is not well."""
    probes = workload.probes
    watched = probes.start_period + probes.retries * (probes.interval + probes.timeout) if probes else 0
    apart = (*(one.origin for one in workload.volumes), workload.replicas.origin)
    origin = merged((workload.origin, *((probes.origin,) if probes else ()), *apart))
    return Rollout(start_first=start_first, monitor=max(watched, _LEAST_WATCHED), origin=origin)


def _links(tasks: tuple[Task, ...]) -> Iterator[Link]:
    for network in networks(one.container for one in tasks):
        yield Link(name=network.name, internal=network.internal, origin=network.origin)


def of_environment(swarm: SwarmPlan, environment: str) -> SwarmPlan:
    """*swarm* with a configuration of the front door that is of an *environment* alone."""
    if swarm.front is None:
        return swarm
    front = front_door.of_environment(swarm.front, environment)
    source = front.config.removeprefix(f"{DIRECTORY}/")
    return replace(swarm, front=front, configs=tuple(replace(one, source=source) for one in swarm.configs))
