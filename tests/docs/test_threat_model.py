"""docs/threat-model.md: each line names a test, and the test is there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tools import ROOT

PAGE = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
LINES = [line for line in PAGE.splitlines() if line.startswith("- ")]
_TEST = re.compile(r"- .+: `(tests/[\w/]+\.py)::(test_\w+)`\Z")


@cache
def defined_in(path: str) -> frozenset[str]:
    """The names of the tests in a file."""
    return frozenset(
        one.name
        for one in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef)
    )


@pytest.mark.parametrize("line", LINES)
def test_every_line_names_a_test_that_is_there(line: str) -> None:
    """One line, one claim, one test."""
    named = _TEST.fullmatch(line)
    assert named, "write: - CLAIM: `tests/…/test_x.py::test_y`"
    assert named[2] in defined_in(named[1])


def test_no_claim_is_made_twice() -> None:
    """Nor does one test carry two."""
    assert len(LINES) > 30
    assert len({line.rpartition(": ")[2] for line in LINES}) == len(LINES)
