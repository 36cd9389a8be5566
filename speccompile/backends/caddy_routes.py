"""Routes of Caddy: who gets in, what is done with a request on the way, and where it is passed on to."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator
from ipaddress import ip_network

from speccompile.backends.caddy_caching import kept
from speccompile.backends.caddy_pages import turned
from speccompile.backends.caddyfile import Line
from speccompile.backends.escape.caddy import (
    CaddyText,
    caddy_below,
    caddy_exactly,
    caddy_host,
    caddy_own,
    caddy_plain,
    caddy_text,
)
from speccompile.plan.ingress import Origins, Redirect, Route
from speccompile.provenance import Origin, merged
from speccompile.realise.front_door import FrontDoor
from speccompile.realise.proxies import users_file

# What a service hears of the client from Caddy alone; For, Host and Proto Caddy itself sets, and believes no one who is not trusted.
_NOT_PASSED_ON = ("Forwarded", "Proxy", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server")
_NOT_ANSWERED = ("X-Content-Type-Options", "X-Powered-By", "X-Request-Id")
_CROSSING = ("Allow-Origin", "Allow-Credentials", "Allow-Methods", "Allow-Headers", "Max-Age")
# A segment of an encoded path: a slash may be written as %2F, and is one then.
_SEGMENT = "(?:/|%2[Ff])+(?:[^/%]|%(?:[013-9A-Fa-f][0-9A-Fa-f]|2[0-9A-Ea-e]))+"


def _own(*words: str) -> tuple[CaddyText, ...]:
    return tuple(map(caddy_own, words))


def sent_away(number: int, redirect: Redirect) -> Iterator[Line]:
    """The redirect that is the site's *number*."""
    why = redirect.origin
    yield Line((*_own(f"@r{number}", "path_regexp"), caddy_below(redirect.path)), why)
    to = CaddyText(f"{caddy_plain(redirect.to)}{{uri}}")
    yield Line((*_own("redir", f"@r{number}"), to, *_own(str(redirect.status))), why)


def passed_on(number: int, route: Route, front: FrontDoor) -> Iterator[Line]:
    """The route that is the site's *number*, of *front*."""
    why = route.origin
    yield Line((*_own(f"@r{number}", "path_regexp"), caddy_below(route.path)), why)
    lines = (
        *turned(route.errors, front),
        *_doors(number, route),
        *_told(route),
        *_on_the_way(number, route),
        _passed(route, front),
    )
    yield Line(_own("route", f"@r{number}"), why, lines)


def _doors(number: int, route: Route) -> Iterator[Line]:
    """Who gets in, and when. Browsers ask without a login whether they may call."""
    if said := route.networks:
        for name, words, networks in (
            ("allowed", ("not", "client_ip"), said.allow),
            ("denied", ("client_ip",), said.deny),
        ):
            if networks:
                given = tuple(caddy_plain(str(ip_network(one))) for one in networks)
                yield Line((*_own(f"@{name}{number}", *words), *given), said.origin)
                yield Line(_own("error", f"@{name}{number}", "403"), said.origin)
    if closed := route.maintenance:
        folder, file = posixpath.split(closed.file)
        looked = (
            Line((*_own("root"), caddy_plain(folder)), closed.origin),
            Line((*_own("try_files"), caddy_plain(f"/{file}")), closed.origin),
        )
        yield Line(_own(f"@closed{number}", "file"), closed.origin, looked)
        again = _own("header", f"@closed{number}", "Retry-After", str(_positive(closed.retry_after)))
        yield Line(again, closed.origin)
        yield Line(_own("error", f"@closed{number}", "503"), closed.origin)
    if route.origins:
        yield from _crossing(number, route.origins)
    if methods := route.methods:
        yield Line((*_own(f"@method{number}", "not", "method"), *map(caddy_plain, methods.allow)), methods.origin)
        yield Line(_own("error", f"@method{number}", "405"), methods.origin)
    if login := route.login:
        users = Line((*_own("import"), caddy_plain(users_file(login.secret))), login.origin)
        yield Line(_own("basic_auth"), login.origin, (users,))
        yield Line(_own("request_header", "-Authorization"), login.origin)


def _crossing(number: int, origins: Origins) -> Iterator[Line]:
    """Whose pages may call: said beside answers, and to browsers that ask before a call."""
    why, every = origins.origin, origins.allow == ("*",)
    asks = ("header_regexp", f"asked{number}", "Access-Control-Request-Method", "^[A-Z]{1,20}$")
    whose = caddy_own("^.") if every else caddy_exactly(origins.allow) if origins.allow else None
    before = (Line(_own("method", "OPTIONS"), why), Line(_own(*asks), why))
    if whose:
        origin = Line((*_own("header_regexp", f"origin{number}", "Origin"), whose), why)
        told = "*" if every else f"{{re.origin{number}.0}}"
        wanted = Line(
            _own("header_regexp", f"wanted{number}", "Access-Control-Request-Headers", "^[A-Za-z0-9_, -]{1,1000}$"), why
        )
        yield Line((*_own(f"@origin{number}", *map(str, origin.words[:3])), whose), why)
        if not every:
            yield Line(_own("header", "+Vary", "Origin"), why)
            yield Line(_own("header", f"@origin{number}", "Access-Control-Allow-Credentials", "true"), why)
        yield Line(_own("header", f"@origin{number}", "Access-Control-Allow-Origin", told), why)
        yield Line(_own(f"@asking{number}"), why, (*before, origin))
        asked = f"{{re.asked{number}.0}}"
        yield Line(_own("header", f"@asking{number}", "Access-Control-Allow-Methods", asked), why)
        yield Line(_own("header", f"@asking{number}", "Access-Control-Max-Age", "600"), why)
        yield Line(_own(f"@wanting{number}"), why, (*before, origin, wanted))
        named = f"{{re.wanted{number}.0}}"
        yield Line(_own("header", f"@wanting{number}", "Access-Control-Allow-Headers", named), why)
    yield Line(_own(f"@preflight{number}"), why, before)
    yield Line(_own("respond", f"@preflight{number}", "204"), why)


