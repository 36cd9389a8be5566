"""The manifests of two projects as they were agreed on: ``UPDATE_GOLDEN=1 pytest tests/kubernetes/test_manifest_golden.py`` writes them anew; read the
difference before you commit it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from systems import manifests, project

_GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", ["workers", "python-job"])
def test_manifests_are_those_that_were_agreed_on(name: str) -> None:
    """To the byte."""
    directory = _GOLDEN / name
    files = manifests(project(name))
    if os.environ.get("UPDATE_GOLDEN"):
        directory.mkdir(parents=True, exist_ok=True)
        for old in directory.iterdir():
            old.unlink()
        for file, text in files.items():
            (directory / file).write_text(text, encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in directory.iterdir()} == files
