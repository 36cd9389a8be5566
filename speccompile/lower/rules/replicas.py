"""Replicas: how many there may be.

deploy.yaml's ``replicas``; else the least number that a confirmed assertion wants, and the largest up to which the load may start more («scales
between 2 and 10 instances»), which is for platforms that see the load. One that wants runs, or a server, to be exclusive
(«only one run at a time») makes a second one impossible: a fixed container name, a lock, and one in the schedule.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.codes.lowering import REPLICAS_OF_EXCLUSIVE
from speccompile.diagnostics import Related
from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Replicas
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
    return replace(draft, replicas=_asserted(subject) or draft.replicas) if subject.server else draft


def _asserted(subject: Subject) -> Replicas | None:
    """The least number that assertions want, and the largest up to which the load may start more; None where they want nothing of it."""
    scales = [one for one in subject.asks(kinds.Scale) if one.requirement.most]
    numbers = [one for one in subject.asks(kinds.Replicas) if one.requirement.least]
    bounds = (*(one.requirement.least for one in numbers), *(one.requirement.least for one in scales))
    least = max((one or 1 for one in bounds), default=1)
    most = min((one.requirement.most or 1 for one in scales), default=1)
    if not 1 < max(least, most) <= _MOST or least > _MOST:
        return None
    origin = because(CODE, *(one.cause for one in numbers), *(one.cause for one in scales))
    busy = min((one.requirement.percent for one in scales if one.requirement.percent), default=None)
    more = most > least
    return Replicas(
        count=least, exclusive=False, most=most if more else None, busy=busy if more else None, origin=origin
    )


def _fits(subject: Subject, scope: Scope) -> bool:
    """Runs are a pipeline's; a server is exclusive as a whole."""
    return subject.archetype == "data-pipeline" or (subject.server and scope == SERVICE)
