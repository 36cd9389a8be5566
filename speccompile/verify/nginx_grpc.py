"""Calls of gRPC in a configuration for nginx, as a plan implies them: what is said of requests that are passed on is said of calls, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import Route
from speccompile.provenance import Origin, merged
from speccompile.realise.front_door import FrontDoor
from speccompile.verify.nginx_site import Location, inside_http, named
from speccompile.verify.nginx_statements import Statement, Where
from speccompile.verify.readers.nginx import Directive

_HTTP = ("http",)
_WAITS = ("connect", "read", "send", "next_upstream")
# What HTTP/2 has no word for (RFC 9113, 8.2.2).
_NOT_OF_CALLS = ("Upgrade", "Connection")
_TWINS = {f"proxy_{name}": f"grpc_{name}" for name in ("set_header", "hide_header", "ignore_headers")}


def why(routes: Iterable[Route]) -> Origin | None:
    """Why any of *routes* takes calls; None where none does."""
    found = [route.grpc.origin for route in routes if route.grpc]
    return merged(found) if found else None


def with_calls(front: FrontDoor, said: Iterable[tuple[Statement, Origin]]) -> Iterator[tuple[Statement, Origin]]:
    """*said*, which is all that *front* implies but for calls, and what it implies for these."""
    reason = why(front.routes)
    for statement, origin in said:
        yield statement, origin
        twin = _TWINS.get(statement.name)
        if reason and twin and statement.args[0] not in _NOT_OF_CALLS:
            yield Statement(statement.where, twin, statement.args), reason
    if reason:
        yield Statement(_HTTP, "grpc_buffer_size", ("16k",)), reason
        yield Statement(_HTTP, "grpc_next_upstream_tries", ("2",)), reason
    if reason and front.tls is None:
        yield Statement(_HTTP, "http2", ("on",)), reason


def times(route: Route, inside: Where) -> Iterator[tuple[Statement, Origin]]:
    """How long *route* waits in its location, which is *inside*: for the service, and of calls for the client, whose parts come at any time."""
    said, of = route.timeouts, "grpc" if route.grpc else "proxy"
    seconds = {name: said.connect if name == "connect" else said.exchange for name in _WAITS}
    for name, wait in seconds.items():
        yield Statement(inside, f"{of}_{name}_timeout", (f"{wait}s",)), said.origin
    if route.grpc:
        for name in ("client_body_timeout", "send_timeout"):
            yield Statement(inside, name, (f"{said.exchange}s",)), route.grpc.origin


def waited(route: Route, location: Location) -> Iterator[str]:
    """The waits of *route* that are otherwise in its *location* than the plan says."""
    said, of = route.timeouts, "grpc" if route.grpc else "proxy"
    wanted = {f"{of}_connect_timeout": said.connect}
    wanted |= dict.fromkeys((f"{of}_read_timeout", f"{of}_send_timeout"), said.exchange)
    wanted |= dict.fromkeys(("client_body_timeout", "send_timeout"), said.exchange) if route.grpc else {}
    for name, seconds in wanted.items():
        if location.only(name) != (f"{seconds}s",):
            yield f"{name} of {route.service} is not {seconds} s"


def called(front: FrontDoor, main: Sequence[Directive]) -> Iterator[tuple[int, Code, str]]:
    """SC822: where calls of gRPC come in, HTTP/2 is spoken; and nothing is believed that a call says of who makes it."""
    http = inside_http(tuple(main))
    if why(front.routes) is None:
        return
    if [one.args for one in named(http, "http2")] != [("on",)]:
        yield 0, codes.CALLS, "no HTTP/2 is spoken, without which no call gets in"
    for name, twin in _TWINS.items():
        told = {one.args: one for one in named(http, name) if one.args[:1] not in {(word,) for word in _NOT_OF_CALLS}}
        calls = {one.args: one for one in named(http, twin)}
        for args in sorted(told.keys() ^ calls.keys()):
            line = (told.get(args) or calls[args]).line
            yield line, codes.CALLS, f"{' '.join(args)} is so for requests or for calls alone"
