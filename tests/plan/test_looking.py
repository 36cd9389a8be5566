"""Who looks at a plan, or asks why a line is there, waits for no verifier: nothing is written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from case_folders import command
from speccompile.cli.workspace import Asked, Workspace
from tools import ROOT

VERIFIERS = {"speccompile.verify.dockerfile", "speccompile.verify.ignore", "speccompile.verify.nginx"}
"""Of those that no reading of a demand asks."""
EMITTERS = {
    f"speccompile.backends.{name}"
    for name in ("compose", "crontab", "dockerfile", "dotenv", "gitignore", "health", "ignore", "nginx")
}

_PATCH = """\
patches:
  - reason: "the ledger is large"
    operations: [{op: replace, path: /services/api/mem_limit, value: 1g}]
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example, of which nothing was generated."""
    copy = tmp_path_factory.mktemp("looking") / "bank"
    return shutil.copytree(ROOT / "specs/bank", copy, ignore=shutil.ignore_patterns("speccompile.lock"))


def _run(bank: Path, *arguments: str) -> tuple[str, set[str]]:
    """What a command says in a process of its own, and the modules that it imported."""
    code = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from speccompile.cli import main
main()
"""
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        text=True,
        capture_output=True,
        cwd=bank,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return run.stdout, set(run.stderr.split())


def test_no_verifier_is_imported_for_a_plan(bank: Path) -> None:
    shown, imported = _run(bank, "plan")
    assert "api" in shown
    assert not VERIFIERS & imported
    assert "speccompile.cli.plan" in imported


def test_no_verifier_is_imported_for_a_line_and_one_emitter(bank: Path) -> None:
    shown, imported = _run(bank, "explain", "nginx.conf:15")
    assert "nginx.conf:15" in shown
    assert not VERIFIERS & imported
    assert "speccompile.cli.explain" in imported
    assert all(map(find_spec, EMITTERS))
    assert imported & EMITTERS == {"speccompile.backends.nginx"}


def test_an_artifact_alone_is_what_it_is_among_all(bank: Path) -> None:
    workspace = Workspace.at(str(bank))
    every = workspace.drafted(Asked()).compilation.artifacts
    assert len(every) == len(EMITTERS)
    for artifact in every:
        alone = workspace.sketched(Asked(), artifact.path).compilation.artifacts
        assert [one for one in alone if one.path == artifact.path] == [artifact]


def test_what_was_patched_is_looked_at_as_it_was_patched(bank: Path, tmp_path: Path) -> None:
    patched = shutil.copytree(bank, tmp_path / "bank")
    (patched / "patches").mkdir()
    (patched / "patches/docker-compose.yml.yaml").write_text(_PATCH, encoding="utf-8")
    compiled = Workspace.at(str(patched)).sketched(Asked(), "docker-compose.yml").compilation
    assert 'mem_limit: "1g"' in compiled.files["docker-compose.yml"]
    assert len(compiled.artifacts) == len(EMITTERS)


def test_yaml_says_what_json_says(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, yaml, errors = command(["plan", "--full"], bank, capsys)
    assert code == 0, errors
    _, plain, _ = command(["plan", "--full", "--format", "json"], bank, capsys)
    assert YAML(typ="safe", pure=True).load(yaml) == json.loads(plain)
