"""What a shared host knows of its applications: ``app-registry.json``, whole and in one order, for people and for this program.

Everything that nginx is told is made of it anew each time. So it holds all of each route, and is read as strictly as a spec: whatever it says
was written by somebody else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from speccompile.codes.hosts import REGISTRY
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.frontends import jsontext
from speccompile.hosts.wire import Unfit, decoded, encoded
from speccompile.lower.error_pages import OF_ROUTES
from speccompile.plan.ingress import Page, Redirect, Route
from speccompile.provenance import Cause, Origin, because
from speccompile.realise.front_door import CODE, is_address
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText, value_span

FILE = "app-registry.json"
VERSION = 1

_SORTS = ("static", "images", "html", "responses")
_NAME = regex(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOST = regex(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_SECRET = regex(r"[a-z0-9-]{1,200}")
_MOST_PAGES = 10_000
_ORIGIN = regex(r"\*|[a-z][a-z0-9+.-]*://[A-Za-z0-9.:-]{1,260}")
_ADDRESS = regex(r"([^:]+|\[[0-9a-f:.]+\]):([1-9][0-9]{0,4})")


@record()
class Reached:
    """A service of an application: its name there, its image where that is known, and the address on the host at which it is reached."""

    service: str
    image: str | None
    address: str


@record()
class Application:
    """An application of somebody's: the specs that it is of, its services, and what nginx does for it. Routes name services and ``pages``
    for errors as the application does. ``span`` is where it stands: the project, or the registry."""

    owner: str
    app: str
    spec_digest: str | None
    services: tuple[Reached, ...]
    routes: tuple[Route, ...]
    redirects: tuple[Redirect, ...]
    span: Span
    pages: tuple[Page, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.owner}/{self.app}"

    @property
    def places(self) -> tuple[Route | Redirect, ...]:
        """All that it has a place for."""
        return (*self.routes, *self.redirects)


def is_name(text: str) -> bool:
    """Whether *text* can be the name of an owner or of an application: it becomes part of paths, of URLs and of files."""
    return _NAME.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Whether *text* is the name of a host, in lower case."""
    return _HOST.fullmatch(text) is not None


def split(address: str) -> tuple[str, int] | None:
    """Host (a name, an IPv4 address, or one of IPv6 in brackets and in its shortest form) and port of *address*; None where it is no such thing."""
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found[2]) > 65535:
        return None
    host = found[1]
    must_be_one = host.startswith("[") or re.fullmatch(r"[0-9.]+", host)
    return (host, int(found[2])) if (is_address(host) if must_be_one else is_host(host)) else None


def dump(applications: Iterable[Application]) -> str:
    """The registry of *applications*, by owner and name."""
    body = {"version": VERSION, "applications": [_written(one) for one in in_order(applications)]}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def in_order(applications: Iterable[Application]) -> tuple[Application, ...]:
    """*applications* by owner and name."""
    return tuple(sorted(applications, key=lambda one: (one.owner, one.app)))


def parse(text: str, path: str) -> tuple[Application, ...]:
    """The applications in *text*, a registry that stands at *path*; raises ``Refused`` for what ``dump`` cannot have written."""
    source = SourceText(path, text)
    value, findings = jsontext.read(source, ("text",))
    if findings:
        raise Refused(findings)
    try:
        found = tuple(_applications(value))
    except Unfit as problem:
        span = value_span(value, problem.steps) if isinstance(value, Located) else Span(path, 1, 1)
        raise Refused([unfit(span, str(problem))]) from problem
    return found


def unfit(span: Span, message: str) -> Diagnostic:
    """That the registry says what it cannot say."""
    return REGISTRY.at(
        span,
        f"{FILE}: {message}",
        fix="put back what stood there: before/app-registry.json beside it is that of the change before; or take the application out of it, and "
        "add it again from its project",
    )


def _applications(value: Any) -> Iterator[Application]:
    whole = _mapping(value, ("version", "applications"), ())
    if whole["version"] != VERSION:
        raise Unfit(f"its version is {quoted(str(whole['version']))}, this program knows {VERSION}", "version")
    if not isinstance(whole["applications"], tuple):
        raise Unfit("applications is no list", "applications")
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(whole["applications"]):
        found = _application(one, value_span(value, ("applications", number)), ("applications", number))
        if (found.owner, found.app) in seen:
            raise Unfit(f"{found.name} stands there twice", "applications", number)
        seen.add((found.owner, found.app))
        yield found


_OPTIONAL = "pages"
_KEYS = ("owner", "app", "spec_digest", "services", "routes", "redirects", _OPTIONAL)


