"""Where local state may lie: what git itself calls its directory, and nothing that only looks like one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from speccompile.gitdir import checkout_of
from speccompile.local_state import places, usable
from tools import need


def git(cwd: Path, *argv: str) -> str:
    """What git answers."""
    program = need("git", "apt-get install git")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    named = {f"GIT_{role}_{what}": "test@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = ("-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        [program, *settings, *argv], cwd=cwd, env=kept | named, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "--quiet")
    (root / "below").mkdir()
    (root / "below/file").touch()
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "first")
    return root


def test_a_checkout_a_worktree_and_a_submodule_are_found_as_git_finds_them(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "--quiet")
    git(outer, "submodule", "--quiet", "add", str(repository), "inner")
    for place in (repository, repository / "below", tmp_path / "tree", tmp_path / "tree/below", outer / "inner"):
        found = checkout_of(str(place))
        assert found == (git(place, "rev-parse", "--show-toplevel"), git(place, "rev-parse", "--absolute-git-dir"))


def test_a_directory_in_no_checkout_has_none(tmp_path: Path) -> None:
    assert checkout_of(str(tmp_path)) is None


@pytest.mark.parametrize("name", ["bare.git", "git", ".GIT", "x/.git2"])
def test_a_bare_repository_of_another_name_is_a_directory(name: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", name)
    assert checkout_of(str(tmp_path / name)) is None


@pytest.mark.parametrize("text", ["gitdir: ../planted\n", "gitdir: planted", "gitdir:", "", "x" * 9000])
def test_a_pointer_leads_to_no_directory_that_a_commit_could_carry(text: str, repository: Path) -> None:
    git(repository, "init", "--quiet", "--bare", "planted")
    (repository / "below/.git").write_text(text)
    assert checkout_of(str(repository / "below")) == (str(repository / "below"), None)
    assert all(str(repository) not in place.base for place in places(str(repository / "below")))


def test_a_link_named_git_is_no_repository(repository: Path) -> None:
    (repository / "below/.git").symlink_to("../.git")
    assert checkout_of(str(repository / "below")) == (str(repository / "below"), None)


def test_without_home_and_repository_there_is_a_place_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    place = usable(str(root))
    place.create("x", b"kept")
    assert place.read("x") == b"kept"
    (tmp_path / "scratch" / place.names[0]).chmod(0o777)
    with pytest.raises(OSError, match="others may write"):
        place.read("x")
    with pytest.raises(OSError, match=r"."):
        usable(str(root))
