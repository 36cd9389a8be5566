"""Plan → nginx.conf (nginx 1.28, the whole file), one reverse proxy in front of all public services.

Headers are set at the http level alone: a second level would take the first one's away. Responses are not compressed: compression of secrets
beside what an attacker chose tells the secrets (BREACH), and only the service knows which of its answers have none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import TypeVar

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends import nginx_doors as doors
from speccompile.backends import nginx_headers as headers
from speccompile.backends import nginx_pages as problems
from speccompile.backends.escape.nginx import NginxText, nginx_comment, nginx_location, nginx_plain, nginx_server_names
from speccompile.backends.jinja import render
from speccompile.backends.nginx_files import Given, given
from speccompile.backends.nginx_limits import Counters, Zones, counters, zones
from speccompile.backends.nginx_listeners import Acme, Hsts, Http3, Listener, Own, Tls, ToTls, listeners, own, tls
from speccompile.backends.nginx_locations import Elsewhere, Location, Reason, elsewhere, locations
from speccompile.backends.nginx_upstreams import Upstream, upstreams
from speccompile.plan.ingress import Redirect, Route, Trusted
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.provenance import merged
from speccompile.realise.front_door import FrontDoor, front_door
from speccompile.record import record

TARGET = "nginx"
P = TypeVar("P", Route, Redirect)  # what has a place: a host and a path

_MISDIRECTED, _NOT_FOUND = 421, 404


@record(kw_only=True)
class _Server(Node):
    """``otherwise`` is the status of requests that no route takes; None where a route takes all."""

    default: bool
    name: NginxText
    health: NginxText
    locations: tuple[Location, ...]
    elsewhere: tuple[Elsewhere, ...]
    otherwise: int | None
    own: Own | None


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
class _Document(Node):
    header: tuple[NginxText, ...]
    workers: int
    scratch: NginxText
    access_log: NginxText
    error_log: NginxText
    resolver: NginxText
    resolves: bool
    strangers: bool
    drain: _Drain
    trusted: _Trusted | None
    believed: _Trusted | None
    zones: Zones | None
    counters: Counters | None
    origins: headers.Origins | None
    caching: headers.Caching | None
    given: Given | None
    added: headers.Added | None
    guarded: Reason | None
    calls: Reason | None
    http2: Reason | None
    negotiated: Reason | None
    closable: Reason | None
    networks: tuple[doors.Networks, ...]
    pages: tuple[problems.Page, ...]
    paged: problems.Sets | None
    problem: problems.Turned | None
    upstreams: tuple[Upstream, ...]
    tls: Tls | None
    to_https: ToTls | None
    hsts: Hsts | None
    acme: Acme | None
    http3: Http3 | None
    announced: Reason | None
    buffered: Reason | None
    listeners: tuple[Listener, ...]
    listen_health: int
    health: NginxText
    challenges: NginxText | None
    servers: tuple[_Server, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The proxy's configuration, if *plan* has nginx for a proxy. What nginx cannot express raises ``ValueError``."""
    front = front_door(plan.ingress)
    if front is None or front.kind != "nginx":
        return ()
    return (written(front),)


def written(front: FrontDoor) -> Artifact:
    """The configuration of *front*. What nginx cannot express raises ``ValueError``."""
    text, origins = render("nginx/nginx.conf.j2", NginxText, _document(front))
    return Artifact(front.config, text, origins, TARGET)


