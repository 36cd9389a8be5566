"""Exposure: who may reach a service, and what it may reach.

Web services are reached through the proxy, at deploy.yaml's ``route`` or at ``/``; with ``strip: true`` the path is taken away before the
service gets the request, for a service that knows nothing of it. Who demands that the service is private (an assertion, the
constraint not-public) takes the route away: no published port, internal networks alone; who demands that nothing goes out, the way out.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft, Exposure
from speccompile.lower.subject import Subject
from speccompile.provenance import because
from speccompile.requirements.kinds import Egress, Private
from speccompile.requirements.reading import SERVICE

CODE = "SC350"
TITLE = "exposure"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Decide on route and networks."""
    private = [one.cause for one in subject.asks(Private) if one.scope == SERVICE and not one.requirement.networks]
    offline = [one.cause for one in subject.asks(Egress) if not one.requirement.allow]
    route = subject.deploy.route if subject.deploy else None
    causes = [*private, *offline]
    if route:
        told = [subject.deployed("route", key) for key in ("host", "path", "strip") if getattr(route, key)]
        causes += told or [subject.deployed("route")]
    exposure = Exposure(
        public=subject.server and not private and not offline,
        network=not offline,
        host=route.host if route else None,
        path=(route.path if route else None) or "/",
        strip=bool(route and route.strip),
        origin=because(CODE, *(causes or [subject.because_of_archetype])),
    )
    return replace(draft, exposure=exposure)
