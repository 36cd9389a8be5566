"""The whole way with the bank example: generate, build, run with everything it needs, push, pull by digest, run that."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from engine_projects import commit, git, run, speccompile

from proxy_image import compose_arguments
from registry_server import Registry, free_port
from tools import ROOT, need

pytest_plugins = ("engine_fixtures",)
pytestmark = [pytest.mark.engine, pytest.mark.slow]

HOST = "bank.example.com"


@dataclass(frozen=True, slots=True)
class Stack:
    """The bank with its database and proxy, as compose runs it."""

    program: str
    directory: Path
    project: str
    port: int
    docker: str

    def compose(self, *arguments: str) -> str:
        """Run compose on the generated file; what it wrote."""
        files, words = (
            (arguments[:4], arguments[4:]) if arguments[0] == "-f" else (("-f", "docker-compose.yml"), arguments)
        )
        added = compose_arguments(self.docker, self.directory / "docker-compose.yml")
        environment = {
            **os.environ,
            "HTTP_PORT": str(self.port),
            "ADMIN_TOKEN_FILE": "./secrets/admin-token",
            "DB_PASSWORD_FILE": "./secrets/db-password",
            "PATH": f"{Path(self.docker).parent}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            [self.program, "-p", self.project, *files, *added, *words],
            cwd=self.directory,
            env=environment,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def answers(self, path: str) -> str:
        """What the bank answers through the proxy."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": HOST})
        with urllib.request.urlopen(request, timeout=20) as answer:
            text: str = answer.read().decode()
        return text

    def containers(self) -> dict[str, Any]:
        """What the engine says about every container, by service."""
        mine = f"label=com.docker.compose.project={self.project}"
        names = run(self.docker, "ps", "--all", "--quiet", "--filter", mine).split()
        found = json.loads(run(self.docker, "inspect", *names))
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}

    def states(self) -> dict[str, str]:
        """The health of every container."""
        return {name: one["State"]["Health"]["Status"] for name, one in self.containers().items()}

    def images(self) -> dict[str, str]:
        """The image that every container was made of."""
        return {name: one["Config"]["Image"] for name, one in self.containers().items()}


@pytest.fixture
def bank(tmp_path: Path, app: str) -> Path:
    """The bank under a name of its own, generated and committed."""
    project = tmp_path / "bank"
    shutil.copytree(ROOT / "specs/bank", project, ignore=shutil.ignore_patterns("node_modules", "speccompile.lock"))
    deploy = project / "deploy.yaml"
    deploy.write_text(deploy.read_text(encoding="utf-8").replace("app: bank", f"app: {app}"), encoding="utf-8")
    with (project / ".gitignore").open("a", encoding="utf-8") as ignored:
        ignored.write("\nsecrets/\n")
    done = speccompile(project, "generate")
    assert done.returncode == 0, done.stdout + done.stderr
    git(project, "init", "-q", "-b", "main")
    commit(project)
    for name in ("admin-token", "db-password"):
        file = project / "generated/secrets" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("not a real secret\n", encoding="utf-8")
    return project


@pytest.fixture
def stack(bank: Path, docker: str, app: str) -> Iterator[Stack]:
    """Compose for the bank; all that it has made is taken away again."""
    program = need("docker-compose", "python3 tests/setup.py")
    found = Stack(program, bank / "generated", app, free_port(), docker)
    yield found
    found.compose("down", "--volumes", "--rmi", "local", "--timeout", "5")


def _with_image(bank: Path, name: str) -> tuple[str, ...]:
    """Options of compose for the generated file with the image *name* instead of one that compose builds."""
    override = bank / "generated/image.yml"
    override.write_text(json.dumps({"services": {"api": {"image": name}}}), encoding="utf-8")
    return ("-f", "docker-compose.yml", "-f", override.name)


@pytest.mark.parametrize("engine", ["docker", "buildah"], indirect=True)
def test_from_specs_to_a_deployment_by_digest(
    engine: str, program: str, stack: Stack, bank: Path, docker: str, loopback: Registry
) -> None:
    built = speccompile(bank, "build", "--engine", engine, "--format", "json")
    assert built.returncode == 0, built.stderr
    image = json.loads(built.stdout)["builds"][0]["image"]

    if engine == "docker":
        stack.compose("up", "--build", "--wait", "--quiet-pull")
    else:
        run(program, "push", image, f"docker-daemon:{image}")
        stack.compose(*_with_image(bank, image), "up", "--no-build", "--wait", "--detach")
        assert stack.images()["api"] == image
    assert stack.states() == {"api": "healthy", "db": "healthy", "proxy": "healthy"}
    assert json.loads(stack.answers("/health")) == {"status": "ok"}
    (bank / "generated/image.yml").unlink(missing_ok=True)

    pushed = speccompile(bank, "push", "--engine", engine, "--registry", f"{loopback.host}/acme", "--format", "json")
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    reference = json.loads(pushed.stdout)["pushes"][0]["reference"]

    for name in (image, f"{loopback.host}/acme/{image}"):
        run(docker, "rmi", "--force", name, ok=False)
    run(docker, "pull", reference)
    seen = json.loads(speccompile(bank, "inspect", reference, "--format", "json").stdout)
    assert seen["matches_checkout"] is True
    assert {one["id"] for one in seen["assertions"]} >= {"A-001", "A-002"}

    stack.compose(*_with_image(bank, reference), "up", "--no-build", "--wait", "--detach")
    assert stack.images()["api"] == reference
    for _ in range(50):
        if stack.states()["api"] == "healthy":
            break
        time.sleep(1)
    assert json.loads(stack.answers("/health")) == {"status": "ok"}
    run(docker, "rmi", "--force", reference, ok=False)
