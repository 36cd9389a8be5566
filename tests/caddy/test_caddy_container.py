"""A generated Caddyfile under the restrictions that it is made for, and a Caddy whose file has the capability that the image's has.

The image is not to be had everywhere: Caddy's own binary stands on another base, with ``cap_net_bind_service=+ep`` as the image has it
(https://github.com/caddyserver/caddy-docker/blob/master/Dockerfile.tmpl).
"""

from __future__ import annotations

import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from caddy_plans import of
from caddy_server import caddy, text_of
from nginx_plans import route

from speccompile.realise.front_door import FrontDoor, front_door
from tools import need_engine

pytestmark = pytest.mark.engine

PLAN = of(route("/", "web"), route("/api", host="bank.example.com"))
# VFS_CAP_REVISION_2 with the effective bit, bit 10 permitted (linux/capability.h).
_RECIPE = """FROM python:3.12-slim-bookworm
COPY caddy /usr/bin/caddy
RUN python -c "import os, struct; os.setxattr('/usr/bin/caddy', 'security.capability', struct.pack('<5I', 0x02000001, 1 << 10, 0, 0, 0))"
"""
_ASKS = "import urllib.request as r, sys; sys.stdout.write(r.urlopen('http://127.0.0.1:8080/-/proxy-health').read().decode())"


def _docker(*argv: str) -> str:
    run = subprocess.run([need_engine(), *argv], capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    context = tmp_path_factory.mktemp("caddy")
    shutil.copy(caddy(), context / "caddy")
    (context / "Dockerfile").write_text(_RECIPE)
    name = f"speccompile-test-caddy:{uuid.uuid4().hex[:8]}"
    _docker("build", "--quiet", "--tag", name, str(context))
    yield name
    _docker("rmi", "--force", name)


def _front() -> FrontDoor:
    found = front_door(PLAN.ingress)
    assert found
    return found


def _run(image: str, config: Path, name: str, *capabilities: str) -> None:
    """A container as the plan's front door is restricted, but with these *capabilities* in its bounding set."""
    front, (scratch,) = _front(), _front().workload.scratch
    config.write_text(text_of(PLAN), encoding="utf-8")
    config.chmod(0o644)
    given = (f"--cap-add={one}" for one in capabilities)
    told = (f"--env={one.name}={getattr(one, 'value', '')}" for one in front.workload.environment)
    _docker(
        *(
            "run",
            "--detach",
            "--name",
            name,
            "--network",
            "none",
            "--stop-signal",
            front.workload.stop.signal,
            "--user",
            front.workload.user,
            "--read-only",
        ),
        *(
            "--tmpfs",
            f"{scratch.target}:size={scratch.size},mode={scratch.mode:04o}",
            "--cap-drop",
            "ALL",
            *given,
            *told,
        ),
        *("--security-opt", "no-new-privileges", "--memory", str(front.workload.limits.memory), "--pids-limit", "64"),
        *("--volume", f"{config}:{front.target}:ro", "--entrypoint", "/usr/bin/caddy"),
        *(image, "run", "--config", front.target, "--adapter", "caddyfile"),
    )


@pytest.fixture
def name() -> Iterator[str]:
    name = f"caddy-test-{uuid.uuid4().hex}"
    yield name
    _docker("rm", "--force", name)


def test_it_runs_unprivileged_and_ends_when_it_is_told_to(image: str, name: str, tmp_path: Path) -> None:
    _run(image, tmp_path / "Caddyfile", name, *_front().workload.hardening.bounding)
    for _ in range(100):
        argv = [need_engine(), "exec", name, "python", "-c", _ASKS]
        if (health := subprocess.run(argv, capture_output=True, text=True, check=False)).returncode == 0:
            break
        time.sleep(0.1)
    assert health.stdout == "ok", _docker("logs", name)
    status = _docker("exec", name, "grep", "CapEff", "/proc/1/status")
    assert int(status.split()[1], 16) == 0
    _docker("stop", "--time", "20", name)
    assert _docker("inspect", "--format", "{{.State.ExitCode}}", name).strip() == "0"


def test_without_the_capability_the_kernel_does_not_start_it(image: str, name: str, tmp_path: Path) -> None:
    """So it is in the bounding set, though nobody gets it."""
    _run(image, tmp_path / "Caddyfile", name)
    assert _docker("wait", name).strip() != "0"
    assert "operation not permitted" in _docker("logs", name)
