"""What holds for every generated nginx.conf, said about what nginx does. An invariant yields line, code, message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import unquote

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.plan.proxy import Proxy, Route
from speccompile.verify.nginx_expected import by_host, counted_by
from speccompile.verify.nginx_headers import crossed_safely
from speccompile.verify.nginx_site import Location, Server, everything, inside_http, named, servers
from speccompile.verify.readers.nginx import Directive

Finding: TypeAlias = tuple[int, Code, str]
Directives: TypeAlias = tuple[Directive, ...]
Invariant: TypeAlias = Callable[[Proxy, Directives], Iterator[Finding]]

_IN_MEMORY = (
    "pid",
    "client_body_temp_path",
    "proxy_temp_path",
    "fastcgi_temp_path",
    "uwsgi_temp_path",
    "scgi_temp_path",
)
_BELOW_TMP = re.compile(r"/tmp/[\w.-]*\w")  # noqa: S108  # in the container
_WAITS = ("client_header_timeout", "client_body_timeout", "send_timeout", "keepalive_timeout")
_HEADER_SETTERS = ("add_header", "proxy_set_header", "proxy_hide_header")
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
_LOGS = {"access_log": {"/dev/stdout", "off"}, "error_log": {"/dev/stderr"}}
_FROM_FILES = ("root", "alias", "try_files", "index", "autoindex", "if", "include", "upstream")
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}


def unprivileged(proxy: Proxy, main: Directives) -> Iterator[Finding]:
    """SC971: nothing needs root or a writable file system besides /tmp."""
    for name in _IN_MEMORY:
        places = named(everything(main), name)
        if not places:
            yield 0, codes.PRIVILEGED, f"{name} is where nginx was built for it, not below /tmp"
        for directive in places:
            if len(directive.args) != 1 or not _BELOW_TMP.fullmatch(directive.args[0]):
                yield directive.line, codes.PRIVILEGED, f"{name} is not below /tmp"
    for directive in everything(main):
        port = directive.args[0] if directive.args else ""
        if directive.name == "user":
            yield directive.line, codes.PRIVILEGED, "only root can change the user"
        if directive.name == "listen" and (port != str(proxy.listen) or int(port) < 1024):
            yield directive.line, codes.PRIVILEGED, f"listens on {port}, the plan says {proxy.listen}, from 1024 on"
        if directive.name in _LOGS and port not in _LOGS[directive.name]:
            yield directive.line, codes.PRIVILEGED, f"{directive.name} writes to {port}, which is not a standard stream"


def bounded(proxy: Proxy, main: Directives) -> Iterator[Finding]:
    """SC972: every wait and every body has the bound that the plan gives it."""
    http = inside_http(main)
    for name in _WAITS:
        if not any(re.fullmatch(r"[1-9]\d*s", d.args[0]) for d in named(http, name) if d.args):
            yield 0, codes.UNBOUNDED, f"{name} has no bound"
    for route, location in _served(proxy, main):
        wanted = {"connect": route.timeouts.connect, "read": route.timeouts.exchange, "send": route.timeouts.exchange}
        for name, seconds in wanted.items():
            if location.only(f"proxy_{name}_timeout") != (f"{seconds}s",):
                yield location.line, codes.UNBOUNDED, f"proxy_{name}_timeout of {route.service} is not {seconds} s"
        size = re.fullmatch(r"(\d+)([kmg]?)", "".join(location.only("client_max_body_size")))
        if size is None or int(size[1]) * _UNITS[size[2]] != route.body.size:
            yield (
                location.line,
                codes.UNBOUNDED,
                f"request bodies for {route.service} are not bounded by {route.body.size} bytes",
            )


def routed(proxy: Proxy, main: Directives) -> Iterator[Finding]:
    """SC973: asked for a path, each server passes it to the service whose route is the longest: as it is, or without the route's path where the
    route says so."""
    for directive in everything(main):
        if directive.name in _FROM_FILES and not _answers_preflights(directive):
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
            if location is None or location.upstream != wanted or (wanted and location.passed_on(path) != whole):
                line = location.line if location else server.line
                yield line, codes.ROUTES, f"{host or 'any host'}{path} does not go to {wanted or 'nobody'}"


def _answers_preflights(directive: Directive) -> bool:
    """Whether it is what answers a browser's question before a call, and nothing else: nginx itself does."""
    inner = [(one.name, one.args) for one in directive.block or ()]
    return (directive.name, directive.args, inner) == ("if", ("($preflight)",), [("return", ("204",))])


