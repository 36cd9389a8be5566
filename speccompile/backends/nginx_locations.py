"""Locations of nginx: a route becomes two, ``= /api`` and ``/api/``, so that ``/apix`` is not its business; each says everything about itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.backends import nginx_doors as doors
from speccompile.backends import nginx_headers as headers
from speccompile.backends import nginx_pages as problems
from speccompile.backends.escape.nginx import NginxText, nginx_location, nginx_plain
from speccompile.backends.nginx_files import Files, files
from speccompile.backends.nginx_limits import Limit, Open, limit, opened, positive
from speccompile.backends.nginx_upstreams import Upstream, upstream
from speccompile.plan.ingress import BodyLimit, Redirect, Route
from speccompile.plan.ingress import Timeouts as PlannedTimeouts
from speccompile.plan.node import Node
from speccompile.provenance import merged
from speccompile.realise.front_door import FrontDoor
from speccompile.record import record

# What larger bodies would fill is the memory file system /tmp, so they go to the service as they come.
_LARGEST_BUFFERED = 2**20


@record(kw_only=True)
class Timeouts(Node):
    """Seconds."""

    connect: int
    exchange: int


@record(kw_only=True)
class Idle(Node):
    """Seconds for which a client's connection is kept."""

    seconds: int


@record(kw_only=True)
class Body(Node):
    """The largest body, and whether it is passed on as it comes."""

    size: NginxText
    streamed: bool


@record(kw_only=True)
class Reason(Node):
    """That something is so."""


@record(kw_only=True)
class Location(Node):
    """Everything that is said of the requests at a path."""

    exact: bool
    path: NginxText
    upstream: Upstream | None
    files: Files | None
    stripped: NginxText | None
    timeouts: Timeouts
    limit: Limit | None
    open: Open | None
    body: Body
    idle: Idle | None
    crossing: headers.Crossing | None
    keeping: headers.Keeping | None
    adding: headers.Adding | None
    methods: doors.Methods | None
    outside: doors.Outside | None
    login: doors.Login | None
    maintenance: doors.Maintenance | None
    problem: problems.Turned | None
    compressed: Reason | None
    unbuffered: Reason | None
    called: Reason | None


@record(kw_only=True)
class Elsewhere(Node):
    """Requests at a path that are sent elsewhere."""

    exact: bool
    path: NginxText
    status: int
    to: NginxText


def locations(route: Route, known: Sequence[doors.Networks], front: FrontDoor) -> Iterator[Location]:
    """``/api`` itself and what is below it; ``/`` is both in one. *known* are the networks that any route of *front* names."""
    leads = None if route.files else upstream(route, front.place)
    problem = problems.turned(route.errors, front.paged) if route.errors else None
    for path, exact in _both(route.path):
        yield _location(route, path, known, leads, problem, front.place.secrets, exact=exact)


def elsewhere(redirect: Redirect) -> Iterator[Elsewhere]:
    """The same, of what is sent elsewhere."""
    for path, exact in _both(redirect.path):
        yield Elsewhere(
            exact=exact,
            path=nginx_location(path),
            status=redirect.status,
            to=nginx_plain(redirect.to),
            origin=redirect.origin,
        )


def _both(path: str) -> Iterator[tuple[str, bool]]:
    bare = path.rstrip("/")
    if bare:
        yield bare, True
    yield f"{bare}/", False


def _location(
    route: Route,
    path: str,
    known: Sequence[doors.Networks],
    leads: Upstream | None,
    problem: problems.Turned | None,
    secrets: str,
    *,
    exact: bool,
) -> Location:
    kept = route.kept_alive
    return Location(
        exact=exact,
        path=nginx_location(path),
        upstream=leads,
        files=files(route),
        stripped=_stripped(route.hidden, path) if route.hidden else None,
        timeouts=_timeouts(route.timeouts),
        limit=limit(route, route.rate) if route.rate else None,
        open=opened(route, route.connections) if route.connections else None,
        body=_body(route.body, buffered=not route.grpc),
        idle=Idle(seconds=positive(kept.seconds), origin=kept.origin) if kept else None,
        crossing=headers.crossing(route, route.origins) if route.origins else None,
        keeping=headers.keeping(route, route.caching) if route.caching else None,
        adding=headers.adding(route, route.headers) if route.headers else None,
        methods=doors.methods(route),
        outside=doors.outside(route, known),
        login=doors.login(route, secrets),
        maintenance=doors.maintenance(route),
        problem=problem,
        compressed=Reason(origin=route.compression.origin) if route.compression else None,
        unbuffered=Reason(origin=route.stream.origin) if route.stream else None,
        called=Reason(origin=merged((route.grpc.origin, route.timeouts.origin))) if route.grpc else None,
        origin=route.origin,
    )


def _stripped(hidden: str, path: str) -> NginxText:
    """What a request at *path*, or below it, is rewritten to: without as many segments as *hidden* has, which are those, as the location has
    seen to that. Without (?s) a path with a line break in it would stay as it is."""
    return NginxText("^ /") if path == hidden else NginxText(f"(?s)^{'/[^/]+' * hidden.count('/')}(/.*)$ $1")


def _timeouts(timeouts: PlannedTimeouts) -> Timeouts:
    return Timeouts(connect=positive(timeouts.connect), exchange=positive(timeouts.exchange), origin=timeouts.origin)


def _body(body: BodyLimit, *, buffered: bool) -> Body:
    """A size of 0 would mean no limit at all to nginx. Where nothing is *buffered* by itself, nothing has to be said of it."""
    units = ((2**20, "m"), (2**10, "k"), (1, ""))
    unit, suffix = next((unit, suffix) for unit, suffix in units if positive(body.size) % unit == 0)
    return Body(
        size=nginx_plain(f"{body.size // unit}{suffix}"),
        streamed=buffered and body.size > _LARGEST_BUFFERED,
        origin=body.origin,
    )
