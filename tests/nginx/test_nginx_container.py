"""A generated configuration in the image and under the restrictions that it is made for."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from nginx_plans import plan, route
from nginx_server import text_of

from proxy_image import IMAGE, run_arguments
from tools import need_engine

RESTRICTED = (
    *("--user", "101:101", "--read-only", "--tmpfs", "/tmp:size=64m,mode=1777", "--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges", "--memory", "128m", "--pids-limit", "64"),
)

pytestmark = pytest.mark.engine


def _docker(*argv: str) -> str:
    run = subprocess.run([need_engine(), *argv], capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    """The proxy alone on a network of its own; its service is not there."""
    config = tmp_path / "nginx.conf"
    config.write_text(text_of(plan(route("/", "web"), route("/api", host="bank.example.com"))), encoding="utf-8")
    config.chmod(0o644)
    name = f"nginx-test-{uuid.uuid4().hex}"
    before, after = run_arguments(need_engine())
    mount = f"{config}:/etc/nginx/nginx.conf:ro"
    _docker("network", "create", "--internal", name)
    try:
        _docker(
            "run", "--detach", "--name", name, "--network", name, *RESTRICTED, "--volume", mount, *before, IMAGE, *after
        )
        yield name
    finally:
        _docker("rm", "--force", name)
        _docker("network", "rm", name)


def _asked(name: str, path: str) -> subprocess.CompletedProcess[str]:
    argv = [need_engine(), "exec", name, "wget", "-S", "-q", "-O", "-", f"http://127.0.0.1:8080{path}"]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)


def test_it_runs_unprivileged_while_every_service_is_down(proxy: str) -> None:
    for _ in range(50):
        if (health := _asked(proxy, "/-/proxy-health")).returncode == 0:
            break
        time.sleep(0.1)
    assert health.stdout == "ok\n", _docker("logs", proxy)
    assert "502 Bad Gateway" in _asked(proxy, "/").stderr
    assert _asked(proxy, "/-/proxy-health").returncode == 0
    lines = [line for line in _docker("logs", proxy).splitlines() if line.startswith("{")]
    assert [json.loads(line)["status"] for line in lines] == ["502"]


def test_it_stops_when_it_is_told_to(proxy: str) -> None:
    _docker("stop", "--time", "20", proxy)
    assert _docker("inspect", "--format", "{{.State.ExitCode}}", proxy).strip() == "0"
