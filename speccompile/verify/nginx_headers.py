"""What browsers are told beside an answer, as a plan implies it: whose pages may read it, how long it may be kept, and what is never told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from urllib.parse import quote

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import HASHED, Caching, Kept, Origins, Route
from speccompile.provenance import Origin
from speccompile.realise.front_door import FrontDoor, called
from speccompile.verify.nginx_files import sorted_by
from speccompile.verify.nginx_site import inside_http, named
from speccompile.verify.nginx_statements import Statement, Where, statements
from speccompile.verify.readers.nginx import Directive

_ORIGINS = """
http {
  map $origins $origin_of_all { default ""; }
  map $origins:$http_origin $allowed_origin { default $origin_of_all; "~^:" $upstream_http_access_control_allow_origin; }
  map $origins:$allowed_origin $allowed_credentials {
    default true; "~^:" $upstream_http_access_control_allow_credentials; "~:[*]?$" "";
  }
  map $origins $told_apart_by { default ""; }
  map $request_method:$http_access_control_request_method $preflight { default ""; "~^OPTIONS:[A-Z]{1,20}$" 1; }
  map $origins:$preflight:$allowed_origin:$http_access_control_request_method $allowed_method {
    default ""; "~^:" $upstream_http_access_control_allow_methods;
    "~^[^:]+:1:[^ ]+:(?<asked_method>[A-Z]{1,20})$" $asked_method;
  }
  map $origins:$preflight:$allowed_origin:$http_access_control_request_headers $allowed_headers {
    default ""; "~^:" $upstream_http_access_control_allow_headers;
    "~^[^:]+:1:[^ ]+:(?<asked_headers>[A-Za-z0-9_, -]{1,1024})$" $asked_headers;
  }
  map $origins:$preflight:$allowed_origin $remembered_for {
    default ""; "~^:" $upstream_http_access_control_max_age; "~^[^:]+:1:." 600;
  }
  proxy_hide_header Access-Control-Allow-Origin; proxy_hide_header Access-Control-Allow-Credentials;
  proxy_hide_header Access-Control-Allow-Methods; proxy_hide_header Access-Control-Allow-Headers;
  proxy_hide_header Access-Control-Max-Age;
  add_header Access-Control-Allow-Origin $allowed_origin always;
  add_header Access-Control-Allow-Credentials $allowed_credentials always;
  add_header Access-Control-Allow-Methods $allowed_method always;
  add_header Access-Control-Allow-Headers $allowed_headers always;
  add_header Access-Control-Max-Age $remembered_for always;
}
"""
_CACHING = """
http {
  map SORTED $sort {
    default other; "~*^image/" images; "~*^text/html" html;
    "~*^(text/css|(application|text)/javascript|application/wasm|font/|application/(x-)?font-)" static;
  }
  map $status $outcome { default failed; "~^(20[0346]|30[018])$" found; 304 same; }
  map $caching:$sort:$outcome $cache_control { default $upstream_http_cache_control; }
  proxy_hide_header Cache-Control;
  add_header Cache-Control $cache_control always;
}
"""
_ALLOWED = ("http", "map $origins:$http_origin $allowed_origin")
_OPEN = ("http", "map $origins $origin_of_all")
_APART = ("http", "map $origins $told_apart_by")
_KEPT = ("http", "map $caching:$sort:$outcome $cache_control")
# The sorts of content that the map tells, and the rules that are asked for each, in order.
_ASKED = (
    ("images", ("images", "static", "responses")),
    ("static", ("static", "responses")),
    ("html", ("html", "responses")),
    ("other", ("responses",)),
)
PREFLIGHT = "if ($preflight)"


def name(route: Route, at: str) -> str:
    """The name of a set of origins, or of cache rules."""
    return f"{called(route.service)}@{called(route.host or '')}{quote(at, safe='/%')}"


def at_http(routes: Sequence[Route]) -> Iterator[tuple[Statement, Origin]]:
    """What *routes* imply at the http level."""
    crossed = [(route, said) for route in routes if (said := route.origins) and said.at == route.path]
    kept = [(route, rules) for route in routes if (rules := route.caching) and rules.at == route.path]
    if crossed:
        yield from ((one, crossed[0][1].origin) for one in _always(_ORIGINS))
    for route, origins in crossed:
        for statement in _of_origins(name(route, origins.at), origins):
            yield statement, origins.origin
    if kept:
        by = sorted_by(tuple(routes))
        yield from ((one, kept[0][1].origin) for one in _always(_CACHING.replace("SORTED", by)))
        if "$hashed" in by:
            yield Statement(("http", f"map {by} $sort"), "~^hashed", ("hashed",)), kept[0][1].origin
    for route, caching in kept:
        yield from _of_caching(name(route, caching.at), caching)
    yield from _of_added(_in_order(routes))


def _in_order(routes: Iterable[Route]) -> list[Route]:
    """As they are written: the first that adds a header says how its name is spelt."""
    return sorted(routes, key=lambda route: (route.host or "", -len(route.path), route.path, route.service))


def _of_added(routes: Iterable[Route]) -> Iterator[tuple[Statement, Origin]]:
    """A map for each header that any of *routes* adds: the service's own, unless the set of the location says otherwise."""
    seen: dict[str, str] = {}
    added = [(route, said) for route in routes if (said := route.headers) and said.at == route.path]
    for route, header in ((route, header) for route, said in added for header in said.each):
        variable = header.name.lower().replace("-", "_")
        inside = ("http", f"map $adding $told_{variable}")
        if header.name.lower() not in seen:
            yield Statement(("http",), "map", ("$adding", f"$told_{variable}")), header.origin
            yield Statement(inside, "default", (f"$upstream_http_{variable}",)), header.origin
            called = seen.setdefault(header.name.lower(), header.name)
            yield Statement(("http",), "proxy_hide_header", (called,)), header.origin
            yield Statement(("http",), "add_header", (called, f"$told_{variable}", "always")), header.origin
        yield Statement(inside, name(route, route.headers.at if route.headers else ""), (header.value,)), header.origin


