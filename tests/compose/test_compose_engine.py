"""An exclusive job on a real engine: whoever starts a second one, and however, it does nothing."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compose_plans import container, origin, plan, service
from speccompile.backends import compose, dotenv
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Replicas, Trigger
from tools import missing, need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_BASE = "python:3.12-slim"


def _plan() -> Plan:
    """A job that works for a while."""
    box = container("export", replicas=Replicas(count=1, exclusive=True, origin=origin()), trigger=Trigger.SCHEDULE)
    made = service(box, "data-pipeline", schedule="0 3 * * *")
    image = replace(made.image, command=("sh", "-c", "echo at work; sleep 8; echo done"))
    return replace(plan((replace(made, image=image),)), app=f"speccompile-{uuid.uuid4().hex[:8]}")


class Project:
    """The job as it is deployed."""

    def __init__(self, directory: Path) -> None:
        self.plan, self.output, self.docker = _plan(), directory / "generated", need_engine()
        self.output.mkdir()
        for artifact in (*compose.emit(self.plan), *dotenv.emit(self.plan)):
            (self.output / artifact.path).write_text(artifact.text, encoding="utf-8")
        (self.output / "Dockerfile").write_text(f"FROM {_BASE}\n", encoding="utf-8")

    def start(self, *argv: str) -> subprocess.Popen[str]:
        """Run compose with *argv*."""
        environment = {**os.environ, "PATH": f"{Path(self.docker).parent}:{os.environ['PATH']}"}
        command = [
            need("docker-compose", "python3 tests/setup.py"),
            "--env-file",
            ".env.example",
            "--profile",
            "jobs",
            *argv,
        ]
        return subprocess.Popen(
            command, cwd=self.output, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def say(self, *argv: str) -> str:
        """What compose says, at its end."""
        return self.start(*argv).communicate(timeout=120)[0]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """The job, built."""
    found = Project(tmp_path)
    if subprocess.run([found.docker, "image", "inspect", _BASE], capture_output=True, check=False).returncode:
        missing(f"the image {_BASE}", f"docker pull {_BASE}")
    try:
        found.say("build", "export")
        yield found
    finally:
        found.say("down", "--volumes", "--rmi", "local", "--timeout", "1")


def test_a_second_run_does_nothing(project: Project) -> None:
    """Two people who both type ``docker compose run``, a third who says ``up``, and cron, which gives the container its name."""
    first = project.start("run", "--rm", "--no-TTY", "export")
    try:
        assert first.stdout is not None
        deadline = time.monotonic() + 60
        while (line := first.stdout.readline()) != "at work\n":
            assert time.monotonic() < deadline, line
        for argv in (
            ("run", "--rm", "--no-TTY", "export"),
            ("run", "--rm", "--no-TTY", "--name", f"{project.plan.app}-export", "export"),
        ):
            assert "at work" not in project.say(*argv)
        assert first.poll() is None, "the first one ended too early for the others to have met it"
        assert "done" in first.communicate(timeout=60)[0]
    finally:
        first.kill()
        first.communicate()
    assert "at work\ndone\n" in project.say("run", "--rm", "--no-TTY", "export")


def test_the_engine_refuses_a_second_container_of_the_name(project: Project) -> None:
    """So two crons do not even start."""
    argv = ("run", "--rm", "--no-TTY", "--name", f"{project.plan.app}-export", "export")
    first = project.start(*argv)
    try:
        assert first.stdout is not None
        while first.stdout.readline() not in ("at work\n", ""):
            pass
        assert "already in use" in project.say(*argv)
    finally:
        first.communicate(timeout=60)
