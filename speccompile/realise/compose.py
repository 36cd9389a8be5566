"""Plan → what compose is told: a container for each workload and for the front door, the networks between them, what is asked of the operator.

Exclusive runs take a lock, deadlines are a program that ends the run, and a workload is watched by one check: compose has no means of its own
for any of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from speccompile.once import once_each
from speccompile.plan.plan import Layout, Plan, Service
from speccompile.plan.repository import Repository
from speccompile.plan.workload import Probes, Readiness, RestartPolicy, Scratch, Trigger, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise import front_door, published
from speccompile.realise.compose_plan import (
    After,
    Attach,
    Built,
    Check,
    ComposePlan,
    Condition,
    ConfigFile,
    Container,
    Image,
    Publish,
    Pulled,
    Tmpfs,
)
from speccompile.realise.compose_plan import Restart as Policy
from speccompile.realise.exclusive import locked
from speccompile.realise.front_door import FrontDoor
from speccompile.realise.networks import EDGE, attached, joined, networks
from speccompile.realise.published import Open
from speccompile.realise.run_deadline import bounded

_CONDITIONS = MappingProxyType(
    {
        Readiness.HEALTHY: Condition.HEALTHY,
        Readiness.STARTED: Condition.STARTED,
        Readiness.COMPLETED: Condition.COMPLETED,
    }
)
_POLICIES = MappingProxyType(
    {
        RestartPolicy.ALWAYS: "unless-stopped",
        RestartPolicy.ON_FAILURE: "on-failure",
        RestartPolicy.NEVER: "no",
    }
)
_TOOLS, _JOBS, _BACKUPS = "tools", "jobs", "backups"
_PROFILES = MappingProxyType({Trigger.SYSTEM: (), Trigger.HAND: (_TOOLS,), Trigger.SCHEDULE: (_JOBS,)})


@once_each
def realised(plan: Plan) -> ComposePlan:
    """What compose is told of *plan*."""
    front = front_door.front_door(plan.ingress)
    asked = {one.name: one for one in published.opened(plan)}
    containers = tuple(
        sorted((_asked(one, asked.get(one.name)) for one in _containers(plan, front)), key=lambda one: one.name)
    )
    parameters = (*plan.parameters, *front_door.parameters(front), *published.parameters(plan))
    return ComposePlan(
        app=plan.app,
        containers=containers,
        networks=tuple(networks(containers)),
        secrets=plan.secrets,
        parameters=tuple(sorted(parameters, key=lambda one: one.name)),
        origin=plan.origin,
    )


def _containers(plan: Plan, front: FrontDoor | None) -> Iterator[Container]:
    for service in plan.services:
        for workload in service.workloads:
            besides = () if workload is service.workload else (workload.origin,)
            started = locked(bounded(workload, service.image), service.image)
            yield _container(plan, started, _built(service, plan.layout, besides), _PROFILES[workload.trigger])
    for store in plan.stores:
        image = Pulled(base=store.base, pin=store.pin, origin=store.base.origin)
        yield _container(plan, store.workload, image, ())
        if store.backup:
            yield _container(plan, store.backup.workload, image, (_BACKUPS,))
    if front:
        yield _front(plan, front)


def _built(service: Service, layout: Layout, besides: tuple[Origin, ...]) -> Built:
    """How the image of *service* is made for a container that is there because of *besides*, too."""
    name = service.repository
    reasons = (service.image.origin, name.origin, merged((service.origin, layout.origin)))
    origin, named, placed = (merged((one, *besides)) for one in reasons) if besides else reasons
    return Built(
        repository=name,
        context=layout.context or ".",
        dockerfile="/".join(part for part in (layout.output_in_context, service.dockerfile) if part not in ("", ".")),
        secrets=service.image.secrets,
        pull_policy=_pull_policy(name),
        named=named,
        placed=placed,
        origin=origin,
    )


def _pull_policy(name: Repository) -> str:
    """When compose fetches it: in a registry of ours what is missing, else never.

    Compose asks for what it could build, too; a name without a registry is one at Docker Hub, and there it is anybody's.
    """
    return "missing" if name.registry else "never"


def _container(plan: Plan, workload: Workload, image: Image, profiles: tuple[str, ...]) -> Container:
    return Container(
        name=workload.name,
        image=image,
        # The engine refuses a second one of that name, whoever starts it.
        container_name=f"{plan.app}-{workload.name}" if workload.replicas.exclusive else None,
        user=workload.user,
        environment=workload.environment,
        secrets=workload.secrets,
        volumes=workload.volumes,
        tmpfs=tuple(map(_tmpfs, workload.scratch)),
        configs=(),
        networks=() if workload.beside else (*attached(workload), *joined(workload)),
        depends_on=tuple(
            After(name=one.name, condition=_CONDITIONS[one.readiness], origin=one.origin) for one in workload.depends_on
        ),
        publish=(),
        check=_check(workload.probes) if workload.probes else None,
        limits=workload.limits,
        stop=workload.stop,
        restart=_restart(workload),
        # All of one service would have the network of its first container, and the same ports there.
        replicas=replace(workload.replicas, count=1, most=None) if workload.beside else workload.replicas,
        init=workload.init,
        entrypoint=workload.entrypoint,
        command=workload.command,
        profiles=profiles,
        hardening=workload.hardening,
        logs=workload.logs,
        unchecked=workload.unchecked,
        given=workload.given,
        beside=workload.beside,
        start=workload.start,
        origin=workload.origin,
    )


def _front(plan: Plan, front: FrontDoor) -> Container:
    """The front door: what comes in reaches it at a port of the host, and it reaches the services."""
    origin = front.origin
    plain = _container(plan, front.workload, Pulled(base=front.base, pin=front.pin, origin=front.base.origin), ())
    return replace(
        plain,
        configs=(ConfigFile(name=front.kind, source=front.config, target=front.target, origin=origin),),
        networks=(Attach(network=EDGE, origin=origin),),
        publish=tuple(_published(front)),
    )


def _asked(container: Container, opened: Open | None) -> Container:
    """*container*, which clients ask themselves where it is *opened*: at a port of the host, in a network that the host reaches."""
    if opened is None:
        return container
    port = Publish(target=opened.target, port=opened.port, address=front_door.ADDRESS, origin=opened.origin)
    inside = [one for one in container.networks if one.network != EDGE]
    return replace(
        container,
        publish=(port,),
        networks=(*inside, Attach(network=EDGE, origin=merged((port.origin, *_edge(container))))),
    )


def _edge(container: Container) -> tuple[Origin, ...]:
    return tuple(one.origin for one in container.networks if one.network == EDGE)


def _published(front: FrontDoor) -> Iterator[Publish]:
    if front.tls:
        encrypted = Publish(
            target=front.listen_tls, port=front.tls_port, address=front.address, origin=front.tls.origin
        )
        yield encrypted
        if front.tls.http3:
            yield replace(encrypted, protocol="udp", origin=front.tls.http3.origin)
    yield Publish(target=front.listen, port=front.port, address=front.address, origin=front.origin)


def _tmpfs(scratch: Scratch) -> Tmpfs:
    uid, _, gid = (scratch.owner or "").partition(":")
    options = (
        f"size={_size(scratch.size)}",
        *((f"uid={uid}", f"gid={gid}") if scratch.owner else ()),
        f"mode={scratch.mode:04o}",
        *(("exec",) if scratch.executable else ()),
    )
    return Tmpfs(target=scratch.target, options=options, origin=scratch.origin)


def _size(size: int) -> str:
    """Bytes as mount options write them, in the largest unit that divides them."""
    for unit, letter in ((2**30, "g"), (2**20, "m"), (2**10, "k")):
        if size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)


def _check(probes: Probes) -> Check:
    return Check(
        argv=probes.watch or probes.ready,
        interval=probes.interval,
        timeout=probes.timeout,
        start_period=probes.start_period,
        retries=probes.retries,
        origin=probes.origin,
    )


def _restart(workload: Workload) -> Policy:
    """`docker compose run`, by which a crontab starts a run, makes a container that no engine restarts (see ``compose_losses``)."""
    restart = workload.restart
    if workload.trigger is Trigger.SCHEDULE and restart.policy is RestartPolicy.ON_FAILURE:
        return Policy(policy=_POLICIES[RestartPolicy.NEVER], origin=restart.origin)
    times = f":{restart.times}" if restart.times else ""
    return Policy(policy=f"{_POLICIES[restart.policy]}{times}", origin=restart.origin)
