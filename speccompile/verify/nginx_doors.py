"""Who gets in to a route, with what, and when, as a plan implies it; and that it holds in each of the route's locations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import Networks, Route
from speccompile.provenance import Origin, merged
from speccompile.regex import regex
from speccompile.verify.nginx_files import HIDDEN
from speccompile.verify.nginx_site import Location
from speccompile.verify.nginx_statements import Statement, Where
from speccompile.verify.readers.nginx import Directive

_COMPRESSED = (
    ("gzip", ("on",)),
    ("gzip_vary", ("on",)),
    ("gzip_proxied", ("any",)),
    ("gzip_min_length", ("1024",)),
    (
        "gzip_types",
        (
            *("text/plain", "text/css", "text/xml", "text/javascript"),
            *("application/javascript", "application/json", "application/xml", "image/svg+xml"),
        ),
    ),
)


# Files that operators make: in the proxy's container, or beside a shared host's registry.
_CLOSES = regex(r"/var/tmp/maintenance-[^/)]+\)|(?:/[^/)]+)+/closed/[^/)]+\)")  # noqa: S108  # in the container
# What makes 503 the answer of a route that is closed: nobody was asked, and nothing counted.
_CLOSED = "$status:$upstream_status:$limit_req_status:$limit_conn_status:$again_after"


def at_http(routes: Sequence[Route]) -> Iterator[tuple[Statement, Origin]]:
    """Who is outside, and that a password which the front door asks for gets no further."""
    yield from _of_networks(routes)
    closed = [route.maintenance.origin for route in routes if route.maintenance]
    if closed:
        why, words = merged(closed), (_CLOSED, "$come_again")
        inside = ("http", " ".join(("map", *words)))
        yield Statement(("http",), "map", words), why
        yield Statement(inside, "default", ("",)), why
        yield Statement(inside, "~^503::::(?<seconds>[0-9]+)$", ("$seconds",)), why
        yield Statement(("http",), "add_header", ("Retry-After", "$come_again", "always")), why
    asked = [route.login.origin for route in routes if route.login]
    if asked:
        why, inside = merged(asked), ("http", "map $guarded $authorization_to")
        yield Statement(("http",), "map", ("$guarded", "$authorization_to")), why
        yield Statement(inside, "default", ("$http_authorization",)), why
        yield Statement(inside, "yes", ("",)), why
        yield Statement(("http",), "proxy_set_header", ("Authorization", "$authorization_to")), why


def in_location(route: Route, inside: Where, number: int, secrets: str) -> Iterator[tuple[Statement, Origin]]:
    """What *route* implies in its location, which is *inside*; its networks have the *number*, files of users are in *secrets*."""
    if route.maintenance:
        words: tuple[str, ...] = ("(-f", f"{route.maintenance.file})")
        why = route.maintenance.origin
        yield Statement(inside, "if", words), why
        yield Statement((*inside, " ".join(("if", *words))), "return", ("503",)), why
        yield Statement(inside, "set", ("$again_after", str(route.maintenance.retry_after))), why
    if route.methods:
        words, why = _other_methods(route), route.methods.origin
        yield Statement(inside, "if", words), why
        yield Statement((*inside, " ".join(("if", *words))), "return", ("405",)), why
    if route.networks:
        words, why = (f"($outside_{number})",), route.networks.origin
        yield Statement(inside, "if", words), why
        yield Statement((*inside, " ".join(("if", *words))), "return", ("403",)), why
    if route.login:
        yield Statement(inside, "set", ("$guarded", "yes")), route.login.origin
        yield Statement(inside, "auth_basic", ("restricted",)), route.login.origin
        yield Statement(inside, "auth_basic_user_file", (f"{secrets}/{route.login.secret}",)), route.login.origin
    if route.compression:
        yield from ((Statement(inside, *one), route.compression.origin) for one in _COMPRESSED)
    if route.stream:
        yield Statement(inside, "proxy_buffering", ("off",)), route.stream.origin


def _other_methods(route: Route) -> tuple[str, ...]:
    allow = route.methods.allow if route.methods else ()
    return ("($request_method", "!~", f"^(?:{'|'.join(allow)})$", ")")


def numbers(routes: Iterable[Route]) -> dict[Networks, int]:
    """The number of all networks that *routes* name, in the order in which routes are written."""
    found: dict[Networks, int] = {}
    for route in sorted(routes, key=lambda route: (route.host or "", -len(route.path), route.path, route.service)):
        if route.networks:
            found.setdefault(route.networks, len(found) + 1)
    return found


def _of_networks(routes: Sequence[Route]) -> Iterator[tuple[Statement, Origin]]:
    """Who is in a network that is denied, who in one that is allowed, and who is therefore outside."""
    for said, number in numbers(routes).items():
        denied, allowed = f"$denied_{number}", f"$allowed_{number}"
        tables = ((denied, "no", said.deny), (allowed, "no" if said.allow else "yes", said.allow))
        for variable, usual, listed in tables:
            yield Statement(("http",), "geo", (variable,)), said.origin
            yield Statement(("http", f"geo {variable}"), "default", (usual,)), said.origin
            yield from ((Statement(("http", f"geo {variable}"), one, ("yes",)), said.origin) for one in listed)
        words = (f"{denied}:{allowed}", f"$outside_{number}")
        inside = ("http", " ".join(("map", *words)))
        yield Statement(("http",), "map", words), said.origin
        yield Statement(inside, "default", ("yes",)), said.origin
        yield Statement(inside, "no:yes", ("",)), said.origin


def turns_away(directive: Directive) -> bool:
    """Whether it is a condition under which nginx itself answers, and nothing else: a browser's question before a call, maintenance, a method."""
    inner = [(one.name, one.args) for one in directive.block or ()]
    match directive.args, inner:
        case ("($preflight)",), [("return", ("204",))]:
            return True
        case ("($to_https)",), [("return", ("308", "https://$host$request_uri"))]:
            return True
        case (str(outside),), [("return", ("403",))]:
            return re.fullmatch(r"\(\$outside_[1-9][0-9]*\)", outside) is not None
        case ("(-f", str(file)), [("return", ("503",))]:
            return _CLOSES.fullmatch(file) is not None
        case ("($request_method", "!~", str(), ")"), [("return", ("405",))]:
            return True
        case words, [("return", ("404",))]:
            return words == HIDDEN
        case _:
            return False


