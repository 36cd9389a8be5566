"""What holds for every generated nginx.conf, said about what nginx does. An invariant yields line, code, message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import unquote

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import Redirect, Route
from speccompile.realise.front_door import FrontDoor, Place
from speccompile.regex import regex
from speccompile.verify.nginx_doors import guarded, turns_away
from speccompile.verify.nginx_expected import by_host, counted_by
from speccompile.verify.nginx_files import given_out
from speccompile.verify.nginx_grpc import called, waited
from speccompile.verify.nginx_headers import crossed_safely
from speccompile.verify.nginx_pages import shown
from speccompile.verify.nginx_site import Location, Server, everything, inside_http, named, servers
from speccompile.verify.nginx_tls import encrypted
from speccompile.verify.nginx_upstreams import resolved_when_asked, servers_of
from speccompile.verify.readers.nginx import Directive

Finding: TypeAlias = tuple[int, Code, str]
Directives: TypeAlias = tuple[Directive, ...]
Invariant: TypeAlias = Callable[[FrontDoor, Directives], Iterator[Finding]]

_IN_MEMORY = (
    "pid",
    "client_body_temp_path",
    "proxy_temp_path",
    "fastcgi_temp_path",
    "uwsgi_temp_path",
    "scgi_temp_path",
)
_BELOW = regex(r"/[\w.-]*\w")
_WAITS = ("client_header_timeout", "client_body_timeout", "send_timeout", "keepalive_timeout")
_HEADER_SETTERS = ("add_header", "proxy_set_header", "proxy_hide_header", "grpc_set_header", "grpc_hide_header")
_OWN_KNOWLEDGE = {"$host", "$asked_host", "$remote_addr", "$scheme", ""}
_TOLD_BY_TRUSTED = {"$told_host", "$asked_scheme"}
_ABOUT_THE_CLIENT = (
    "Host",
    "X-Real-IP",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Server",
    "Forwarded",
)
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}


def unprivileged(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC971: nothing needs root or a writable file system besides /tmp, or the directory that is its own on a host."""
    scratch = proxy.place.scratch
    for name in _IN_MEMORY:
        places = named(everything(main), name)
        if not places:
            yield 0, codes.PRIVILEGED, f"{name} is where nginx was built for it, not below {scratch}"
        for directive in places:
            where = directive.args[0] if len(directive.args) == 1 else ""
            if not where.startswith(scratch) or not _BELOW.fullmatch(where.removeprefix(scratch)):
                yield directive.line, codes.PRIVILEGED, f"{name} is not below {scratch}"
    ports = [str(proxy.listen), *([str(proxy.listen_tls)] if proxy.tls else [])]
    ports += [str(proxy.listen_health)] if proxy.announced else []
    logs = {"access_log": (proxy.place.access_log, "off"), "error_log": (proxy.place.error_log,)}
    for directive in everything(main):
        port = directive.args[0] if directive.args else ""
        number = port.rpartition(":")[2]
        if directive.name == "user":
            yield directive.line, codes.PRIVILEGED, "only root can change the user"
        if directive.name == "listen" and (number not in ports or (int(number) < 1024 and not proxy.place.low)):
            yield directive.line, codes.PRIVILEGED, f"listens on {port}, the plan says {', '.join(ports)}, from 1024 on"
        if directive.name in logs and port not in logs[directive.name]:
            wanted = "a standard stream" if proxy.place == Place() else " or ".join(logs[directive.name])
            yield directive.line, codes.PRIVILEGED, f"{directive.name} writes to {port}, which is not {wanted}"