def _document(proxy: FrontDoor) -> _Document:
    """As many workers as CPUs are granted (nginx itself would count the host's); they drain within the grace period."""
    routes, encrypted, place = _sorted(proxy.routes), tls(proxy), proxy.place
    crossed, paged = headers.origins(routes), problems.sets(proxy)
    return _Document(
        header=tuple(nginx_comment(line) for line in header.lines(proxy.config)),
        workers=max(1, math.ceil(proxy.workload.limits.cpus)),
        scratch=nginx_plain(place.scratch),
        access_log=nginx_plain(place.access_log),
        error_log=nginx_plain(place.error_log),
        resolver=nginx_plain(place.resolver),
        resolves=place.resolves,
        strangers=place.strangers,
        drain=_Drain(seconds=max(1, proxy.workload.stop.grace - 1), origin=proxy.workload.stop.origin),
        trusted=_trusted(proxy.trusted) if proxy.trusted else None,
        believed=_trusted(proxy.trusted) if proxy.believes else None,
        zones=zones(routes),
        counters=counters(routes),
        origins=crossed,
        caching=headers.caching(routes),
        given=given(routes),
        added=headers.added(routes),
        guarded=_guarded(routes),
        calls=_calls(routes),
        http2=None if encrypted else _calls(routes),
        negotiated=Reason(origin=paged.origin) if paged and not crossed else None,
        closable=_closable(routes),
        networks=doors.networks(routes),
        pages=problems.pages(proxy),
        paged=paged,
        problem=problems.turned(proxy.errors, proxy.paged),
        upstreams=upstreams(routes, place),
        tls=encrypted,
        to_https=encrypted.redirect if encrypted else None,
        hsts=encrypted.hsts if encrypted else None,
        acme=encrypted.acme if encrypted else None,
        http3=encrypted.http3 if encrypted else None,
        announced=Reason(origin=proxy.announced.origin) if proxy.announced else None,
        buffered=Reason(origin=proxy.buffered.origin) if proxy.buffered else None,
        listeners=listeners(proxy),
        listen_health=proxy.listen_health,
        health=nginx_location(proxy.health),
        challenges=nginx_plain(place.challenges) if place.challenges else None,
        servers=tuple(_servers(proxy)),
        origin=proxy.origin,
    )


def _guarded(routes: Sequence[Route]) -> Reason | None:
    """That somewhere passwords are asked for, which are nobody else's business."""
    asked = [route.login.origin for route in routes if route.login]
    return Reason(origin=merged(asked)) if asked else None


def _calls(routes: Sequence[Route]) -> Reason | None:
    """That somewhere calls of gRPC come in, so that HTTP/2 is spoken without TLS, too."""
    found = [route.grpc.origin for route in routes if route.grpc]
    return Reason(origin=merged(found)) if found else None


def _closable(routes: Sequence[Route]) -> Reason | None:
    """That somewhere requests are turned away for a while, and told for how long."""
    found = [route.maintenance.origin for route in routes if route.maintenance]
    return Reason(origin=merged(found)) if found else None


def _trusted(trusted: tuple[Trusted, ...]) -> _Trusted:
    return _Trusted(networks=tuple(map(_network, trusted)), origin=merged(one.origin for one in trusted))


def _network(trusted: Trusted) -> _Network:
    return _Network(addresses=nginx_plain(str(ip_network(trusted.network))), origin=trusted.origin)


def _sorted(routes: Sequence[P]) -> list[P]:
    """By host, none first; then the longest path first."""
    return sorted(routes, key=lambda route: (route.host or "", -len(route.path), route.path, route.service))


def _servers(proxy: FrontDoor) -> Iterator[_Server]:
    """The default server first, then one a host."""
    known = doors.networks(_sorted(proxy.routes))
    routes: dict[str, list[Route]] = {"": []}
    sent: dict[str, list[Redirect]] = {}
    for route in _sorted(proxy.routes):
        routes.setdefault(route.host or "", []).append(route)
    for redirect in _sorted(proxy.redirects):
        sent.setdefault(redirect.host or "", []).append(redirect)
    for host in sorted({*routes, *sent}):
        yield _server(proxy, host, routes.get(host, []), sent.get(host, []), known)


def _server(
    proxy: FrontDoor, host: str, routes: list[Route], sent: list[Redirect], known: tuple[doors.Networks, ...]
) -> _Server:
    passed = tuple(location for route in routes for location in locations(route, known, proxy))
    away = tuple(one for redirect in sent for one in elsewhere(redirect))
    paths = [*((one.exact, one.path) for one in passed), *((one.exact, one.path) for one in away)]
    if len(set(paths)) < len(paths) or (True, nginx_location(proxy.health)) in paths:
        clashing = ", ".join(sorted([*(one.path for one in routes), *(one.path for one in sent)]))
        raise ValueError(f"two things at one path of {host or 'the default server'}: {clashing}, {proxy.health}")
    complete = any(not exact and path == "/" for exact, path in paths)
    return _Server(
        default=not host,
        name=nginx_server_names(host) if host else NginxText("_"),
        health=nginx_location(proxy.health),
        locations=passed,
        elsewhere=away,
        own=own(proxy, host),
        otherwise=None if complete else _NOT_FOUND if paths else _MISDIRECTED,
        origin=merged(one.origin for one in (*routes, *sent)) if paths else proxy.origin,
    )
