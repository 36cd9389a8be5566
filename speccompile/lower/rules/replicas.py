"""Replicas: how many there may be.

deploy.yaml's ``replicas``; else the least number that a confirmed assertion wants. One that wants runs, or a server, to be exclusive
(«only one run at a time») makes a second one impossible: a fixed container name, a lock, and one in the schedule.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.codes.lowering import REPLICAS_OF_EXCLUSIVE
from speccompile.diagnostics import Related
from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.container import Replicas
from speccompile.provenance import because
from speccompile.requirements import kinds
from speccompile.requirements.kinds import Exclusive
from speccompile.requirements.reading import SERVICE, Scope

CODE = "SC341"
TITLE = "replicas"

_MOST = 100


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the number of replicas, and whether there may be a second."""
    exclusive = tuple(one for one in subject.asks(Exclusive) if _fits(subject, one.scope))
    asked = subject.deploy.replicas if subject.deploy else None
    if exclusive:
        notes = draft.notes
        if asked and asked > 1:
            finding = REPLICAS_OF_EXCLUSIVE.at(
                subject.deployed("replicas").span,
                f"{asked} replicas of {subject.name} are asked for, whose runs must be exclusive",
                fix="take `replicas` out, or deny the assertion",
                related=tuple(Related(f"{s.cause.assertion or 'this'} asks for that", s.cause.span) for s in exclusive),
            )
            notes = (*notes, finding)
        origin = because(CODE, *(s.cause for s in exclusive))
        return replace(draft, replicas=Replicas(count=1, exclusive=True, origin=origin), notes=notes)
    if asked:
        return replace(
            draft, replicas=Replicas(count=asked, exclusive=False, origin=because(CODE, subject.deployed("replicas")))
        )
    wanted = [one for one in subject.asks(kinds.Replicas) if one.requirement.least]
    least = max((one.requirement.least or 1 for one in wanted), default=1)
    if subject.server and 1 < least <= _MOST:
        return replace(
            draft, replicas=Replicas(count=least, exclusive=False, origin=because(CODE, *(one.cause for one in wanted)))
        )
    return draft


def _fits(subject: Subject, scope: Scope) -> bool:
    """Runs are a pipeline's; a server is exclusive as a whole."""
    return subject.archetype == "data-pipeline" or (subject.server and scope == SERVICE)
