"""Plan → nginx.conf (nginx 1.28, the whole file), one reverse proxy in front of all public services.

A route becomes two locations, ``= /api`` and ``/api/``, so that ``/apix`` is not its business; each says everything
about itself. Headers are set at the http level alone: a second level would take the first one's away. Upstreams stand
in a variable, which makes nginx resolve them for each request. Responses are not compressed: compression of secrets
beside what an attacker chose tells the secrets (BREACH), and only the service knows which of its answers have none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from urllib.parse import quote

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends import nginx_headers as headers
from speccompile.backends.escape.nginx import NginxText, nginx_comment, nginx_location, nginx_plain, nginx_server_name
from speccompile.backends.jinja import render
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.plan.proxy import BodyLimit, Connections, Proxy, Rate, Route, Timeouts, Trusted
from speccompile.provenance import merged
from speccompile.record import record

TARGET = "nginx"

# What larger bodies would fill is the memory file system /tmp, so they go to the service as they come.
_LARGEST_BUFFERED = 2**20
_MISDIRECTED, _NOT_FOUND = 421, 404


@record(kw_only=True)
class _Zone(Node):
    total: bool
    name: NginxText
    rate: NginxText


@record(kw_only=True)
class _Open(Node):
    """How many requests at once: by what they are counted, under which name, and the most."""

    total: bool
    name: NginxText
    count: int


@record(kw_only=True)
class _Limit(Node):
    zone: NginxText
    burst: int | None


@record(kw_only=True)
class _Timeouts(Node):
    connect: int
    exchange: int


@record(kw_only=True)
class _Idle(Node):
    seconds: int


@record(kw_only=True)
class _Body(Node):
    size: NginxText
    streamed: bool


@record(kw_only=True)
class _Upstream(Node):
    address: NginxText


@record(kw_only=True)
class _Location(Node):
    exact: bool
    path: NginxText
    upstream: _Upstream
    stripped: NginxText | None
    timeouts: _Timeouts
    limit: _Limit | None
    open: _Open | None
    body: _Body
    idle: _Idle | None
    crossing: headers.Crossing | None
    keeping: headers.Keeping | None


@record(kw_only=True)
class _Server(Node):
    """``otherwise`` is the status of requests that no route takes; None where a route takes all."""

    default: bool
    listen: int
    name: NginxText
    health: NginxText
    locations: tuple[_Location, ...]
    otherwise: int | None


@record(kw_only=True)
class _Drain(Node):
    seconds: int


@record(kw_only=True)
class _Network(Node):
    addresses: NginxText


@record(kw_only=True)
class _Trusted(Node):
    networks: tuple[_Network, ...]


@record(kw_only=True)
class _Zones(Node):
    each: tuple[_Zone, ...]


@record(kw_only=True)
class _Counters(Node):
    each: tuple[_Open, ...]


@record(kw_only=True)
class _Document(Node):
    header: tuple[NginxText, ...]
    workers: int
    drain: _Drain
    trusted: _Trusted | None
    zones: _Zones | None
    counters: _Counters | None
    origins: headers.Origins | None
    caching: headers.Caching | None
    servers: tuple[_Server, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The proxy's configuration, if *plan* has a proxy. What nginx cannot express raises ``ValueError``."""
    if plan.proxy is None:
        return ()
    text, origins = render("nginx/nginx.conf.j2", NginxText, _document(plan.proxy))
    return (Artifact(plan.proxy.config, text, origins, TARGET),)


def _document(proxy: Proxy) -> _Document:
    """As many workers as CPUs are granted (nginx itself would count the host's); they drain within the grace period."""
    return _Document(
        header=tuple(nginx_comment(line) for line in header.lines(proxy.config)),
        workers=max(1, math.ceil(proxy.container.limits.cpus)),
        drain=_Drain(seconds=max(1, proxy.container.stop.grace - 1), origin=proxy.container.stop.origin),
        trusted=_trusted(proxy.trusted) if proxy.trusted else None,
        zones=_zones(proxy),
        counters=_counters(proxy),
        origins=headers.origins(_sorted(proxy.routes)),
        caching=headers.caching(_sorted(proxy.routes)),
        servers=tuple(_servers(proxy)),
        origin=proxy.origin,
    )


def _zones(proxy: Proxy) -> _Zones | None:
    routes = [route for route in _sorted(proxy.routes) if route.pool == route.path]
    each = tuple(_zone(route, route.rate) for route in routes if route.rate)
    return _Zones(each=each, origin=merged(one.origin for one in each)) if each else None


def _counters(proxy: Proxy) -> _Counters | None:
    each = tuple(
        _open(route, one) for route in _sorted(proxy.routes) if (one := route.connections) and one.at == route.path
    )
    return _Counters(each=each, origin=merged(one.origin for one in each)) if each else None


def _trusted(trusted: tuple[Trusted, ...]) -> _Trusted:
    return _Trusted(networks=tuple(map(_network, trusted)), origin=merged(one.origin for one in trusted))


