"""What comes in from outside: the routes of all public services, and who is believed about the client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from speccompile.codes.lowering import ROUTE_CLASH, ROUTE_REFUSED
from speccompile.codes.routes import CANARY
from speccompile.diagnostics import Diagnostic, Related
from speccompile.lower import error_pages
from speccompile.lower.draft import Draft, Entry, Part, Traffic
from speccompile.lower.error_pages import Pages
from speccompile.lower.route_keys import Said, keyed
from speccompile.lower.subject import Subject
from speccompile.lower.transport import tls
from speccompile.plan.ingress import Announced, Buffered, Ingress, Proxy, Redirect, Route, Trusted
from speccompile.provenance import Cause, because, merged
from speccompile.realise.front_door import CODE
from speccompile.spec.project import ProjectSpec
from speccompile.stacks.protocols import spoken

if TYPE_CHECKING:
    from speccompile.spec import route_keys as routing

HEALTH_PATH = "/-/proxy-health"


def routes(services: Sequence[tuple[Subject, Draft]], pages: Pages) -> tuple[Route, ...]:
    """The routes of all public services, by host and then the longest path first; *pages* are those for errors."""
    peers = {subject.name: draft for subject, draft in services}
    found = [route for subject, draft in services for route in _routes(subject, draft, peers, pages)]
    return tuple(sorted(found, key=lambda route: (route.host or "", -len(route.path), route.path, route.service)))


def redirects(services: Sequence[tuple[Subject, Draft]]) -> tuple[Redirect, ...]:
    """What is sent elsewhere, in the same order."""
    found = [
        Redirect(
            host=entry.host,
            path=entry.path,
            service=subject.name,
            to=said.to.lower(),
            status=said.status,
            origin=merged((entry.origin, because(CODE, *_redirected(subject, entry, said)))),
        )
        for subject, draft in services
        if draft.exposure.public
        for entry in draft.exposure.entries
        if entry.said and (said := entry.said.redirect)
    ]
    return tuple(sorted(found, key=lambda one: (one.host or "", -len(one.path), one.path, one.service)))


def _redirected(subject: Subject, entry: Entry, said: routing.Redirect) -> Iterator[Cause]:
    """The key, and all that stands in it."""
    yield subject.deployed(*entry.steps, "redirect")
    yield from (subject.deployed(*entry.steps, "redirect", key) for key in sorted(said.model_fields_set))


def _routes(subject: Subject, draft: Draft, peers: Mapping[str, Draft], pages: Pages) -> Iterator[Route]:
    """The service's routes, and of each a part for every path that has limits of its own: it is chosen since its path is longer."""
    exposure, traffic = draft.exposure, draft.traffic
    if not (exposure.public and draft.port and traffic):
        return
    told = merged((exposure.origin, draft.port.origin, *subject.entry))
    entries = [entry for entry in exposure.entries if not (entry.said and entry.said.redirect)]
    first = None
    for entry in entries:
        plain = _plain(subject.name, draft.port.number, entry, traffic)
        said = Said(subject, entry.said, entry.steps, peers, pages) if entry.said else None
        whole = replace(keyed(plain, said) if said else plain, told=told)
        if whole.rate and whole.rate == traffic.rate and not whole.rate.total:
            first = first or (whole.host, whole.path)
            whole = replace(whole, counted_at=None if first == (whole.host, whole.path) else first)
        yield whole
        for part in traffic.parts:
            if _is_below(part.path, whole, entries):
                yield _part(part, whole, traffic)


def _plain(service: str, port: int, entry: Entry, traffic: Traffic) -> Route:
    """The route of *entry* with what *traffic* has for every request of the service."""
    return Route(
        host=entry.host,
        path=entry.path,
        strip=entry.strip,
        service=service,
        port=port,
        timeouts=traffic.timeouts,
        rate=traffic.rate,
        body=traffic.body,
        connections=replace(traffic.connections, at=entry.path) if traffic.connections else None,
        kept_alive=traffic.kept_alive,
        origins=replace(traffic.origins, at=entry.path) if traffic.origins else None,
        caching=replace(traffic.caching, at=entry.path) if traffic.caching else None,
        grpc=entry.grpc,
        origin=entry.origin,
    )


def _is_below(path: str, whole: Route, entries: Iterable[Entry]) -> bool:
    """Whether *path* is below *whole*, and below no other entry of that host that is."""
    if whole.strip or whole.files or path == HEALTH_PATH:
        return False
    above = [one.path.rstrip("/") for one in entries if one.host == whole.host]
    return whole.path.rstrip("/") == max(
        (one for one in above if path.startswith(f"{one}/") or path == one), key=len, default=None
    ) and path.rstrip("/") != whole.path.rstrip("/")


def _part(part: Part, whole: Route, traffic: Traffic) -> Route:
    """What *part* says of its path alone; else what *whole* says."""
    inner = part.traffic
    return replace(
        whole,
        path=part.path,
        timeouts=inner.timeouts if inner.timeouts != traffic.timeouts else whole.timeouts,
        rate=inner.rate if inner.rate != traffic.rate else whole.rate,
        body=inner.body if inner.body != traffic.body else whole.body,
        connections=inner.connections if inner.connections != traffic.connections else whole.connections,
        kept_alive=inner.kept_alive,
        origins=inner.origins if inner.origins != traffic.origins else whole.origins,
        caching=inner.caching if inner.caching != traffic.caching else whole.caching,
        part=True,
        counted_at=whole.pool if inner.rate == traffic.rate else None,
        origin=merged((whole.origin, part.origin)),
    )


