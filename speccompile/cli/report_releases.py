"""What `deploy`, `rollback`, `status`, `releases` and `agent` give as JSON."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from speccompile.cli.report_finding import Finding


class ServiceThere(TypedDict):
    """A service on one machine, and what became of it: why it failed or was skipped, the end of what it wrote then, and whether what ran before runs again
    (of one that failed: null where nobody knows, as its platform does not answer)."""

    service: str
    status: Literal["deployed", "unchanged", "failed", "skipped"]
    reason: str | None
    log: str | None
    restored: bool | None


class DeployedService(ServiceThere):
    """A service, and the worst of what became of it on any machine."""

    outputs: dict[str, str]


class DeployedHost(TypedDict):
    """A machine; no services where its turn did not come, so that it runs what it ran."""

    host: str
    status: Literal["success", "failed", "not-reached"]
    services: list[ServiceThere]


class Deployments(TypedDict):
    """What was deployed; ``outputs`` has PUBLIC_URL and INTERNAL_URL by service."""

    services: list[DeployedService]
    status: Literal["success", "failed"]
    outputs: dict[str, dict[str, str]]
    successful: list[str]
    unchanged: list[str]
    failed: list[str]
    skipped: list[str]
    hosts: list[DeployedHost]


class Deploy(TypedDict):
    """A deployment, or a rollback. ``release`` is the one that runs now; null where nothing was ever recorded."""

    status: Literal["success", "failed"]
    application: dict[str, str]
    environment: str
    release: int | None
    builds: list[dict[str, str]]
    deployments: Deployments
    total_time: str
    diagnostics: list[Finding]


class PlannedChange(TypedDict):
    """What would be done with a service, and the steps of its release that would be run."""

    service: str
    does: str
    steps: list[str]


class PlannedHost(TypedDict):
    """What would be done on a machine, in its order."""

    host: str
    changes: list[PlannedChange]


class DeployPlan(TypedDict):
    """With ``--plan``."""

    status: Literal["planned"]
    application: dict[str, str]
    environment: str
    plan: list[PlannedHost]
    diagnostics: list[Finding]


class RunningService(TypedDict):
    """How a service is on a machine; ``release`` is the one whose it is, null where it is none that is known."""

    service: str
    host: str
    status: Literal["healthy", "starting", "unhealthy", "stopped", "absent"]
    release: int | None
    reason: str | None
    outputs: dict[str, str]


class HostAsked(TypedDict):
    """A machine: ``asked`` just now, or ``said``, what its agent wrote into the store at a time of its own clock, following a release; ``silent`` does not
    answer, and diagnostics say why."""

    host: str
    status: Literal["asked", "said", "silent"]
    at: str | None
    release: int | None


class Status(TypedDict):
    """What runs."""

    status: Literal["healthy", "unhealthy", "not-deployed"]
    application: dict[str, str]
    environment: str
    release: int | None
    hosts: list[HostAsked]
    services: list[RunningService]
    diagnostics: list[Finding]


class Changed(TypedDict):
    """What is different between two releases: the service ("" for the whole), and what, in words."""

    service: str
    what: str


class Releases(TypedDict):
    """``list``: the records, the newest first; ``show``: one of them; ``diff``: what is different in release ``after``."""

    status: Literal["ok"]
    application: dict[str, str]
    environment: str
    releases: NotRequired[list[dict[str, Any]]]
    release: NotRequired[dict[str, Any]]
    before: NotRequired[int]
    after: NotRequired[int]
    differences: NotRequired[list[Changed]]
    diagnostics: list[Finding]


class DoneHere(TypedDict):
    """What the agent did with a service, and why it failed; null where it did not."""

    service: str
    action: Literal["start", "replace", "repair", "retire", "keep"]
    failure: str | None


class Agent(TypedDict):
    """A round of the agent: the release that it followed (null: none), what it did, and how the services of the host are."""

    status: Literal["ok", "failed", "transient"]
    host: str
    release: int | None
    actions: list[DoneHere]
    services: dict[str, dict[str, Any]]
    diagnostics: list[Finding]
