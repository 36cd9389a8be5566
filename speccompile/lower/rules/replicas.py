"""Replicas: how many there may be.

deploy.yaml's ``replicas``. A confirmed assertion that wants runs to be exclusive, or exactly once («only one run at a time»), or a
mutual-exclusion assertion about runs, makes a second one impossible: a fixed container name, and a lock in the schedule.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.codes.lowering import REPLICAS_OF_EXCLUSIVE
from speccompile.diagnostics import Related
from speccompile.lower.draft import Draft
from speccompile.lower.phrases import words
from speccompile.lower.statement import Statement
from speccompile.lower.subject import Subject
from speccompile.plan.container import Replicas
from speccompile.provenance import because

CODE = "SC341"
TITLE = "replicas"

_EXCLUSIVE = words(
    "exactly once",
    "only one run",
    "one run at a time",
    "only one instance",
    "single instance",
    "at most one run",
    "at most one instance",
    "no overlap",
    "never overlaps?",
    "not overlap",
    "exclusive lock",
    "runs? exclusively",
    "mutually exclusive",
)
_CONCURRENT = words(
    "overlapping (?:runs?|jobs?|executions?)",
    "concurrent (?:runs?|jobs?|executions?|instances?)",
    "(?:runs?|execut\\w+|start\\w*) (?:\\w+ )?(?:concurrently|in parallel|simultaneously|at the same time|twice at once)",
    "overlaps?",
)
_PREVENTED = words(
    "prevent(?:s|ed)?", "reject(?:s|ed)?", "refus(?:es?|ed)", "forbidden", "impossible", "excluded", "avoid(?:s|ed)?"
)
_OF_RUNS = words(
    "runs?",
    "instances?",
    "jobs?",
    "exports?",
    "imports?",
    "pipelines?",
    "executions?",
    "batch(?:es)?",
    "records?",
    "entr(?:y|ies)",
    "rows?",
    "process(?:ed|es)?",
)


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the number of replicas, and whether there may be a second."""
    exclusive = [s for s in subject.wishes if s.kind != "boundaries" and _is_exclusive(s) and s.mentions(_OF_RUNS)]
    exclusive = exclusive if subject.archetype == "data-pipeline" else []
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


def _is_exclusive(statement: Statement) -> bool:
    """Whether *statement* wants one at a time, or denies that there may be several."""
    return bool(
        statement.says(_EXCLUSIVE)
        or (statement.mentions(_CONCURRENT) and not statement.says(_CONCURRENT))
        or _refused(statement)
    )


def _refused(statement: Statement) -> bool:
    return bool(statement.mentions(_CONCURRENT) and statement.mentions(_PREVENTED))
