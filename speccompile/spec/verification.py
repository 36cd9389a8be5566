"""specs/verification.json: what the project's own verifiers said, when, and about exactly which inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, get_args

from pydantic import Field

from speccompile.spec.model import SpecModel
from speccompile.spec.names import Digest, Filled, Timestamp
from speccompile.spec.paths import FilePath
from speccompile.spec.quantities import Count, ExitStatus, FormatVersion

Tool = Literal["tests", "dafny", "tlc"]
TOOLS: tuple[str, ...] = get_args(Tool)


class Input(SpecModel):
    """A file that a verifier read, and the SHA-256 of its bytes."""

    path: FilePath
    digest: Digest


class Counts(SpecModel):
    """What a verifier counted: tests that passed, failed or were skipped; lemmas and methods verified; states
    explored; errors."""

    passed: Count = 0
    failed: Count = 0
    skipped: Count = 0
    verified: Count = 0
    states: Count = 0
    errors: Count = 0


class Run(SpecModel):
    """One run of one verifier at the project's root; ``command`` is its argument vector."""

    tool: Tool
    tool_version: Annotated[Filled, Field(alias="toolVersion")]
    command: tuple[str, ...]
    exit_status: Annotated[ExitStatus, Field(alias="exitStatus")]
    counts: Counts
    time: Timestamp
    inputs: tuple[Input, ...]


class Verification(SpecModel):
    """All the evidence there is."""

    schema_url: Annotated[str | None, Field(alias="$schema")] = None
    version: FormatVersion = 1
    runs: tuple[Run, ...] = ()


def passed(run: Run) -> bool:
    """Whether *run* succeeded and shows something: a run that looked at nothing or counted nothing proves nothing."""
    counts = run.counts
    done = {"tests": counts.passed, "dafny": counts.verified, "tlc": counts.states}[run.tool]
    return run.exit_status == 0 and counts.failed == counts.errors == 0 and done > 0 and bool(run.inputs)


def changed(run: Run, digest: Callable[[str], str | None]) -> tuple[str, ...]:
    """The inputs that are not byte for byte what *run* read then; *digest* gives the digest of a project's file, or None."""
    return tuple(file.path for file in run.inputs if digest(file.path) != file.digest)