def _told(route: Route) -> Iterator[Line]:
    """Headers of answers."""
    if route.caching:
        yield from kept(route.caching)
    for header in route.headers.each if route.headers else ():
        yield Line((*_own("header"), caddy_plain(header.name), caddy_text(header.value)), header.origin)


def _on_the_way(number: int, route: Route) -> Iterator[Line]:
    """The largest body, the path without the route's own, compression; and no upgrade but to WebSocket."""
    why = route.origin
    size = Line(_own("max_size", str(_positive(route.body.size))), route.body.origin)
    yield Line(_own("request_body"), route.body.origin, (size,))
    upgrade = (
        Line(_own("header", "Upgrade", "*"), why),
        Line(_own("not", "header_regexp", "Upgrade", "(?i)^websocket$"), why),
    )
    yield Line(_own(f"@upgrade{number}"), why, upgrade)
    yield Line(_own("request_header", f"@upgrade{number}", "-Upgrade"), why)
    segments = route.path.rstrip("/").count("/")
    if route.strip and segments:
        dots = "(?:^|/)[.][.]?(?:/|$)"
        yield Line(_own(f"@dots{number}", "vars_regexp", "{http.request.uri.path}", dots), why)
        yield Line(_own("error", f"@dots{number}", "400"), why)
        yield Line(_own("uri", "path_regexp", f"^(?:{_SEGMENT}){{{segments}}}(?:/|%2[Ff])?(.*)$", "/$1"), why)
    if route.compression:
        yield Line(_own("encode", "zstd", "gzip"), route.compression.origin)


def _passed(route: Route, front: FrontDoor) -> Line:
    """To the service, whose addresses are looked up again and again. A connection that is kept is closed before the service does so itself."""
    why = route.origin
    lines = (
        *_upstreams(route),
        *((Line(_own("flush_interval", "-1"), route.stream.origin),) if route.stream else ()),
        Line(_own("lb_retries", "1"), why),
        Line(_own("header_up", "X-Forwarded-For", "{client_ip}"), why),
        Line(_own("header_up", "X-Real-Ip", "{client_ip}"), why),
        *(Line(_own("header_up", f"-{name}"), why) for name in _NOT_PASSED_ON),
        *(Line(_own("header_down", f"-{name}"), origin) for name, origin in _hidden(route, front)),
        _transport(route),
    )
    return Line(_own("reverse_proxy"), merged((why, route.reached)), lines)


def _hidden(route: Route, front: FrontDoor) -> Iterator[tuple[str, Origin]]:
    """Headers of the service that Caddy says itself, or nobody needs to know."""
    yield from ((name, route.origin) for name in _NOT_ANSWERED)
    if front.tls and front.tls.hsts:
        yield "Strict-Transport-Security", front.tls.hsts.origin
    if route.origins:
        yield from ((f"Access-Control-{name}", route.origins.origin) for name in _CROSSING)
    for header in route.headers.each if route.headers else ():
        yield caddy_plain(header.name), header.origin


def _upstreams(route: Route) -> Iterator[Line]:
    """All addresses that the service has; where another one gets a share, one of each."""
    why, port = route.reached, _positive(route.port)
    if canary := route.canary:
        other = f"{caddy_host(canary.service)}:{_positive(canary.port)}"
        yield Line(
            (*_own("to"), CaddyText(f"{caddy_host(route.service)}:{port}"), CaddyText(other)),
            merged((why, canary.origin)),
        )
        # Caddy gives as many requests in a row to each as its weight is, so the weights are as small as can be.
        shares = _positive(100 - canary.weight), _positive(canary.weight)
        weights = tuple(str(one // math.gcd(*shares)) for one in shares)
        yield Line(_own("lb_policy", "weighted_round_robin", *weights), canary.origin)
        return
    looked = (
        Line((*_own("name"), caddy_host(route.service)), why),
        Line(_own("port", str(port)), why),
        Line(_own("refresh", "2s"), why),
        Line(_own("dial_timeout", "2s"), why),
        Line(_own("versions", "ipv4"), why),
    )
    yield Line(_own("dynamic", "a"), why, looked)


def _transport(route: Route) -> Line:
    why, times = route.origin, route.timeouts
    connect, exchange = f"{_positive(times.connect)}s", f"{_positive(times.exchange)}s"
    lines = (
        Line(_own("compression", "off"), why),
        Line(_own("dial_timeout", connect), times.origin),
        Line(_own("keepalive", "1s"), why),
        Line(_own("keepalive_idle_conns_per_host", "32"), why),
        Line(_own("read_timeout", exchange), times.origin),
        Line(_own("response_header_timeout", exchange), times.origin),
        *((Line(_own("versions", "h2c"), route.grpc.origin),) if route.grpc else ()),
        Line(_own("write_timeout", exchange), times.origin),
    )
    return Line(_own("transport", "http"), why, lines)


def _positive(number: int) -> int:
    """*number*, unless it would switch off what it should bound."""
    if number < 1:
        raise ValueError(f"{number} would switch off what it should bound")
    return number
