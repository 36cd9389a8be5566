"""A sidecar on a real engine: it reaches what its service keeps to itself, has that network and no other, and is cut off and back again as is said."""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compose_plans import container, origin, plan, service, slot
from speccompile.backends import compose, dotenv
from speccompile.plan.image import Base
from speccompile.plan.plan import ACCESSORY, Store
from speccompile.plan.workload import Beside, Inside
from tools import missing, need, need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_BASE = "python:3.12-slim"
_SERVES = ["python", "-m", "http.server", "8000", "--bind", "127.0.0.1", "--directory", "/usr/share/doc"]
_ASKS = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/', timeout=5).status)"
_PATIENCE = 60.0


class _System:
    """What is up."""

    def __init__(self, output: Path) -> None:
        self.output = output

    def say(self, *argv: str) -> str:
        """What compose says."""
        around = {**os.environ, "PATH": f"{Path(need_engine()).parent}:{os.environ['PATH']}"}
        command = [need("docker-compose", "python3 tests/setup.py"), "--env-file", ".env.example", *argv]
        return subprocess.run(
            command, cwd=self.output, env=around, capture_output=True, text=True, check=False, timeout=300
        ).stdout.strip()

    def reaches(self, *, wanted: bool) -> bool:
        """Whether the sidecar reaches its service, asked until that is as *wanted* or the patience is at its end."""
        deadline = time.monotonic() + _PATIENCE
        while (found := self.say("exec", "--no-TTY", "tail", "python", "-c", _ASKS) == "200") != wanted:
            if time.monotonic() > deadline:
                break
            time.sleep(0.5)
        return found


@pytest.fixture
def system(tmp_path: Path) -> Iterator[_System]:
    """A service that listens at 127.0.0.1 alone, and an image beside it."""
    docker, why = need_engine(), origin()
    if subprocess.run([docker, "image", "inspect", _BASE], capture_output=True, check=False).returncode:
        missing(f"the image {_BASE}", f"docker pull {_BASE}")
    made = service(container("api", inside=Inside(origin=why)), "data-pipeline")
    sleeps = container(
        "tail", beside=Beside(name="api", origin=why), command=("python", "-c", "import time; time.sleep(600)")
    )
    store = Store(
        kind=ACCESSORY, base=Base(reference=_BASE, origin=why), pin="TAIL_DIGEST", workload=sleeps, origin=why
    )
    digest = slot("TAIL_DIGEST", "a digest", "", "none", "tail")
    whole = replace(plan((made,), (), (digest,), stores=(store,)), app=f"speccompile-{uuid.uuid4().hex[:8]}")
    output = tmp_path / "generated"
    output.mkdir()
    for artifact in (*compose.emit(whole), *dotenv.emit(whole)):
        (output / artifact.path).write_text(artifact.text, encoding="utf-8")
    (output / "Dockerfile").write_text(f"FROM {_BASE}\nCMD {json.dumps(_SERVES)}\n", encoding="utf-8")
    found = _System(output)
    try:
        found.say("up", "--detach", "--build", "tail")
        yield found
    finally:
        found.say("down", "--volumes", "--rmi", "local", "--timeout", "1")


def test_it_has_the_network_of_its_service(system: _System) -> None:
    """Compose starts the service before by itself. What SC782 says of it is so: one that the engine starts again has another network."""
    assert system.reaches(wanted=True)
    devices = "import os; print(sorted(os.listdir('/sys/class/net')), os.readlink('/proc/self/ns/net'))"
    both = {system.say("exec", "--no-TTY", name, "python", "-c", devices) for name in ("api", "tail")}
    assert len(both) == 1
    (api,) = system.say("ps", "--quiet", "api").split()
    subprocess.run([need_engine(), "restart", "--time", "1", api], check=True, capture_output=True)
    assert not system.reaches(wanted=False)
    system.say("restart", "--timeout", "1", "tail")
    assert system.reaches(wanted=True)
