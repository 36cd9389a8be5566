"""Exposure: who may reach a service, and what it may reach.

Web services are reached through the proxy, at deploy.yaml's ``route`` or at ``/``; with ``strip: true`` the path is taken away before the
service gets the request, for a service that knows nothing of it. The constraints not-public, internal-only and the like
take the route away: no published port, internal networks alone. The constraints no-network and offline take the way out as well.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft, Exposure
from speccompile.lower.phrases import Phrase, words
from speccompile.lower.statement import Statement
from speccompile.lower.subject import Subject
from speccompile.provenance import because

CODE = "SC350"
TITLE = "exposure"

_PRIVATE = words(
    "not public",
    "not publicly (?:accessible|exposed|reachable|available|routable|facing)",
    "not (?:to be )?(?:exposed|published)(?! to)",
    "not (?:exposed|reachable|accessible) (?:to|from|on|by) (?:the )?(?:internet|public|outside|world)",
    "must not be public",
    "not public facing",
    "internal only",
    "private only",
    "not internet facing",
    "no public access",
    "no ingress",
    "private service",
    "internal service",
)
_OFFLINE = words(
    "no network",
    "no network access",
    "offline",
    "offline only",
    "not networked",
    "no internet",
    "no outbound",
    "no egress",
    "air gapped",
)


def apply(subject: Subject, draft: Draft) -> Draft:
    """Decide on route and networks."""
    private, offline = _that_say(subject, _PRIVATE), _that_say(subject, _OFFLINE)
    route = subject.deploy.route if subject.deploy else None
    causes = [s.cause for s in (*private, *offline)]
    if route:
        causes.append(subject.deployed("route"))
    exposure = Exposure(
        public=subject.server and not private and not offline,
        network=not offline,
        host=route.host if route else None,
        path=(route.path if route else None) or "/",
        strip=bool(route and route.strip),
        origin=because(CODE, *(causes or [subject.because_of_archetype])),
    )
    return replace(draft, exposure=exposure)


def _that_say(subject: Subject, pattern: Phrase) -> list[Statement]:
    return [s for s in subject.exclusions if s.says(pattern)]
