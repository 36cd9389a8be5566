"""What the real command line does when something is in its way: exit codes, and what it leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from projects import BUN_WEB, manifest
from speccompile import cli
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.workspace import Workspace
from tools import ROOT, missing


def _project(root: Path, specs: str | None = None) -> Path:
    for path, text in BUN_WEB.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    if specs is not None:
        (root / "specs").mkdir()
        (root / "specs/assertions.json").write_text(specs, encoding="utf-8")
    return root


def _argv(root: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "speccompile", "-C", str(root), *words]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _ran(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _argv(root, *words),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=_environment(),
        timeout=60,
        check=False,
    )


def test_init_says_what_it_created(tmp_path: Path) -> None:
    """Both files where a stack is chosen; generate takes them as they are."""
    done = _ran(_project(tmp_path), "init", "--yes", "--stack", "bun")
    assert done.returncode == 0, done.stderr
    assert f"created {tmp_path}/specs/assertions.json\ncreated {tmp_path}/specs/deploy.yaml\n" in done.stdout
    assert _ran(tmp_path, "generate", "--allow-unverified").returncode == 0


def test_init_writes_all_or_nothing(tmp_path: Path) -> None:
    """A deploy.yaml that is there already, and would have to hold what was asked for, stops it before the manifest is written."""
    _project(tmp_path)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/deploy.yaml").write_text("version: 1\n", encoding="utf-8")
    done = _ran(tmp_path, "init", "--yes", "--stack", "bun")
    assert (done.returncode, "SC502" in done.stderr) == (1, True)
    assert [path.name for path in (tmp_path / "specs").iterdir()] == ["deploy.yaml"]


@pytest.mark.parametrize("kind", ["link", "file"])
def test_init_writes_through_nothing(tmp_path: Path, kind: str) -> None:
    """A ``specs`` that is a link or a file is refused, not followed."""
    project, elsewhere = _project(tmp_path / "project"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    if kind == "link":
        (project / "specs").symlink_to(elsewhere)
    else:
        (project / "specs").write_text("", encoding="utf-8")
    done = _ran(project, "init", "--yes")
    assert (done.returncode, "SC503" in done.stderr) == (1, True)
    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_is_no_bug(tmp_path: Path) -> None:
    """It may pass: 75, and no dump to report."""
    if not Path("/dev/full").exists():
        missing("/dev/full", "run the tests on Linux")
    argv = _argv(_project(tmp_path, manifest("web-service")), "plan", "--format", "json")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(argv, stdout=full, stderr=subprocess.PIPE, env=_environment(), timeout=60, check=False)
    assert done.returncode == 75
    assert b"bug" not in done.stderr


def test_an_interrupt_while_modules_are_imported_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are imported when they are called; click itself would end with 1."""

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", interrupted)
    done = CliRunner().invoke(cli.main, ["schema", "lock"])
    assert (done.exit_code, done.stderr) == (130, "interrupted\n")


def test_an_interrupt_at_a_prompt_ends_with_130() -> None:
    """click calls that an abort."""

    def at_the_prompt(_: Workspace) -> Exit:
        raise click.Abort

    with pytest.raises(SystemExit) as ended:
        guarded(at_the_prompt, Workspace.at("."), "text")
    assert ended.value.code == 130


def test_differences_name_paths_from_the_project(tmp_path: Path) -> None:
    """So that ``git apply`` finds the files."""
    _project(tmp_path, manifest("web-service"))
    done = _ran(tmp_path, "generate", "--dry-run", "--diff")
    assert "+++ b/generated/docker-compose.yml" in done.stdout


def test_what_cannot_be_read_is_not_said_to_make_sense(tmp_path: Path) -> None:
    """The checklist claims nothing about what was not looked at."""
    done = _ran(_project(tmp_path, "{"), "generate")
    assert "· the specs make sense: not looked at yet" in done.stdout


def test_json_is_json_whatever_happens(tmp_path: Path) -> None:
    """Every machine format parses, with and without findings."""
    _project(tmp_path, manifest("web-service"))
    for words in (("generate", "--format", "json"), ("check", "--format", "json"), ("check", "--format", "sarif")):
        json.loads(_ran(tmp_path, *words).stdout)
    (tmp_path / "generated/Dockerfile").unlink()
    for style in ("json", "sarif"):
        json.loads(_ran(tmp_path, "check", "--format", style).stdout)