def guarded(served: Sequence[tuple[Route, Location]], secrets: str) -> Iterator[tuple[int, Code, str]]:
    """SC820: in each location of a route that is not for everybody stands who gets in, first of all; in others nothing of the kind."""
    known = numbers(route for route, _ in served)
    for route, location in served:
        first = next(((one.name, one.args) for one in location.block), ("", ()))
        asks = [one.args for one in location.block if one.name == "if" and one.args[:1] and "$outside" in one.args[0]]
        wanted = [(f"($outside_{known[route.networks]})",)] if route.networks else []
        if asks != wanted or (wanted and first != ("if", wanted[0])):
            yield location.line, codes.DOORS, f"{route.service} is reached from other networks than the plan says"
        file = (f"{secrets}/{route.login.secret}",) if route.login else ()
        if location.only("auth_basic_user_file") != file or location.only("auth_basic") != (
            ("restricted",) if file else ()
        ):
            yield location.line, codes.DOORS, f"{route.service} asks {'nobody' if file else 'somebody'} for a password"
        conditions = [one.args for one in location.block if one.name == "if"]
        if (_other_methods(route) in conditions) != bool(route.methods):
            yield location.line, codes.DOORS, f"other methods get through to {route.service} than the plan says"
        if route.maintenance and ("(-f", f"{route.maintenance.file})") not in conditions:
            yield location.line, codes.DOORS, f"{route.service} cannot be closed for maintenance"
