"""The system of a plan as boxes and arrows: who calls whom, what is public, where state is, and which secret goes where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from speccompile.plan.ingress import Ingress
from speccompile.plan.plan import ACCESSORY, Plan, Service, Store
from speccompile.plan.workload import Supplied, Workload
from speccompile.record import record

Kind: TypeAlias = Literal["door", "service", "process", "store", "backup", "external"]

DOOR = "front door"


@record(kw_only=True)
class Box:
    """Something that runs, or is called: ``is_a`` says what it is, in a few words. ``public`` are the addresses at which the world reaches it,
    ``state`` its volumes (name and path), ``secrets`` the names of what it is given, ``leaves`` whether it may call what is no part of the
    system."""

    name: str
    kind: Kind
    is_a: str
    public: tuple[str, ...] = ()
    state: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    replicas: int = 1
    schedule: str | None = None
    leaves: bool = False


@record()
class Arrow:
    """``source`` calls ``target``; both are names of boxes. ``what`` says at which port, or which addresses lead there."""

    source: str
    target: str
    what: str


@record()
class System:
    """Boxes and arrows, in the order of the plan. No two boxes have one name, no two arrows both ends alike."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def system(plan: Plan) -> System:
    """The system that *plan* describes, whatever it runs on."""
    boxes = {box.name: box for box in _boxes(plan)}
    joined: dict[tuple[str, str], dict[str, None]] = {}
    for arrow in _arrows(plan):
        if arrow.source in boxes and arrow.target in boxes and arrow.source != arrow.target:
            joined.setdefault((arrow.source, arrow.target), {})[arrow.what] = None
    arrows = (Arrow(source, target, ", ".join(filter(None, what))) for (source, target), what in joined.items())
    return System(tuple(boxes.values()), tuple(arrows))


def _boxes(plan: Plan) -> Iterator[Box]:
    if plan.ingress:
        yield _door(plan.ingress)
    for service in plan.services:
        yield from _service(plan, service)
    for store in plan.stores:
        yield from _store(plan, store)
    for external in plan.externals:
        yield Box(name=external.name, kind="external", is_a=f"somebody else's, at {external.parameter}")


def _door(ingress: Ingress) -> Box:
    hosts = dict.fromkeys(f"{'https' if ingress.tls else 'http'}://{route.host or '*'}" for route in ingress.routes)
    is_a = f"TLS {ingress.tls.versions.oldest} or newer" if ingress.tls else "plain HTTP"
    return Box(
        name=DOOR, kind="door", is_a=is_a, public=tuple(hosts), secrets=tuple(one.name for one in ingress.secrets)
    )


def _service(plan: Plan, service: Service) -> Iterator[Box]:
    routes = [route for route in plan.ingress.routes if route.service == service.name] if plan.ingress else []
    public = tuple(dict.fromkeys(f"{route.host or '*'}{route.path}" for route in routes if not route.part))
    is_a = f"{service.archetype}, {service.image.stack}"
    schedule = service.schedule.cron if service.schedule else None
    if service.workload is None:
        yield Box(name=service.name, kind="service", is_a=is_a, schedule=schedule)
    else:
        yield _runs(plan, service.workload, "service", is_a, public, schedule)
    for process in service.processes:
        what = f"{'a step of the release' if process.ends else 'a worker'} of {service.name}"
        yield _runs(plan, process.workload, "process", what)


def _store(plan: Plan, store: Store) -> Iterator[Box]:
    what = store.base.reference if store.kind == ACCESSORY else f"{store.kind}, {store.base.reference}"
    yield _runs(plan, store.workload, "store", what)
    if store.backup:
        yield _runs(
            plan, store.backup.workload, "backup", f"copies {store.workload.name}", (), store.backup.schedule.cron
        )


def _runs(
    plan: Plan, workload: Workload, kind: Kind, is_a: str, public: tuple[str, ...] = (), schedule: str | None = None
) -> Box:
    secret = {one.name for one in plan.parameters if one.secret}
    supplied = [one.parameter for one in workload.environment if isinstance(one, Supplied) and one.parameter in secret]
    return Box(
        name=workload.name,
        kind=kind,
        is_a=is_a,
        public=public,
        state=tuple((one.name, one.target) for one in workload.volumes),
        secrets=tuple(dict.fromkeys((*(one.name for one in workload.secrets), *supplied))),
        replicas=workload.replicas.count,
        schedule=schedule,
        leaves=workload.egress is not None,
    )


def _arrows(plan: Plan) -> Iterator[Arrow]:
    for route in plan.ingress.routes if plan.ingress else ():
        yield Arrow(DOOR, route.service, f"{route.host or '*'}{route.path}" if not route.part else "")
        if route.canary:
            yield Arrow(DOOR, route.canary.service, f"{route.canary.weight} % of {route.host or '*'}{route.path}")
    parameters = {one.parameter: one.name for one in plan.externals}
    for workload in _workloads(plan):
        yield from (Arrow(workload.name, call.to, f"port {call.port}") for call in workload.calls)
        if workload.beside and workload.port:
            yield Arrow(workload.beside.name, workload.name, f"127.0.0.1:{workload.port.number}")
        for one in workload.environment:
            if isinstance(one, Supplied) and one.parameter in parameters:
                yield Arrow(workload.name, parameters[one.parameter], "")


def _workloads(plan: Plan) -> Iterator[Workload]:
    for service in plan.services:
        yield from service.workloads
    for store in plan.stores:
        yield from store.workloads
