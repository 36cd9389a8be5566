"""Why files would change, as ``generate --diff --format json`` says it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict


class OtherTool(TypedDict):
    """The version of speccompile that wrote the lock file, and this one."""

    before: str
    now: str


class OtherVersion(TypedDict):
    """A version that was chosen, with its source, before and now; null is none."""

    name: str
    before: str | None
    now: str | None


class ChangedLines(TypedDict):
    """Lines of a file, as first and last of each run."""

    path: str
    ranges: list[Annotated[list[int], Field(min_length=2, max_length=2)]]


class ChangedBecause(TypedDict):
    """Lines that change by the same rules because of the same places; no rules where lines only go."""

    rules: list[str]
    causes: list[str]
    lines: list[ChangedLines]


class WhyItChanges(TypedDict):
    """What differs since the lock file was written, and the lines that change, by reason."""

    tool: OtherTool | None
    specs: list[str]
    versions: list[OtherVersion]
    groups: list[ChangedBecause]
