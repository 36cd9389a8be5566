"""Plan → what quadlet is told: units for every workload and for the front door, their networks, volumes and timers, what is asked of the operator.

The same units do for a user's systemd and for the machine's. Images are named in them and nowhere else: another tag or a digest is a drop-in
(`NAME.container.d/10-image.conf`), as quadlet reads no variables where it reads names of images.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.once import once_each
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Workload
from speccompile.provenance import Origin, merged
from speccompile.realise import front_door, published
from speccompile.realise.front_door import FrontDoor
from speccompile.realise.networks import BACKEND, EDGE
from speccompile.realise.published import Open
from speccompile.realise.quadlet import names
from speccompile.realise.quadlet.calendar import events
from speccompile.realise.quadlet.container import Around, containers
from speccompile.realise.quadlet.programs import programs, run
from speccompile.realise.quadlet.quadlet_plan import (
    MISSING,
    NEVER,
    Attach,
    Command,
    ConfigFile,
    Container,
    Image,
    Network,
    Publish,
    QuadletPlan,
    Timer,
    Volume,
)
from speccompile.realise.quadlet.secrets import made, wholes

# nginx knows no resolver but one that its configuration names, and Podman's is at the gateway of whatever network the machine gave out
# (aardvark-dns); so the configuration is read from a copy with the address from resolv.conf in place of Docker's.
_RESOLVED = (
    "set -eu; "
    "ns=\"$(sed -n 's/^nameserver \\([0-9.]*\\)$/\\1/p' /etc/resolv.conf | head -n 1)\"; "
    'sed "s/^\\( *resolver\\) 127[.]0[.]0[.]11 /\\1 ${ns:?no name server} /" "$1" > /tmp/nginx.conf; '
    "exec nginx -c /tmp/nginx.conf -g 'daemon off;'"
)


@once_each
def realised(plan: Plan) -> QuadletPlan:
    """What quadlet is told of *plan*."""
    return _realised(plan, None)


def realised_over(plan: Plan, usual: Plan) -> QuadletPlan:
    """The same of a *plan* whose units lie over those of the *usual* one, which keep their names."""
    return _realised(plan, usual)


def _realised(plan: Plan, over: Plan | None) -> QuadletPlan:
    front = front_door.front_door(plan.ingress)
    around = _around(plan, front, over)
    units = tuple(sorted(_containers(plan, front, around), key=lambda one: one.name))
    used = {one.name: one for unit in units for one in unit.parameters}
    return QuadletPlan(
        app=plan.app,
        settings=names.settings(plan.app),
        containers=units,
        programs=tuple(sorted(programs(plan, around.parameters, plan.origin), key=lambda one: one.name)),
        networks=tuple(_networks(plan.app, units)),
        volumes=tuple(_volumes(units)),
        timers=tuple(sorted(_timers(plan), key=lambda one: one.name)),
        secrets=tuple(made(plan, units, around.parameters)),
        parameters=tuple(used[name] for name in sorted(used)),
        front=front,
        origin=plan.origin,
    )


def _workloads(plan: Plan) -> list[Workload]:
    built = [one for service in plan.services for one in service.workloads]
    return [*built, *(one for store in plan.stores for one in store.workloads)]


def _around(plan: Plan, front: FrontDoor | None, over: Plan | None) -> Around:
    workloads = _workloads(plan)
    parameters = {
        one.name: one for one in (*plan.parameters, *front_door.parameters(front), *published.parameters(plan))
    }
    return Around(
        app=plan.app,
        workloads={one.name: one for one in workloads},
        parameters=parameters,
        wholes=wholes(plan.app, workloads, parameters),
        origin=plan.origin,
        usual={one.name: one.replicas.count for one in _workloads(over)} if over else {},
    )


def _containers(plan: Plan, front: FrontDoor | None, around: Around) -> Iterator[Container]:
    opened, alone = {one.name: one for one in published.opened(plan)}, run(plan)
    for service in plan.services:
        for workload in (one for one in service.workloads if one.name not in alone):
            why = _why(service.repository.origin, workload, service.workload)
            pull = MISSING if service.repository.registry else NEVER
            image = Image(name=names.built(service.repository), pull=pull, origin=why)
            schedule = service.schedule if workload is service.workload else None
            for unit in containers(around, workload, image, schedule):
                yield _reached(unit, around, opened.get(workload.name))
    for store in plan.stores:
        image = Image(name=names.pulled(store.base), pull=MISSING, origin=store.base.origin)
        yield from containers(around, store.workload, image)
        if store.backup:
            yield from containers(around, store.backup.workload, image, store.backup.schedule)
    if front:
        yield from _front(front, around)


def _reached(unit: Container, around: Around, opened: Open | None) -> Container:
    """*unit*, which clients ask themselves where it is *opened*: at a port of the host, in a network that the host reaches."""
    if opened is None:
        return unit
    edge, asks = names.shared(around.app, EDGE), {opened.port, front_door.ADDRESS}
    known = {one.name: one for one in unit.parameters} | {name: around.parameters[name] for name in asks}
    port = Publish(target=opened.target, port=opened.port, address=front_door.ADDRESS, origin=opened.origin)
    why = merged((around.called(opened.origin), *(one.origin for one in unit.networks if one.network == edge)))
    return replace(
        unit,
        parameters=tuple(known[name] for name in sorted(known)),
        networks=(
            *(one for one in unit.networks if one.network != edge),
            Attach(network=edge, alias=opened.name, origin=why),
        ),
        publish=(port,),
    )


def _why(named: Origin, workload: Workload, main: Workload | None) -> Origin:
    return named if workload is main else merged((named, workload.origin))


def _front(front: FrontDoor, around: Around) -> Iterator[Container]:
    """The front door: what comes in reaches it at a port of the host, and it reaches the services."""
    origin, app = front.origin, around.app
    image = Image(name=names.pulled(front.base), pull=MISSING, origin=front.base.origin)
    resolved = ("sh", "-c", _RESOLVED, "nginx", front.target)
    started = resolved if front.kind == "nginx" else front.workload.entrypoint
    command = Command(entrypoint=started, arguments=(), origin=origin)
    for plain in containers(around, front.workload, image):
        yield replace(
            plain,
            parameters=tuple(around.parameters[name] for name in sorted(_asked(front))),
            configs=(ConfigFile(source=front.config, target=front.target, origin=origin),),
            networks=(
                Attach(network=names.shared(app, EDGE), alias=front.workload.name, origin=around.called(origin)),
            ),
            publish=tuple(_published(front)),
            command=command,
            # It outlives what is behind it, which it looks up at each request.
            after=tuple(replace(one, needed=False) for one in plain.after),
        )


def _asked(front: FrontDoor) -> tuple[str, ...]:
    """The parameters of where it is reached."""
    return (front.address, front.port, *((front.tls_port,) if front.tls else ()))


def _published(front: FrontDoor) -> Iterator[Publish]:
    yield Publish(target=front.listen, port=front.port, address=front.address, origin=front.origin)
    if front.tls:
        encrypted = Publish(
            target=front.listen_tls, port=front.tls_port, address=front.address, origin=front.tls.origin
        )
        yield encrypted
        if front.tls.http3:
            yield replace(encrypted, protocol="udp", origin=front.tls.http3.origin)


def _networks(app: str, units: tuple[Container, ...]) -> Iterator[Network]:
    """Those that *units* are attached to."""
    every = [one for unit in units for one in unit.networks]
    for name, internal in ((BACKEND, True), (EDGE, False)):
        origins = [one.origin for one in every if one.network == names.shared(app, name)]
        if origins:
            yield Network(name=names.shared(app, name), internal=internal, origin=merged(origins))


def _volumes(units: tuple[Container, ...]) -> Iterator[Volume]:
    origins: dict[str, list[Origin]] = {}
    for unit in units:
        for mount in unit.mounts:
            origins.setdefault(mount.volume, []).append(mount.origin)
    yield from (Volume(name=name, origin=merged(why)) for name, why in sorted(origins.items()))


def _timers(plan: Plan) -> Iterator[Timer]:
    """One for each job with a schedule, in its zone, else in the machine's, as cron has it."""
    services = [(one.workload, one.schedule) for one in plan.services if one.workload and one.schedule]
    backups = [(one.backup.workload, one.backup.schedule) for one in plan.stores if one.backup]
    for workload, schedule in (*services, *backups):
        yield Timer(
            name=names.unit(plan.app, workload.name),
            title=f"{plan.app}: when {workload.name} runs",
            events=events(schedule.cron, schedule.zone),
            called=merged((schedule.origin, plan.origin)),
            origin=merged((schedule.origin, schedule.zoned)),
        )


def of_environment(units: QuadletPlan, environment: str) -> QuadletPlan:
    """*units* with a configuration of the front door that is of an *environment* alone."""
    if units.front is None:
        return units
    front = front_door.of_environment(units.front, environment)
    containers_ = tuple(
        replace(one, configs=tuple(replace(config, source=front.config) for config in one.configs))
        for one in units.containers
    )
    return replace(units, front=front, containers=containers_)
