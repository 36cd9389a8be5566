"""A CI workflow: jobs of shell steps, with nothing of anybody else's in them."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record


@record(kw_only=True)
class WorkflowStep(Node):
    """Lines of bash. ``directory`` is relative to the checkout, "" is its root.

    A script holds no expression of the CI system and nothing that a spec or a source tree says; what it must know it
    reads from ``environment``, pairs of a name and a value.
    """

    name: str
    script: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    directory: str = ""


@record(kw_only=True)
class Permission(Node):
    """What the job's token may do: a scope, the access to it, and the reason."""

    scope: str
    access: str
    why: str


@record(kw_only=True)
class Job(Node):
    """Steps on one runner. ``needs`` are keys of jobs; ``timeout`` is in minutes; ``environment`` is protected by rules
    that the repository's owner sets."""

    key: str
    name: str
    permissions: tuple[Permission, ...]
    steps: tuple[WorkflowStep, ...]
    timeout: int
    needs: tuple[str, ...] = ()
    environment: str | None = None


@record(kw_only=True)
class Workflow(Node):
    """What GitHub Actions does when a release is published. ``path`` is relative to the output directory."""

    path: str
    name: str
    runner: str
    jobs: tuple[Job, ...]
    notes: tuple[str, ...]
