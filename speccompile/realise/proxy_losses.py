"""What the proxy that was chosen does not do of what routes say, on every platform that brings nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from speccompile.codes import proxy as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import Ingress, Route
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Workload
from speccompile.provenance import merged
from speccompile.realise import published
from speccompile.realise.loss import Loss

_Part: TypeAlias = Callable[[Route], Node | None]
_CADDY_FIX = "choose nginx (`proxy: nginx` in deploy.yaml), or let the program do it"
_NGINX = "choose a proxy (`proxy: nginx` in deploy.yaml), or let the program do it"
_PLUGIN = "Caddy has it in a plugin alone, which its image has not"
_BARE = "clients ask it themselves (`proxy: none`)"


def _asked(node: Node) -> Node | None:
    """*node*, where an assertion or deploy.yaml asks for it: what is as it usually is is nobody's loss."""
    return node if any(not one.span.path.endswith(".json") or one.assertion for one in node.origin.causes) else None


# What a route can have, what it means that nothing holds it, and the kinds of demands that are not held then.
_HELD_BY_PROXIES: tuple[tuple[_Part, str, tuple[str, ...]], ...] = (
    (lambda one: one.rate, "is asked as often as anybody likes", ("rate",)),
    (lambda one: one.connections, "is asked by as many at once as like to", ("connections",)),
    (lambda one: one.origins, "does not tell browsers whose pages may call", ("origins",)),
    (lambda one: _asked(one.timeouts), "is waited for as long as clients like", ("deadline", "idle")),
    (lambda one: _asked(one.body), "takes bodies of the size that it takes itself", ("body",)),
    (lambda one: one.caching, "does not tell browsers what they may keep", ("cachecontrol",)),
    (lambda one: one.methods, "is asked with every method", ()),
    (lambda one: one.stream, "streams as it does itself", ()),
    (lambda one: one.compression, "is not compressed", ()),
    (lambda one: one.headers, "answers without these headers", ()),
    (lambda one: one.canary, "gets all requests", ()),
    (lambda one: one.maintenance, "is not closed by a file", ()),
    (lambda one: one.files, "is asked for its files itself", ()),
    (lambda one: one.errors, "shows no pages of the project for errors: nothing in front answers with one", ()),
    (lambda one: one.kept_alive, "keeps connections for as long as it likes", ("idle",)),
    (lambda one: one if one.host or one.path != "/" else None, "is asked for every host and path", ()),
)


def losses(plan: Plan) -> Iterator[Loss]:
    """Of what comes in by *plan*."""
    entry = plan.ingress
    if entry is None or entry.proxy is None or entry.proxy.name == "nginx":
        return
    if entry.proxy.name == "caddy":
        yield from _of_caddy(entry)
    else:
        yield from _of_none(plan, entry)


def _of_caddy(entry: Ingress) -> Iterator[Loss]:
    counted = "is asked as often as anybody likes"
    yield from _lost(codes.NOT_BY_CADDY, entry.routes, lambda one: one.rate, counted, _PLUGIN, _CADDY_FIX, "rate")
    many = "is asked by as many at once as like to"
    yield from _lost(
        codes.NOT_BY_CADDY, entry.routes, lambda one: one.connections, many, _PLUGIN, _CADDY_FIX, "connections"
    )
    times = {one.kept_alive.seconds if one.kept_alive else None for one in entry.routes}
    if len(times) > 1:
        why, longest = "Caddy has one time for all routes", max(one for one in times if one is not None)
        what = f"keeps a connection without a request for {longest} s, as all others do"
        yield from _lost(codes.NOT_BY_CADDY, entry.routes, lambda one: one.kept_alive, what, why, _CADDY_FIX, "idle")
    read, linked = (
        "is asked for its files itself",
        "Caddy follows links, which a service could make to the front door's secrets",
    )
    yield from _lost(codes.NOT_BY_CADDY, entry.routes, lambda one: one.files, read, linked, _CADDY_FIX)
    if entry.buffered:
        what, why = "writes each line of its access log at once", "Caddy has no buffer for it"
        fix = "nothing, where the log is no burden; or choose nginx (`proxy: nginx` in deploy.yaml)"
        of = ("the front door",)
        yield Loss(code=codes.NOT_BY_CADDY, of=of, what=what, why=why, fix=fix, origin=entry.buffered.origin)
    if entry.announced:
        yield Loss(
            code=codes.NOT_BY_CADDY,
            of=("the front door",),
            what="takes connections from `trusted_proxies` without an announcement, too, and believes that these are the clients",
            why="Caddy asks nobody for a line of PROXY protocol, it takes one",
            fix="let what stands in front send it for all connections, health checks too; or choose nginx (`proxy: nginx` in deploy.yaml)",
            origin=entry.announced.origin,
        )


def _of_none(plan: Plan, entry: Ingress) -> Iterator[Loss]:
    doors = (lambda one: one.login, lambda one: one.networks)
    for part in doors:
        what = "would be open to everybody"
        yield from _lost(codes.OPEN_WITHOUT_PROXY, entry.routes, part, what, _BARE, _NGINX)
    several = [one for one in published.workloads(plan) if one.replicas.count > 1]
    if several:
        yield _at_one_port(several)
    for part, what, kinds in _HELD_BY_PROXIES:
        yield from _lost(codes.WITHOUT_PROXY, entry.routes, part, what, _BARE, _NGINX, *kinds)
    for one in entry.redirects[:1]:
        of, what = tuple(sorted({each.service for each in entry.redirects})), "is not sent anywhere else"
        yield Loss(code=codes.WITHOUT_PROXY, of=of, what=what, why=_BARE, fix=_NGINX, origin=one.origin)


def _at_one_port(several: Iterable[Workload]) -> Loss:
    found = list(several)
    return Loss(
        code=codes.ONE_PORT,
        of=tuple(one.name for one in found),
        what="cannot run several times: each of its containers would have the same port of the host",
        why=_BARE,
        fix="choose a proxy (`proxy: nginx` in deploy.yaml), or let one of it run (`replicas: 1`)",
        origin=merged(one.replicas.origin for one in found),
    )


def _lost(
    code: Code, routes: Iterable[Route], part: _Part, what: str, why: str, fix: str, *kinds: str
) -> Iterator[Loss]:
    """That *what* becomes of the routes that have a *part*, said once; demands of *kinds* are not held because of it."""
    found = [(one.service, node) for one in routes if (node := part(one))]
    if found:
        of = tuple(sorted({name for name, _ in found}))
        why_there = merged(node.origin for _, node in found)
        yield Loss(code=code, of=of, what=what, why=why, fix=fix, kinds=kinds, origin=why_there)
