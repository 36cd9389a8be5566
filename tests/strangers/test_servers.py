"""Servers as strangers have them: each case comes to the stage that its right result names."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from server_cases import GENERATED, REFUSED
from stranger_cases import HERE, generated
from test_contents import SEALED, built, run, started

from tools import ROOT, need_engine


def ran(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line on *project*."""
    return subprocess.run(
        [sys.executable, "-m", "speccompile", "-C", str(project), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("case", GENERATED)
def test_what_is_generated_is_right(case: str, tmp_path: Path) -> None:
    """Artifacts and specs hold what the right result names, and what was seen and not used is said."""
    right = GENERATED[case]
    project = tmp_path / case
    shutil.copytree(HERE / case, project, symlinks=True)
    if case == "py-latin1-source":  # our own tools read every source as UTF-8
        source = project / "app.py"
        source.write_bytes(source.read_bytes() + b"# caf\xe9\n")
    first, second = ran(project, "init", "--yes"), ran(project, "generate", "--allow-unverified")
    said = first.stdout + first.stderr + second.stdout + second.stderr
    assert (first.returncode, second.returncode) == (0, 0), said
    for path, texts in right.has.items():
        for text in texts:
            assert text in (project / path).read_text("utf-8"), path
    for path, texts in right.lacks.items():
        for text in texts:
            assert text not in (project / path).read_text("utf-8"), path
    flat = " ".join(said.split())
    assert all(text in flat for text in right.says), said


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_built_is_refused(case: str, tmp_path: Path) -> None:
    """Before anything is built, at its place, with what to do."""
    project = tmp_path / case
    shutil.copytree(HERE / case, project, symlinks=True)
    first = ran(project, "init", "--yes")
    done = ran(project, "generate", "--allow-unverified") if first.returncode == 0 else first
    assert done.returncode == 1
    flat = " ".join((done.stdout + done.stderr).split())
    assert all(text in flat for text in REFUSED[case]), done.stdout + done.stderr


def test_a_requirement_with_a_variable_is_built_where_the_build_is_told_it(tmp_path: Path) -> None:
    """The fix of the refusal works."""
    project = tmp_path / "app"
    shutil.copytree(HERE / "req-env-url", project)
    assert ran(project, "init", "--yes").returncode == 0
    (project / "specs/deploy.yaml").write_text(
        "services:\n  app:\n    path: .\n    build: {secrets: [GH_TOKEN]}\n", "utf-8"
    )
    done = ran(project, "generate", "--allow-unverified")
    assert done.returncode == 0, done.stdout + done.stderr
    dockerfile = (project / "generated/Dockerfile").read_text("utf-8")
    assert "type=secret,id=GH_TOKEN" in dockerfile.replace("required=true,", "")


@pytest.mark.parametrize("case", ["celery-procfile", "procfile-celery"])
def test_processes_of_one_source_tree_share_one_image(case: str, tmp_path: Path) -> None:
    """One Dockerfile; workers come back, are no servers and run their own command; what is released ends before all of them start."""
    project, _ = generated(case, tmp_path)
    services = yaml.safe_load((project / "generated/docker-compose.yml").read_text("utf-8"))["services"]
    assert len(list((project / "generated").rglob("Dockerfile"))) == 1
    for name in ("worker", "beat"):
        service = services[name]
        assert (service["image"], service["build"]) == (services["app"]["image"], services["app"]["build"])
        assert service["restart"] == "unless-stopped"
        assert service["command"][0] == "celery"
        assert "ports" not in service
    assert services["worker"]["healthcheck"]["test"][:2] == ["CMD", "python"], "asked through its queue"
    assert services["beat"]["healthcheck"] == {"disable": True}
    if "app-release" in services:
        assert services["app-release"]["restart"] == "no"
        for name in ("app", "worker", "beat"):
            assert services[name]["depends_on"]["app-release"] == {"condition": "service_completed_successfully"}


def test_a_database_that_is_a_file_has_its_place(tmp_path: Path) -> None:
    """Nobody is asked for a password of a server that nothing uses."""
    project, _ = generated("optional-stores", tmp_path)
    assert json.loads((project / "specs/assertions.json").read_text("utf-8"))["boundaries"] == []
    assert "PASSWORD" not in (project / "generated/.env.example").read_text("utf-8")


# The Dockerfile, and what is asked of a container that its own health check has found well.
RUN = {
    "flask-main": "generated/Dockerfile",
    "prefix-fastapi": "generated/Dockerfile",
    "procfile-celery": "generated/app/Dockerfile",
    "grpc-node": "generated/Dockerfile",
    "grpc-python": "generated/Dockerfile",
}
SAYS = {
    "grpc-node": "server (grpc at 127.0.0.1:6565/): speaks HTTP/2, its health was not asked",
    "grpc-python": "healthy",
}


def _probe(project: Path) -> list[str]:
    """How the compose file asks the only service."""
    (service,) = yaml.safe_load((project / "generated/docker-compose.yml").read_text("utf-8"))["services"].values()
    return [str(word) for word in service["healthcheck"]["test"][1:-1]]


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("case", RUN)
def test_it_runs_and_its_probe_finds_it_well(case: str, tmp_path: Path) -> None:
    """On a read-only root, without a network: the application is found, and the route that is asked for is there."""
    docker = need_engine()
    project, _ = generated(case, tmp_path)
    with built(docker, project, RUN[case].removeprefix("generated/")) as tag, started(docker, tag) as container:
        if case in SAYS:
            assert run(docker, "exec", container, *_probe(project), "live") == SAYS[case]
        if case == "procfile-celery":
            compose = yaml.safe_load((project / "generated/docker-compose.yml").read_text("utf-8"))["services"]
            words = ["run", "--detach", *SEALED, "--no-healthcheck", "--env", "REDIS_URL=redis://127.0.0.1:1/0", tag]
            beat = run(docker, *words, *compose["beat"]["command"])
            try:
                until, said = time.monotonic() + 60, ""
                while "PersistentScheduler" not in said and time.monotonic() < until:
                    time.sleep(0.5)
                    said = subprocess.run([docker, "logs", beat], capture_output=True, text=True, check=True).stdout
                time.sleep(1)
                assert run(docker, "inspect", "--format", "{{.State.Running}}", beat) == "true", said
                assert "/tmp/celerybeat-schedule" in said
            finally:
                run(docker, "rm", "--force", beat)


def test_who_needs_a_server_of_grpc_is_told_where_it_is(tmp_path: Path) -> None:
    """As its clients take an address: without a scheme; its readiness only reaches it, and neither loses its way out."""
    project, _ = generated("grpc-min", tmp_path)
    deploy = project / "specs/deploy.yaml"
    deploy.write_text(deploy.read_text("utf-8").rstrip() + "\n    needs: [pay]\n", "utf-8")
    done = ran(project, "generate", "--allow-unverified")
    assert done.returncode == 0, done.stdout + done.stderr
    services = yaml.safe_load((project / "generated/docker-compose.yml").read_text("utf-8"))["services"]
    assert services["web"]["environment"]["PAY_URL"] == "pay:50051"
    assert services["pay"]["networks"] == services["web"]["networks"] == ["backend", "edge"]
    assert '("pay", "tcp", "PAY_URL", "", False)' in (project / "generated/web/health.py").read_text("utf-8")
