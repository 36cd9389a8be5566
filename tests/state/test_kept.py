"""What programs write by literal paths: `init` proposes a volume, and what was written is there when the container is made anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import proxy_image
from tools import ROOT, need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_HERE = Path(__file__).resolve().parent / "apps"
_CASES = {
    "python-sqlite": "/app/data",
    "node-uploads": "/app/uploads",
    "go-file": "/app/data",
    "rust-file": "/app/data",
    "java-file": "/app/data",
}
_ASK = (
    "import sys, urllib.request\n"
    "data = sys.argv[2].encode() if sys.argv[2] else None\n"
    "print(urllib.request.urlopen(sys.argv[1], data, timeout=20).read().decode())\n"
)


class Deployed:
    """An application as `init` and `generate` have it deployed."""

    def __init__(self, case: str, directory: Path) -> None:
        self.docker, self.name = need_engine(), f"notes-{uuid.uuid4().hex[:8]}"
        self.project = directory / "notes"
        shutil.copytree(_HERE / case, self.project)
        self.said = self.speccompile("init", "--yes") + self.speccompile("generate", "--allow-unverified")
        self.port = 20000 + int(self.name[-4:], 16) % 20000
        example = (self.project / "generated/.env.example").read_text("utf-8")
        filled = re.sub(r"(?m)^HTTP_PORT=.*$", f"HTTP_PORT={self.port}", example)
        (self.project / "generated/.env").write_text(filled, "utf-8")

    def speccompile(self, *argv: str) -> str:
        """What speccompile says."""
        done = subprocess.run(
            [sys.executable, "-m", "speccompile", "-C", str(self.project), *argv],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def compose(self, *argv: str) -> str:
        """What compose says."""
        compose = need("docker-compose", "python3 tests/setup.py")
        command = [
            compose,
            "-p",
            self.name,
            "-f",
            "docker-compose.yml",
            *proxy_image.compose_arguments(self.docker, self.project / "generated/docker-compose.yml"),
            *argv,
        ]
        path = f"{Path(self.docker).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            command,
            cwd=self.project / "generated",
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        return done.stdout + done.stderr

    def up(self, *options: str) -> None:
        """Start it, and wait until it is well."""
        said = self.compose("up", "-d", "--wait", "--wait-timeout", "150", "--quiet-pull", *options)
        states = set(self.compose("ps", "--all", "--format", "{{.State}} {{.Health}}").splitlines())
        assert states == {"running healthy"}, said[-3000:] + self.compose("logs", "--tail", "30")

    def ask(self, body: str = "") -> str:
        """What it answers to *body*."""
        url = f"http://127.0.0.1:{self.port}/"
        done = subprocess.run(
            [sys.executable, "-c", _ASK, url, body], capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.strip() or done.stderr


@pytest.fixture(params=sorted(_CASES))
def deployed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployed]:
    """Built and started; gone afterwards, images and volumes too."""
    found = Deployed(str(request.param), tmp_path)
    proposed = (found.project / "specs/deploy.yaml").read_text("utf-8")
    assert f"writable: [{_CASES[str(request.param)]}]" in proposed
    assert "SC262" not in found.said
    try:
        found.up("--build")
        yield found
    finally:
        found.compose("down", "--volumes", "--rmi", "local", "--timeout", "2")


def test_what_was_written_is_kept(deployed: Deployed) -> None:
    """By a new container as well; the container's root is read-only all the while."""
    assert deployed.ask("first") == "first"
    deployed.up("--force-recreate")
    assert deployed.ask("second") == "first second"
    container = deployed.compose("ps", "-q").split()
    inspect = [deployed.docker, "inspect", "-f", "{{.HostConfig.ReadonlyRootfs}}", *container]
    assert set(subprocess.run(inspect, capture_output=True, text=True, check=True).stdout.split()) == {"true"}
