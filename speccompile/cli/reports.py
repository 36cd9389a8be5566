"""What ``--format json`` of each command gives: the one description that the JSON Schemas are made of (docs/reports.md has the promise).

Every document is an object with a ``status`` and ``diagnostics``. Paths in it count from the project's directory.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from speccompile.cli.report_assertions import Accounts, Settle, StandingName
from speccompile.cli.report_changes import WhyItChanges
from speccompile.cli.report_document import Reported
from speccompile.cli.report_environments import PlanDiff
from speccompile.cli.report_finding import Finding
from speccompile.cli.report_hosts import SharedChange, SharedHost
from speccompile.cli.report_parts import (
    BuiltImage,
    InitService,
    InitStore,
    Listed,
    Prerequisite,
    PushedImage,
    Totals,
    Trial,
    VerifierRun,
)
from speccompile.cli.report_patches import Eject, PatchFromDiff, PatchList, PatchNew
from speccompile.cli.report_releases import Agent, Deploy, DeployPlan, Releases, Status


class Ended(TypedDict):
    """A command that did not come to its answer: why is in the diagnostics, or, of an internal error, on standard error."""

    status: Literal[
        "refused", "not-ready", "edited", "not-found", "usage-error", "interrupted", "transient", "internal-error"
    ]
    diagnostics: list[Finding]
    message: NotRequired[str]
    diff: NotRequired[str]
    files: NotRequired[list[Any]]
    builds: NotRequired[list[Any]]
    runs: NotRequired[list[Any]]
    checklist: NotRequired[list[Listed]]
    pushes: NotRequired[list[Any]]
    totals: NotRequired[dict[str, int]]


class WrittenFile(TypedDict):
    """A file, and what became of it."""

    path: str
    state: str


class Effect(TypedDict):
    """An assertion, its standing and why it has that, and the number of lines that hold it, by artifact."""

    id: str
    status: str
    text: str
    standing: StandingName
    why: str
    enforced_by: dict[str, int]


class Generate(TypedDict):
    """What was written, or with ``--dry-run`` would be; with ``--diff`` the reasons."""

    status: Literal["ok"]
    app: str
    dry_run: bool
    files: list[WrittenFile]
    assertions: list[Effect]
    verified: dict[str, dict[str, str]]
    next: list[str]
    changes: NotRequired[WhyItChanges]
    diagnostics: list[Finding]


class Check(TypedDict):
    """The state of every owned file."""

    status: Literal["ok", "drifted", "failed"]
    state: Literal["ok", "drifted", "failed"]
    files: list[WrittenFile]
    diagnostics: list[Finding]


class PlannedService(TypedDict):
    """A service that is built here."""

    name: str
    archetype: str
    stack: str
    base: str
    port: int | None
    health: str | None
    needs: list[str]
    replicas: int
    schedule: str | None
    routes: list[str]


class PlannedRoute(TypedDict):
    """Requests for a host (null: any) below a path, and who gets them."""

    host: str | None
    path: str
    service: str
    port: int


class Standing(TypedDict):
    """How many assertions there are, and which have an effect, none, or are not settled."""

    total: int
    confirmed: int
    with_effect: list[str]
    without_effect: list[str]
    unsettled: list[str]


class Plan(TypedDict):
    """The page that ``plan`` shows."""

    status: Literal["ok"]
    app: str
    services: list[PlannedService]
    stores: list[dict[str, str]]
    externals: list[dict[str, str]]
    packages: list[dict[str, str]]
    routes: list[PlannedRoute]
    to_supply: dict[str, list[str]]
    assertions: Standing
    diagnostics: list[Finding]


class Cause(TypedDict):
    """A place in an input, and the assertion that stands there."""

    path: str
    line: int
    column: int
    assertion: str | None


class Because(TypedDict):
    """Rules, and what caused them."""

    rules: list[str]
    causes: list[Cause]


class Lines(TypedDict):
    """Lines of an artifact, as first and last of each run."""

    path: str
    ranges: list[Annotated[list[int], Field(min_length=2, max_length=2)]]


class Verify(TypedDict):
    """What the verifiers said, and the files in which it is recorded."""

    status: Literal["ok", "failed"]
    runs: list[VerifierRun]
    files: list[str]
    diagnostics: list[Finding]


class Explain(TypedDict):
    """An explanation."""

    status: Literal["ok"]
    kind: Literal["line", "file", "assertion", "service", "key", "code"]
    subject: str
    sentences: list[str]
    because: list[Because]
    lines: list[Lines]
    diagnostics: list[Finding]


class Init(TypedDict):
    """What was written, and what was found."""

    status: Literal["ok"]
    app: str
    files: list[str]
    services: list[InitService]
    stores: list[InitStore]
    passed_over: list[dict[str, str]]
    to_do: list[str]
    diagnostics: list[Finding]


class LeftOut(TypedDict):
    """Something of an imported file that is not carried over as it stands there: what, why, and what to do."""

    path: str
    line: int
    column: int
    code: Annotated[str, Field(pattern=r"^SC\d{3}$")]
    severity: Literal["error", "warning", "note"]
    what: str | None
    why: str
    todo: str


class Import(TypedDict):
    """What became of a file in another format: ``deploy`` is the text of deploy.yaml. ``refused-values``: something in the file is not followed, a
    secret in clear text or a reference to nothing; all else is carried."""

    status: Literal["ok", "refused-values"]
    format: str
    source: str
    deploy: str
    services: list[str]
    files: list[str]
    not_carried: list[LeftOut]
    diagnostics: list[Finding]


class Doctor(TypedDict):
    """The prerequisites of building and pushing."""

    status: Literal["ok", "missing"]
    checks: list[Prerequisite]
    diagnostics: list[Finding]


class Inspect(TypedDict):
    """An image, and whether it is of this checkout (null: that cannot be told)."""

    status: Literal["ok", "differs"]
    image: str
    found_in: str
    digest: str | None
    digests: list[str]
    id: str | None
    size: int
    layers: int
    title: str | None
    version: str | None
    revision: str | None
    created: str | None
    source: str | None
    base: dict[str, str | None]
    spec_digest: str | None
    assertion_count: str | None
    assertions: list[dict[str, str]]
    evidence: dict[str, str | None]
    matches_checkout: bool | None
    attestation: dict[str, Any] | None
    diagnostics: list[Finding]


class Build(TypedDict):
    """The builds, and with ``--push`` the pushes. ``allowed_by`` has the words that let something be missing on the checklist."""

    status: Literal["success", "failed", "interrupted"]
    application: dict[str, str]
    engine: dict[str, str]
    checklist: list[Listed]
    allowed_by: str | None
    builds: list[BuiltImage]
    trials: list[Trial]
    totals: Totals
    successful: list[str]
    failed: list[str]
    skipped: list[str]
    total_time: str
    pushes: NotRequired[list[PushedImage]]
    push_totals: NotRequired[Totals]
    diagnostics: list[Finding]


class Push(TypedDict):
    """The pushes; ``allowed_by`` as for builds."""

    status: Literal["success", "failed", "interrupted"]
    application: dict[str, str]
    checklist: list[Listed]
    allowed_by: str | None
    pushes: list[PushedImage]
    totals: Totals
    diagnostics: list[Finding]


PlanFull: TypeAlias = dict[str, Any]

REPORTS: dict[str, Any] = {
    "init": Init | Ended,
    "import": Import | Ended,
    "generate": Generate | Ended,
    "check": Check | Ended,
    "plan": Plan | Ended,
    "plan-full": PlanFull,
    "plan-assertions": Accounts | Ended,
    "plan-diff": PlanDiff | Ended,
    "explain": Explain | Ended,
    "patch-new": PatchNew | Ended,
    "patch-from-diff": PatchFromDiff | Ended,
    "patch-list": PatchList | Ended,
    "eject": Eject | Ended,
    "settle": Settle | Ended,
    "verify": Verify | Ended,
    "report": Reported | Ended,
    "build": Build | Ended,
    "push": Push | Ended,
    "inspect": Inspect | Ended,
    "deploy": Deploy | DeployPlan | Ended,
    "status": Status | Ended,
    "rollback": Deploy | DeployPlan | Ended,
    "doctor": Doctor | Ended,
    "route-add": SharedChange | Ended,
    "route-remove": SharedChange | Ended,
    "route-list": SharedHost | Ended,
    "releases": Releases | Ended,
    "agent": Agent | Ended,
}
