"""``generate`` of what has not changed says what it would say if it compiled, and nothing where it would say something else."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from click.testing import CliRunner
from derived_project import DEPLOY, EDITS, PATCH, project, put

from speccompile.cli import main
from speccompile.paths import LOCK
from speccompile.quick_check import printed, quick_answer
from speccompile.writer.journal import MARKER

_SECRET = DEPLOY.replace("needs: [db]", "needs: [db], secrets: [API_TOKEN]") % 3000


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)
    return project(tmp_path / "project")


def _compiled(root: Path, *, in_ci: bool = False) -> tuple[int, str, str]:
    """What ``generate`` says that compiles: in CI nothing is known."""
    done = CliRunner(env={"CI": "1"} if in_ci else {}).invoke(main, ["-C", str(root), "generate"])
    return done.exit_code, done.stdout, done.stderr


def _quick(root: Path, *options: str) -> tuple[int, str, str] | None:
    """What it says that does not compile; None where it has to."""
    answer = quick_answer(["-C", str(root), "generate", *options])
    if answer is None:
        return None
    said, out = io.StringIO(), answer.out
    answer.out = ""
    with redirect_stderr(said):
        assert printed(answer)
    return 0, out, said.getvalue()


def _as_compiled(root: Path) -> bool:
    """Whether the quick answer is there; then it is right."""
    quick = _quick(root)
    assert quick is None or quick == _compiled(root, in_ci=True)
    return quick is not None


def test_it_is_said_again_until_something_changes(root: Path) -> None:
    put(root, "specs/deploy.yaml", _SECRET)
    assert _quick(root) is None
    code, out, notes = _compiled(root)
    assert (code, notes.count("note[SC376]")) == (0, 1)  # the secret that nobody reads
    assert "create " in out
    assert _as_compiled(root)
    for path, text in EDITS:
        put(root, path, text)
        _as_compiled(root)
        assert _compiled(root)[0] == 0, path
        assert _as_compiled(root), path


@pytest.mark.parametrize("path", ["generated/.env", "generated/secrets/api_token"])
def test_what_is_there_beside_the_files_changes_the_steps(root: Path, path: str) -> None:
    put(root, "specs/deploy.yaml", _SECRET)
    _compiled(root)
    assert _as_compiled(root)
    put(root, path, "x")
    assert _quick(root) is None
    assert _compiled(root)[1] != ""
    assert _as_compiled(root)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("generated/docker-compose.yml", "# mine\n"),
        (LOCK, "{}"),
        (MARKER, "a write was killed"),
        ("generated/nginx/nginx.conf", ""),
        ("patches/docker-compose.yml.yaml", PATCH),
        ("tool/main.py", "import os\nprint(os.environ['LOG_LEVEL'])\n"),
    ],
)
def test_what_is_not_as_it_was_is_compiled(root: Path, path: str, text: str) -> None:
    _compiled(root)
    put(root, path, text)
    assert _quick(root) is None


def test_it_is_not_said_from_elsewhere_nor_with_other_options_nor_in_ci(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compiled(root)
    assert _as_compiled(root)
    for options in (["--dry-run"], ["--format", "json"], ["--target", "compose"], ["-o", "elsewhere"], ["--strict"]):
        assert quick_answer(["-C", str(root), "generate", *options]) is None
    monkeypatch.chdir(root)
    assert quick_answer(["generate"]) is None  # paths are shown as seen from where it is started
    monkeypatch.setenv("CI", "1")
    assert _quick(root) is None


def test_patches_and_what_was_allowed_are_asked_each_time(root: Path) -> None:
    put(root, "patches/docker-compose.yml.yaml", PATCH)
    _compiled(root)
    assert _quick(root) is None
