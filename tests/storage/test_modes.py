"""Modes, as far as git keeps them: nothing that is generated is executable."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from case_folders import command
from projects import BUN_WEB, assertion, manifest
from speccompile.paths import LOCK
from speccompile.quick_check import quick_answer
from tools import need

Capture = pytest.CaptureFixture[str]
WHO = ("-c", "user.name=x", "-c", "user.email=x@example.com")
FILES = ("generated/Dockerfile", "generated/docker-compose.yml", LOCK)


@pytest.fixture
def project(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that was generated."""
    monkeypatch.delenv("CI", raising=False)
    files = {**BUN_WEB, "specs/assertions.json": manifest("web-service", assertion(1, "Uses at most 300 MB of memory"))}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert command(["generate"], tmp_path, capsys)[0] == 0
    return tmp_path


def _git(place: Path, *arguments: str) -> None:
    subprocess.run([need("git", "apt-get install git"), *arguments], cwd=place, check=True)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("fix", [["generate"], ["check", "--fix"]], ids=" ".join)
@pytest.mark.parametrize("path", FILES)
def test_what_is_made_executable_is_found_and_mended(path: str, fix: list[str], project: Path, capsys: Capture) -> None:
    """SC525, in every format, on both ways; mended is the executable bit, and nothing else of the mode or the content."""
    file = project / path
    content = file.read_bytes()
    file.chmod(0o750)
    assert quick_answer(["-C", str(project), "check"]) is None
    for style in ("text", "json", "sarif", "github"):
        code, said, errors = command(["check", "--format", style], project, capsys)
        assert (code, "SC525" in said + errors) == (1, True)
        if style == "json":
            assert json.loads(said)["state"] == "drifted"
            assert {one["path"]: one["state"] for one in json.loads(said)["files"]}.get(
                path, "executable"
            ) == "executable"
    code, said, _ = command(["generate", "--dry-run"], project, capsys)
    assert (code, f"update (executable no more)  {path}" in said, _mode(file)) == (0, True, 0o750)
    assert command(fix, project, capsys)[0] == 0
    assert (_mode(file), file.read_bytes()) == (0o640, content)
    assert command(["check"], project, capsys)[0] == 0
    assert quick_answer(["-C", str(project), "check"]) is not None


def test_other_modes_are_the_users(project: Path, capsys: Capture) -> None:
    """Git does not keep them, and they differ from one umask to the next."""
    for mode in (0o600, 0o664, 0o666, 0o644):
        (project / FILES[0]).chmod(mode)
        assert quick_answer(["-C", str(project), "check"]) is not None
        assert command(["check"], project, capsys)[0] == 0
    assert command(["generate"], project, capsys)[0] == 0
    assert _mode(project / FILES[0]) == 0o644


@pytest.mark.parametrize("worktree", [False, True])
def test_where_git_compares_no_modes_nobody_does(
    worktree: bool, project: Path, tmp_path: Path, capsys: Capture
) -> None:
    """On a file system that keeps none every file is executable, and no generate could mend it. The same in a worktree."""
    _git(project, "init", "-q")
    _git(project, "add", ".")
    _git(project, *WHO, "commit", "-qm", "x")
    root = project
    if worktree:
        root = tmp_path.parent / f"{tmp_path.name}-worktree"
        _git(project, "worktree", "add", "-q", str(root))
    (root / FILES[0]).chmod(0o755)
    assert command(["check"], root, capsys)[0] == 1
    _git(project, "config", "core.fileMode", "false")
    code, said, _ = command(["generate"], root, capsys)
    assert (code, "executable no more" in said, os.access(root / FILES[0], os.X_OK)) == (0, False, True)
    assert command(["check"], root, capsys)[0] == 0
    assert quick_answer(["-C", str(root), "check"]) is not None
    _git(project, "config", "core.fileMode", "true")
    assert quick_answer(["-C", str(root), "check"]) is None
    assert command(["check"], root, capsys)[0] == 1
