"""Exposure: who may reach a service, and what it may reach.

Web services are reached through the proxy, at deploy.yaml's ``route``, or each of its ``routes``, or at ``/``. Who demands that the service is
private (an assertion, the constraint not-public) takes the routes away: no published port, internal networks alone; who demands that nothing
goes out, the way out. A server of gRPC has none either: what the proxy passes on is HTTP/1.1.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.codes.lowering import GRPC_INSIDE, GRPC_ROUTE
from speccompile.codes.routes import UNREACHED
from speccompile.diagnostics import Diagnostic, Related
from speccompile.lower.draft import Draft, Entry, Exposure
from speccompile.lower.subject import Subject
from speccompile.provenance import Cause, Origin, because
from speccompile.requirements.kinds import Egress, Private
from speccompile.requirements.reading import SERVICE
from speccompile.source import Span
from speccompile.spec.routes import Route
from speccompile.stacks import protocols
from speccompile.stacks.facts import Chosen

CODE = "SC350"
TITLE = "exposure"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Decide on route and networks."""
    private = [one.cause for one in subject.asks(Private) if one.scope == SERVICE and not one.requirement.networks]
    offline = [one.cause for one in subject.asks(Egress) if not one.requirement.allow]
    spoken = protocols.spoken(subject.facts) if subject.server else None
    causes = [*private, *offline, *([Cause(spoken.span)] if spoken and spoken.span else [])]
    entries = _entries(subject, because(CODE, *(causes or [subject.because_of_archetype])))
    if subject.deploy and entries and entries[0].steps:
        causes += [cause for entry in entries for cause in entry.origin.causes]
    exposure = Exposure(
        public=subject.server and not private and not offline and spoken is None and bool(entries),
        network=not offline,
        private=bool(private or offline),
        entries=entries,
        origin=because(CODE, *(causes or [subject.because_of_archetype])),
    )
    closed = (private or offline) and subject.server and spoken is None
    lost = [_unreached(subject, entry, (private or offline)[0]) for entry in entries if closed and entry.steps]
    notes = (*draft.notes, *([_inside(subject, draft, spoken)] if spoken else []), *lost)
    return replace(draft, exposure=exposure, notes=notes)


def _unreached(subject: Subject, entry: Entry, why: Cause) -> Diagnostic:
    """That a route of deploy.yaml is not made; both places are named."""
    return UNREACHED.at(
        subject.deployed(*entry.steps).span,
        f"nothing comes to {subject.name} by this route: {why.assertion or 'a constraint'} wants it inside alone",
        fix=f"take it out; or change what {why.assertion or 'the constraint'} says, where it is to be reached",
        related=(Related("this wants it inside", why.span),),
    )


def _entries(subject: Subject, usual: Origin) -> tuple[Entry, ...]:
    """The routes that deploy.yaml names; without any, one to all that nobody else gets."""
    said = subject.deploy
    if said is None or (said.route is None and said.routes is None):
        return (Entry(origin=usual),)
    if said.route is not None:
        return (_entry(subject, said.route, ("route",)),)
    return tuple(_entry(subject, route, ("routes", number)) for number, route in enumerate(said.routes or ()))


def _entry(subject: Subject, route: Route, steps: tuple[str | int, ...]) -> Entry:
    told = [subject.deployed(*steps, key) for key in ("host", "path", "strip") if key in route.model_fields_set]
    return Entry(
        host=route.host,
        path=route.path,
        strip=route.strip,
        said=route,
        steps=steps,
        origin=because(CODE, *(told or [subject.deployed(*steps)])),
    )


def _inside(subject: Subject, draft: Draft, spoken: Chosen) -> Diagnostic:
    """That a server of gRPC is reached by the others alone; what to do where that is not meant."""
    if subject.deploy and (subject.deploy.route or subject.deploy.routes):
        return GRPC_ROUTE.at(
            subject.deploy.at("route" if subject.deploy.route else "routes"),
            f"{subject.name} speaks gRPC ({spoken.source}), and what the proxy passes on is HTTP/1.1",
            fix=f"take it out; the others reach it at {subject.name}:{draft.port.number if draft.port else ''}",
        )
    return GRPC_INSIDE.at(
        spoken.span or Span(subject.spec.directory or "."),
        f"{subject.name} speaks gRPC, so there is no route to it: the others reach it at "
        f"{subject.name}:{draft.port.number if draft.port else ''}",
        fix="for clients from outside put a proxy that speaks HTTP/2 in front of it; else leave it as it is",
    )
