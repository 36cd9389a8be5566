"""Environment: the literal values of deploy.yaml's ``env``, and PORT for a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.codes.lowering import VARIABLE_TWICE
from speccompile.diagnostics import Diagnostic, Related, quoted
from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Literal
from speccompile.provenance import because

CODE = "SC314"
TITLE = "environment"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add the variables, sorted by name; PORT is the port's alone."""
    declared = {
        name: Literal(name=name, value=value, origin=because(CODE, subject.deployed("env", name)))
        for name, value in (subject.deploy.env if subject.deploy else {}).items()
    }
    if draft.port:
        declared["PORT"] = Literal(name="PORT", value=str(draft.port.number), origin=draft.port.origin)
    return replace(
        draft,
        environment=tuple(literal for _, literal in sorted(declared.items())),
        notes=(*draft.notes, *_clash(subject, draft)),
    )


def _clash(subject: Subject, draft: Draft) -> Iterator[Diagnostic]:
    told = subject.deploy.env.get("PORT") if subject.deploy else None
    if draft.port and told is not None and told != str(draft.port.number):
        yield VARIABLE_TWICE.at(
            subject.deployed("env", "PORT").span,
            f"PORT is set to {quoted(told)} here, and {subject.name} listens on {draft.port.number}",
            fix="take PORT out of `env`, and write `port` where the service listens on another one",
            related=tuple(Related("the port follows from this", cause.span) for cause in draft.port.origin.causes[:1]),
        )