def problems(found: Sequence[Route], elsewhere: Sequence[Redirect], spec: ProjectSpec) -> Iterator[Diagnostic]:
    """Routes that nginx cannot serve, and two at one place; paths are compared as nginx does, decoded. Services that clients ask themselves, each
    at a port of its own, are in nobody's way."""
    apart = spec.proxy == "none"
    taken: dict[tuple[str | None, str], Route | Redirect] = {}
    every: tuple[Route | Redirect, ...] = (*found, *elsewhere)
    for route in every:
        where = f"{route.host}{route.path}" if route.host else f"{route.path} of every host"
        path = _decoded(route.path)
        if path is None or path == HEALTH_PATH:
            why = "the proxy answers there itself" if path else "decoded, it is not printable text"
            yield ROUTE_REFUSED.at(
                route.origin.causes[0].span,
                f"{route.service} cannot be reached at {where}: {why}",
                fix=f"choose another path: `route: {{path: /{route.service}}}`",
            )
            continue
        before = taken.setdefault((route.host, path), route)
        if before is not route and not (apart and before.service != route.service):
            yield ROUTE_CLASH.at(
                route.origin.causes[0].span,
                f"{before.service} and {route.service} are both reached at {where}",
                fix=f"give one of them a path of its own in deploy.yaml: `route: {{path: /{route.service}}}`",
                related=(Related(f"{before.service} is reached there", before.origin.causes[0].span),),
            )


def canaries(services: Sequence[tuple[Subject, Draft]]) -> Iterator[Diagnostic]:
    """Canaries that are no other service which listens, or one that is spoken to otherwise."""
    listening = {subject.name: spoken(subject.facts) is not None for subject, draft in services if draft.port}
    for subject, draft in services:
        calls = spoken(subject.facts) is not None
        for entry in draft.exposure.entries:
            said = entry.said
            key = said.canary if said else None
            if said and key and not said.grpc and listening.get(key.service, calls) != calls:
                yield _otherwise(subject, entry, key.service, calls=listening[key.service])
            elif key and (key.service == subject.name or key.service not in listening):
                others = sorted(listening.keys() - {subject.name})
                yield CANARY.at(
                    subject.deployed(*entry.steps, "canary", "service").span,
                    f"{key.service} cannot get a share of the requests of {subject.name}: it is "
                    f"{'the same' if key.service == subject.name else 'no service here that listens'}",
                    fix=f"name another one: {', '.join(others)}" if others else "take `canary` out",
                    found=key.service,
                    expected="another service that is built here and listens",
                    expected_by="`canary`",
                )


def _otherwise(subject: Subject, entry: Entry, other: str, *, calls: bool) -> Diagnostic:
    """That a route shares its requests with a service that does not understand them; *calls* is whether that one speaks gRPC."""
    theirs, ours = ("gRPC", "HTTP/1.1") if calls else ("HTTP/1.1", "gRPC")
    return CANARY.at(
        subject.deployed(*entry.steps, "canary", "service").span,
        f"{other} cannot get a share of the requests of {subject.name}: it speaks {theirs}, and what comes by this route is {ours}",
        fix="name a service that speaks the same, or take `canary` out",
        found=other,
        expected=f"a service that speaks {ours}",
        expected_by="`canary`",
    )


def _decoded(path: str) -> str | None:
    """The path as nginx compares it, without a slash at its end; None when that is not printable text."""
    try:
        decoded = unquote(path, errors="strict")
    except UnicodeDecodeError:
        return None
    return (decoded.rstrip("/") or "/") if decoded.isprintable() else None


def ingress(
    found: tuple[Route, ...],
    elsewhere: tuple[Redirect, ...],
    spec: ProjectSpec,
    services: Sequence[tuple[Subject, Draft]],
    pages: Pages,
) -> Ingress | None:
    """What comes in by *found*, or None when no service is public; what is sent *elsewhere*; how it comes in *spec* and *services* say, and
    what errors look like *pages*."""
    if not found and not elsewhere:
        return None
    return Ingress(
        routes=found,
        redirects=elsewhere,
        trusted=tuple(Trusted(network=one.network, origin=because(CODE, Cause(one.at))) for one in spec.trusted),
        tls=tls(spec.tls, services),
        announced=Announced(origin=because(CODE, Cause(spec.announced))) if spec.announced else None,
        buffered=Buffered(origin=because(CODE, Cause(spec.buffered))) if spec.buffered else None,
        ipv6=spec.ipv6,
        proxy=Proxy(name=spec.proxy, origin=because(CODE, Cause(spec.proxied))) if spec.proxied else None,
        health=HEALTH_PATH,
        errors=pages.usual,
        pages=error_pages.numbered(pages.found),
        origin=merged(one.origin for one in (*found, *elsewhere)),
    )
