"""A small generated project for the tests that attack it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from case_folders import command, contents
from projects import NODE_CLI, assertion, manifest

Capture = pytest.CaptureFixture[str]
SPECS = manifest("cli-tool", assertion(1, "Uses at most 512 MB of memory"))


@pytest.fixture(autouse=True)
def outside_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the fast path is taken."""
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def project(tmp_path: Path, capsys: Capture) -> Iterator[Path]:
    """A project as it was generated, beside files of somebody else."""
    root = made(tmp_path / "project", capsys)
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "precious").write_text("precious")
    before = contents(tmp_path / "victim")
    yield root
    assert contents(tmp_path / "victim") == before


def made(root: Path, capsys: Capture) -> Path:
    """A small project in *root*, generated."""
    for path, text in {**NODE_CLI, "specs/assertions.json": SPECS}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    assert command(["generate"], root, capsys)[0] == 0
    return root


def relocked(root: Path, **changes: Any) -> None:
    """The lock with *changes*."""
    place = root / "speccompile.lock"
    place.write_text(json.dumps({**json.loads(place.read_text()), **changes}, indent=2, sort_keys=True) + "\n")
