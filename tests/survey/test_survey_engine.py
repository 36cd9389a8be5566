"""A monorepo on a real engine: init, generate and build without an edit, and what compose starts answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from survey_cases import app
from test_survey_cases import ran

from proxy_image import compose_arguments
from tools import need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_ASK = "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:8080/', timeout=10).read().decode())"


def run(*argv: str, **environment: str) -> str:
    """What a command prints on standard output."""
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=500, check=False, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    """The shop in a directory with a name of its own, in git; its images and containers are gone afterwards."""
    docker, name = need_engine(), f"shop-{uuid.uuid4().hex[:10]}"
    project = tmp_path / name
    shutil.copytree(app("shop"), project)
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "--all"), ("commit", "-q", "-m", "test")):
        run("git", "-C", str(project), *who, *words)
    yield project
    listed = run(docker, "images", "--format", "{{.Repository}}:{{.Tag}}").split()
    for image in filter(lambda one: name in one, listed):
        subprocess.run([docker, "rmi", "--force", image], capture_output=True, check=False)


def test_the_whole_way_without_an_edit(shop: Path) -> None:
    """Every container becomes healthy, and a request goes through all of them: proxy, frontend, API, Redis."""
    docker, compose = need_engine(), need("docker-compose", "python3 tests/setup.py")
    for words in (("init", "--yes"), ("generate", "--allow-unverified")):
        done = ran(shop, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    built = ran(shop, "build", "--format", "json")
    assert built.returncode == 0, built.stderr
    assert sorted(one["service"] for one in json.loads(built.stdout)["builds"]) == ["api", "frontend"]
    port = str(20000 + os.getpid() % 20000)
    file = shop / "generated/docker-compose.yml"
    up = (compose, "-p", shop.name, "-f", str(file), *compose_arguments(docker, file))
    path = f"{Path(docker).parent}:{os.environ['PATH']}"
    try:
        run(*up, "up", "--build", "--wait", "--quiet-pull", HTTP_PORT=port, PATH=path)
        asked = run("python3", "-c", _ASK.replace("8080", port))
        again = run("python3", "-c", _ASK.replace("8080", port))
    finally:
        run(*up, "down", "--volumes", "--rmi", "local", "--timeout", "5", HTTP_PORT=port, PATH=path)
    assert (asked.strip(), again.strip()) == ("<h1>You are visitor 1</h1>", "<h1>You are visitor 2</h1>")
