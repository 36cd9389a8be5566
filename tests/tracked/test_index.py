"""Git's index is read as git reads it: whatever its version, its hashes and its extensions; what only git can read is said to be so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from repositories import git

from speccompile.cli.tracked_secrets import tracked_secrets
from speccompile.cli.workspace import Workspace
from speccompile.tracked.index import Unreadable, paths
from speccompile.tracked.repository import tracked

NAMES = (
    "README",
    "a.b",
    "a/b",
    "a/b c/d\nü",
    "a/" + "x" * 200 + "/" + "y" * 200,
    *(f"src/{'n' * n}" for n in range(1, 20)),
)


def listed(directory: Path) -> tuple[str, ...]:
    """What git says that it tracks below *directory*."""
    return tuple(filter(None, git(directory, "ls-files", "-z").split("\0")))


def repository(directory: Path, *options: str) -> Path:
    """A repository with files of many names, all staged."""
    directory.mkdir(exist_ok=True)
    git(directory, "init", "-q", *options)
    for name in NAMES:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(name)
    git(directory, "add", ".")
    return directory


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with files of many names, all staged."""
    return repository(tmp_path / "top")


@pytest.mark.parametrize("hashes", ["sha1", "sha256"])
@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_every_version(version: str, hashes: str, tmp_path: Path) -> None:
    """Version 3 is what git writes where an entry has more flags."""
    top = repository(tmp_path / "top", f"--object-format={hashes}")
    git(top, "update-index", "--index-version", "2" if version == "3" else version)
    if version == "3":
        (top / "later").write_text("")
        git(top, "add", "--intent-to-add", "later")
    assert (top / ".git/index").read_bytes()[7] == int(version)
    assert tracked(str(top)) == listed(top)
    git(top, "commit", "-qm", "all")
    git(top, "rm", "-q", "a/b c", "-r")
    assert tracked(str(top)) == listed(top)


def test_an_index_without_a_checksum(top: Path) -> None:
    index = top / ".git/index"
    index.write_bytes(index.read_bytes()[:-20] + bytes(20))
    assert tracked(str(top)) == listed(top)


def test_conflicts_and_extensions(top: Path) -> None:
    git(top, "commit", "-qm", "one")
    git(top, "checkout", "-qb", "other")
    (top / "a.b").write_text("other")
    git(top, "commit", "-qam", "two")
    git(top, "checkout", "-q", "-")
    (top / "a.b").write_text("mine")
    git(top, "commit", "-qam", "three")
    with pytest.raises(subprocess.CalledProcessError):
        git(top, "merge", "other")
    git(top, "update-index", "--untracked-cache")
    git(top, "status")
    assert set(tracked(str(top))) == set(listed(top))


def test_below_and_beside_a_project(top: Path) -> None:
    assert tracked(str(top / "src")) == tuple(
        name.removeprefix("src/") if name.startswith("src/") else f"../{name}" for name in listed(top)
    )
    assert [name for name in tracked(str(top / "a")) if not name.startswith("..")] == list(listed(top / "a"))


def test_a_work_tree_and_a_submodule(top: Path, tmp_path: Path) -> None:
    git(top, "commit", "-qm", "one")
    git(top, "worktree", "add", "-q", str(tmp_path / "second"))
    (tmp_path / "second/only").write_text("")
    git(tmp_path / "second", "add", "only")
    assert tracked(str(tmp_path / "second")) == listed(tmp_path / "second")
    assert "only" in tracked(str(tmp_path / "second"))
    assert "only" not in tracked(str(top))
    outer = repository(tmp_path / "outer")
    git(outer, "submodule", "--quiet", "add", str(top), "inner")
    assert tracked(str(outer / "inner")) == listed(outer / "inner")


def test_where_nothing_is_tracked(tmp_path: Path) -> None:
    assert tracked(str(tmp_path)) == ()
    git(tmp_path, "init", "-q")
    assert tracked(str(tmp_path)) == ()
    (tmp_path / "sub/.git").mkdir(parents=True)
    assert tracked(str(tmp_path / "sub")) == ()


@pytest.mark.parametrize("how", ["split", "sparse"])
def test_what_only_git_can_list(how: str, top: Path) -> None:
    """It is asked then, and what it says counts."""
    (top / ".env").write_text("A=b")
    git(top, "add", "-f", ".env")
    git(top, "commit", "-qm", "all")
    if how == "split":
        git(top, "update-index", "--split-index")
        (top / "new").write_text("")
        git(top, "add", "new")
    else:
        git(top, "sparse-checkout", "set", "--cone", "--sparse-index", "src")
    with pytest.raises(Unreadable):
        tracked(str(top))
    (finding,) = tracked_secrets(Workspace.at(str(top)), "generated")
    assert (finding.code, finding.span.path) == ("SC521", ".env")


def test_no_damage_is_read_as_something_else(top: Path) -> None:
    """An index that was cut, or of which any byte is another, lists the same files, or others, or is refused; nothing else happens."""
    data = (top / ".git/index").read_bytes()
    for end in range(0, len(data), 7):
        with pytest.raises(Unreadable):
            paths(data[:end])
    for place in range(len(data)):
        try:
            found = list(paths(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]))
        except Unreadable:
            continue
        assert len(found) == len(listed(top)) or place in range(8, 12)


def test_the_index_is_no_link(top: Path, tmp_path: Path) -> None:
    (top / ".git/index").rename(tmp_path / "index")
    (top / ".git/index").symlink_to(tmp_path / "index")
    with pytest.raises(Unreadable):
        tracked(str(top))


def test_the_fast_path_stays_fast() -> None:
    """Nothing costly is imported for it."""
    code = "import sys; before = set(sys.modules); import speccompile.tracked.secrets, speccompile.tracked.repository; print(*set(sys.modules) - before)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pathlib", "typing", "dataclasses", "subprocess", "pydantic"} & set(loaded), json.dumps(sorted(loaded))
