"""The registry as the configuration of one nginx, in files: what all have in common, and for each application files of its own.

The whole is emitted as any front door's is, and then taken apart: upstreams stand at the http level, locations within their servers, so each
application has a file of upstreams and one for each host that it has a place at. ``proved`` puts them together again, as nginx does, before it
holds them against what they should say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from speccompile.backends.nginx import written
from speccompile.codes.nginx import UNREADABLE
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.hosts.apart import MAIN, OPERATORS, head_of, taken_apart
from speccompile.hosts.clashes import HEALTH
from speccompile.hosts.registry import Application, split, unfit
from speccompile.hosts.settings import Encrypted, Settings
from speccompile.plan.ingress import ErrorPages, Ingress, Login, Route, Trusted
from speccompile.plan.tls import Acme, CertificateFiles, HostCertificate, Hsts, Tls, ToTls, Versions
from speccompile.provenance import because
from speccompile.realise.front_door import CODE, FrontDoor, Place, front_door, is_address
from speccompile.source import Span
from speccompile.verify.nginx import proved as held
from speccompile.verify.nginx_included import Apart, together
from speccompile.verify.readers.nginx import NginxSyntaxError

_BUG = "this is a bug of speccompile: please report it, with the registry"


def front(applications: Iterable[Application], settings: Settings, place: Place) -> FrontDoor:
    """The one front door of all *applications*, as they stand in a registry."""
    known, origin = tuple(applications), because(CODE)
    ingress = Ingress(
        routes=tuple(_reached(route, one, place, first) for one, first in _before(known) for route in one.routes),
        redirects=tuple(route for one in known for route in one.redirects),
        trusted=tuple(Trusted(network=one, origin=origin) for one in settings.trusted_proxies),
        tls=_tls(settings.tls) if settings.tls else None,
        ipv6=settings.ipv6,
        health=HEALTH,
        pages=tuple(replace(page, number=page.number + first) for one, first in _before(known) for page in one.pages),
        origin=origin,
    )
    made = front_door(ingress)
    if made is None:
        raise AssertionError("there is an ingress")
    limits = replace(made.workload.limits, cpus=float(settings.workers))
    encrypted = settings.tls.listen if settings.tls else made.listen_tls
    return replace(
        made, listen=settings.listen, listen_tls=encrypted, place=place, workload=replace(made.workload, limits=limits)
    )


def _tls(said: Encrypted) -> Tls:
    """TLS as the operator says it."""
    origin = because(CODE)
    return Tls(
        certified=_certified(said),
        versions=Versions(oldest=said.oldest, origin=origin),
        redirect=ToTls(origin=origin) if said.redirect else None,
        hsts=Hsts(seconds=said.hsts, origin=origin) if said.hsts else None,
        apart=tuple(
            HostCertificate(host=one.host, certificate=one.certificate, key=one.key, origin=origin)
            for one in said.certificates
        ),
        origin=origin,
    )


def _certified(said: Encrypted) -> CertificateFiles | Acme:
    origin = because(CODE)
    if said.acme:
        return Acme(directory=said.acme.directory, contact=said.acme.contact, roots=said.acme.roots, origin=origin)
    return CertificateFiles(certificate=said.certificate or "", key=said.key or "", origin=origin)


def by_name(applications: Iterable[Application]) -> tuple[str, ...]:
    """The addresses that somebody has to look up."""
    addresses = {one.address for app in applications for one in app.services}
    return tuple(sorted(one for one in addresses if not is_address(one.rpartition(":")[0])))


def _reached(route: Route, one: Application, place: Place, first: int) -> Route:
    """*route* to where its service is on the host, and closed by the file of its application there. Of its pages the numbers are
    those behind *first*."""
    addresses = {reached.service: split(reached.address) or ("", 0) for reached in one.services}
    (host, port), canary = addresses[route.service], route.canary
    if canary:
        other, at = addresses[canary.service]
        canary = replace(canary, service=other, port=at)
    closed = replace(route.maintenance, file=f"{place.closed}/{one.owner}.{one.app}") if route.maintenance else None
    login = replace(route.login, secret=users(one, route.login)) if route.login else None
    errors = _renumbered(route.errors, first) if route.errors else None
    return replace(route, service=host, port=port, canary=canary, maintenance=closed, login=login, errors=errors)


def users(of: Application, login: Login) -> str:
    """The name of the file of users that *login* asks for: each application has its own."""
    return f"{of.owner}.{of.app}.{login.secret}"


def _renumbered(errors: ErrorPages, first: int) -> ErrorPages:
    """*errors* of an application whose pages have numbers behind *first*."""
    return replace(errors, each=tuple(replace(one, page=one.page + first) for one in errors.each))


def _before(applications: Iterable[Application]) -> Iterator[tuple[Application, int]]:
    """Each of *applications*, and the largest number that a page of those before it has."""
    largest = 0
    for one in applications:
        yield one, largest
        largest += max((page.number for page in one.pages), default=0)


def files(applications: Iterable[Application], settings: Settings, place: Place) -> dict[str, str]:
    """Every file of nginx's, by its path below a generation; raises ``Refused`` where an application says what nginx cannot be told, or where
    the files do not say what they should."""
    known = tuple(applications)
    whole = front(known, settings, place)
    try:
        made = taken_apart(written(whole))
    except ValueError as problem:
        raise Refused([_unsayable(known, settings, place, problem)]) from problem
    found = proved(whole, made)
    if found:
        raise Refused(found)
    return made


def proved(whole: FrontDoor, made: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the files *made* of *whole*, read back."""
    heads = {path: head_of(path) for path in made}
    try:
        configuration = together(made, MAIN, OPERATORS, heads)
    except NginxSyntaxError as problem:
        return (UNREADABLE.at(Span(MAIN, problem.line, problem.column), str(problem), fix=_BUG),)
    except Apart as problem:
        return (UNREADABLE.at(Span(MAIN), str(problem), fix=_BUG),)
    return held(whole, configuration, MAIN)


def _unsayable(known: tuple[Application, ...], settings: Settings, place: Place, problem: ValueError) -> Diagnostic:
    """*problem*, and whose it is."""
    for one in known:
        try:
            written(front((one,), settings, place))
        except ValueError as its_own:
            return unfit(one.span, f"{one.name}: {its_own}")
    return unfit(Span("app-registry.json"), str(problem))
