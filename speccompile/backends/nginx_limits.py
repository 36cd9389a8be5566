"""How often and how many at once: zones in which requests are counted, and what each location takes."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from speccompile.backends.escape.nginx import NginxText, nginx_plain
from speccompile.plan.ingress import Connections, Rate, Route
from speccompile.plan.node import Node
from speccompile.provenance import merged
from speccompile.realise.front_door import called
from speccompile.record import record

# As the whole configuration has it (RFC 6585, 4).
_USUAL = 429


@record(kw_only=True)
class Zone(Node):
    """Where requests are counted, of each client or in ``total``, and how many are let in."""

    total: bool
    name: NginxText
    rate: NginxText


@record(kw_only=True)
class Zones(Node):
    """All of them."""

    each: tuple[Zone, ...]


@record(kw_only=True)
class Open(Node):
    """How many requests at once: by what they are counted, under which name, and the most; ``status`` is what more are told, where that is
    not the usual one."""

    total: bool
    name: NginxText
    count: int
    status: int | None


@record(kw_only=True)
class Counters(Node):
    """All of them."""

    each: tuple[Open, ...]


@record(kw_only=True)
class Limit(Node):
    """By which zone a location is limited, and how many may come at once above that; ``status`` is what more are told, where that is not the
    usual one."""

    zone: NginxText
    burst: int | None
    status: int | None


def zones(routes: Sequence[Route]) -> Zones | None:
    """The zones of *routes*; None where none has a rate."""
    each = tuple(_zone(route, route.rate) for route in routes if route.rate and route.counts)
    return Zones(each=each, origin=merged(one.origin for one in each)) if each else None


def counters(routes: Sequence[Route]) -> Counters | None:
    """The counters of *routes*; None where none has a bound of what is open."""
    each = tuple(opened(route, one) for route in routes if (one := route.connections) and one.at == route.path)
    return Counters(each=each, origin=merged(one.origin for one in each)) if each else None


def _zone(route: Route, rate: Rate) -> Zone:
    if rate.per not in ("s", "m"):
        raise ValueError(f"nginx counts requests per second or minute, not per {rate.per!r}")
    return Zone(
        total=rate.total,
        name=_zone_name(route),
        rate=nginx_plain(f"{positive(rate.requests)}r/{rate.per}"),
        origin=rate.origin,
    )


def limit(route: Route, rate: Rate) -> Limit:
    """What *route* takes."""
    return Limit(zone=_zone_name(route), burst=rate.burst or None, status=_unusual(rate.status), origin=rate.origin)


def opened(route: Route, connections: Connections) -> Open:
    """What *route* has open at most. Its zone has two separators, so that none of a rate is called so."""
    name = nginx_plain(f"{called(route.service)}@@{called(route.host or '')}{quote(connections.at, safe='/%')}")
    return Open(
        total=connections.total,
        name=name,
        count=positive(connections.count),
        status=_unusual(connections.status),
        origin=connections.origin,
    )


def _unusual(status: int) -> int | None:
    """*status*, where it is another one than all locations have; nginx takes none that is no error."""
    if not 400 <= status < 600:
        raise ValueError(f"nginx turns nobody away with {status}")
    return None if status == _USUAL else status


def _zone_name(route: Route) -> NginxText:
    """``service@host/path``: unique, as no part can have the separator before it in it; a colon would end the name."""
    host, path = route.pool
    return nginx_plain(f"{called(route.service)}@{called(host or '')}{quote(path, safe='/%')}")


def positive(number: int) -> int:
    """*number*, unless it would switch off what it should bound."""
    if number < 1:
        raise ValueError(f"{number} would switch off what it should bound")
    return number
