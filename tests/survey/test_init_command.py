"""The command: its flags, and what it says when there is nothing, something already, or more than one thing."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from test_services import FLASK, PYTHON, server
from test_survey_cases import ran

from tools import ROOT


def project(root: Path, files: dict[str, str]) -> Path:
    """*files* on disk."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_nothing_is_detected(tmp_path: Path) -> None:
    """What is there, what was passed over, what is supported."""
    text = "services: {x: {build: thing}}"
    done = ran(project(tmp_path, {"compose.yml": text, "thing/Main.cob": "", "README": ""}), "init", "--yes")
    assert done.returncode == 1
    for part in (
        "SC234",
        "README",
        "thing: compose.yml builds it, and no stack is recognised there",
        "python: a lock of uv",
    ):
        assert part in done.stderr
    assert not (tmp_path / "specs").exists()


def test_two_stacks_are_plausible(tmp_path: Path) -> None:
    """Which was taken, why, and how to choose the other."""
    both = {**server(""), "requirements.txt": FLASK, "app.py": PYTHON}
    done = ran(project(tmp_path / "one", both), "init", "--yes")
    assert (
        "stack: node (package.json is there); also plausible: python, because requirements.txt is there (choose with --stack)"
        in done.stdout
    )
    done = ran(project(tmp_path / "two", both), "init", "--yes", "--stack", "python")
    assert "stack: python" in done.stdout
    assert "stack: python" in (tmp_path / "two/specs/deploy.yaml").read_text("utf-8")


def test_paths_are_taken_as_they_are_given(tmp_path: Path) -> None:
    """Without looking further."""
    root = project(tmp_path, {**server("a"), **server("b"), **server("examples/c")})
    done = ran(root, "init", "--path", "examples/c", "--path", "./a/", "--yes")
    assert done.returncode == 0, done.stderr
    assert sorted(path.parent.name for path in (root / "specs").glob("*/assertions.json")) == ["a", "c"]


@pytest.mark.parametrize("words", [("--path", "../x"), ("--path", "/etc"), ("--archetype", "library")])
def test_misuse_is_a_matter_of_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Paths that leave the project; one archetype for several services."""
    root = project(tmp_path, {**server("a"), **server("b")})
    done = ran(root, "init", "--yes", *words)
    assert (done.returncode, (root / "specs").exists()) == (2, False)


def test_a_path_without_sources(tmp_path: Path) -> None:
    """Is refused where it is."""
    done = ran(project(tmp_path, server("a")), "init", "--yes", "--path", "nowhere")
    assert (done.returncode, "nowhere: error[SC234]" in done.stderr) == (1, True)


def test_nothing_is_lost(tmp_path: Path) -> None:
    """Whatever of the files is there already, none is written."""
    root = project(tmp_path, {**server("a"), **server("b"), "specs/b/assertions.json": "mine"})
    done = ran(root, "init", "--yes")
    assert (done.returncode, "specs/b/assertions.json: error[SC502]" in done.stderr) == (1, True)
    assert [path.name for path in (root / "specs").rglob("*") if path.is_file()] == ["assertions.json"]


def test_a_link_for_a_folder_is_not_followed(tmp_path: Path) -> None:
    """Nor is anything written beside it."""
    root = project(tmp_path / "p", {**server("a"), **server("b")})
    (tmp_path / "elsewhere").mkdir()
    (root / "specs").mkdir()
    (root / "specs/a").symlink_to(tmp_path / "elsewhere")
    done = ran(root, "init", "--yes")
    assert (done.returncode, "SC503" in done.stderr) == (1, True)
    assert (list((tmp_path / "elsewhere").iterdir()), list((root / "specs").rglob("*.json"))) == ([], [])


def test_a_manifest_beside_the_sources_is_used(tmp_path: Path) -> None:
    """It needs no other, and no line in deploy.yaml."""
    root = project(tmp_path, {**server("a"), **server("b"), "b/specs/assertions.json": "{}"})
    assert ran(root, "init", "--yes").returncode == 0
    text = (root / "specs/deploy.yaml").read_text("utf-8")
    assert text.count("assertions:") == 1
    assert not (root / "specs/b").exists()


@pytest.mark.parametrize(("answer", "written"), [("\n", True), ("n\n", False)])
def test_a_terminal_is_asked(tmp_path: Path, answer: str, written: bool) -> None:
    """Before specs for several services are written."""
    root = project(tmp_path, {**server("a"), **server("b")})
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "speccompile", "-C", str(root), "init"]
    with subprocess.Popen(
        argv, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}, text=True
    ) as process:
        os.write(ours, answer.encode())
        _, said = process.communicate(timeout=60)
    assert "Write specs for these?" in said
    assert (root / "specs/deploy.yaml").exists() is written