def _network(trusted: Trusted) -> _Network:
    return _Network(addresses=nginx_plain(str(ip_network(trusted.network))), origin=trusted.origin)


def _sorted(routes: Sequence[Route]) -> list[Route]:
    """By host, none first; then the longest path first."""
    return sorted(routes, key=lambda route: (route.host or "", -len(route.path), route.path, route.service))


def _servers(proxy: Proxy) -> Iterator[_Server]:
    """The default server first, then one a host."""
    by_host: dict[str | None, list[Route]] = {None: []}
    for route in _sorted(proxy.routes):
        by_host.setdefault(route.host, []).append(route)
    for host, routes in by_host.items():
        yield _server(proxy, host, routes)


def _server(proxy: Proxy, host: str | None, routes: list[Route]) -> _Server:
    locations = tuple(location for route in routes for location in _locations(route))
    paths = [(location.exact, location.path) for location in locations]
    if len(set(paths)) < len(paths) or (True, nginx_location(proxy.health)) in paths:
        clashing = ", ".join(sorted(route.path for route in routes))
        raise ValueError(f"two things at one path of {host or 'the default server'}: {clashing}, {proxy.health}")
    complete = any(not exact and path == "/" for exact, path in paths)
    return _Server(
        default=host is None,
        listen=proxy.listen,
        name=nginx_server_name(host) if host else NginxText("_"),
        health=nginx_location(proxy.health),
        locations=locations,
        otherwise=None if complete else _NOT_FOUND if routes else _MISDIRECTED,
        origin=merged(route.origin for route in routes) if routes else proxy.origin,
    )


def _locations(route: Route) -> Iterator[_Location]:
    """``/api`` itself and what is below it; ``/`` is both in one."""
    path = route.path.rstrip("/")
    if path:
        yield _location(route, path, exact=True)
    yield _location(route, f"{path}/", exact=False)


def _location(route: Route, path: str, *, exact: bool) -> _Location:
    return _Location(
        exact=exact,
        path=nginx_location(path),
        upstream=_Upstream(
            address=nginx_plain(f"http://{nginx_server_name(route.service)}:{_positive(route.port)}"),
            origin=route.reached,
        ),
        stripped=_stripped(path, exact=exact) if route.strip and path != "/" else None,
        timeouts=_timeouts(route.timeouts),
        limit=_limit(route, route.rate) if route.rate else None,
        open=_open(route, route.connections) if route.connections else None,
        body=_body(route.body),
        idle=_Idle(seconds=_positive(route.kept_alive.seconds), origin=route.kept_alive.origin)
        if route.kept_alive
        else None,
        crossing=headers.crossing(route, route.origins) if route.origins else None,
        keeping=headers.keeping(route, route.caching) if route.caching else None,
        origin=route.origin,
    )


def _stripped(path: str, *, exact: bool) -> NginxText:
    """What a request is rewritten to, without as many segments as *path* has: these are the path's, as the location has seen to that."""
    return NginxText("^ /") if exact else NginxText(f"^{'/[^/]+' * path.rstrip('/').count('/')}(/.*)$ $1")


def _timeouts(timeouts: Timeouts) -> _Timeouts:
    return _Timeouts(connect=_positive(timeouts.connect), exchange=_positive(timeouts.exchange), origin=timeouts.origin)


def _body(body: BodyLimit) -> _Body:
    """A size of 0 would mean no limit at all to nginx."""
    units = ((2**20, "m"), (2**10, "k"), (1, ""))
    unit, suffix = next((unit, suffix) for unit, suffix in units if _positive(body.size) % unit == 0)
    return _Body(
        size=nginx_plain(f"{body.size // unit}{suffix}"), streamed=body.size > _LARGEST_BUFFERED, origin=body.origin
    )


def _zone(route: Route, rate: Rate) -> _Zone:
    if rate.per not in ("s", "m"):
        raise ValueError(f"nginx counts requests per second or minute, not per {rate.per!r}")
    return _Zone(
        total=rate.total,
        name=_zone_name(route),
        rate=nginx_plain(f"{_positive(rate.requests)}r/{rate.per}"),
        origin=rate.origin,
    )


def _limit(route: Route, rate: Rate) -> _Limit:
    return _Limit(zone=_zone_name(route), burst=rate.burst or None, origin=rate.origin)


def _open(route: Route, connections: Connections) -> _Open:
    """Its zone has two separators, so that none of a rate is called so."""
    name = nginx_plain(f"{route.service}@@{route.host or ''}{quote(connections.at, safe='/%')}")
    return _Open(total=connections.total, name=name, count=_positive(connections.count), origin=connections.origin)


def _zone_name(route: Route) -> NginxText:
    """``service@host/path``: unique, as no part can have the separator before it in it; a colon would end the name."""
    return nginx_plain(f"{route.service}@{route.host or ''}{quote(route.pool, safe='/%')}")


def _positive(number: int) -> int:
    if number < 1:
        raise ValueError(f"{number} would switch off what it should bound")
    return number