def _application(value: Any, span: Span, at: tuple[str | int, ...]) -> Application:
    body = _mapping(value, _KEYS, at)
    for key in ("owner", "app"):
        if not (isinstance(body[key], str) and is_name(body[key])):
            raise Unfit(
                f"{quoted(str(body[key]))} is no name of an {'owner' if key == 'owner' else 'application'}", *at, key
            )
    origin = origin_of(body["owner"], body["app"], span)
    made = Application(
        owner=body["owner"],
        app=body["app"],
        spec_digest=decoded(str | None, body["spec_digest"], origin, (*at, "spec_digest")),
        services=decoded(tuple[Reached, ...], body["services"], origin, (*at, "services")),
        routes=decoded(tuple[Route, ...], body["routes"], origin, (*at, "routes")),
        redirects=decoded(tuple[Redirect, ...], body["redirects"], origin, (*at, "redirects")),
        pages=decoded(tuple[Page, ...], body.get("pages", ()), origin, (*at, "pages")),
        span=span,
    )
    numbers = [page.number for page in made.pages]
    if len(set(numbers)) < len(numbers) or not all(1 <= number <= _MOST_PAGES for number in numbers):
        raise Unfit("two pages have one number, or one has none", *at, "pages")
    for number, one in enumerate(made.services):
        if split(one.address) is None:
            raise Unfit(f"{quoted(one.address)} is no HOST:PORT", *at, "services", number, "address")
    for number, place in enumerate(made.places):
        if problem := next(_amiss(place, made), None):
            step = ("routes", number) if number < len(made.routes) else ("redirects", number - len(made.routes))
            raise Unfit(problem, *at, *step)
    return made


def _amiss(place: Route | Redirect, of: Application) -> Iterator[str]:
    """What the type of *place* does not say of it."""
    if place.host is not None and not is_host(place.host):
        yield f"{quoted(place.host)} is no name of a host"
    if not place.path.startswith("/"):
        yield f"{quoted(place.path)} is no path"
    if isinstance(place, Route):
        yield from _amiss_within(place, of)


def _amiss_within(route: Route, of: Application) -> Iterator[str]:
    """The same of what a route names elsewhere."""
    services = {one.service for one in of.services}
    paths = {one.path for one in of.routes if one.host == route.host}
    for service in (route.service, *((route.canary.service,) if route.canary else ())):
        if service not in services:
            yield f"{quoted(service)} is none of the services of {of.name}"
    if route.files:
        yield "files of a service are given out, which no host reads"
    if route.mount and not f"{route.path.rstrip('/')}/".startswith(f"{route.mount}/"):
        yield f"{quoted(route.path)} is not below {quoted(route.mount)}"
    yield from _amiss_with_pages(route, of)
    yield from _amiss_of_all(route, paths)


def _amiss_with_pages(route: Route, of: Application) -> Iterator[str]:
    """What is wrong with the files and the pages that a route has."""
    if route.login and not _SECRET.fullmatch(route.login.secret):
        yield f"{quoted(route.login.secret)} is no name of a file of users"
    for shown in route.errors.each if route.errors else ():
        if shown.status not in OF_ROUTES or shown.page not in {page.number for page in of.pages}:
            yield f"no page is shown for {shown.status} by the number {shown.page}"


def _amiss_of_all(route: Route, paths: set[str]) -> Iterator[str]:
    """What is wrong with what is said once for all routes of a service, at one of the *paths* of that host."""
    for part in (route.connections, route.origins, route.caching, route.headers):
        if part and part.at not in paths:
            yield f"no route is at {quoted(part.at)}"
    for origin in route.origins.allow if route.origins else ():
        if not _ORIGIN.fullmatch(origin):
            yield f"{quoted(origin)} is no origin"
    for kept in route.caching.rules if route.caching else ():
        if kept.what not in _SORTS:
            yield f"{quoted(kept.what)} is none of {', '.join(_SORTS)}"


def origin_of(owner: str, app: str, span: Span) -> Origin:
    """Why something is there: because of an application that stands at *span*. The application's name is what the cause cites."""
    return because(CODE, Cause(span, f"{owner}/{app}"))


def _mapping(value: Any, keys: tuple[str, ...], at: tuple[str | int, ...]) -> dict[str, Any]:
    """*value*, a mapping that has *keys* and no others."""
    if not isinstance(value, dict):
        raise Unfit("a mapping is expected", *at)
    for key in value:
        if key not in keys:
            raise Unfit(f"nothing is called {quoted(key)} there", *at, key)
    missing = [key for key in keys if key not in value and key != _OPTIONAL]
    if missing:
        raise Unfit(f"{missing[0]} is missing", *at)
    return value


def _written(one: Application) -> dict[str, Any]:
    return {
        "owner": one.owner,
        "app": one.app,
        "spec_digest": one.spec_digest,
        "services": encoded(one.services),
        "routes": encoded(one.routes),
        "redirects": encoded(one.redirects),
        **({_OPTIONAL: encoded(one.pages)} if one.pages else {}),
    }
