"""Who gets in to a route, with what, and when: methods, networks, logins, maintenance. Each is a line or two of a location."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network

from speccompile.backends.escape.nginx import NginxText, nginx_pattern, nginx_plain
from speccompile.backends.nginx_limits import positive
from speccompile.plan import ingress
from speccompile.plan.ingress import Route
from speccompile.plan.node import Node
from speccompile.provenance import merged
from speccompile.record import record


@record(kw_only=True)
class Methods(Node):
    """A regular expression of the methods that are passed on."""

    pattern: NginxText


@record(kw_only=True)
class Networks(Node):
    """Networks that get in and that are turned away, under the number by which locations ask; ``closed`` is whether all others are turned away.

    Conditions are looked at before nginx's own ``allow`` and ``deny``: who is turned away would be told what else is wrong with his request.
    """

    number: int
    deny: tuple[NginxText, ...]
    allow: tuple[NginxText, ...]
    closed: bool


@record(kw_only=True)
class Outside(Node):
    """By which number a location asks whether a client is turned away."""

    number: int


@record(kw_only=True)
class Login(Node):
    """The file of the users that get in."""

    file: NginxText


@record(kw_only=True)
class Maintenance(Node):
    """The file that turns requests away while it is there, and after how many seconds they are to come again."""

    file: NginxText
    again: int


def methods(route: Route) -> Methods | None:
    """Those of *route*."""
    said = route.methods
    if said is None:
        return None
    words = "|".join(nginx_plain(one) for one in said.allow)
    return Methods(pattern=nginx_pattern(f"^(?:{words})$"), origin=said.origin)


def networks(routes: Sequence[Route]) -> tuple[Networks, ...]:
    """Those of all *routes*, each once, numbered in their order."""
    each: dict[tuple[tuple[str, ...], tuple[str, ...]], list[ingress.Networks]] = {}
    for said in (route.networks for route in routes if route.networks):
        each.setdefault((said.allow, said.deny), []).append(said)
    return tuple(
        Networks(
            number=number,
            deny=tuple(map(_network, deny)),
            allow=tuple(map(_network, allow)),
            closed=bool(allow),
            origin=merged(one.origin for one in same),
        )
        for number, ((allow, deny), same) in enumerate(each.items(), start=1)
    )


def outside(route: Route, known: Sequence[Networks]) -> Outside | None:
    """By which of the *known* ones *route* turns clients away."""
    said = route.networks
    if said is None:
        return None
    mine = (tuple(map(_network, said.allow)), tuple(map(_network, said.deny)))
    number = next(one.number for one in known if (one.allow, one.deny) == mine)
    return Outside(number=number, origin=said.origin)


def _network(text: str) -> NginxText:
    return nginx_plain(str(ip_network(text)))


def login(route: Route, secrets: str) -> Login | None:
    """That of *route*, whose file is in the directory *secrets*."""
    said: ingress.Login | None = route.login
    return Login(file=nginx_plain(f"{secrets}/{said.secret}"), origin=said.origin) if said else None


def maintenance(route: Route) -> Maintenance | None:
    """That of *route*."""
    said = route.maintenance
    if said is None:
        return None
    return Maintenance(file=nginx_plain(said.file), again=positive(said.retry_after), origin=said.origin)
