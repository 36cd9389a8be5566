"""A commit that has the lock file and not what it lists is noticed where it is made, on both ways of ``check``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from repositories import git

from case_folders import command
from projects import PYTHON_WEB, assertion, manifest
from speccompile.quick_check import quick_answer
from speccompile.tracked.index import object_of
from speccompile.tracked.repository import is_staged

LOCK = "speccompile.lock"


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A generated project in a repository, of which nothing is staged."""
    monkeypatch.delenv("CI", raising=False)
    root = tmp_path / "project"
    files = {**PYTHON_WEB, "specs/assertions.json": manifest("web-service", assertion(1, "GET /health returns 200"))}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git(root, "init", "-q")
    assert command(["generate"], root, capsys)[0] == 0
    return root


def found(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The codes of what ``check`` finds wrong."""
    _, said, _ = command(["check", "--format", "json"], root, capsys)
    return [one["code"] for one in json.loads(said)["diagnostics"] if one["severity"] == "error"]


@pytest.mark.parametrize(
    "staged", [(LOCK,), (LOCK, "generated/Dockerfile"), (LOCK, "generated/nginx.conf", "specs", "app.py")]
)
def test_a_commit_without_what_it_lists_is_refused(
    staged: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the last check was content; the fix, followed, mends it."""
    assert found(project, capsys) == []
    git(project, "add", *[one for one in staged if (project / one).exists()])
    assert quick_answer(["check", "-C", str(project)]) is None
    assert found(project, capsys) == ["SC534"]
    _, said, _ = command(["check", "--format", "json"], project, capsys)
    (fix,) = [one["fix"] for one in json.loads(said)["diagnostics"] if one["code"] == "SC534"]
    git(project, *fix.removeprefix("git ").split())
    assert found(project, capsys) == []


def test_what_was_just_generated_is_not_added_yet(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Git has the lock file of before: to add both comes next."""
    git(project, "add", LOCK)
    git(project, "commit", "-qm", "x")
    (project / "app.py").write_text(PYTHON_WEB["app.py"] + "import os\nos.environ['SHOP_TOKEN']\n")
    assert command(["generate"], project, capsys)[0] == 0
    assert found(project, capsys) == []


def test_who_keeps_all_of_them_out_means_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By a line in .gitignore; one that keeps out some of them is a mistake."""
    (project / ".gitignore").write_text("/generated/\n")
    git(project, "add", LOCK)
    assert found(project, capsys) == []
    (project / ".gitignore").write_text("nginx.conf\n")
    git(project, "add", "generated")
    assert found(project, capsys) == ["SC534"]


def test_where_case_means_nothing_git_is_told_the_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On such a file system both names are one file, which a second link stands for here; `git add` would keep the old name."""
    git(project, "add", ".")
    git(project, "mv", "generated/Dockerfile", "generated/dockerfile")
    (project / "generated/Dockerfile").hardlink_to(project / "generated/dockerfile")
    _, said, _ = command(["check", "--format", "json"], project, capsys)
    (fix,) = [one["fix"] for one in json.loads(said)["diagnostics"] if one["code"] == "SC534"]
    assert fix == "git mv -f generated/dockerfile generated/Dockerfile"


@pytest.mark.parametrize("version", ["2", "4"])
def test_the_object_of_a_path(version: str, project: Path) -> None:
    """As git names it, below the top too."""
    git(project, "add", ".")
    git(project, "update-index", "--index-version", version)
    name = git(project, "hash-object", LOCK).strip()
    assert object_of((project / ".git/index").read_bytes(), LOCK.encode()) == name
    assert object_of((project / ".git/index").read_bytes(), b"none") is None
    manifest_bytes = (project / "specs/assertions.json").read_bytes()
    assert is_staged(str(project / "specs"), "assertions.json", manifest_bytes)
    assert not is_staged(str(project / "specs"), "assertions.json", manifest_bytes + b" ")
