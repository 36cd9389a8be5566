"""specs/verification.json: what `speccompile verify` saw the project's own verifiers say, when, and about exactly which inputs.

Nothing in it is typed by hand. The seal is a digest of all the rest: it keeps nobody from forging evidence, who commits it is trusted as far
as with the sources, but a number that was corrected in an editor is noticed.
"""

import json
from typing import Annotated, Literal, get_args

from pydantic import Field

from speccompile.digests import digest
from speccompile.spec.model import SpecModel, keys_like
from speccompile.spec.names import ASSERTION, AssertionId, Digest, Filled, ServiceName, Timestamp
from speccompile.spec.quantities import Count, EvidenceVersion, ExitStatus

Tool = Literal["tests", "dafny", "tlc"]
Chooser = Literal["stack", "deploy"]
TOOLS: tuple[str, ...] = get_args(Tool)
CHOOSERS: tuple[str, ...] = get_args(Chooser)
VERSION = 2


class Input(SpecModel):
    """A file that a verifier depended on, and the SHA-256 of its bytes."""

    path: Filled = Field(description="The file, from the project's root.", examples=["src/index.ts"])
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
    """One run of one verifier. That of a prover holds for every service of the manifest, and has no ``service``."""

    tool: Tool = Field(description="The verifier.", examples=["tests"])
    service: ServiceName | None = Field(None, description="The service whose tests these are.", examples=["api"])
    runner: Filled = Field(description="What ran them.", examples=["pytest"])
    tool_version: Filled = Field(alias="toolVersion", description="Its version.", examples=["1.2.3"])
    chosen_by: Chooser = Field(
        alias="chosenBy",
        description="Whether the stack's own runner was taken, or what `verify` in deploy.yaml says.",
        examples=["stack"],
    )
    command: tuple[str, ...] = Field(description="How it was called, word by word.", examples=[["bun", "test"]])
    subjects: tuple[Filled, ...] = Field(
        (),
        description="The specifications that a prover was given, or read.",
        examples=[["specs/dafny/structure.dfy"]],
    )
    exit_status: ExitStatus = Field(alias="exitStatus", description="How it ended.", examples=[0])
    counts: Counts = Field(description="What it counted.", examples=[{"passed": 12}])
    problems: tuple[Filled, ...] = Field(
        (), description="Why it did not pass, where the counts do not say it.", examples=[["it took longer than 600 s"]]
    )
    time: Timestamp = Field(description="When.", examples=["2024-01-15T10:00:00Z"])
    manifest: Digest = Field(description="The SHA-256 of the assertions as they were.", examples=["sha256:" + "0" * 64])
    assertions: Annotated[
        dict[AssertionId, tuple[Filled, ...]], Field(default_factory=dict, json_schema_extra=keys_like(ASSERTION))
    ] = Field(
        description="The tests that passed, or the proofs, that name an assertion, by its id.",
        examples=[{"A-013": ["tests/test_pages.py::test_p95"]}],
    )
    inputs: tuple[Input, ...] = Field(description="Every file that the result depends on.", examples=[[]])


class Verification(SpecModel):
    """All the evidence there is."""

    schema_url: str | None = Field(
        None,
        alias="$schema",
        description="The JSON Schema, for editors.",
        examples=["https://example.com/verification.schema.json"],
    )
    version: EvidenceVersion = Field(description="The version of this format.", examples=[VERSION])
    seal: Digest = Field(description="The SHA-256 of all the rest.", examples=["sha256:" + "0" * 64])
    runs: tuple[Run, ...] = Field((), description="The runs of verifiers.", examples=[[]])

    def is_sealed(self) -> bool:
        """Whether nothing was changed since it was written."""
        return self.seal == seal(self.runs)


def seal(runs: tuple[Run, ...]) -> str:
    """The digest of *runs*, whatever the layout of the file."""
    said = [run.model_dump(mode="json", by_alias=True) for run in runs]
    return digest(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())
