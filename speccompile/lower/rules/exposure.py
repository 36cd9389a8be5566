"""Exposure: who may reach a service, and what it may reach.

Web services are reached through the proxy, at deploy.yaml's ``route`` or at ``/``; with ``strip: true`` the path is taken away before the
service gets the request, for a service that knows nothing of it. Who demands that the service is private (an assertion, the
constraint not-public) takes the route away: no published port, internal networks alone; who demands that nothing goes out, the way out.
A server of gRPC has none either: what the proxy passes on is HTTP/1.1.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.codes.lowering import GRPC_INSIDE, GRPC_ROUTE
from speccompile.diagnostics import Diagnostic
from speccompile.lower.draft import Draft, Exposure
from speccompile.lower.subject import Subject
from speccompile.provenance import Cause, because
from speccompile.requirements.kinds import Egress, Private
from speccompile.requirements.reading import SERVICE
from speccompile.source import Span
from speccompile.stacks import protocols
from speccompile.stacks.facts import Chosen

CODE = "SC350"
TITLE = "exposure"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Decide on route and networks."""
    private = [one.cause for one in subject.asks(Private) if one.scope == SERVICE and not one.requirement.networks]
    offline = [one.cause for one in subject.asks(Egress) if not one.requirement.allow]
    route = subject.deploy.route if subject.deploy else None
    spoken = protocols.spoken(subject.facts) if subject.server else None
    causes = [*private, *offline, *([Cause(spoken.span)] if spoken and spoken.span else [])]
    if route:
        told = [subject.deployed("route", key) for key in ("host", "path", "strip") if getattr(route, key)]
        causes += told or [subject.deployed("route")]
    exposure = Exposure(
        public=subject.server and not private and not offline and spoken is None,
        network=not offline,
        private=bool(private or offline),
        host=route.host if route else None,
        path=(route.path if route else None) or "/",
        strip=bool(route and route.strip),
        origin=because(CODE, *(causes or [subject.because_of_archetype])),
    )
    notes = (*draft.notes, *([_inside(subject, draft, spoken)] if spoken else []))
    return replace(draft, exposure=exposure, notes=notes)


def _inside(subject: Subject, draft: Draft, spoken: Chosen) -> Diagnostic:
    """That a server of gRPC is reached by the others alone; what to do where that is not meant."""
    if subject.deploy and subject.deploy.route:
        return GRPC_ROUTE.at(
            subject.deploy.at("route"),
            f"{subject.name} speaks gRPC ({spoken.source}), and what the proxy passes on is HTTP/1.1",
            fix=f"take it out; the others reach it at {subject.name}:{draft.port.number if draft.port else ''}",
        )
    return GRPC_INSIDE.at(
        spoken.span or Span(subject.spec.directory or "."),
        f"{subject.name} speaks gRPC, so there is no route to it: the others reach it at "
        f"{subject.name}:{draft.port.number if draft.port else ''}",
        fix="for clients from outside put a proxy that speaks HTTP/2 in front of it; else leave it as it is",
    )
