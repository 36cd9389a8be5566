"""Health: which path is asked, how often, and what counts as healthy.

deploy.yaml's ``health`` decides each value that it has. A confirmed assertion that promises a health endpoint names the path
(«GET /healthz returns 200»), and only 2xx is healthy then. Where the sources route a health path, likewise. Else the root is asked
and anything but a server error shows that the server answers. A server that insists on a host or on https is asked so.
"""

from __future__ import annotations

import math
from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.image import Probe
from speccompile.provenance import Cause, because
from speccompile.requirements.asked import Asked
from speccompile.requirements.kinds import Health

CODE = "SC320"
TITLE = "health check"

_DEFAULT = "/health"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Give a server its probe."""
    if not subject.server:
        return draft
    health = subject.deploy.health if subject.deploy else None
    promised = subject.asks(Health)
    path, strict, causes = _path(subject, promised)
    ready, why = _ready(subject, promised)
    if ready and ready != path:
        causes = tuple(dict.fromkeys((*causes, *why)))
    if health:
        causes = (*causes, subject.deployed("health"))
    insisted = (subject.facts.answers_to, subject.facts.asked_over)
    causes = (*causes, *(Cause(one.span) for one in insisted if one and one.span))
    interval = (health and health.interval) or _often(promised) or 30
    probe = Probe(
        path=path,
        strict=strict,
        interval=interval,
        timeout=(health and health.timeout) or min(5, interval),
        start_period=(health and health.start_period) or 20,
        retries=(health and health.retries) or 3,
        site=subject.facts.answers_to.value if subject.facts.answers_to else "",
        scheme=subject.facts.asked_over.value if subject.facts.asked_over else "",
        ready="" if ready == path else ready,
        origin=because(CODE, *causes),
    )
    return replace(draft, probe=probe)


def _path(subject: Subject, promised: tuple[Asked[Health], ...]) -> tuple[str, bool, tuple[Cause, ...]]:
    """The path, whether only 2xx will do, and why."""
    why = tuple(one.cause for one in promised)
    health = subject.deploy.health if subject.deploy else None
    if health and (decided := health.live or health.path):
        return decided, True, (*why, subject.deployed("health", "live" if health.live else "path"))
    live_first = sorted(promised, key=lambda one: one.requirement.probe != "live")
    said = next((one.requirement.path for one in live_first if one.requirement.path), None)
    if said:
        return said, True, why
    if subject.facts.health_path:
        return subject.facts.health_path, True, (*why, *subject.facts.causes)
    if promised:
        return _DEFAULT, True, why
    return "/", False, (subject.because_of_archetype,)


def _often(promised: tuple[Asked[Health], ...]) -> int | None:
    """The least time in seconds from one question to the next that anybody demands."""
    said = [one.requirement.every for one in promised if one.requirement.every]
    return max(1, math.floor(min(said))) if said else None


def _ready(subject: Subject, promised: tuple[Asked[Health], ...]) -> tuple[str, tuple[Cause, ...]]:
    """The path that is asked for readiness, and why; "" where there is none of its own."""
    health = subject.deploy.health if subject.deploy else None
    if health and health.ready:
        return health.ready, (subject.deployed("health", "ready"),)
    said = [one for one in promised if one.requirement.probe == "ready" and one.requirement.path]
    return next((one.requirement.path or "" for one in said), ""), tuple(one.cause for one in said)
