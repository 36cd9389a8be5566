"""The case folders: what init writes for each, and that it can be read back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from survey_cases import CASES, HERE, app, deploy

from speccompile.catalog import CATALOG
from speccompile.frontends import deploy as deploy_format
from tools import ROOT


def ran(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line on *project*, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "speccompile", "-C", str(project), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


@pytest.mark.parametrize("case", CASES)
def test_the_proposal_is_as_expected(case: str) -> None:
    """And deploy.yaml's own reader has nothing to say about it."""
    text = deploy(case)
    assert text == (HERE / case / "deploy.yaml").read_text("utf-8")
    read = deploy_format.read(text, "specs/deploy.yaml", tuple(CATALOG))
    assert read.diagnostics == ()


@pytest.mark.parametrize("case", CASES)
def test_init_writes_what_is_proposed_and_nothing_else(case: str, tmp_path: Path) -> None:
    """The sources, an existing compose file among them, stay as they are."""
    project = tmp_path / case
    shutil.copytree(app(case), project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = ran(project, "init", "--yes")
    assert done.returncode == 0, done.stderr
    after = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    written = sorted(path.relative_to(project).as_posix() for path in after.keys() - before.keys())
    assert {path: after[path] for path in before} == before
    assert (project / "specs/deploy.yaml").read_text("utf-8") == (HERE / case / "deploy.yaml").read_text("utf-8")
    assert written == sorted(
        line.removeprefix(f"created {project}/") for line in done.stdout.splitlines() if line.startswith("created ")
    )
    again = ran(project, "init", "--yes")
    assert again.returncode == 1
    assert "has specs already" in again.stderr or "which is there, says where their manifests are" in again.stderr
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == after


@pytest.mark.parametrize("case", ["queue", "shop"])
def test_one_generate_makes_all(case: str, tmp_path: Path) -> None:
    """A Dockerfile a service, one compose file for them and for what they need; nothing is edited in between."""
    project = tmp_path / case
    shutil.copytree(app(case), project)
    assert ran(project, "init", "--yes").returncode == 0
    done = ran(project, "generate", "--allow-unverified", "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)
    names = {path.parent.name for path in (project / "specs").glob("*/assertions.json")}
    compose = yaml.safe_load((project / "generated/docker-compose.yml").read_text("utf-8"))["services"]
    assert names <= {name for name, service in compose.items() if "build" in service}
    images = {compose[name]["image"] for name in names}
    assert len(list((project / "generated").glob("*/Dockerfile"))) == len(images)
    assert len(list((project / "generated").rglob("docker-compose.yml"))) == 1
    made = "".join(path.read_text("utf-8") for path in (project / "generated").rglob("*") if path.is_file())
    assert "not-in-any-artifact" not in made
    assert ran(project, "check", "--allow-unverified").returncode == 0
