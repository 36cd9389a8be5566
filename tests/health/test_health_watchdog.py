"""A service that hangs is ended by its own health check and started again by the engine; nothing else ends one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from health_plans import LANGUAGES, module, need
from health_programs import install, probe

from speccompile.plan.plan import Dependent
from tools import need as need_tool
from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_IMAGES = {
    "python": "python:3.12-slim",
    "javascript": "node:22-slim",
    "typescript": "oven/bun:1-slim",
    "go": "gcr.io/distroless/static-debian12:nonroot",
    "rust": "gcr.io/distroless/cc-debian12:nonroot",
    "java": "eclipse-temurin:17-jre",
    "php": "php:8.4-cli-bookworm",
    "ruby": "ruby:3.4-slim-bookworm",
    "shell": "nginxinc/nginx-unprivileged:1-alpine-slim",
}
_INTERPRETERS = {
    "python": ("python",),
    "javascript": ("node",),
    "typescript": ("bun",),
    "php": ("php",),
    "ruby": ("ruby",),
    "shell": ("sh",),
}
_SERVER = """package main

import (
	"net"
	"net/http"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			os.WriteFile("/tmp/hanging", nil, 0o600)
		}
		if _, err := os.Stat("/tmp/hanging"); err == nil {
			select {}
		}
		w.Write([]byte(r.Host + " " + r.Header.Get("X-Forwarded-Proto")))
	})))
}
"""
_OPTIONS = (
    "--read-only",
    "--tmpfs",
    "/tmp:size=64m,mode=1777",
    "--cap-drop",
    "ALL",
    "--user",
    "10001:10001",
    "--restart",
    "unless-stopped",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that serves on the address in its argument, without anything of the image's."""
    directory = tmp_path_factory.mktemp("server")
    (directory / "main.go").write_text(_SERVER)
    go = need_tool("go", "install Go 1.19 or newer")
    env = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    subprocess.run([go, "build", "-o", "server", "main.go"], cwd=directory, env=env, check=True)
    return directory / "server"


class Container:
    """A running container."""

    def __init__(self, name: str) -> None:
        self.name = name

    def state(self) -> dict[str, Any]:
        """What the engine knows of it: health, restarts, process."""
        form = "{{json .State}}\n{{json .RestartCount}}"
        shown = subprocess.run(
            [need_engine(), "inspect", "--format", form, self.name], capture_output=True, text=True, check=True
        )
        state, restarts = shown.stdout.splitlines()
        return {**json.loads(state), "RestartCount": int(restarts)}

    def health(self) -> str:
        """Its health, as the engine has it."""
        return str(self.state()["Health"]["Status"])

    def log(self) -> list[str]:
        """The lines of its health checks; the engine keeps the last five."""
        return [entry["Output"].rstrip("\n") for entry in self.state()["Health"]["Log"]]

    def until(self, wanted: str, patience: float = 60) -> None:
        """Wait for it to be *wanted*."""
        end = time.monotonic() + patience
        while (health := self.health()) != wanted:
            assert time.monotonic() < end, (health, self.log())
            time.sleep(0.2)

    def signal(self, number: str) -> None:
        """Send a signal to the program, which is the child of the container's init, from outside."""
        init = self.state()["Pid"]
        children = Path(f"/proc/{init}/task/{init}/children").read_text().split()
        for child in children:
            if Path(f"/proc/{child}/comm").read_text().strip() == "server":
                subprocess.run(["kill", f"-{number}", child], check=True)


@contextmanager
def running(
    language: str,
    server: Path,
    directory: Path,
    *needs: Dependent,
    options: tuple[str, ...] = ("--init",),
    address: str = ":3000",
) -> Iterator[Container]:
    """The server in a container as compose runs one, with the health module of *language* as its check each second."""
    made = module(language, *needs, path="/", timeout=3, file="health.sh" if language == "shell" else None)
    program = install(replace(made, probe=replace(made.probe, start_period=1, retries=2)), directory)
    shutil.copy(server, directory / "server")
    directory.chmod(0o755)
    command = json.dumps([*probe(language, program.file, _INTERPRETERS.get(language, ())), "watchdog"])
    recipe = (
        f"FROM {_IMAGES[language]}\nWORKDIR /app\nENTRYPOINT []\n"
        f"HEALTHCHECK --interval=1s --timeout=3s --start-period=1s --retries=2 CMD {command}\n"
    )
    docker = need_engine()
    image = _said(docker, "build", "--quiet", "-", given=recipe)
    mount = ("--volume", f"{directory}:/app:ro")
    name = _said(docker, "run", "--detach", *_OPTIONS, *options, *mount, image, "/app/server", address)
    try:
        yield Container(name)
    finally:
        _said(docker, "rm", "--force", "--volumes", name)
        _said(docker, "rmi", "--force", image)


