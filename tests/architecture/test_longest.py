"""Which tests are begun with (tests/conftest.py)."""

from __future__ import annotations

from conftest import LONGEST
from tools import ROOT


def test_the_files_that_are_begun_with_are_there() -> None:
    """A file that was renamed would come last again."""
    assert [path for path in LONGEST if not (ROOT / path).is_file()] == []
