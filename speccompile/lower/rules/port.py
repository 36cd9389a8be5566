"""The port a server listens on.

deploy.yaml's ``port``; else what the sources say (``PORT ?? 8000``); else the stack's usual one. The process is told by ``PORT``,
and EXPOSE, the health check, the proxy and the compose file all take it from here.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.plan import Port
from speccompile.provenance import because

CODE = "SC310"
TITLE = "port"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Give a server its port; other archetypes have none."""
    if not subject.server:
        return draft
    if subject.deploy and subject.deploy.port is not None:
        return replace(draft, port=Port(number=subject.deploy.port, origin=because(CODE, subject.deployed("port"))))
    origin = because(CODE, subject.because_of_archetype, *subject.facts.causes)
    return replace(draft, port=Port(number=subject.facts.port, origin=origin))
