"""The fast path of ``check`` where answers are made of what many files say: it asks the files, and concludes only after one was altered."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from case_folders import command
from projects import PYTHON_WEB, assertion, manifest
from speccompile.quick_check import quick_answer
from speccompile.unchanged import unchanged

Capture = pytest.CaptureFixture[str]
HEAVY = {"pathspec", "speccompile.project.contents", "speccompile.project.named", "speccompile.project.secrets"}
KEY = f"-----BEGIN PRIVATE KEY-----\n{'A' * 64}\n"


@pytest.fixture
def project(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One with a .gitignore, directories that are copied, and a link, which was generated."""
    monkeypatch.delenv("CI", raising=False)
    root = tmp_path / "project"
    files = {
        **PYTHON_WEB,
        ".gitignore": "*.log\n/data/private/\n",
        "data/words.txt": "one\n",
        "data/deep/er/more.txt": "two\n",
        "data/private/notes.txt": "three\n",
        "lib/util.py": "def f() -> None: ...\n",
        "app.py": PYTHON_WEB["app.py"] + "import lib.util\nopen('data/words.txt')\n",
        "specs/assertions.json": manifest("web-service", assertion(1, "Uses at most 300 MB of memory")),
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / "data/link.txt").symlink_to("words.txt")
    assert command(["generate"], root, capsys)[0] == 0
    return root


def _imported(root: Path) -> set[str]:
    """What a ``check`` in a process of its own has imported; it must say that all is well."""
    code = "import sys; from speccompile.__main__ import main; main(); print(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-S", "-c", code, "check"],
        check=True,
        text=True,
        capture_output=True,
        env=environment,
        cwd=root,
    )
    assert "speccompile.lock: ok" in run.stdout
    return set(run.stderr.split())


def test_nothing_is_matched_again(project: Path) -> None:
    """Neither the patterns of .gitignore nor those of secrets: importing them takes longer than all else."""
    imported = _imported(project)
    assert not HEAVY & imported
    assert not {"click", "pydantic"} & imported


def test_after_a_change_that_changes_no_answer_it_is_concluded_once(project: Path) -> None:
    """The record then knows the files as they are now."""
    (project / "data/deep/er/more.txt").write_text("other words\n")
    once, again = _imported(project), _imported(project)
    assert HEAVY & once
    assert "pydantic" not in once
    assert not HEAVY & again


def _link(root: Path, target: str) -> None:
    (root / "data/link.txt").unlink()
    (root / "data/link.txt").symlink_to(target)


CHANGES: dict[str, tuple[bool, Callable[[Path], object]]] = {
    "a text": (True, lambda root: (root / "data/words.txt").write_text("four\n")),
    "a file more, deep": (False, lambda root: (root / "data/deep/er/new.txt").touch()),
    "a file of a new kind": (False, lambda root: (root / "data/deep/page.astro").touch()),
    "what is ignored": (True, lambda root: (root / "data/private/notes.txt").write_text(KEY)),
    "an ignored file more": (False, lambda root: (root / "data/deep/debug.log").write_text(KEY)),
    "a secret": (False, lambda root: (root / "data/deep/er/more.txt").write_text(KEY)),
    "a secret by its name": (False, lambda root: (root / "data/deep/er/id_ed25519").touch()),
    "a .gitignore below": (False, lambda root: (root / "data/.gitignore").write_text("words.txt\n")),
    "a .gitignore altered": (False, lambda root: (root / ".gitignore").write_text("/data/\n")),
    "a .gitignore gone": (False, lambda root: (root / ".gitignore").unlink()),
    "a comment in it": (False, lambda root: (root / ".gitignore").write_text("# what\n*.log\n/data/private/\n")),
    "a link out of its directory": (True, lambda root: _link(root, "../app.py")),
    "a link to a secret": (True, lambda root: _link(root, "private/notes.txt")),
    "a directory emptied": (False, lambda root: (root / "data/deep/er/more.txt").unlink()),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_fast_says_ok_only_where_slow_does(
    change: str, project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the fast path is taken after each change (some stacks list directories, and read .gitignore), and that it is taken only where
    the slow one says just the same; so it is of the way between, on which services are looked at again."""
    stays_fast, alter = CHANGES[change]
    alter(project)
    fast = unchanged(str(project))
    quick = quick_answer(["-C", str(project), "check"])
    monkeypatch.setenv("CI", "1")
    code, said, errors = command(["check"], project, capsys)
    if quick is not None:
        assert (code, said, errors) == (0, quick.out, "")
    assert (fast is not None) == stays_fast
    assert quick is not None or not fast
