"""A diagnostic, as each JSON document has it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict


class Place(TypedDict):
    """A second place that a finding is about."""

    message: str
    path: str
    line: int
    column: int


class Finding(TypedDict):
    """A diagnostic. Lines and columns count from 1; 0 is the file as a whole."""

    code: Annotated[str, Field(pattern=r"^SC\d{3}$")]
    severity: Literal["error", "warning", "note"]
    message: str
    path: str
    line: int
    column: int
    found: str | None
    expected: str | None
    expected_by: str | None
    fix: str
    related: list[Place]