def _said(*argv: str, given: str = "") -> str:
    done = subprocess.run(argv, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


_HANGS = "unhealthy: server (http at 127.0.0.1:3000/): no answer in time; hangs"


@pytest.mark.parametrize("language", [*LANGUAGES, "shell"])
def test_a_service_that_hangs_is_started_again(language: str, server: Path, tmp_path: Path) -> None:
    """Healthy; stopped by a signal; unhealthy; ended; started again by the engine; healthy. It is said in the log."""
    with running(language, server, tmp_path) as container:
        container.until("healthy")
        before = container.state()
        container.signal("STOP")
        container.until("unhealthy")
        assert f"{_HANGS}, and is ended at the next failure (2 of 2)" in container.log()
        container.until("healthy")
        after = container.state()
        assert (before["RestartCount"], after["RestartCount"]) == (0, 1)
        time.sleep(4)
        assert container.state()["RestartCount"] == 1


def test_a_deadlock_is_ended_too(server: Path, tmp_path: Path) -> None:
    """A program that takes requests and never answers one, from within."""
    with running("python", server, tmp_path) as container:
        container.until("healthy")
        ask = "import urllib.request as u; u.urlopen('http://127.0.0.1:3000/hang', timeout=1)"
        subprocess.run([need_engine(), "exec", container.name, "python", "-c", ask], capture_output=True, check=False)
        container.until("unhealthy")
        container.until("healthy")
        assert container.state()["RestartCount"] == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_database_that_is_away_ends_nobody(language: str, server: Path, tmp_path: Path) -> None:
    """Unhealthy for long, and running for as long, even where the service does not answer meanwhile."""
    with running(
        language,
        server,
        tmp_path,
        need("db", "postgres"),
        options=("--init", "--env", "DB_URL=postgres://127.0.0.1:1/x"),
    ) as container:
        container.until("unhealthy")
        container.signal("STOP")
        time.sleep(8)
        state = container.state()
        assert (state["Health"]["Status"], state["RestartCount"], state["Running"]) == ("unhealthy", 0, True)
        assert "; hangs" not in "".join(container.log())


def test_a_program_that_is_process_1_is_told_of(server: Path, tmp_path: Path) -> None:
    """Without an init nothing in the container can end it; the log says so. (Compose files have ``init: true``.)"""
    with running("python", server, tmp_path, options=()) as container:
        container.until("healthy")
        os.kill(container.state()["Pid"], signal.SIGSTOP)
        container.until("unhealthy")
        time.sleep(9)
        why = "process 1 is server, which only an init's signal could end"
        assert container.log()[-1].endswith(f"; hangs, which is not counted: {why}")
        assert container.state()["RestartCount"] == 0


def test_failures_are_not_counted_where_somebody_else_could_have(server: Path, tmp_path: Path) -> None:
    """A link in place of the directory is not followed."""
    with running("python", server, tmp_path) as container:
        container.until("healthy")
        own = "import os; os.rmdir('/tmp/.health'); os.symlink('/app', '/tmp/.health')"
        _said(need_engine(), "exec", container.name, "python", "-c", own)
        container.signal("STOP")
        container.until("unhealthy")
        time.sleep(4)
        assert any(
            line.endswith("; hangs, which is not counted: /tmp/.health is not this user's own directory")
            for line in container.log()
        )
        assert container.state()["RestartCount"] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_on_loopback_alone_is_not_healthy(language: str, server: Path, tmp_path: Path) -> None:
    """It answers its own probe and nobody else; where there is nobody else that is enough."""
    (tmp_path / "alone").mkdir()
    with running(language, server, tmp_path, address="127.0.0.1:3000") as container:
        container.until("unhealthy")
        why = "listens on 127.0.0.1 alone, where nobody else reaches it: listen on 0.0.0.0"
        assert container.log()[-1] == f"unhealthy: server (http at 127.0.0.1:3000/): {why}"
    with running(
        language, server, tmp_path / "alone", address="127.0.0.1:3000", options=("--init", "--network", "none")
    ) as container:
        container.until("healthy")
