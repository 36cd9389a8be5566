"""What ``patch`` and ``eject`` give as JSON."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from speccompile.cli.report_finding import Finding


class PatchNew(TypedDict):
    """The patch file that was begun, and the artifact that it is of."""

    status: Literal["ok"]
    file: str
    artifact: str
    diagnostics: list[Finding]


class PatchFile(TypedDict):
    """A patch file that got a patch, of how many operations."""

    file: str
    artifact: str
    operations: int


class PatchFromDiff(TypedDict):
    """The patches that were made of edits; what speaks against them is in the diagnostics."""

    status: Literal["ok"]
    reason: str
    files: list[PatchFile]
    diagnostics: list[Finding]


class PatchChange(TypedDict):
    """What an operation does: in YAML at which place, the value before and after; else the lines. What is not there is not named."""

    op: str
    path: NotRequired[str]
    before: NotRequired[Any]
    after: NotRequired[Any]


class PatchState(TypedDict):
    """A patch: where it stands, what it changes of which artifact, which lines are there because of it, and whether it still matters."""

    file: str
    line: int
    artifact: str
    reason: str
    allow: list[str]
    operations: int
    state: Literal[
        "applies",
        "is undone by a later one",
        "not an operation",
        "no longer applies",
        "changes nothing",
        "cannot be read back",
        "breaks an invariant",
    ]
    added: int
    removed: int
    lines: list[int]
    changes: list[PatchChange]


class PatchList(TypedDict):
    """Every patch, and the files that are somebody's own, with why."""

    status: Literal["ok"]
    patches: list[PatchState]
    ejected: list[dict[str, str]]
    diagnostics: list[Finding]


class Eject(TypedDict):
    """The file that is somebody's own now, and where that is listed."""

    status: Literal["ok"]
    file: str
    listed: str
    reason: str
    diagnostics: list[Finding]
