"""Exposure: who may reach a service, and what it may reach.

Web services are reached through the proxy, at deploy.yaml's ``route``, or each of its ``routes``, or at ``/``. Who demands that the service is
private (an assertion, the constraint not-public) takes the routes away: no published port, internal networks alone; who demands that nothing
goes out, the way out. A server of gRPC, which is mostly there for the others, has the routes that deploy.yaml names, and none by itself; behind TLS
of its own it has none at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from speccompile.codes.lowering import GRPC_INSIDE, GRPC_ROUTE
from speccompile.codes.routes import NO_USE_IN_CALLS, UNREACHED
from speccompile.diagnostics import Diagnostic, Related
from speccompile.lower.draft import Draft, Entry, Exposure
from speccompile.lower.subject import Subject
from speccompile.plan.ingress import Grpc
from speccompile.provenance import Cause, Origin, because, merged
from speccompile.requirements.kinds import Egress, Private
from speccompile.requirements.reading import SERVICE
from speccompile.source import Span
from speccompile.spec.routes import Route
from speccompile.stacks import protocols
from speccompile.stacks.facts import Chosen

CODE = "SC350"
TITLE = "exposure"

# What a key is about, and what there is instead.
_STREAM = ("is about streams of other protocols", "; how long a call may be silent says `timeouts: {read: …}`")
_BROWSERS = ("is told to browsers, which make no such calls", "")
_NO_USE = MappingProxyType(
    {
        "websockets": _STREAM,
        "events": _STREAM,
        "compression": ("is of answers to browsers; gRPC compresses its messages itself", ""),
        "cors": _BROWSERS,
        "cache_control": _BROWSERS,
    }
)


def apply(subject: Subject, draft: Draft) -> Draft:
    """Decide on route and networks."""
    private = [one.cause for one in subject.asks(Private) if one.scope == SERVICE and not one.requirement.networks]
    offline = [one.cause for one in subject.asks(Egress) if not one.requirement.allow]
    spoken = protocols.spoken(subject.facts) if subject.server else None
    said = bool(subject.deploy and (subject.deploy.route or subject.deploy.routes))
    inside = spoken is not None and (spoken.value != "grpc" or not said)
    causes = [*private, *offline, *([Cause(spoken.span)] if spoken and spoken.span else [])]
    entries = _entries(subject, because(CODE, *(causes or [subject.because_of_archetype])), spoken)
    if subject.deploy and entries and entries[0].steps:
        causes += [cause for entry in entries for cause in entry.origin.causes]
    exposure = Exposure(
        public=subject.server and not private and not offline and not inside and bool(entries),
        network=not offline,
        private=bool(private or offline),
        entries=entries,
        origin=because(CODE, *(causes or [subject.because_of_archetype])),
    )
    closed = (private or offline) and subject.server and not inside
    lost = [_unreached(subject, entry, (private or offline)[0]) for entry in entries if closed and entry.steps]
    useless = [one for entry in entries if entry.grpc and not inside for one in _useless(subject, entry)]
    told = [_inside(subject, draft, spoken, said=said)] if spoken and inside and entries else []
    return replace(draft, exposure=exposure, notes=(*draft.notes, *told, *lost, *useless))


def _unreached(subject: Subject, entry: Entry, why: Cause) -> Diagnostic:
    """That a route of deploy.yaml is not made; both places are named."""
    return UNREACHED.at(
        subject.deployed(*entry.steps).span,
        f"nothing comes to {subject.name} by this route: {why.assertion or 'a constraint'} wants it inside alone",
        fix=f"take it out; or change what {why.assertion or 'the constraint'} says, where it is to be reached",
        related=(Related("this wants it inside", why.span),),
    )


def _entries(subject: Subject, usual: Origin, spoken: Chosen | None) -> tuple[Entry, ...]:
    """The routes that deploy.yaml names; without any, one to all that nobody else gets."""
    said = subject.deploy
    if said is None or (said.route is None and said.routes is None):
        return (Entry(origin=usual),)
    if said.route is not None:
        return (_entry(subject, said.route, ("route",), spoken),)
    return tuple(_entry(subject, route, ("routes", number), spoken) for number, route in enumerate(said.routes or ()))


def _entry(subject: Subject, route: Route, steps: tuple[str | int, ...], spoken: Chosen | None) -> Entry:
    told = [subject.deployed(*steps, key) for key in ("host", "path", "strip") if key in route.model_fields_set]
    origin = because(CODE, *(told or [subject.deployed(*steps)]))
    return Entry(
        host=route.host,
        path=route.path,
        strip=route.strip,
        said=route,
        steps=steps,
        grpc=_grpc(subject, route, steps, spoken, origin),
        origin=origin,
    )


def _grpc(
    subject: Subject, route: Route, steps: tuple[str | int, ...], spoken: Chosen | None, origin: Origin
) -> Grpc | None:
    """That calls come by *route*, and why: the sources, or the key."""
    shown = spoken is not None and spoken.value == "grpc"
    if route.redirect or not (shown or route.grpc):
        return None
    causes = [Cause(spoken.span)] if spoken and spoken.span and shown else []
    keys = [subject.deployed(*steps, "grpc")] if route.grpc else []
    why = because(CODE, *causes, *keys) if causes or keys else origin
    return Grpc(origin=merged((why, origin)))


def _useless(subject: Subject, entry: Entry) -> Iterator[Diagnostic]:
    """Keys of a route that say nothing about calls of gRPC."""
    for key, instead in _NO_USE.items():
        if entry.said and key in entry.said.model_fields_set and getattr(entry.said, key):
            yield NO_USE_IN_CALLS.at(
                subject.deployed(*entry.steps, key).span,
                f"calls of gRPC come to {subject.name} by this route, and `{key}` {instead[0]}",
                fix=f"take `{key}` out{instead[1]}",
                found=f"`{key}`",
                expected="no such key",
                expected_by="gRPC",
            )


def _inside(subject: Subject, draft: Draft, spoken: Chosen, *, said: bool) -> Diagnostic:
    """That a server of gRPC is reached by the others alone; what to do where that is not meant."""
    place = f"{subject.name}:{draft.port.number if draft.port else ''}"
    if said and subject.deploy:
        return GRPC_ROUTE.at(
            subject.deploy.at("route" if subject.deploy.route else "routes"),
            f"{subject.name} speaks gRPC behind TLS of its own ({spoken.source}), and the front door passes calls on without TLS",
            fix=f"take it out; the others reach it at {place}; or let it serve without TLS, as the front door speaks TLS with clients",
        )
    outside = (
        f"name a route: `services: {{{subject.name}: {{route: {{path: /}}}}}}` in deploy.yaml"
        if spoken.value == "grpc"
        else "let it serve without TLS and name a route in deploy.yaml, as the front door speaks TLS with clients"
    )
    return GRPC_INSIDE.at(
        spoken.span or Span(subject.spec.directory or "."),
        f"{subject.name} speaks gRPC, and nothing says that it is reached from outside: the others reach it at {place}",
        fix=f"for clients from outside {outside}; else leave it as it is, or say so (`routes: []`)",
    )
