"""A project's plan as an application of a shared host: its routes, under a path of its own where it has no host of its own.

A service that has a host keeps its paths there. One that is asked for by any host gets ``/OWNER/APP`` in front of its paths, and is not told it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from speccompile.codes.hosts import LEFT_OUT, NO_ADDRESS, NO_ROUTE, NOT_SHARED
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.hosts.registry import Application, Reached
from speccompile.lower.error_pages import OF_ROUTES, together
from speccompile.plan.ingress import ErrorPages, Ingress, Route
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.source import Span

SPEC_DIGEST = "com.spec-driven.spec-digest"


@record(kw_only=True)
class Wanted:
    """What was asked for: whose application it is and its name, the host and the prefix for services without a host ("" for none), the address
    of each service."""

    owner: str
    app: str
    host: str | None
    prefix: str
    addresses: Mapping[str, str]


def joined(plan: Plan, wanted: Wanted, project: str) -> tuple[Application, tuple[Diagnostic, ...]]:
    """*plan*, which is that of *project*, as an application, and what of it is left out; raises ``Refused``."""
    ingress = plan.ingress
    if ingress is None or not ingress.routes:
        fix = "give the service that is meant a route: services: {NAME: {route: {path: /}}} in deploy.yaml"
        raise Refused([NO_ROUTE.at(Span(project), "no service of this project has a route", fix=fix)])
    problems = [*_unheld(ingress), *_of_everybody(ingress), *_unreached(ingress, wanted)]
    if problems:
        raise Refused(problems)
    found = Application(
        owner=wanted.owner,
        app=wanted.app,
        spec_digest=_digest(plan),
        services=tuple(
            Reached(name, _image(plan, name), wanted.addresses[name]) for name in sorted(_services(ingress))
        ),
        routes=tuple(_placed(_paged(route.asked, ingress), wanted) for route in ingress.routes),
        redirects=ingress.redirects,
        span=Span(project),
        pages=tuple(page for page in ingress.pages if page.number in _shown_pages(ingress)),
    )
    return found, tuple(_left_out(ingress))


def _paged(route: Route, ingress: Ingress) -> Route:
    """*route* with the pages that errors have: without any of its own, those of all requests of the project, as far as these are for a route."""
    if route.errors or ingress.errors is None:
        return route
    return replace(route, errors=together(tuple(one for one in ingress.errors.each if one.status in OF_ROUTES)))


def _shown_pages(ingress: Ingress) -> set[int]:
    """The numbers of the pages that any route shows."""
    paged = (_paged(route, ingress).errors for route in ingress.routes)
    return {one.page for errors in paged if errors for one in errors.each}


def _placed(route: Route, wanted: Wanted) -> Route:
    """*route* where it is on the host. What is said once for all routes of a service is said at the place of one of them, which moves as well."""
    if route.host is not None:
        return route
    moved = {
        name: replace(part, at=_below(wanted.prefix, part.at))
        for name in ("connections", "origins", "caching", "headers")
        if (part := getattr(route, name)) is not None
    }
    counted = route.counted_at
    return replace(
        route,
        host=wanted.host,
        path=_below(wanted.prefix, route.path),
        mount=wanted.prefix,
        counted_at=(wanted.host, _below(wanted.prefix, counted[1])) if counted and counted[0] is None else counted,
        **moved,
    )


def _below(prefix: str, path: str) -> str:
    return f"{prefix}{path}" if path.strip("/") else prefix or "/"


def _services(ingress: Ingress) -> set[str]:
    """The services that requests are passed on to."""
    return {one for route in ingress.routes for one in (route.service, *_canary(route))}


def _canary(route: Route) -> tuple[str, ...]:
    return (route.canary.service,) if route.canary else ()


def _unreached(ingress: Ingress, wanted: Wanted) -> Iterator[Diagnostic]:
    for name in sorted(_services(ingress) - wanted.addresses.keys()):
        route = next(one for one in ingress.routes if name in (one.service, *_canary(one)))
        yield NO_ADDRESS.at(
            _span(route),
            f"{name} has a route, and nobody says where on the host it is reached",
            fix=f"say it: --address {name}=127.0.0.1:PORT, with the port that its container publishes on the host",
        )


def _unheld(ingress: Ingress) -> Iterator[Diagnostic]:
    """What the host cannot do for one application."""
    for one in ingress.redirects:
        if one.host is None:
            message = (
                f"{one.path} is sent to {one.to} whatever host is asked for: that would be so for everybody's requests"
            )
            yield NOT_SHARED.at(
                _span(one), message, fix=f"give the redirect a host: {{host: HOST, path: {one.path}, redirect: …}}"
            )


def _of_everybody(ingress: Ingress) -> Iterator[Diagnostic]:
    """Patterns of hosts: who has one has the names that others have not asked for yet."""
    for one in ingress.places:
        if one.host and one.host.startswith("*."):
            message = f"{one.host} is every name below {one.host[2:]}, that of other owners' applications too"
            yield NOT_SHARED.at(_span(one), message, fix="name the hosts that are meant, a route for each")


def _for_no_route(ingress: Ingress) -> ErrorPages | None:
    """The pages of errors that are answers to requests for no route."""
    return (
        together(tuple(one for one in ingress.errors.each if one.status not in OF_ROUTES)) if ingress.errors else None
    )


def _left_out(ingress: Ingress) -> Iterator[Diagnostic]:
    yield from _given_out(ingress)
    said = (
        ("tls", ingress.tls),
        ("proxy_protocol", ingress.announced),
        ("access_log", ingress.buffered),
        ("errors", _for_no_route(ingress)),
        ("trusted_proxies", next(iter(ingress.trusted), None)),
    )
    for name, part in said:
        if part is not None:
            fix = "nothing, if the host's operator has set it up; see docs/shared-host.md"
            what = f"{name} of requests for no route" if name == "errors" else name
            message = f"{what} holds for this project's own front door, not for the shared host"
            yield LEFT_OUT.at(_span(part), message, fix=fix)


def _given_out(ingress: Ingress) -> Iterator[Diagnostic]:
    """Files that the host has no volume for."""
    for route in ingress.routes:
        if route.files:
            message = f"the files at {route.path} are {route.service}'s to give out: the shared host does not read its volumes"
            fix = f"let {route.service} give them out, or put them at a host of static sites"
            yield LEFT_OUT.at(_span(route.files), message, fix=fix)


def _span(part: Node) -> Span:
    """Where *part* is wanted; specs that say nothing have no place."""
    return next((cause.span for cause in part.origin.causes), Span("."))


def _digest(plan: Plan) -> str | None:
    """The digest of the specs, as the labels of images have it."""
    labels = (label for service in plan.services for label in service.labels)
    return next((label.value for label in labels if label.key == SPEC_DIGEST), None)


def _image(plan: Plan, name: str) -> str | None:
    """The image of the service *name*, without a tag where it is built here."""
    built = next((one.repository.name for one in plan.services if one.name == name), None)
    return built or next((one.base.reference for one in plan.stores if one.workload.name == name), None)
