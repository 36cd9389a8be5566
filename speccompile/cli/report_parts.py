"""Parts of the JSON documents that ``reports`` describes: the checklist, the runs of verifiers, images that were built and pushed."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict


class Listed(TypedDict):
    """One line of the deployment checklist; ``ok`` is null where it was not looked at."""

    name: str
    ok: bool | None
    codes: list[str]
    fix: str | None


class VerifierRun(TypedDict):
    """One run of one verifier; that of a prover is no single service's. ``tail`` is what it wrote last, where it did not pass."""

    service: str | None
    tool: Literal["tests", "dafny", "tlc"]
    runner: str
    version: str
    command: list[str]
    passed: bool
    exit_status: int
    counts: dict[str, int]
    problems: list[str]
    assertions: dict[str, list[str]]
    inputs: int
    tail: list[str]
    seconds: float


class Attestation(TypedDict):
    """An in-toto statement about an image. Of what was pushed: the manifest that it is attached by (null: the registry did not take it), and
    whether the registry lists it itself or a tag does."""

    statement: dict[str, Any]
    reference: NotRequired[str | None]
    stored: NotRequired[Literal["referrers", "tag"] | None]


class BuiltImage(TypedDict):
    """One build; what is there depends on its status."""

    service: str
    image: str
    status: Literal["success", "failed", "skipped"]
    commit_sha: str | None
    build_time: str | None
    seconds: NotRequired[float]
    docker_repo: NotRequired[str]
    compose_image: NotRequired[str]
    image_id: NotRequired[str]
    images: NotRequired[list[str]]
    digest: NotRequired[str | None]
    attestation: NotRequired[Attestation]
    size: NotRequired[int]
    layers: NotRequired[int]
    cached: NotRequired[bool]
    reason: NotRequired[str]
    log: NotRequired[str | None]
    tail: NotRequired[list[str]]


class Trial(TypedDict):
    """A container that `--trace-writes` ran, and what it wrote into its root; what is there depends on its status."""

    container: str
    status: Literal["clean", "written", "failed"]
    end: NotRequired[str]
    seconds: NotRequired[float]
    paths: NotRequired[list[str]]
    reason: NotRequired[str]


class PushedImage(TypedDict):
    """One push; what is there depends on its status."""

    service: str
    image: str
    status: Literal["success", "failed", "skipped", "uploaded"]
    upload: NotRequired[str | None]
    compose: NotRequired[dict[str, str]]
    tags_moved: NotRequired[list[str]]
    tags_left: NotRequired[list[str]]
    push_time: str | None
    attestation: NotRequired[Attestation]
    images: NotRequired[list[str]]
    digest: NotRequired[str]
    reference: NotRequired[str]
    reason: NotRequired[str]
    fix: NotRequired[str]
    attempts: NotRequired[int]
    transient: NotRequired[bool]


class Totals(TypedDict):
    """How many services ended how."""

    services: int
    success: int
    failed: int
    skipped: int
    uploaded: NotRequired[int]


class InitService(TypedDict):
    """A service that was found."""

    name: str
    path: str
    archetype: str
    stack: str
    why: str
    needs: list[str]


class InitStore(TypedDict):
    """A backing service that is proposed; version null where the catalogue chooses."""

    name: str
    uses: str
    version: str | None


class Prerequisite(TypedDict):
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    fix: str | None
    required: bool
