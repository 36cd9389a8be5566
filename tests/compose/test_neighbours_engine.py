"""A directory of the machine and a network of others, on a real engine: read and not written, joined, and nothing made up where one is not there."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compose_plans import container, origin, plan, service
from speccompile.backends import compose, dotenv
from speccompile.plan.given import Given, HostDirectory, Joined
from speccompile.plan.workload import Trigger
from tools import missing, need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_BASE = "python:3.12-slim"
_SAYS = "cat /media/page; touch /media/more || echo it stays as it is; grep -c : /proc/net/dev"


@pytest.fixture
def network() -> Iterator[str]:
    """One that somebody made."""
    name, docker = f"speccompile-{uuid.uuid4().hex[:8]}", need_engine()
    if subprocess.run([docker, "image", "inspect", _BASE], capture_output=True, check=False).returncode:
        missing(f"the image {_BASE}", f"docker pull {_BASE}")
    subprocess.run([docker, "network", "create", "--internal", name], check=True, capture_output=True)
    try:
        yield name
    finally:
        subprocess.run([docker, "network", "rm", name], check=False, capture_output=True)


def _say(output: Path, docker: str, *argv: str) -> str:
    environment = {**os.environ, "PATH": f"{Path(docker).parent}:{os.environ['PATH']}"}
    command = [
        need("docker-compose", "python3 tests/setup.py"),
        "--env-file",
        ".env.example",
        "--profile",
        "jobs",
        *argv,
    ]
    return subprocess.run(
        command, cwd=output, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    ).stdout


def test_it_reads_and_joins_what_is_there(tmp_path: Path, network: str) -> None:
    """And a directory that is not there is an error: the engine makes none that is root's."""
    pages, output, docker = tmp_path / "pages", tmp_path / "generated", need_engine()
    pages.mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    (pages / "page").write_text("scanned\n", encoding="utf-8")
    output.mkdir()
    directory = HostDirectory(host=str(pages), target="/media", writable=False, origin=origin())
    given = Given(directories=(directory,), networks=(Joined(name=network, origin=origin()),), origin=origin())
    made = service(container("reader", given=given, trigger=Trigger.SCHEDULE), "data-pipeline", schedule="0 3 * * *")
    system = replace(plan((made,)), app=f"speccompile-{uuid.uuid4().hex[:8]}")
    for artifact in (*compose.emit(system), *dotenv.emit(system)):
        (output / artifact.path).write_text(artifact.text, encoding="utf-8")
    (output / "Dockerfile").write_text(f"FROM {_BASE}\nCMD {json.dumps(['sh', '-c', _SAYS])}\n", encoding="utf-8")
    try:
        _say(output, docker, "build", "reader")
        said = _say(output, docker, "run", "--rm", "--no-TTY", "reader")
        assert "scanned" in said
        assert "it stays as it is" in said
        whole = (output / "docker-compose.yml").read_text(encoding="utf-8")
        (output / "docker-compose.yml").write_text(whole.replace(str(pages), str(tmp_path / "gone")), encoding="utf-8")
        assert "bind source path does not exist" in _say(output, docker, "run", "--rm", "--no-TTY", "reader")
        assert not (tmp_path / "gone").exists()
    finally:
        _say(output, docker, "down", "--volumes", "--rmi", "local", "--timeout", "1")
