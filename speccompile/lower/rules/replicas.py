"""Replicas: how many there may be.

deploy.yaml's ``replicas``. A confirmed assertion that wants runs to be exclusive («only one run at a time»)
makes a second one impossible: a fixed container name, and a lock in the schedule.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.codes.lowering import REPLICAS_OF_EXCLUSIVE
from speccompile.diagnostics import Related
from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.container import Replicas
from speccompile.provenance import because
from speccompile.requirements.kinds import Exclusive

CODE = "SC341"
TITLE = "replicas"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the number of replicas, and whether there may be a second."""
    exclusive = subject.asks(Exclusive) if subject.archetype == "data-pipeline" else ()
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
    return draft
