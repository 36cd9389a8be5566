"""A project of small servers whose images are made in seconds, deployed by the command line to the engine here, with somebody who asks all the time."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from proxy_image import CADDY, IMAGE, caddy_image
from proxy_image import image as nginx_image
from tools import ROOT, need, need_engine

_SERVER = """
import http.server, os, signal, socketserver, sys, threading, time
BROKEN = os.path.exists("/app/broken")
class Asked(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        good = self.path != "/health" or not BROKEN
        text = open("/app/version").read().encode()
        self.send_response(200 if good else 503)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *words): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 256
server = Server(("0.0.0.0", int(os.environ["PORT"])), Asked)
def end(*_): threading.Thread(target=server.shutdown).start()
signal.signal(signal.SIGTERM, end)
print("serving", open("/app/version").read(), flush=True)
server.serve_forever()
time.sleep(0.5)
"""
_MIGRATE = """
import os, sys
print("migrating", flush=True)
sys.exit("the table is locked" if os.path.exists("/app/stuck") else 0)
"""
_IMAGE = """FROM python:3.12-slim
COPY main.py migrate.py health.py version broke[n] stuc[k] /app/
RUN mkdir -p /app/generated && cp /app/health.py /app/generated/health.py
WORKDIR /app
USER 10001:10001
CMD ["python", "/app/main.py"]
"""


class Project:
    """An application with two services, `api` and `web`; ``root`` is its directory."""

    def __init__(
        self,
        root: Path,
        *,
        api: Mapping[str, Any] | None = None,
        environment: Mapping[str, Any] | None = None,
        system: Mapping[str, Any] | None = None,
        images: Mapping[str, Any] | None = None,
    ) -> None:
        self.root, self.docker = root, need_engine()
        self.named, made = (CADDY, caddy_image) if (system or {}).get("proxy") == "caddy" else (IMAGE, nginx_image)
        asked = [self.docker, "image", "inspect", "--format", "{{.Id}}", made(self.docker)]
        self.proxy = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        self.app = f"scr-{uuid.uuid4().hex[:8]}"
        self.port = _free_port()
        self.health = {"path": "/health", "interval": "1s", "timeout": "20s", "start_period": "3s", "retries": 2}
        common = {"port": 3000, "health": self.health, "stack": "python", "resources": {"memory": "64M"}}
        services = {
            "api": {
                **common,
                "path": "api",
                "assertions": "api/assertions.json",
                "route": {"path": "/"},
                **(api or {}),
            },
            "web": {**common, "path": "web", "assertions": "web/assertions.json", "route": {"path": "/web"}},
            **(images or {}),
        }
        manifest = {
            "version": "1.0.0",
            "archetype": "web-service",
            "assertions": [
                {
                    "id": "A-001",
                    "natural": "It answers health checks",
                    "type": "liveness",
                    "category": "behavior",
                    "status": "confirmed",
                    "source": "t",
                }
            ],
        }
        self.deploy_yaml = {
            "app": self.app,
            "services": services,
            **(system or {}),
            "environments": {"production": {"on": "compose", "releases": "../releases", **(environment or {})}},
        }
        for name in services:
            self.write(f"{name}/main.py", _SERVER)
            self.write(f"{name}/migrate.py", _MIGRATE)
            self.write(f"{name}/requirements.txt", "")
            self.write(f"{name}/assertions.json", json.dumps(manifest))
        self.specified()
        self.write("generated/.env", f"HTTP_PORT={self.port}\n")

    def write(self, path: str, text: str) -> None:
        """A file of the project."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def specified(self) -> None:
        """Write deploy.yaml, and generate."""
        self.write("specs/deploy.yaml", json.dumps(self.deploy_yaml, indent=2))
        done = self.call("generate", "--allow-unverified")
        assert done.returncode == 0, done.stdout + done.stderr

    def built(
        self, service: str, version: str, *, broken: bool = False, stuck: bool = False, main: str = _SERVER
    ) -> str:
        """Make the image of *service*, which says *version*; gives its id. One that is *broken* is never healthy, one that is *stuck* cannot migrate."""
        context = self.root.parent / f"image-{service}"
        context.mkdir(exist_ok=True)
        for old in context.iterdir():
            old.unlink()
        files = {"main.py": main, "migrate.py": _MIGRATE, "version": version, "Dockerfile": _IMAGE}
        files |= {"broken": ""} if broken else {}
        files |= {"stuck": ""} if stuck else {}
        health = self.root / "generated" / service / "health.py"  # none where it ends by itself
        files["health.py"] = health.read_text("utf-8") if health.exists() else ""
        for name, text in files.items():
            (context / name).write_text(text, encoding="utf-8")
        argv = [self.docker, "build", "--quiet", "--tag", f"{self.app}/{service}:local", str(context)]
        return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The command line, running."""
        tools = self.root.parent / "tools"
        tools.mkdir(exist_ok=True)
        for program in (self.docker, need("docker-compose", "python3 tests/setup.py")):
            link = tools / Path(program).name
            if not link.is_symlink():
                link.symlink_to(program)
        around = {
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "XDG_STATE_HOME": str(self.root.parent / "state"),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
        }
        argv = [
            sys.executable,
            str(Path(__file__).with_name("with_newer_proxy.py")),
            self.named,
            self.proxy,
            "-C",
            str(self.root),
            *words,
        ]
        return subprocess.Popen(argv, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line, to its end."""
        process = self.start(*words)
        try:
            said, errors = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            process.kill()  # else it goes on deploying what is being taken away
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, said, errors)

    def answer(self, *words: str) -> tuple[int, Any]:
        """Its exit code, and the document that it gives."""
        done = self.call(*words, "--format", "json")
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            raise AssertionError(f"{done.returncode}: {done.stdout}\n{done.stderr}") from None

    def containers(self, service: str) -> list[str]:
        """The ids of the containers of *service* that run."""
        labels = [f"label=com.docker.compose.project={self.app}", f"label=com.docker.compose.service={service}"]
        argv = [
            self.docker,
            "ps",
            "--all",
            "--quiet",
            "--no-trunc",
            *(word for label in labels for word in ("--filter", label)),
        ]
        return sorted(subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split())

    def asked(self, path: str = "/") -> str:
        """What the front door answers; what is no version where it does not, or not well."""
        began = time.monotonic()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
            connection.request("GET", path)
            response = connection.getresponse()
            text = response.read().decode()
            return text if response.status == 200 else f"{response.status} after {time.monotonic() - began:.1f} s"
        except (OSError, http.client.HTTPException) as problem:
            return f"{type(problem).__name__} ({problem}) after {time.monotonic() - began:.1f} s"
        finally:
            connection.close()

    def refused(self) -> str:
        """What the front door has logged of requests that it did not answer well, and of other trouble."""
        found = []
        for door in self.containers("proxy"):
            done = subprocess.run(
                [self.docker, "logs", "--timestamps", door],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            found += [line for line in done.stdout.splitlines() if '"status":"200"' not in line]
        return "\n".join(found[-40:])

    def remove(self) -> None:
        """Take away all that it has left on the engine."""
        label = f"label=com.docker.compose.project={self.app}"
        for listed, gone in (
            (["ps", "--all", "--quiet"], ["container", "rm", "--force"]),
            (["network", "ls", "--quiet"], ["network", "rm"]),
            (["volume", "ls", "--quiet"], ["volume", "rm", "--force"]),
        ):
            ids = subprocess.run(
                [self.docker, *listed, "--filter", label], capture_output=True, text=True, check=False
            ).stdout.split()
            if ids:
                subprocess.run([self.docker, *gone, *ids], capture_output=True, check=False)
        argv = [self.docker, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", f"{self.app}/*"]
        for name in subprocess.run(argv, capture_output=True, text=True, check=False).stdout.split():
            subprocess.run([self.docker, "image", "rm", "--force", name], capture_output=True, check=False)


class Load:
    """Somebody who asks all the time: how often, and what was answered that is not what it should be."""

    def __init__(self, project: Project, path: str = "/") -> None:
        self.count = 0
        self.failed: list[str] = []
        self._project, self._path, self._on = project, path, True
        self._began = time.monotonic()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Ask until told to end."""
        while self._on:
            said = self._project.asked(self._path)
            time.sleep(0.01)
            with self._lock:
                self.count += 1
                if not said.startswith("v"):
                    self.failed.append(f"{time.monotonic() - self._began:.1f} s: {said}")

    def end(self) -> None:
        """No more."""
        self._on = False


@contextmanager
def load(project: Project, path: str = "/", side_by_side: int = 4) -> Iterator[Load]:
    """Ask *path* with so many askers *side_by_side*, in the block."""
    asking = Load(project, path)
    threads = [threading.Thread(target=asking.run, daemon=True) for _ in range(side_by_side)]
    for thread in threads:
        thread.start()
    try:
        yield asking
    finally:
        time.sleep(1)
        asking.end()
        for thread in threads:
            thread.join(20)


Moment: TypeAlias = Callable[[subprocess.Popen[str]], None]
"""Waits until a deployer is to be killed."""


def after(seconds: float) -> Moment:
    """So many *seconds* after it has begun."""
    return lambda _: time.sleep(seconds)


def at_change(project: Project, number: int) -> Moment:
    """When it has just written the front door's configuration for the *number*-th time, which it tells the front door next; or when it has ended."""
    (file,) = (project.root.parent / "state").rglob("nginx.conf")

    def waits(deployer: subprocess.Popen[str]) -> None:
        text, seen = file.read_bytes(), 0
        while seen < number and deployer.poll() is None:
            now = file.read_bytes()
            text, seen = now, seen + (now != text)
            time.sleep(0.002)

    return waits


@dataclass
class Killed:
    """What came of the deployment after one whose deployer was killed: its exit code, what it said, who asked meanwhile, and what there is then."""

    code: int
    said: Any
    asking: Load
    serves: str
    containers: int

    def is_whole(self, version: str) -> bool:
        """Whether just *version* runs, and was there all the time."""
        return (self.code, self.asking.failed, self.serves, self.containers) == (0, [], version, 1)


def killed(project: Project, version: str, moment: Moment) -> Killed:
    """Begin to deploy *version* of `api`, kill the deployer at the *moment*, and deploy again, while somebody asks."""
    project.built("api", version)
    with load(project) as asking:
        process = project.start("deploy", "production", "--allow-unverified")
        moment(process)
        process.kill()
        process.communicate()
        code, said = project.answer("deploy", "production", "--allow-unverified")
    return Killed(code, said, asking, project.asked(), len(project.containers("api")))


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        number: int = one.getsockname()[1]
        return number
