"""Plan → deploy.yml, a workflow of GitHub Actions: checks, tests, native builds, pushes, signed provenance, and what is to be deployed."""

from __future__ import annotations

from speccompile.artifacts import Artifact
from speccompile.backends.actions.delivery import workflow
from speccompile.backends.actions.losses import losses
from speccompile.backends.workflow import render
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan

TARGET = "github-actions"


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The workflow of *plan*; nothing when no image is built."""
    if not plan.services:
        return ()
    made = workflow(plan)
    text, origins = render(made)
    return (Artifact(made.path, text, origins, TARGET),)


def loses(plan: Plan) -> tuple[Diagnostic, ...]:
    """What of *plan* the workflow cannot hold."""
    return losses(plan)
