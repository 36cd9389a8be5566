"""What may talk to whom: nothing, but what the plan says. Each call is allowed at both of its ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.plan.ingress import Ingress, Route
from speccompile.plan.node import Node
from speccompile.plan.workload import Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.kubernetes.controllers import Member
from speccompile.realise.kubernetes.network_kinds import Allowed, Door, Host, Listener, Names, Outside, Path, Peer


def listeners(found: Sequence[Member], ingress: Ingress | None, stateful: frozenset[str]) -> Iterator[Listener]:
    """A name for everything that listens: at its own port, and where it is called. Those of *stateful* sets have no address of their own."""
    for one in found:
        workload = one.workload
        ports: dict[int, list[Origin]] = {}
        if workload.port:
            ports.setdefault(workload.port.number, []).append(workload.port.origin)
        for port, origin in (*_called(workload, found), *_routed(workload, ingress)):
            ports.setdefault(port, []).append(origin)
        if ports:
            why = merged(origin for number in sorted(ports) for origin in ports[number])
            yield Listener(
                name=workload.name, ports=tuple(sorted(ports)), headless=workload.name in stateful, origin=why
            )


def _called(workload: Workload, found: Iterable[Member]) -> Iterator[tuple[int, Origin]]:
    for one in found:
        for call in one.workload.calls:
            if call.to == workload.name:
                yield call.port, call.origin


def _routed(workload: Workload, ingress: Ingress | None) -> Iterator[tuple[int, Origin]]:
    for route in ingress.routes if ingress else ():
        if route.service == workload.name:
            yield route.port, route.reached


def allowed(found: Sequence[Member], ingress: Ingress | None) -> Iterator[Allowed]:
    """What each of the members *found* may be reached by, and what it may reach."""
    for one in found:
        sources: tuple[Peer | Door, ...] = (*_callers(one.workload, found), *_doors(one.workload, ingress))
        destinations = tuple(_destinations(one.workload))
        if sources or destinations:
            yield Allowed(
                workload=one.workload.name,
                sources=sources,
                destinations=destinations,
                origin=merged(part.origin for part in (*sources, *destinations)),
            )


def _callers(workload: Workload, found: Iterable[Member]) -> Iterator[Peer]:
    for one in found:
        for call in one.workload.calls:
            if call.to == workload.name:
                yield Peer(workload=one.workload.name, port=call.port, origin=call.origin)


def _doors(workload: Workload, ingress: Ingress | None) -> Iterator[Door]:
    ports: dict[int, list[Origin]] = {}
    for port, origin in _routed(workload, ingress):
        ports.setdefault(port, []).append(origin)
    for port, origins in sorted(ports.items()):
        yield Door(port=port, origin=merged(origins))


def _destinations(workload: Workload) -> Iterator[Peer | Outside | Names]:
    for call in sorted(workload.calls, key=lambda one: (one.to, one.port)):
        yield Peer(workload=call.to, port=call.port, origin=call.origin)
    if workload.egress:
        yield Outside(origin=workload.egress.origin)
    reasons: list[Node] = [*workload.calls, *((workload.egress,) if workload.egress else ())]
    if reasons:
        yield Names(origin=merged(one.origin for one in reasons))


def hosts(ingress: Ingress | None) -> Iterator[Host]:
    """What is served under which host and path. A part of a route, which is there for its bounds, is no path of its own."""
    routes = [route for route in ingress.routes if not route.part] if ingress else []
    for host in sorted({route.host for route in routes}, key=lambda one: (one is None, one or "")):
        mine = [route for route in routes if route.host == host]
        yield Host(host=host, paths=tuple(map(_path, mine)), origin=merged(route.origin for route in mine))


def _path(route: Route) -> Path:
    return Path(path=route.path, to=route.service, port=route.port, origin=route.reached)
