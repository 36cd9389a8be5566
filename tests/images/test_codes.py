"""Every diagnostic about engines and registries is shown by a test."""

from __future__ import annotations

import re

from speccompile.codes.engines import CODES
from tools import ROOT


def test_every_code_is_shown_by_a_test() -> None:
    """Its id stands in a test's expectation, or it has a case folder."""
    tests = [*(ROOT / "tests/images").glob("test_*.py"), *(ROOT / "tests/e2e").glob("test_*.py")]
    named = {code for file in tests for code in re.findall(r"SC6\d\d", file.read_text(encoding="utf-8"))}
    named |= {folder.name.partition("-")[0] for folder in (ROOT / "tests/cases").iterdir()}
    assert {code.id for code in CODES} - named == set()
