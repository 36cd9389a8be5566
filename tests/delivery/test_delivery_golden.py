"""The files of the delivering targets as they were read and agreed on. ``UPDATE_CASES=1 pytest tests/delivery/test_delivery_golden.py`` writes them anew."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from delivered import delivery_files, project

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", ["web", "secrets", "ecr", "tool", "deployed", "followed"])
def test_files_are_those_that_were_agreed_on(name: str) -> None:
    files = delivery_files(project(name))
    place = GOLDEN / name
    if os.environ.get("UPDATE_CASES"):
        shutil.rmtree(place, ignore_errors=True)
        for path, text in files.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, encoding="utf-8")
    kept = {path.relative_to(place).as_posix(): path.read_text("utf-8") for path in place.rglob("*") if path.is_file()}
    assert files == kept
