"""The units of the bank, whole: ``UPDATE_UNITS=1`` writes them anew (look at the difference before you commit it)."""

from __future__ import annotations

import os
from pathlib import Path

from quadlet_projects import example, units_of

_UNITS = Path(__file__).parent / "bank"


def test_the_units_of_the_bank_are_these() -> None:
    """All files beside the front door's configuration, which is the one that compose has."""
    made = {path.rpartition("/")[2]: text for path, text in units_of(example("bank")).items()}
    configuration = made.pop("nginx.conf")
    assert configuration == (Path(__file__).parents[2] / "generated/bank/nginx.conf").read_text(encoding="utf-8")
    if os.environ.get("UPDATE_UNITS"):
        _UNITS.mkdir(exist_ok=True)
        for name, text in made.items():
            (_UNITS / name).write_text(text, encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in _UNITS.iterdir()} == made
