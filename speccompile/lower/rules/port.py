"""The port a server listens on.

deploy.yaml's ``port``; else the port that a confirmed assertion names;
else what the sources say (``PORT ?? 8000``); else the stack's usual one. The process is told by ``PORT``,
and EXPOSE, the health check, the proxy and the compose file all take it from here.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Port
from speccompile.provenance import because
from speccompile.requirements import kinds
from speccompile.requirements.reading import SERVICE

CODE = "SC310"
TITLE = "port"

_LOWEST = 1024  # those below belong to root, and nothing here is


def apply(subject: Subject, draft: Draft) -> Draft:
    """Give a server its port; other archetypes have none."""
    if not subject.server:
        return draft
    if subject.deploy and subject.deploy.port is not None:
        return replace(draft, port=Port(number=subject.deploy.port, origin=because(CODE, subject.deployed("port"))))
    for one in subject.asks(kinds.Port):
        if one.scope == SERVICE and one.requirement.number >= _LOWEST:
            return replace(draft, port=Port(number=one.requirement.number, origin=because(CODE, one.cause)))
    origin = because(CODE, subject.because_of_archetype, *subject.facts.causes)
    return replace(draft, port=Port(number=subject.facts.port, origin=origin))
