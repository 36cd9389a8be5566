"""How much of each case's sources is in the context: turning the default round must not make images larger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stack_cases import CASES, app, recipe

BEFORE = json.loads((Path(__file__).parent / "bytes.json").read_text(encoding="utf-8"))
"""The bytes of the sources that were in the context while a directory had to earn its place (2026-11-27)."""


def taken(case: str) -> int:
    """The bytes of all files that the steps of a case take from the context."""
    found: set[Path] = set()
    for source in recipe(case).context:
        path = app(case) / source
        found |= set(path.rglob("*")) if path.is_dir() else {path}
    return sum(
        path.stat().st_size for path in found if path.is_file() and "generated" not in path.relative_to(app(case)).parts
    )


@pytest.mark.parametrize("case", CASES)
def test_no_case_takes_much_more_than_before(case: str) -> None:
    """Two per cent at most."""
    assert taken(case) <= BEFORE[case] * 1.02


def test_every_case_has_been_measured() -> None:
    """A new one is added with what it takes."""
    assert set(BEFORE) == set(CASES)
