"""Where requests go, as a plan implies it: upstreams that are resolved while nginx runs, and whose connections are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import Route
from speccompile.provenance import Origin, merged
from speccompile.realise.front_door import FrontDoor, Place, called, is_address
from speccompile.verify.nginx_site import PASSES, Location, inside_http, named, servers
from speccompile.verify.nginx_statements import Statement, Where
from speccompile.verify.readers.nginx import Directive

_VARIABLE = "$reached"
_SCHEMES = MappingProxyType({"proxy_pass": "http", "grpc_pass": "grpc"})


def name(route: Route) -> str:
    """What the upstream of *route* is called."""
    canary = f".{called(route.canary.service)}_{route.canary.port}.{route.canary.weight}" if route.canary else ""
    return f"{called(route.service)}_{route.port}{canary}"


def at_http(routes: Iterable[Route], where: Place) -> Iterator[tuple[Statement, Origin]]:
    """The upstreams that *routes* imply in the place *where*."""
    leading: dict[str, list[Route]] = {}
    for route in (one for one in routes if not (one.files or where.looks_up(one.service))):
        leading.setdefault(name(route), []).append(route)
    for block, mine in leading.items():
        inside, origin = ("http", f"upstream {block}"), merged(route.reached for route in mine)
        yield Statement(("http",), "upstream", (block,)), origin
        yield Statement(inside, "zone", (block, "64k")), origin
        for words in servers_of(mine[0]):
            yield (
                Statement(inside, "server", tuple(word for word in words if where.resolves or word != "resolve")),
                origin,
            )
        yield Statement(inside, "keepalive", ("32",)), origin
        yield Statement(inside, "keepalive_timeout", ("1s",)), origin


def servers_of(route: Route) -> tuple[tuple[str, ...], ...]:
    """What stands in the upstream of *route*: the service, and another one with a share of its requests."""
    own, canary = (f"{route.service}:{route.port}", "resolve"), route.canary
    if canary is None:
        return (own,)
    other = (f"{canary.service}:{canary.port}", "resolve", f"weight={canary.weight}")
    return ((*own, f"weight={100 - canary.weight}"), other)


def resolved_when_asked(proxy: FrontDoor, main: tuple[Directive, ...]) -> Iterator[tuple[int, Code, str]]:
    """SC974: what is passed on goes to an upstream of this file, each of whose addresses is looked up while nginx runs, or is no name."""
    http = inside_http(main)
    if len(named(http, "resolver")) != 1:
        yield 0, codes.STATIC_UPSTREAM, "no resolver, so that names are looked up at the start only"
    known = {" ".join(one.args): one for one in named(http, "upstream")}
    for one in known.values():
        if not named(one.block or (), "zone"):
            yield one.line, codes.STATIC_UPSTREAM, f"the workers do not share the addresses of {' '.join(one.args)}"
        for server in named(one.block or (), "server"):
            if "resolve" not in server.args[1:] and (
                proxy.place.resolves or not is_address(server.args[0].rpartition(":")[0])
            ):
                yield server.line, codes.STATIC_UPSTREAM, f"{' '.join(server.args)} is looked up at the start only"
    for location in (location for server in servers(main) for location in server.locations):
        for name_, target in ((one, target) for one in PASSES for target in location.all(one)):
            scheme = f"{_SCHEMES[name_]}://"
            if "".join(target).removeprefix(scheme) not in known and not _looked_up(proxy.place, location, target):
                message = f"{name_} {' '.join(target)} is no upstream of this file"
                yield location.line, codes.STATIC_UPSTREAM, message


def in_location(route: Route, inside: Where, where: Place) -> Iterator[Statement]:
    """How a location of *route*, which is *inside*, passes on its requests."""
    passes = "grpc_pass" if route.grpc else "proxy_pass"
    if where.looks_up(route.service):
        yield Statement(inside, "set", (_VARIABLE, f"{_SCHEMES[passes]}://{route.service}:{route.port}"))
        yield Statement(inside, passes, (_VARIABLE,))
    else:
        yield Statement(inside, passes, (f"{_SCHEMES[passes]}://{name(route)}",))


def _looked_up(where: Place, location: Location, target: tuple[str, ...]) -> bool:
    """Whether *target* is a variable, so that an older nginx looks up the name in it at each request."""
    return not where.resolves and target == (_VARIABLE,) and location.upstream != _VARIABLE
