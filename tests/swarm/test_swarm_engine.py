"""A real swarm of one node: a stack gets healthy with its secret and its configuration, and a bad version goes back by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from of_compose import neighbours, of_swarm
from running import agrees, reaches

from one_swarm import gone, swarm
from projects import assertion, manifest
from proxy_image import image
from tools import free_port, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_APP = """\
import http.server, os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        secret = open(os.environ["API_KEY_FILE"]).read()
        self.send_response(503 if os.environ.get("BROKEN") else 200)
        self.end_headers()
        self.wfile.write(f"{os.environ.get('VERSION')} {secret}".encode())

http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
"""
_HEALTH = {"path": "/healthz", "interval": "2s", "timeout": "20s", "start_period": "4s", "retries": 4}


class Stack:
    """A project that is built twice, of which the second version is never well, as a stack."""

    def __init__(self, root: Path) -> None:
        self.docker, self.app, self.root = need_engine(), f"speccompile-{uuid.uuid4().hex[:8]}", root
        self.where, self.port, self.secret = root / "generated/swarm", free_port(), f"{self.app}-api-key-1"
        service = {
            "path": ".",
            "port": 8000,
            "command": ["python", "app.py"],
            "health": _HEALTH,
            "secrets": ["API_KEY"],
        }
        twice = {"on": "swarm", "replicas": {"web": 2}}
        deploy = {"version": 1, "app": self.app, "targets": ["swarm"], "services": {"web": service}}
        deploy["environments"] = {"twice": twice}
        files = {
            "app.py": _APP,
            "requirements.txt": "",
            "specs/assertions.json": manifest("web-service", assertion(1, "GET /healthz returns 200")),
            "specs/deploy.yaml": json.dumps(deploy),
        }
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        generate = [sys.executable, "-m", "speccompile", "generate", "--allow-unverified"]
        subprocess.run(generate, cwd=root, check=True, capture_output=True)
        self.newer = root / "proxy.json"
        self.newer.write_text(
            json.dumps({"version": "3.9", "services": {"proxy": {"image": image(self.docker)}}}), "utf-8"
        )
        for version, broken in (("good", ""), ("bad", "yes")):
            self.run("build", "--quiet", "--tag", f"{self.app}/web:base", "--file", "generated/Dockerfile", ".")
            made = f"FROM {self.app}/web:base\nENV VERSION={version} BROKEN={broken}\n"
            self.run("build", "--quiet", "--tag", f"{self.app}/web:{version}", "-", stdin=made)

    def run(self, *argv: str, stdin: str = "", **variables: str) -> str:
        """What docker answers; fails when it fails."""
        done = subprocess.run(
            [self.docker, *argv],
            cwd=self.root,
            input=stdin,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def deploy(self, tag: str, *overlays: str) -> None:
        """The stack with the image *tag*, as its example of variables says, and *overlays* over it."""
        told = {"TAG": tag, "HTTP_PORT": str(self.port), "API_KEY_SECRET": self.secret}
        files = [*(self.where / name for name in ("stack.yml", *overlays)), self.newer]
        given = (word for file in files for word in ("--compose-file", str(file)))
        self.run("stack", "deploy", "--prune", "--resolve-image", "never", *given, self.app, **told)

    def running(self) -> dict[str, str]:
        """How many of each service run, of how many."""
        lines = self.run("stack", "services", "--format", "{{.Name}} {{.Replicas}}", self.app).splitlines()
        return dict(line.removeprefix(f"{self.app}_").split(" ", 1) for line in lines)

    def update(self) -> str:
        """What became of the last update of the service."""
        return self.run(
            "service", "inspect", f"{self.app}_web", "--format", "{{with .UpdateStatus}}{{.State}}{{end}}"
        ).strip()

    def image(self) -> str:
        """What the service is to run."""
        form = "{{.Spec.TaskTemplate.ContainerSpec.Image}}"
        return self.run("service", "inspect", f"{self.app}_web", "--format", form).strip()

    def inside(self, *argv: str) -> tuple[int, str]:
        """*argv* in the container of the service."""
        (one,) = self.run("ps", "--quiet", "--filter", f"label=com.docker.swarm.service.name={self.app}_web").split()
        done = subprocess.run(
            [self.docker, "exec", one, *argv], capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def ask(self) -> str:
        """What the service answers through the front door; empty where nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=3) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """One in a swarm."""
    with swarm() as docker:
        yield from _stacked(docker, tmp_path)


def _stacked(docker: str, directory: Path) -> Iterator[Stack]:
    made: Stack | None = None
    try:
        made = Stack(directory)
        made.run("secret", "create", made.secret, "-", stdin="quiet")
        yield made
    finally:
        if made is not None:
            subprocess.run([docker, "stack", "rm", made.app], capture_output=True, check=False)
            gone(docker, made.app)
            for tag in ("base", "good", "bad"):
                subprocess.run(
                    [docker, "image", "rm", "--force", f"{made.app}/web:{tag}"], capture_output=True, check=False
                )


def _waited(seconds: int, holds: object) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(1)
    return False


def test_a_stack_gets_well_and_a_bad_version_goes_back_by_itself(stack: Stack) -> None:
    stack.deploy("good")
    assert _waited(120, lambda: stack.ask() == "good quiet"), stack.running()
    assert _waited(60, lambda: stack.running() == {"proxy": "1/1", "web": "1/1"}), stack.running()
    files = {f"swarm/{path.name}": path.read_text("utf-8") for path in stack.where.iterdir() if path.is_file()}
    system, near = of_swarm(files), neighbours(files, "swarm/stack.yml", "web")
    agrees(system, "web", stack.inside)
    reaches(system, "web", stack.inside, near, ("nobody", "proxy", "web"))
    stack.deploy("bad")
    # What is back is watched once more, which need not be waited for.
    assert _waited(180, lambda: stack.update() in ("rollback_started", "rollback_completed")), stack.update()
    assert _waited(180, lambda: stack.image() == f"{stack.app}/web:good" and stack.ask() == "good quiet")
    stack.deploy("good", "stack.twice.yml")
    assert _waited(120, lambda: stack.running() == {"proxy": "1/1", "web": "2/2"}), stack.running()
