"""What ``generate`` says is to be done next, done to the letter: with a shell, and with kustomize as kubectl has it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cluster_tools import documents, kustomized

from case_folders import command
from projects import manifest

_DEPLOY = """\
version: 1
app: shop
registry: ghcr.io/acme
targets: [kubernetes]
services:
  web: {path: ., command: [python, main.py], release: [[python, migrate.py]], needs: [db], env: {}}
  db: {uses: postgres}
"""


def _steps(project: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    code, said, errors = command(["generate", *options], project, capsys)
    assert code == 0, errors
    return [line.partition(". ")[2] for line in said.partition("Next:\n")[2].splitlines()]


def _project(scratch: Path) -> Path:
    (scratch / "specs").mkdir()
    (scratch / "specs/deploy.yaml").write_text(_DEPLOY, encoding="utf-8")
    (scratch / "specs/assertions.json").write_text(manifest("web-service"), encoding="utf-8")
    (scratch / "main.py").write_text("import os\nADDRESS = os.environ['MAIL_HOST']\n", encoding="utf-8")
    (scratch / "requirements.txt").write_text("", encoding="utf-8")
    return scratch


def test_the_overlay_names_what_was_pushed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its tag is that of the step before, the release's job is that tag's, and what has no value yet has a place."""
    steps = _steps(_project(tmp_path), capsys)
    assert "speccompile build --tag v1 --push" in steps
    (written,) = [step for step in steps if step.startswith("mkdir ")]
    subprocess.run(["/bin/sh", "-c", written], cwd=tmp_path, check=True)
    made = documents(kustomized(tmp_path / "deploy/kubernetes"))
    images = {
        container["image"]
        for one in made
        if one["kind"] in ("Deployment", "Job")
        for container in one["spec"]["template"]["spec"]["containers"]
    }
    assert images == {"ghcr.io/acme/shop/web:v1"}
    assert [one["metadata"]["name"] for one in made if one["kind"] == "Job"] == ["web-release-v1"]
    (settings,) = [one for one in made if one["kind"] == "ConfigMap"]
    assert "MAIL_HOST" in settings["data"]
    (asked,) = [step for step in steps if step.startswith("write the values of ")]
    assert "MAIL_HOST" in asked
    assert steps[-1] == "kubectl apply --server-side -k deploy/kubernetes"


def test_an_overlay_that_is_there_is_nobody_elses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No step writes over it."""
    project = _project(tmp_path)
    (project / "deploy/kubernetes").mkdir(parents=True)
    (project / "deploy/kubernetes/kustomization.yaml").write_text("resources: []\n", encoding="utf-8")
    assert not [step for step in _steps(project, capsys) if step.startswith("mkdir ")]


def test_what_builds_stop_at_is_said_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Evidence first, then the build; nobody who has let builds go on without is told so."""
    steps = _steps(_project(tmp_path), capsys)
    verify = next(number for number, step in enumerate(steps) if step.startswith("speccompile verify"))
    assert verify < steps.index("speccompile build --tag v1 --push")
    allowed = _steps(tmp_path, capsys, "--allow-unverified")
    assert not [step for step in allowed if step.startswith("speccompile verify")]
