"""Services that clients ask themselves, where there is no front door: each has a port of the host."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.plan.ingress import Proxy, Route
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Parameter, Workload
from speccompile.provenance import merged
from speccompile.realise.front_door import ADDRESS
from speccompile.record import record


@record(kw_only=True)
class Open(Node):
    """The service ``name`` is asked at ``target``; ``port`` is the parameter of the host's port, ``default`` what that is where nobody says."""

    name: str
    target: int
    port: str
    default: int


def opened(plan: Plan) -> tuple[Open, ...]:
    """Those of *plan*, by name; nothing where there is a front door, or nothing is public."""
    entry = plan.ingress
    if entry is None or entry.proxy is None or entry.proxy.name != "none":
        return ()
    return tuple(_opened(entry.proxy, entry.routes))


def _opened(chosen: Proxy, routes: tuple[Route, ...]) -> Iterator[Open]:
    """Two services that listen on one port have two of the host's: the next one above that nobody has."""
    ports = {one.service: one.port for one in routes}
    taken: set[int] = set()
    for name, target in sorted(ports.items()):
        default = next(port for port in range(target if target > 1023 else target + 8000, 2**16) if port not in taken)
        taken.add(default)
        mine = [one.reached for one in routes if one.service == name]
        yield Open(
            name=name,
            target=target,
            port=f"{name.upper().replace('-', '_')}_HTTP_PORT",
            default=default,
            origin=merged((*mine, chosen.origin)),
        )


def workloads(plan: Plan) -> tuple[Workload, ...]:
    """The workloads that are asked by clients themselves."""
    names = {one.name for one in opened(plan)}
    return tuple(one.workload for one in plan.services if one.workload and one.name in names)


def parameters(plan: Plan) -> Iterator[Parameter]:
    """What they want of the operator: a port each, and the address of all."""
    each = opened(plan)
    for one in each:
        yield Parameter(
            name=one.port,
            purpose=f"port of this host at which {one.name} is asked",
            default=str(one.default),
            example=str(one.default),
            requested_by=(one.name,),
            origin=one.origin,
        )
    if each:
        yield Parameter(
            name=ADDRESS,
            purpose="address of this host at which services are asked; 0.0.0.0 for all",
            default="127.0.0.1",
            example="127.0.0.1",
            requested_by=tuple(one.name for one in each),
            origin=merged(one.origin for one in each),
        )
