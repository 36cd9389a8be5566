"""Two applications that want the same: a place, or an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from speccompile.codes.hosts import ADDRESS_TAKEN, NOT_SHARED, TAKEN
from speccompile.diagnostics import Diagnostic, Related
from speccompile.hosts.registry import Application
from speccompile.hosts.settings import Settings
from speccompile.plan.ingress import Redirect, Route
from speccompile.source import Span

HEALTH = "/-/proxy-health"
CHALLENGES = "/.well-known/acme-challenge"
"""Who answers below it gets certificates for the host (RFC 8555, 8.3): at a host of many it is nobody's."""
_OURSELVES = ("127.0.0.1", "0.0.0.0", "localhost", "[::1]", "[::]")  # noqa: S104  # looked for, not bound
_AT_MOST = 10  # findings; more say nothing new


def clashes(new: Application, others: Iterable[Application]) -> tuple[Diagnostic, ...]:
    """What speaks against *new* beside *others*, which are without it."""
    known = tuple(others)
    return (*_routes(new, known), *_addresses(new, known), *_reserved(new))[:_AT_MOST]


def loops(new: Application, said: Settings) -> Iterator[Diagnostic]:
    """Services of *new* that would be this host's nginx itself, which would ask itself until it has no connections left."""
    own = {said.listen, said.tls.listen if said.tls else said.listen}
    for one in new.services:
        host, _, port = one.address.rpartition(":")
        if host in _OURSELVES and int(port) in own:
            message = f"{one.service} of {new.name} is said to be reached at {one.address}, where the host's nginx itself listens"
            fix = f"say where {one.service} is published: --address {one.service}=127.0.0.1:PORT"
            yield ADDRESS_TAKEN.at(new.span, message, fix=fix, found=one.address)


def _routes(new: Application, others: tuple[Application, ...]) -> Iterator[Diagnostic]:
    taken: dict[tuple[str | None, str], tuple[Application, Route | Redirect]] = {}
    above: dict[tuple[str | None, str], tuple[Application, Route | Redirect]] = {}
    for other in others:
        for route in other.places:
            taken[_place(route)] = (other, route)
            if other.owner != new.owner:
                host, path = _place(route)
                above.update({(host, one): (other, route) for one in _parents(path)})
    for route in new.places:
        host, path = _place(route)
        over = next(((host, one) for one in _parents(path) if _is_anothers(taken.get((host, one)), new)), None)
        if found := taken.get((host, path)):
            yield _clash(new, route, *found, "has it")
        elif over:
            yield _clash(new, route, *taken[over], "has all that is below its own")
        elif found := above.get((host, path)):
            yield _clash(new, route, *found, "has a route below it")


def _is_anothers(found: tuple[Application, Route | Redirect] | None, new: Application) -> bool:
    return found is not None and found[0].owner != new.owner


def _place(route: Route | Redirect) -> tuple[str | None, str]:
    """Where *route* is, as nginx compares it: decoded."""
    return route.host, unquote(route.path).rstrip("/")


def _parents(path: str) -> Iterator[str]:
    """The paths that *path* is below, the root last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _clash(
    new: Application, mine: Route | Redirect, other: Application, theirs: Route | Redirect, how: str
) -> Diagnostic:
    wanted, there = shown(mine), shown(theirs)
    message = f"{new.name} wants {wanted}, and {other.name} {how}" + (f": {there}" if there != wanted else "")
    fix = "choose another place: --prefix or --host for services without a host, or the route's host and path in deploy.yaml"
    related = (Related(f"{there} of {other.name}", other.span),)
    return TAKEN.at(_span(mine, new), message, fix=fix, related=related, found=wanted)


def _addresses(new: Application, others: tuple[Application, ...]) -> Iterator[Diagnostic]:
    taken = {one.address: (other, one.service) for other in others for one in other.services}
    for one in new.services:
        if one.address in taken:
            other, service = taken[one.address]
            message = f"{one.service} of {new.name} is said to be reached at {one.address}, where {service} of {other.name} is"
            fix = f"publish {one.service} at another port of the host, and say that with --address; or remove {other.name} first"
            related = (Related(f"{one.address} of {other.name}", other.span),)
            yield ADDRESS_TAKEN.at(new.span, message, fix=fix, related=related, found=one.address)


def _reserved(new: Application) -> Iterator[Diagnostic]:
    for route in new.places:
        path = _place(route)[1]
        if path == CHALLENGES or path.startswith(f"{CHALLENGES}/"):
            message = f"{new.name} wants {shown(route)}, where an authority asks who may have certificates for the host"
            fix = (
                "take the route out: the operator of the host gets its certificates (docs/shared-host.md, `challenges`)"
            )
            yield NOT_SHARED.at(_span(route, new), message, fix=fix)
        if path == HEALTH:
            message = f"{new.name} wants {shown(route)}, where nginx says of itself that it is well"
            yield NOT_SHARED.at(_span(route, new), message, fix="choose another path for the route")


def shown(route: Route | Redirect) -> str:
    """*route* as people write it."""
    return f"{route.host or '*'}{route.path}"


def _span(route: Route | Redirect, new: Application) -> Span:
    return next((cause.span for cause in route.origin.causes), new.span)