def bounded(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC972: every wait and every body has the bound that the plan gives it."""
    http = inside_http(main)
    for name in _WAITS:
        if not any(re.fullmatch(r"[1-9]\d*s", d.args[0]) for d in named(http, name) if d.args):
            yield 0, codes.UNBOUNDED, f"{name} has no bound"
    for route, location in _served(proxy, main):
        for message in () if route.files else waited(route, location):
            yield location.line, codes.UNBOUNDED, message
        size = re.fullmatch(r"(\d+)([kmg]?)", "".join(location.only("client_max_body_size")))
        if size is None or int(size[1]) * _UNITS[size[2]] != route.body.size:
            yield (
                location.line,
                codes.UNBOUNDED,
                f"request bodies for {route.service} are not bounded by {route.body.size} bytes",
            )


def routed(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC973: asked for a path, each server passes it to the service whose route is the longest: as it is, or without the route's path where the
    route says so."""
    for directive in everything(main):
        if directive.name == "if" and not turns_away(directive):
            yield directive.line, codes.ROUTES, f"{directive.name} changes what a request gets"
    known = {server.host: server for server in servers(main)}
    for host, routes in by_host(proxy).items():
        server = known.get(host)
        if server is None:
            yield 0, codes.ROUTES, f"no server for {host or 'other hosts'}"
            continue
        by_path = {unquote(route.path).rstrip("/"): route for route in routes}
        for path in _probes(by_path, proxy.health):
            (wanted, whole), location = _answer(by_path, path), server.asked_for(path)
            if (
                location is None
                or location.upstream != wanted
                or (wanted and location.passed_on(path) != whole)
                or _misplaced(location, path, whole)
            ):
                line = location.line if location else server.line
                yield line, codes.ROUTES, f"{host or 'any host'}{path} does not go to {wanted or 'nobody'}"


def _probes(paths: Iterable[str], health: str) -> list[str]:
    """Paths at, below, beside and above each of *paths*; nginx itself answers *health*."""
    near = {f"{path}{more}" for path in paths for more in ("", "/", "/x", "x", "/x/y")}
    above = {path.rpartition("/")[0] for path in paths}
    return sorted(path for path in {"/", "/other", *near, *above} - {health} if path.startswith("/"))


def _answer(by_path: Mapping[str, Route | Redirect], path: str) -> tuple[str | None, str]:
    """Who gets a request for *path*, and what he is asked for. Segment by segment upwards, so that the first route found is the one with the
    longest path."""
    above = path
    while above not in by_path and above:
        above = above.rpartition("/")[0]
    route = by_path.get(above)
    if not isinstance(route, Route):
        return None, path
    if route.files:
        return None, path.removeprefix(unquote(route.path).rstrip("/")) or "/"
    hidden = unquote(route.path if route.strip else route.mount).rstrip("/")
    passed = path.removeprefix(hidden) or "/"
    return f"{'grpc' if route.grpc else 'http'}://{','.join(words[0] for words in servers_of(route))}", passed


def _misplaced(location: Location, path: str, whole: str) -> bool:
    """Whether files are looked for by another path than *whole*, which is what *path* is below the route's directory."""
    return bool(location.all("root")) and location.passed_on(path) != whole


def headers_once(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC975: one level, each header once, nothing believed that clients say of themselves, no upgrade but WebSocket."""
    http = inside_http(main)
    outside = [d for d in everything(main) if d.name in _HEADER_SETTERS and not any(d is inner for inner in http)]
    for directive in outside:
        yield directive.line, codes.HEADERS, f"{directive.name} outside of the http level takes the others away"
    for setter in _HEADER_SETTERS:
        seen: set[str] = set()
        for directive in named(http, setter):
            name = (directive.args or ("",))[0].lower()
            if name in seen:
                yield directive.line, codes.HEADERS, f"{setter} {name} a second time"
            seen.add(name)
    sent = {d.args[0].lower(): d for d in named(http, "proxy_set_header") if len(d.args) == 2}
    known = _OWN_KNOWLEDGE | (_TOLD_BY_TRUSTED if proxy.believes else set())
    for name in _ABOUT_THE_CLIENT:
        own = sent.get(name.lower())
        if own is None or own.args[1] not in known:
            yield own.line if own else 0, codes.HEADERS, f"the service would believe what a client says in {name}"
    believed = {
        directive.args[0]: directive for directive in named(everything(main), "set_real_ip_from") if directive.args
    }
    for network in sorted(believed.keys() ^ {one.network for one in proxy.trusted}):
        line = believed[network].line if network in believed else 0
        yield line, codes.HEADERS, f"{network} is {'' if line else 'not '}believed, against the plan"
    for name in ("Upgrade", "Connection"):
        if (upgrade := sent.get(name.lower())) is None or "http_" in upgrade.args[1]:
            yield (
                upgrade.line if upgrade else 0,
                codes.HEADERS,
                f"{name} is passed on for protocols other than WebSocket",
            )


def limited(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC976: each route with a rate has its own zone, or that of the route that it is a part of, and uses it in each of its locations."""
    http = inside_http(main)
    zones = {
        args[1].removeprefix("zone=").rpartition(":")[0]: args
        for args in (directive.args for directive in named(http, "limit_req_zone"))
        if len(args) == 3
    }
    owners: dict[str, tuple[str, tuple[str | None, str]]] = {}
    for route, location in _served(proxy, main):
        limit, rate = location.only("limit_req"), route.rate
        name = limit[0].removeprefix("zone=") if limit else ""
        if rate is None and limit:
            yield location.line, codes.RATE, f"{route.service} has no rate, but a limit"
        if rate is None:
            continue
        key, _, speed = zones.get(name, ("", "", ""))
        burst = (f"burst={rate.burst}", "nodelay") if rate.burst else ()
        if (key, speed, limit[1:]) != (counted_by(rate), f"rate={rate.requests}r/{rate.per}", burst):
            yield (
                location.line,
                codes.RATE,
                f"{route.service} is not limited to {rate.requests}/{rate.per}, burst {rate.burst}",
            )
        if _refusal("limit_req_status", http, location) != str(rate.status):
            yield location.line, codes.RATE, f"what is over the rate of {route.service} does not get {rate.status}"
        pool = (route.service, route.pool)
        if owners.setdefault(name, pool) != pool:
            yield location.line, codes.RATE, f"{route.service} shares its limit with {owners[name][0]}"


def counted(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC976: each route with a bound of what is open counts it by the right key, in each of its locations."""
    http = inside_http(main)
    zones = {
        args[1].removeprefix("zone=").rpartition(":")[0]: args[0]
        for args in (directive.args for directive in named(http, "limit_conn_zone"))
        if len(args) == 2
    }
    for route, location in _served(proxy, main):
        there, wanted = location.only("limit_conn"), route.connections
        if wanted is None and there:
            yield location.line, codes.RATE, f"{route.service} has no bound of connections, but one is counted"
        if wanted is None:
            continue
        key = "$server_name" if wanted.total else "$binary_remote_addr"
        if there[1:] != (str(wanted.count),) or zones.get(there[0]) != key:
            yield location.line, codes.RATE, f"{route.service} is not bounded to {wanted.count} requests at once"
        if _refusal("limit_conn_status", http, location) != str(wanted.status):
            yield (
                location.line,
                codes.RATE,
                f"what is too much at once for {route.service} does not get {wanted.status}",
            )


def _refusal(name: str, http: Directives, location: Location) -> str:
    """What *name* says in the *location*, or else for all of them; nginx itself would say 503."""
    own, usual = location.all(name), [one.args for one in named(http, name)]
    said = own or usual
    return "".join(said[0]) if len(said) == 1 else "503" if not said else ""


def answers_for_itself(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC979: one default server; the health path answered by each."""
    found = servers(main)
    if [server.host for server in found if server.default] != [None]:
        yield 0, codes.HEALTH, "there is not one default server, the one for other hosts"
    for server in found:
        if server.default and any(not place.startswith("127.") for place in server.of_others):
            yield server.line, codes.HEALTH, f"for requests at {', '.join(server.of_others)} there is no default server"
    for server in found:
        health = server.asked_for(proxy.health)
        if (
            health is None
            or not health.exact
            or health.only("return")[:1] != ("200",)
            or health.only("access_log") != ("off",)
        ):
            yield server.line, codes.HEALTH, f"{server.host or 'the default server'} does not answer {proxy.health}"


def let_in(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC820: who gets in."""
    yield from guarded(tuple(_served(proxy, main)), proxy.place.secrets)


def paged(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC813: pages for errors."""
    yield from shown(proxy, main, tuple(_served(proxy, main)))


def only_files(proxy: FrontDoor, main: Directives) -> Iterator[Finding]:
    """SC587: files that are given out."""
    yield from given_out(main, tuple(_served(proxy, main)), proxy.place.challenges)


def _served(proxy: FrontDoor, main: Directives) -> Iterator[tuple[Route, Location]]:
    """Each route with each of the locations that requests at and below its path get."""
    known: dict[str | None, Server] = {server.host: server for server in servers(main)}
    for route in proxy.routes:
        path = unquote(route.path).rstrip("/")
        for asked in ([path] if path else []) + [f"{path}/"]:
            server = known.get(route.host)
            if server and (location := server.asked_for(asked)):
                yield route, location


ALL: tuple[Invariant, ...] = (
    unprivileged,
    bounded,
    routed,
    resolved_when_asked,
    headers_once,
    limited,
    counted,
    let_in,
    only_files,
    encrypted,
    crossed_safely,
    called,
    paged,
    answers_for_itself,
)
