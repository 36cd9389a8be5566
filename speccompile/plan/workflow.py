"""A CI workflow of GitHub Actions: jobs of shell steps, and of the few actions in ``plan.actions`` for what no shell can do."""

from __future__ import annotations

from typing import TypeAlias

from speccompile.plan.actions import Action
from speccompile.plan.node import Node
from speccompile.record import record


@record()
class Expression:
    """A value that the CI system gives: an expression of our own, of which no word comes from a spec or a source tree."""

    text: str


Value: TypeAlias = "str | Expression"
"""What an environment or an input holds: a text that stands for itself, or what an expression gives."""

CHECKOUT = (
    "git init --quiet .",
    'git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"',
    "git -c credential.helper='!gh auth git-credential' fetch --quiet --depth 1 origin \"$GITHUB_SHA\"",
    "git checkout --quiet --detach FETCH_HEAD",
)
"""Gets the sources; no credential is left behind for later steps."""

TOKEN = Expression("github.token")


@record(kw_only=True)
class WorkflowStep(Node):
    """Lines of bash, or an action with its inputs. ``directory`` is relative to the checkout, "" is its root; ``id`` is what others call its outputs by.

    A script holds no expression of the CI system and nothing that a spec or a source tree says; what it must know it
    reads from ``environment``, pairs of a name and a value.
    """

    name: str
    script: tuple[str, ...] = ()
    environment: tuple[tuple[str, Value], ...] = ()
    directory: str = ""
    id: str = ""
    uses: Action | None = None
    inputs: tuple[tuple[str, Value], ...] = ()


@record(kw_only=True)
class Permission(Node):
    """What the job's token may do: a scope, the access to it, and the reason."""

    scope: str
    access: str
    why: str


@record(kw_only=True)
class Variant(Node):
    """One run of a job that runs several times: names and values, which its steps know as ``matrix.NAME``."""

    values: tuple[tuple[str, str], ...]


@record(kw_only=True)
class Job(Node):
    """Steps on one runner. ``needs`` are keys of jobs; ``timeout`` is in minutes; ``environment`` is protected by rules
    that the repository's owner sets. Where there are ``variants`` each has its ``runner``; ``condition`` is when it runs at all."""

    key: str
    name: str
    permissions: tuple[Permission, ...]
    steps: tuple[WorkflowStep, ...]
    timeout: int
    needs: tuple[str, ...] = ()
    environment: str | None = None
    condition: Expression | None = None
    variants: tuple[Variant, ...] = ()
    outputs: tuple[tuple[str, Expression], ...] = ()


@record(kw_only=True)
class Event(Node):
    """What starts a workflow, and the one list of words by which it is narrowed, if it is."""

    name: str
    filter: str = ""
    words: tuple[str, ...] = ()


@record(kw_only=True)
class Workflow(Node):
    """What GitHub Actions does when one of its events happens. ``path`` is relative to the output directory."""

    path: str
    name: str
    runner: str
    events: tuple[Event, ...]
    jobs: tuple[Job, ...]
    notes: tuple[str, ...]
