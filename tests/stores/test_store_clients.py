"""Programs of the world against real stores: they are given what they read, log in, and answer; with another password they do not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from store_apps import APPS, HERE

from proxy_image import compose_arguments
from server_images import supplied
from supplied import filled
from tools import ROOT, need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

PASSWORD = "5a4b-3c2d.1e0f_~9"
_ASK = (
    "import sys, urllib.request, urllib.error\n"
    "try: print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode())\n"
    "except urllib.error.HTTPError as error: print(error.code, error.read().decode()[:2000])\n"
)


class Deployed:
    """An application with its stores, as compose runs them."""

    def __init__(self, case: str, directory: Path, versions: dict[str, str]) -> None:
        self.docker, self.name, self.app = need_engine(), f"ledger-{uuid.uuid4().hex[:8]}", APPS[case]
        self.project = directory / self.name
        shutil.copytree(HERE / case, self.project)
        self._generate(versions)
        self.output = self.project / "generated"
        text = filled((self.output / ".env.example").read_text("utf-8"), PASSWORD)
        self.port = 20000 + int(self.name[-4:], 16) % 20000
        (self.output / ".env").write_text(text.replace("HTTP_PORT=8080", f"HTTP_PORT={self.port}"), "utf-8")

    def _generate(self, versions: dict[str, str]) -> None:
        spec = {
            "id": "A-001",
            "natural": "it works",
            "type": "safety",
            "category": "behavior",
            "status": "confirmed",
            "source": "test",
        }
        stores = {kind: {"uses": kind, "version": version} for kind, version in versions.items()}
        web = {"path": ".", "needs": list(stores), **self.app.service}
        deploy = {"version": 1, "app": "ledger", "services": {"web": web, **stores}}
        (self.project / "specs").mkdir()
        manifest = {"version": "1.0.0", "archetype": "web-service", "assertions": [spec]}
        (self.project / "specs/assertions.json").write_text(json.dumps(manifest), "utf-8")
        (self.project / "specs/deploy.yaml").write_text(json.dumps(deploy), "utf-8")
        argv = [sys.executable, "-m", "speccompile", "-C", str(self.project), "generate"]
        done = subprocess.run(
            argv,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def compose(self, *argv: str, **environment: str) -> str:
        """What compose says."""
        files = ("-f", "docker-compose.yml", *compose_arguments(self.docker, self.output / "docker-compose.yml"))
        command = [need("docker-compose", "python3 tests/setup.py"), "-p", self.name, *files, *argv]
        path = f"{Path(self.docker).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            command,
            cwd=self.output,
            env={**os.environ, "PATH": path, **environment},
            capture_output=True,
            text=True,
            timeout=1500,
            check=False,
        )
        return done.stdout + done.stderr

    def make_tables(self) -> None:
        """Start the database alone, and run the application's SQL in it."""
        said = self.compose("up", "--wait", "--wait-timeout", "150", self.app.stores[0])
        store = f"{self.name}-{self.app.stores[0]}-1"
        argv = [self.docker, "exec", "-i", store, "psql", "-v", "ON_ERROR_STOP=1", "-U", "ledger", "-d", "ledger"]
        sql = (self.project / self.app.tables).read_text("utf-8")
        done = subprocess.run(argv, input=sql, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, said + done.stderr

    def answer(self) -> str:
        """What the application answers through the proxy."""
        url = f"http://127.0.0.1:{self.port}/"
        done = subprocess.run(
            [sys.executable, "-c", _ASK, url], capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.strip() or done.stderr


@pytest.fixture(params=sorted(APPS))
def deployed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployed]:
    """Built and started; gone afterwards, images too."""
    docker, case = need_engine(), str(request.param)
    with ExitStack() as stack:
        versions = {kind: stack.enter_context(supplied(docker, kind)) for kind in APPS[case].stores}
        found = Deployed(case, tmp_path, versions)
        stack.callback(found.compose, "down", "--volumes", "--rmi", "local", "--timeout", "2")
        if found.app.tables:
            found.make_tables()
        said = found.compose("up", "--build", "--wait", "--wait-timeout", "150", "--quiet-pull")
        assert "is healthy" in said or "Healthy" in said, said[-3000:] + found.compose("logs", "--tail", "30")
        yield found


def test_it_logs_in_with_what_it_reads(deployed: Deployed) -> None:
    """Its own user in its own database; the password is the operator's, and another one does not do."""
    assert deployed.answer().lower() == "ledger ledger true"
    inspected = deployed.compose("config", "--no-interpolate")
    assert PASSWORD not in inspected
    another = {f"{kind.upper()}_PASSWORD": "another" for kind in deployed.app.stores}
    deployed.compose("up", "-d", "--no-deps", "--force-recreate", "web", **another)
    assert "ledger ledger" not in deployed.answer().lower()
