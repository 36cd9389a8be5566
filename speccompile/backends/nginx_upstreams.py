"""Where requests go: one upstream for each service and port, resolved while nginx runs, its connections kept.

``resolve`` is in the open source nginx since 1.27.3 (https://nginx.org/en/docs/http/ngx_http_upstream_module.html#resolve). A name that nobody has makes
502 of the routes that lead there, and stops nothing else. What is kept open is closed here before the service does so itself (gunicorn after two
seconds, Node.js and uvicorn after five): a request that is not to be repeated must not go into a connection that is just being closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from speccompile.backends.escape.nginx import NginxText, nginx_address, nginx_plain
from speccompile.backends.nginx_limits import positive
from speccompile.plan import ingress
from speccompile.plan.ingress import Route
from speccompile.plan.node import Node
from speccompile.provenance import Origin, merged
from speccompile.realise.front_door import Place, called
from speccompile.record import record


@record(kw_only=True)
class Canary(Node):
    """The share of another service, and what is left, in per cent."""

    address: NginxText
    weight: int
    rest: int


@record(kw_only=True)
class Upstream(Node):
    """A service at a port: the name of the block, and the address in it; another service with a share of the requests."""

    name: NginxText
    address: NginxText
    canary: Canary | None
    looked_up: bool


def upstream(route: Route, place: Place) -> Upstream:
    """Where *route* leads in *place*. The block's name has an underscore, which no service's has, so that no two are called alike. What is
    ``looked_up`` by a variable has no block."""
    service, said = nginx_address(route.service), route.canary
    if said and (place.looks_up(route.service) or place.looks_up(said.service)):
        raise ValueError("this nginx cannot share out requests between names")
    canary = f".{called(said.service)}_{said.port}.{said.weight}" if said else ""
    return Upstream(
        name=nginx_plain(f"{called(service)}_{positive(route.port)}{canary}"),
        address=NginxText(f"{service}:{route.port}"),
        canary=_canary(said) if said else None,
        looked_up=place.looks_up(route.service),
        origin=route.reached,
    )


def _canary(said: ingress.Canary) -> Canary:
    return Canary(
        address=NginxText(f"{nginx_address(said.service)}:{positive(said.port)}"),
        weight=positive(said.weight),
        rest=positive(100 - said.weight),
        origin=said.origin,
    )


def upstreams(routes: Sequence[Route], place: Place) -> tuple[Upstream, ...]:
    """Those of all *routes* that have a block, each once, by name."""
    found: dict[str, Upstream] = {}
    why: dict[str, list[Origin]] = {}
    for one in (made for route in routes if not route.files and not (made := upstream(route, place)).looked_up):
        found.setdefault(one.name, one)
        why.setdefault(one.name, []).append(one.origin)
    return tuple(replace(one, origin=merged(why[one.name])) for _, one in sorted(found.items()))
