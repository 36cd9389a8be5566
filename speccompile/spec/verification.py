"""specs/verification.json: what the project's own verifiers said, when, and about exactly which inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from pydantic import Field

from speccompile.spec.model import SpecModel
from speccompile.spec.names import Digest, Filled, Timestamp
from speccompile.spec.paths import FilePath
from speccompile.spec.quantities import Count, ExitStatus, FormatVersion

Tool = Literal["tests", "dafny", "tlc"]
TOOLS: tuple[str, ...] = get_args(Tool)


class Input(SpecModel):
    """A file that a verifier read, and the SHA-256 of its bytes."""

    path: FilePath = Field(description="The file, from the project's root.", examples=["src/index.ts"])
    digest: Digest = Field(description="The SHA-256 of its bytes.", examples=["sha256:" + "0" * 64])


class Counts(SpecModel):
    """What a verifier counted: tests that passed, failed or were skipped; lemmas and methods verified; states
    explored; errors."""

    passed: Count = Field(0, description="Tests that passed.", examples=[12])
    failed: Count = Field(0, description="Tests that failed.", examples=[0])
    skipped: Count = Field(0, description="Tests that were skipped.", examples=[0])
    verified: Count = Field(0, description="Lemmas and methods that were verified.", examples=[7])
    states: Count = Field(0, description="States that were explored.", examples=[1024])
    errors: Count = Field(0, description="Errors.", examples=[0])


class Run(SpecModel):
    """One run of one verifier at the project's root; ``command`` is its argument vector."""

    tool: Tool = Field(description="The verifier.", examples=["tests"])
    tool_version: Filled = Field(alias="toolVersion", description="Its version.", examples=["1.2.3"])
    command: tuple[str, ...] = Field(description="How it was called, word by word.", examples=[["bun", "test"]])
    exit_status: ExitStatus = Field(alias="exitStatus", description="How it ended.", examples=[0])
    counts: Counts = Field(description="What it counted.", examples=[{"passed": 12}])
    time: Timestamp = Field(description="When.", examples=["2024-01-15T10:00:00Z"])
    inputs: tuple[Input, ...] = Field(description="Every file that the result depends on.", examples=[[]])


class Verification(SpecModel):
    """All the evidence there is."""

    schema_url: str | None = Field(
        None,
        alias="$schema",
        description="The JSON Schema, for editors.",
        examples=["https://example.com/verification.schema.json"],
    )
    version: FormatVersion = Field(1, description="The version of this format.", examples=[1])
    runs: tuple[Run, ...] = Field((), description="The runs of verifiers.", examples=[[]])


def passed(run: Run) -> bool:
    """Whether *run* succeeded and shows something: a run that looked at nothing or counted nothing proves nothing."""
    counts = run.counts
    done = {"tests": counts.passed, "dafny": counts.verified, "tlc": counts.states}[run.tool]
    return run.exit_status == 0 and counts.failed == counts.errors == 0 and done > 0 and bool(run.inputs)


def changed(run: Run, digest: Callable[[str], str | None]) -> tuple[str, ...]:
    """The inputs that are not byte for byte what *run* read then; *digest* gives the digest of a project's file, or None."""
    return tuple(file.path for file in run.inputs if digest(file.path) != file.digest)
