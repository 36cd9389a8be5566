"""What deploy.yaml says about one route: each key that is there wins over what assertions, or nobody, made of it, and is cited by it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from speccompile.lower import error_pages
from speccompile.lower import files as given_out
from speccompile.lower.draft import Draft
from speccompile.lower.error_pages import Pages
from speccompile.lower.handover import secret_name
from speccompile.lower.subject import Subject
from speccompile.plan.ingress import (
    LARGEST_BODY,
    BodyLimit,
    Caching,
    Canary,
    Compression,
    Connections,
    ErrorPages,
    Files,
    Header,
    Headers,
    Kept,
    Login,
    Maintenance,
    Methods,
    Networks,
    Origins,
    Rate,
    Route,
    Stream,
    Timeouts,
)
from speccompile.provenance import Origin, because, merged
from speccompile.realise.proxies import CERTIFICATES
from speccompile.record import record
from speccompile.spec import routes as spec

_TURNED_AWAY = 300  # seconds, where nobody says for how long
CODE = "SC350"
"""The rule of exposure, which reads routes."""


@record()
class Said:
    """A route of a service, at ``steps`` below that in deploy.yaml, with the drafts of all services by name, and the pages that there are."""

    subject: Subject
    route: spec.Route
    steps: tuple[str | int, ...]
    peers: Mapping[str, Draft]
    pages: Pages

    def why(self, *keys: str) -> Origin:
        """Because of these keys of the route."""
        return because(CODE, self.subject.deployed(*self.steps, *keys))


def keyed(route: Route, said: Said) -> Route:
    """*route* as the keys of deploy.yaml have it."""
    found = _files(said)
    return replace(
        route,
        timeouts=_timeouts(route.timeouts, said),
        rate=_rate(route.rate, said),
        body=_body(route.body, said),
        connections=_connections(route, said),
        origins=_origins(route, said),
        caching=given_out.kept(found, _caching(route, said), route.path),
        methods=_methods(said) or given_out.asked_for(found),
        networks=_networks(said),
        login=_login(said),
        stream=_stream(said),
        compression=_compression(said),
        headers=_headers(route, said),
        canary=_canary(said),
        maintenance=_maintenance(said),
        errors=_errors(said),
        files=found,
    )


def _timeouts(usual: Timeouts, said: Said) -> Timeouts:
    """A stream's silence is the time-out of all that is at its route: nginx has one for both."""
    route = said.route
    keys, connect, exchange, told = route.timeouts, usual.connect, usual.exchange, [usual.origin]
    streams = [(key, one) for key, one in (("websockets", route.websockets), ("events", route.events)) if one]
    if streams:
        exchange, told = max(one.idle for _, one in streams), [_all(said, key, one) for key, one in streams]
    elif keys and keys.read:
        exchange, told = keys.read, [said.why("timeouts", "read")]
    if keys and keys.connect:
        connect, told = keys.connect, [*told, said.why("timeouts", "connect")]
    return Timeouts(connect=connect, exchange=exchange, origin=merged(told))


def _rate(usual: Rate | None, said: Said) -> Rate | None:
    key = said.route.rate
    if key is None:
        return usual
    burst = key.burst if key.burst is not None else max(5, min(2 * key.count if key.per == "s" else key.count, 1000))
    return Rate(
        requests=key.count,
        per=key.per,
        burst=burst,
        total=key.key == "service",
        status=key.status,
        origin=_all(said, "rate", key),
    )


def _all(said: Said, name: str, model: object) -> Origin:
    """Because of the key *name* and of all that stands in it."""
    written: Iterable[str] = sorted(getattr(model, "model_fields_set", ()))
    return merged([said.why(name), *(said.why(name, inner) for inner in written)])


def _body(usual: BodyLimit, said: Said) -> BodyLimit:
    """All parts of a call of gRPC are one body, and each is bounded by who takes the call."""
    size = said.route.body
    if size is None and said.route.grpc and not any(cause.assertion for cause in usual.origin.causes):
        return BodyLimit(size=LARGEST_BODY, origin=said.why("grpc"))
    return usual if size is None else BodyLimit(size=size, origin=said.why("body"))


def _connections(route: Route, said: Said) -> Connections | None:
    key = said.route.connections
    if key is None:
        return route.connections
    return Connections(
        count=key.count,
        total=key.key == "service",
        at=route.path,
        status=key.status,
        origin=_all(said, "connections", key),
    )


def _origins(route: Route, said: Said) -> Origins | None:
    key = said.route.cors
    if key is None:
        return route.origins
    named = {one.lower() for one in key.origins}
    allow = ("*",) if "*" in named else tuple(sorted(named))
    return Origins(allow=allow, at=route.path, origin=_all(said, "cors", key))


def _caching(route: Route, said: Said) -> Caching | None:
    key = said.route.cache_control
    if key is None:
        return route.caching
    times = {"images": key.images, "static": key.static, "html": key.html, "responses": key.responses}
    rules = tuple(
        Kept(what=what, seconds=math.floor(seconds), origin=said.why("cache_control", what))
        for what, seconds in times.items()
        if seconds is not None
    )
    return Caching(rules=rules, at=route.path, origin=_all(said, "cache_control", key)) if rules else route.caching


def _methods(said: Said) -> Methods | None:
    allow = said.route.methods
    return Methods(allow=tuple(sorted(set(allow))), origin=said.why("methods")) if allow else None


def _networks(said: Said) -> Networks | None:
    route = said.route
    told = [said.why(key) for key in ("allow", "deny") if getattr(route, key)]
    return Networks(allow=route.allow, deny=route.deny, origin=merged(told)) if told else None


def _login(said: Said) -> Login | None:
    name = said.route.basic_auth
    return Login(secret=secret_name(name), origin=said.why("basic_auth")) if name else None


def _stream(said: Said) -> Stream | None:
    return Stream(origin=said.why("events")) if said.route.events else None


def _compression(said: Said) -> Compression | None:
    return Compression(origin=said.why("compression")) if said.route.compression else None


def _headers(route: Route, said: Said) -> Headers | None:
    each = tuple(
        Header(name=name, value=value, origin=said.why("headers", name))
        for name, value in sorted(said.route.headers.items(), key=lambda item: item[0].lower())
    )
    return Headers(each=each, at=route.path, origin=said.why("headers")) if each else None


def _canary(said: Said) -> Canary | None:
    key = said.route.canary
    other = said.peers.get(key.service) if key else None
    if key is None or other is None or other.port is None:
        return None
    origin = merged((_all(said, "canary", key), other.port.origin))
    return Canary(service=key.service, port=other.port.number, weight=key.weight, origin=origin)


def _maintenance(said: Said) -> Maintenance | None:
    key = said.route.maintenance
    if not key:
        return None
    after = _TURNED_AWAY if key is True else key.retry_after
    file, why = f"{CERTIFICATES}/maintenance-{said.subject.name}", _all(said, "maintenance", key)
    return Maintenance(file=file, retry_after=after, origin=why)


def _files(said: Said) -> Files | None:
    key = said.route.files
    return given_out.files(key, said.peers[said.subject.name], _all(said, "files", key)) if key else None


def _errors(said: Said) -> ErrorPages | None:
    """With those that are for all requests, where the route has any of its own."""
    own = {answer: (path, said.why("errors", answer)) for answer, path in said.route.errors.items()}
    if not own:
        return None
    usual = said.pages.usual.each if said.pages.usual else ()
    shared = tuple(one for one in usual if one.status in error_pages.OF_ROUTES)
    return error_pages.together(shared, error_pages.chosen(own, error_pages.OF_ROUTES, said.pages.found))