@cache
def _always(text: str) -> tuple[Statement, ...]:
    return tuple(one for one in statements(text) if one != Statement((), "http", ()))


def _of_origins(of: str, origins: Origins) -> Iterator[Statement]:
    if origins.allow == ("*",):
        yield Statement(_OPEN, of, ("*",))
        return
    for each in origins.allow:
        yield Statement(_ALLOWED, f"{of}:{each}", (each,))
    if origins.allow:
        yield Statement(_APART, of, ("Origin",))


def _of_caching(of: str, caching: Caching) -> Iterator[tuple[Statement, Origin]]:
    rules = {rule.what: rule for rule in caching.rules}
    for sort, asked in _ASKED:
        rule = next((rules[what] for what in asked if what in rules), None)
        if rule is None and HASHED in rules:
            yield Statement(_KEPT, f"{of}:{sort}:found", ("no-cache",)), caching.origin
        if rule:
            yield Statement(_KEPT, f"{of}:{sort}:found", (_value(rule),)), rule.origin
            yield Statement(_KEPT, f"{of}:{sort}:same", ("",)), rule.origin
        if rule and rule.seconds == 0:
            yield Statement(_KEPT, f"{of}:{sort}:failed", (_value(rule),)), rule.origin
    if HASHED in rules:
        words = (f"max-age={rules[HASHED].seconds}, immutable",)
        yield Statement(_KEPT, f"{of}:hashed:found", words), rules[HASHED].origin
    if "responses" not in rules:
        yield Statement(_KEPT, f"{of}:other:same", ("",)), caching.origin


def _value(rule: Kept) -> str:
    return f"max-age={rule.seconds}" if rule.seconds else "no-store"


def in_location(route: Route, inside: Where) -> Iterator[tuple[Statement, Origin]]:
    """What *route* implies in its location, which is *inside*."""
    if route.origins:
        why = route.origins.origin
        yield Statement(inside, "set", ("$origins", name(route, route.origins.at))), why
        yield Statement(inside, "if", ("($preflight)",)), why
        yield Statement((*inside, PREFLIGHT), "return", ("204",)), why
    if route.caching:
        yield Statement(inside, "set", ("$caching", name(route, route.caching.at))), route.caching.origin
    if route.headers:
        yield Statement(inside, "set", ("$adding", name(route, route.headers.at))), route.headers.origin
    if route.kept_alive:
        seconds = f"{route.kept_alive.seconds}s"
        yield Statement(inside, "keepalive_timeout", (seconds,)), route.kept_alive.origin


def crossed_safely(_: FrontDoor, main: tuple[Directive, ...]) -> Iterator[tuple[int, Code, str]]:
    """SC975: a login is never sent along for the pages of everybody, and what depends on the origin is told apart by it."""
    http = inside_http(main)
    maps = {one.args[-1]: one for one in named(http, "map") if len(one.args) == 2}
    allowed, credentials = maps.get("$allowed_origin"), maps.get("$allowed_credentials")
    if allowed is None:
        return
    nobody = [
        one for one in (credentials.block or () if credentials else ()) if one.name == "~:[*]?$" and one.args == ("",)
    ]
    if not nobody:
        yield allowed.line, codes.HEADERS, "a login would be sent along for the pages of everybody"
    apart = maps.get("$told_apart_by")
    told = {one.name for one in (apart.block or () if apart else ()) if one.args == ("Origin",)}
    for one in allowed.block or ():
        of = one.name.partition(":http")[0]
        if one.name not in ("default", "~^:") and of not in told:
            yield one.line, codes.HEADERS, f"a cache would give {of}'s answers to one origin to pages of another"
