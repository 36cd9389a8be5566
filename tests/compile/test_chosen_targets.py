"""Which targets are generated: deploy.yaml chooses, the command line narrows, and both know the same names."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from case_folders import command, contents
from projects import BUN_WEB, GO_WEB, JAVA_WEB, NODE_CLI, PYTHON_WEB, RUST_WEB, VITE_WEB, assertion, compiled, manifest
from speccompile.ownership import has_header
from speccompile.spec.deploy import TargetName
from speccompile.targets import NAMES, generates
from tools import ROOT

SPECS = manifest("cli-tool", assertion(1, "Uses at most 512 MB of memory"))
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project."""
    for path, text in {**NODE_CLI, "specs/assertions.json": SPECS}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_both_know_the_same_names() -> None:
    assert get_args(TargetName) == NAMES


def test_every_file_that_is_generated_has_a_name_of_ours() -> None:
    paths = [path for path in (ROOT / "generated").rglob("*") if path.is_file()]
    assert paths
    assert [path for path in paths if not generates(str(path))] == []
    assert not generates("src/main.py")
    assert not generates("Dockerfile/x")


@pytest.mark.parametrize("sources", [BUN_WEB, PYTHON_WEB, RUST_WEB, JAVA_WEB, GO_WEB, VITE_WEB])
def test_every_artifact_shows_that_it_is_ours(sources: dict[str, str]) -> None:
    """By its name and in its first lines: else nobody could ever replace it."""
    files = compiled(sources, manifest("web-service")).files
    assert len(files) > 5
    assert [path for path, text in files.items() if not generates(path) or not has_header(text.encode())] == []


def test_deploy_yaml_chooses() -> None:
    done = compiled(NODE_CLI, SPECS, {"targets": ["dockerfile", "ignore"]})
    assert sorted(done.files) == ["Dockerfile", "Dockerfile.dockerignore"]
    assert done.unchosen == {"docker-compose.yml", ".env.example", ".gitignore"}
    assert compiled(NODE_CLI, SPECS).unchosen == set()


def test_one_target_leaves_the_files_of_the_others(project: Path, capsys: Capture) -> None:
    assert command(["generate"], project, capsys)[0] == 0
    before = contents(project)
    assert command(["generate", "--target", "compose"], project, capsys)[0] == 0
    assert contents(project) == before
    (project / "specs/assertions.json").write_text(SPECS.replace("512", "256"))
    assert command(["generate", "--target", "compose"], project, capsys)[0] == 0
    changed = {path for path, content in contents(project).items() if before.get(path) != content}
    assert changed == {"specs/assertions.json", "generated/docker-compose.yml", "speccompile.lock"}
    assert command(["check"], project, capsys)[0] == 1, "the labels in the Dockerfile are those of the old specs"
    assert command(["generate"], project, capsys)[0] == 0
    assert command(["check"], project, capsys)[0] == 0


def test_a_target_that_is_chosen_no_longer_goes(project: Path, capsys: Capture) -> None:
    assert command(["generate"], project, capsys)[0] == 0
    (project / "specs/deploy.yaml").write_text("version: 1\ntargets: [dockerfile, ignore]\n")
    assert command(["check"], project, capsys)[0] == 1
    assert command(["generate"], project, capsys)[0] == 0
    assert sorted(path.name for path in (project / "generated").iterdir()) == ["Dockerfile", "Dockerfile.dockerignore"]
    assert command(["check"], project, capsys)[0] == 0


def test_the_summary_leaves_an_env_file_alone(project: Path, capsys: Capture) -> None:
    (project / "specs/deploy.yaml").write_text("services: {app: {needs: [pay]}, pay: {uses: external}}\n")
    assert "1. cp generated/.env.example generated/.env" in command(["generate"], project, capsys)[1]
    (project / "generated/.env").write_text("DB_PASSWORD=x\n")
    said = command(["generate"], project, capsys)[1]
    assert "cp generated/.env.example" not in said
    assert "see that generated/.env, which is there, has what generated/.env.example asks for" in said


def test_what_a_target_leaves_out_is_said_and_no_step_starts_it(project: Path, capsys: Capture) -> None:
    """A commit can narrow the targets: then "enforced (docker-compose.yml)" alone would promise what no file holds."""
    left_out = "so nothing there is in force: .env.example, .gitignore, docker-compose.yml"
    whole = command(["generate"], project, capsys)[1]
    assert "nothing there is in force" not in whole
    assert "docker compose" in whole
    assert "nothing there is in force" not in command(["generate", "--target", "dockerfile"], project, capsys)[1]
    (project / "specs/deploy.yaml").write_text("version: 1\ntargets: [dockerfile, ignore]\n")
    narrowed = command(["generate"], project, capsys)[1]
    assert left_out in narrowed
    assert "docker compose" not in narrowed
