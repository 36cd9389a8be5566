"""The agent on the engine here, by its command line: a good release, a bad one, a meddler, a service that is gone from the release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from release_records import B_DIGEST

from speccompile.releases.directory import DirectoryStore
from speccompile.releases.documents import part
from speccompile.releases.record import MadeFrom, Release, Released
from tools import need, need_engine

pytestmark = pytest.mark.engine

_SERVER = "import http.server; http.server.ThreadingHTTPServer(('', 3000), http.server.SimpleHTTPRequestHandler).serve_forever()"
_ASK = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:%s/', timeout=3)"


class Host:
    """A store, and the agent of a host that looks at it."""

    def __init__(self, directory: Path) -> None:
        self.docker, self.directory = need_engine(), directory
        need("docker-compose", "python3 tests/setup.py")
        asked = [self.docker, "image", "inspect", "--format", "{{.Id}}", "python:3-slim"]
        self.image = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        self.app = f"agent-{uuid.uuid4().hex[:8]}"
        self.store = DirectoryStore(directory / "store" / self.app / "production")
        self.values = directory / "values.env"
        self.values.write_text("GREETING=hello\n")
        self.values.chmod(0o600)

    def release(self, version: str, *names: str, asked_at: int = 3000, hosts: tuple[str, ...] = ()) -> int:
        """Record a release of the services *names*; their probe asks at the port *asked_at*, and 3000 is where they are."""
        number = len(self.store.numbers()) + 1
        services = {}
        for name in names:
            told = {
                "image": "${API_IMAGE:-python:3-slim}",
                "command": ["python", "-c", _SERVER],
                "environment": {"VERSION": version, "GREETING": "${GREETING:?it has none}"},
                "healthcheck": {
                    "test": ["CMD", "python", "-c", _ASK % asked_at],
                    "interval": "1s",
                    "timeout": "4s",
                    "retries": 3,
                    "start_period": "1s",
                },
                "cap_drop": ["ALL"],
                "security_opt": ["no-new-privileges:true"],
                "user": "10001",
                "init": True,
                "read_only": True,
                "restart": "unless-stopped",
            }
            text = self.store.keep(part({"services": {name: told}}, [name]).text.encode())
            services[name] = Released(image=self.image, artifacts=text, from_release=number, hosts=hosts)
        self.store.add(
            Release(
                number=number,
                app=self.app,
                environment="production",
                platform="compose",
                commit=None,
                specs=B_DIGEST,
                made_at="2026-01-01T00:00:00Z",
                by="ann",
                made_from=MadeFrom(release=None, why="deploy"),
                services=services,
            )
        )
        return number

    def round(self, *words: str) -> dict[str, Any]:
        """What a round of the agent comes to."""
        argv = [sys.executable, "-m", "speccompile", "agent", "run", "--once", "--format", "json", "--host", "here"]
        argv += ["--store", str(self.directory / "store"), "--app", self.app, "-e", "production", *words]
        argv += ["--state", str(self.directory / "state"), "--values", str(self.values)]
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        around = {**os.environ, "PATH": path, "XDG_STATE_HOME": str(self.directory / "state")}
        done = subprocess.run(argv, capture_output=True, text=True, env=around, timeout=300, check=False)
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert (done.returncode == 0) == (found["status"] == "ok"), found
        return found

    def containers(self, *words: str) -> list[str]:
        """The ids of this application's containers."""
        label = f"label=com.docker.compose.project={self.app}"
        argv = [self.docker, "ps", "--quiet", "--no-trunc", "--filter", label, *words]
        return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()

    def clear(self) -> None:
        """Nothing is left on the engine."""
        if ids := self.containers("--all"):
            subprocess.run([self.docker, "rm", "--force", *ids], capture_output=True, check=False)
        subprocess.run([self.docker, "network", "rm", f"{self.app}_default"], capture_output=True, check=False)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A host without anything of the application on it."""
    there = Host(tmp_path)
    yield there
    there.clear()


def _did(found: dict[str, Any]) -> dict[str, str]:
    return {one["service"]: one["action"] for one in found["actions"]}


def test_the_life_of_a_host(host: Host) -> None:
    """One machine through all that may happen to it: each round begins where the last one ended."""
    assert host.round()["release"] is None

    host.release("1", "api")
    found = host.round()
    assert (_did(found), found["services"]["api"]["state"]) == ({"api": "start"}, "healthy"), found
    (first,) = host.containers()
    assert _did(host.round()) == {"api": "keep"}
    # What runs at a time on terraform's machine is started from this file (templates/terraform, application.crontab).
    assert (host.directory / "state/speccompile" / host.app / "production/agent-first.json").is_file()

    bad = host.release("2", "api", asked_at=3999)
    found = host.round()
    assert _did(found) == {"api": "replace"}
    assert "health check fails" in found["actions"][0]["failure"]
    assert host.containers() == [first]
    found = host.round()
    assert _did(found) == {"api": "keep"}
    assert found["services"]["api"]["release"] == 1
    assert f"release {bad} did not get well here" in found["services"]["api"]["why"]
    assert host.store.statuses()["here"].wanted == bad

    subprocess.run([host.docker, "rm", "--force", first], capture_output=True, check=True)
    assert _did(host.round()) == {"api": "start"}  # what was last well, and not the bad one
    subprocess.run([host.docker, "stop", "--time", "1", *host.containers()], capture_output=True, check=True)
    assert _did(host.round()) == {"api": "repair"}
    assert len(host.containers()) == 1

    host.release("3", "api")
    found = host.round()
    assert (_did(found), found["status"]) == ({"api": "replace"}, "ok"), found

    host.release("3", "elsewhere", hosts=("there",))
    found = host.round("--grace", "3600")
    assert (_did(found), len(host.containers())) == ({"api": "keep"}, 1)
    found = host.round("--grace", "0")
    assert (_did(found), host.containers("--all")) == ({"api": "retire"}, [])