def _probes(paths: Iterable[str], health: str) -> list[str]:
    """Paths at, below, beside and above each of *paths*; nginx itself answers *health*."""
    near = {f"{path}{more}" for path in paths for more in ("", "/", "/x", "x", "/x/y")}
    above = {path.rpartition("/")[0] for path in paths}
    return sorted(path for path in {"/", "/other", *near, *above} - {health} if path.startswith("/"))


def _answer(by_path: Mapping[str, Route], path: str) -> tuple[str | None, str]:
    """Who gets a request for *path*, and what he is asked for. Segment by segment upwards, so that the first route found is the one with the
    longest path."""
    above = path
    while above not in by_path and above:
        above = above.rpartition("/")[0]
    route = by_path.get(above)
    passed = (path.removeprefix(above) or "/") if route and route.strip else path
    return (f"http://{route.service}:{route.port}" if route else None), passed


def resolved_when_asked(_: Proxy, main: Directives) -> Iterator[Finding]:
    """SC974: upstreams are variables that the location itself sets, and there is a resolver for them."""
    http = inside_http(main)
    if len(named(http, "resolver")) != 1:
        yield 0, codes.STATIC_UPSTREAM, "no resolver, so that names are looked up at the start only"
    for server in servers(main):
        for location in server.locations:
            for target in location.all("proxy_pass"):
                if target not in [args[:1] for args in location.all("set")]:
                    message = f"proxy_pass {' '.join(target)} is not a variable of this location"
                    yield location.line, codes.STATIC_UPSTREAM, message


def headers_once(proxy: Proxy, main: Directives) -> Iterator[Finding]:
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
    known = _OWN_KNOWLEDGE | (_TOLD_BY_TRUSTED if proxy.trusted else set())
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


def limited(proxy: Proxy, main: Directives) -> Iterator[Finding]:
    """SC976: each route with a rate has its own zone, or that of the route that it is a part of, and uses it in each of its locations."""
    http = inside_http(main)
    zones = {
        args[1].removeprefix("zone=").rpartition(":")[0]: args
        for args in (directive.args for directive in named(http, "limit_req_zone"))
        if len(args) == 3
    }
    if any(route.rate for route in proxy.routes) and [d.args for d in named(http, "limit_req_status")] != [("429",)]:
        yield 0, codes.RATE, "what is over the rate is not answered with 429"
    owners: dict[str, tuple[str | None, str, str]] = {}
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
        pool = (route.host, route.service, route.pool)
        if owners.setdefault(name, pool) != pool:
            yield location.line, codes.RATE, f"{route.service} shares its limit with {owners[name][1]}"


def counted(proxy: Proxy, main: Directives) -> Iterator[Finding]:
    """SC976: each route with a bound of what is open counts it by the right key, in each of its locations."""
    zones = {
        args[1].removeprefix("zone=").rpartition(":")[0]: args[0]
        for args in (directive.args for directive in named(inside_http(main), "limit_conn_zone"))
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


def answers_for_itself(proxy: Proxy, main: Directives) -> Iterator[Finding]:
    """SC979: one default server; the health path answered by each."""
    found = servers(main)
    if [server.host for server in found if server.default] != [None]:
        yield 0, codes.HEALTH, "there is not one default server, the one for other hosts"
    for server in found:
        health = server.asked_for(proxy.health)
        if (
            health is None
            or not health.exact
            or health.only("return")[:1] != ("200",)
            or health.only("access_log") != ("off",)
        ):
            yield server.line, codes.HEALTH, f"{server.host or 'the default server'} does not answer {proxy.health}"


def _served(proxy: Proxy, main: Directives) -> Iterator[tuple[Route, Location]]:
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
    crossed_safely,
    answers_for_itself,
)
