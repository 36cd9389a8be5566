"""Git is asked, and whatever the repository's configuration says, nothing is run and nothing outside is looked at."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from baits import BITES, CONFIGURED, git, planted_bare, repository, trap

from speccompile.images.checkout import Checkout, checkout
from speccompile.images.git import bare_above, tells_bare_apart
from speccompile.images.runner import Runner


def _seen(root: Path, *paths: Path) -> Checkout:
    return checkout(Runner(), root, paths or (root,))


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with one commit."""
    repository(tmp_path / "top")
    return tmp_path / "top"


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that a program which must not run leaves."""
    return tmp_path / "mark"


def test_a_commit_is_told(top: Path) -> None:
    git(top, "remote", "add", "origin", "https://github.com/acme/bank")
    seen = _seen(top)
    assert seen.commit == git(top, "rev-parse", "HEAD").strip()
    assert seen.short == git(top, "rev-parse", "--short", "HEAD").strip()
    assert seen.time == int(git(top, "log", "-1", "--format=%ct"))
    assert (seen.dirty, seen.remote, seen.problem) == ((), "https://github.com/acme/bank", "")


def test_what_differs_is_told_with_odd_names_and_renames(top: Path) -> None:
    git(top, "mv", "README", "new")
    (top / "a b\nü").write_text("1")
    (top / "sub").mkdir()
    (top / "sub/x").write_text("1")
    assert _seen(top).dirty == ("README", "a b\nü", "new", "sub/x")
    assert _seen(top, top / "sub").dirty == ("sub/x",)
    assert _seen(top / "sub").dirty == ("sub/x",)


def test_a_change_in_a_submodule_is_told(top: Path, tmp_path: Path) -> None:
    repository(tmp_path / "library")
    git(top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "library"), "deep/inner")
    git(top, "commit", "-qm", "inner")
    assert _seen(top).dirty == ()
    (top / "deep/inner/README").write_text("b\n")
    assert _seen(top).dirty == ("deep/inner/README",)
    git(top, "submodule", "--quiet", "deinit", "-f", "--all")
    assert _seen(top).dirty == ()


def test_no_repository_and_no_commit(tmp_path: Path) -> None:
    assert _seen(tmp_path).problem == "the project is not in a git repository"
    git(tmp_path, "init", "-q")
    assert _seen(tmp_path).problem == "the repository has no commit yet"


@pytest.mark.parametrize("how", CONFIGURED)
def test_a_configuration_that_came_with_the_tree_runs_nothing(how: str, top: Path, mark: Path, tmp_path: Path) -> None:
    CONFIGURED[how](top, trap(tmp_path / "trap", mark))
    mark.unlink(missing_ok=True)
    seen = _seen(top)
    assert not mark.exists(), seen
    assert seen.commit or seen.problem
    for command in BITES:
        git(top, *command.split()[1:])
    if how not in ("textconv",):  # whose output goes to no terminal
        assert mark.exists(), "the bait is none"


@pytest.mark.parametrize("place", ["the project", "above it", "below it"])
def test_a_planted_bare_repository_runs_nothing(place: str, top: Path, mark: Path, tmp_path: Path) -> None:
    project = top / "a/b"
    project.mkdir(parents=True)
    planted = {"the project": project, "above it": top / "a", "below it": project / "c"}[place]
    planted.mkdir(exist_ok=True)
    planted_bare(planted, trap(tmp_path / "trap", mark))
    git(planted, "status")
    assert mark.exists(), "the bait is none"
    mark.unlink()
    seen = _seen(project)
    assert not mark.exists()
    if place != "below it":
        assert (seen.commit, seen.dirty) == (None, ())
        assert "look like a bare repository" in seen.problem
    else:
        assert "a/b/c/HEAD" in seen.dirty


def test_old_git_is_not_asked_where_such_files_lie(
    top: Path, mark: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for its version only; elsewhere it is asked as ever."""
    place, asked, project = tmp_path / "bin", tmp_path / "asked", top / "project"
    project.mkdir()
    planted_bare(project, trap(tmp_path / "trap", mark))
    place.mkdir()
    (place / "git").write_text(
        f'#!/bin/sh\ncase "$*" in *--version) echo git version 2.37.9; exit;; esac\necho "$*" >> {asked}\nexec /usr/bin/git "$@"\n'
    )
    (place / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    assert _seen(top).commit
    asked.unlink()
    assert "git before 2.38" in _seen(project).problem
    assert not asked.exists()
    assert not mark.exists()


@pytest.mark.parametrize(
    ("version", "apart"),
    [
        ("git version 2.38.0", True),
        ("git version 2.47.1", True),
        ("git version 3.0", True),
        ("git version 2.39.5 (Apple Git-154)", True),
        ("git version 2.45.1.windows.1", True),
        ("git version 2.37.9", False),
        ("git version 1.99", False),
        ("", False),
        ("something else", False),
    ],
)
def test_which_git_tells_a_planted_repository_apart(version: str, apart: bool) -> None:
    assert tells_bare_apart(version) is apart


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("HEAD objects", True),
        ("HEAD commondir", True),
        ("HEAD config", True),
        ("HEAD", False),
        ("objects config", False),
    ],
)
def test_what_an_old_git_would_take_for_a_repository(names: str, found: bool, tmp_path: Path) -> None:
    for name in names.split():
        (tmp_path / name).mkdir()
    (tmp_path / "a/b").mkdir(parents=True)
    assert bare_above(tmp_path / "a/b") == (tmp_path if found else None)


def test_a_work_tree_elsewhere_is_not_looked_at(top: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    git(top, "config", "core.worktree", str(tmp_path / "secret"))
    seen = _seen(top)
    assert (seen.commit, seen.dirty) == (None, ())
    assert "leads elsewhere" in seen.problem


def test_filters_that_cannot_be_named_are_refused(top: Path) -> None:
    with (top / ".git/config").open("a") as config:
        config.write('[filter "a=b"]\n\tclean = x\n')
    assert "filters" in _seen(top).problem


def test_what_a_hook_left_in_the_environment_leads_nowhere(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(tmp_path / "other", more="x")
    for name, value in (
        ("GIT_DIR", "other/.git"),
        ("GIT_WORK_TREE", "other"),
        ("GIT_INDEX_FILE", "/dev/null"),
        ("GIT_EXTERNAL_DIFF", "false"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as clean:
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
            clean.delenv(name)
        head = git(top, "rev-parse", "HEAD").strip()
    assert _seen(top) == Checkout(commit=head, short=head[:7], time=_seen(top).time)


def test_the_users_own_configuration_is_read(top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose repository may be used is said there, in files or, in CI, in the environment."""
    if os.getuid() != 0:
        pytest.skip("a machine where the tests are root is missing: only root can give a repository away")
    for path in (top, *top.rglob("*")):
        os.chown(path, 12345, 12345)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SUDO_UID", raising=False)
    assert "safe.directory" in _seen(top).problem
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(top))
    assert _seen(top).commit
    monkeypatch.delenv("GIT_CONFIG_COUNT")
    (tmp_path / ".gitconfig").write_text(f"[safe]\n\tdirectory = {top}\n")
    assert _seen(top).commit


def test_nothing_is_written(top: Path) -> None:
    os.utime(top / "README", (1, 1))
    before = {path: path.stat().st_mtime_ns for path in (top / ".git").rglob("*")}
    assert _seen(top).dirty == ()
    assert {path: path.stat().st_mtime_ns for path in (top / ".git").rglob("*")} == before
    assert subprocess.run(["git", "-C", str(top), "fsck"], capture_output=True, check=False).returncode == 0
