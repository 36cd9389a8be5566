"""A generated configuration in the image and under the restrictions that it is made for."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nginx_plans import files, origin, plan, route
from nginx_server import text_of

from proxy_image import IMAGE, run_arguments
from speccompile.plan.ingress import Maintenance
from speccompile.realise.proxies import CERTIFICATES
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
def started(tmp_path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The proxy alone on a network of its own, and how it was started; its service is not there."""
    config = tmp_path / "nginx.conf"
    closing = Maintenance(file=f"{CERTIFICATES}/maintenance-web", origin=origin(9))
    made = plan(
        route("/", "web"), replace(route("/closing", "web"), maintenance=closing), files(route("/media", "web"))
    )
    config.write_text(text_of(made), encoding="utf-8")
    config.chmod(0o644)
    name = f"nginx-test-{uuid.uuid4().hex}"
    before, after = run_arguments(need_engine())
    mount = f"{config}:/etc/nginx/nginx.conf:ro"
    _docker("network", "create", "--internal", name)
    # The volume of a service, which its own user writes to, and in which nothing is yet.
    place = ("run", "--rm", "--user", "0:0", "--volume", f"{name}-data:/app/media", "--entrypoint", "sh", IMAGE, "-c")
    _docker(*place, "chown 10001:10001 /app/media && chmod 0755 /app/media")
    run: tuple[str, ...] = ("run", "--detach", "--name", name, "--network", name, *RESTRICTED, "--volume", mount)
    lent = f"type=volume,source={name}-data,target=/srv/web-data,readonly,volume-nocopy"
    run = (*run, "--volume", f"{name}:{CERTIFICATES}", "--mount", lent, *before, IMAGE, *after)
    try:
        _docker(*run)
        yield name, run
    finally:
        _docker("rm", "--force", name)
        _docker("network", "rm", name)
        _docker("volume", "rm", name, f"{name}-data")


@pytest.fixture
def proxy(started: tuple[str, tuple[str, ...]]) -> str:
    """Its name."""
    return started[0]


def _asked(name: str, path: str) -> subprocess.CompletedProcess[str]:
    argv = [need_engine(), "exec", name, "wget", "-S", "-q", "-O", "-", f"http://127.0.0.1:8080{path}"]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)


def _until_it_answers(name: str) -> None:
    for _ in range(100):
        if (health := _asked(name, "/-/proxy-health")).returncode == 0:
            break
        time.sleep(0.1)
    assert health.stdout == "ok\n", _docker("logs", name)


def test_it_runs_unprivileged_while_every_service_is_down(proxy: str) -> None:
    _until_it_answers(proxy)
    assert "502 Bad Gateway" in _asked(proxy, "/").stderr
    assert _asked(proxy, "/-/proxy-health").returncode == 0
    lines = [line for line in _docker("logs", proxy).splitlines() if line.startswith("{")]
    assert [json.loads(line)["status"] for line in lines] == ["502"]


def test_what_is_closed_stays_closed_in_a_new_container(started: tuple[str, tuple[str, ...]]) -> None:
    """The operator's file lies in a volume, which nobody has to be root to write to."""
    name, run = started
    _until_it_answers(name)
    assert "502 Bad Gateway" in _asked(name, "/closing").stderr
    _docker("exec", name, "touch", f"{CERTIFICATES}/maintenance-web")
    assert "503 Service" in _asked(name, "/closing").stderr
    _docker("rm", "--force", name)
    _docker(*run)
    _until_it_answers(name)
    assert "503 Service" in _asked(name, "/closing").stderr
    _docker("exec", name, "rm", f"{CERTIFICATES}/maintenance-web")
    assert "502 Bad Gateway" in _asked(name, "/closing").stderr


def test_files_of_a_volume_are_read_and_the_volume_stays_its_services(proxy: str) -> None:
    """An empty volume takes the owner of the directory at which it is mounted, but for who says that it is not to be filled."""
    _until_it_answers(proxy)
    as_service = (
        "run",
        "--rm",
        "--user",
        "10001:10001",
        "--volume",
        f"{proxy}-data:/app/media",
        "--entrypoint",
        "sh",
        IMAGE,
        "-c",
    )
    wrote = "mkdir /app/media/uploads; cd /app/media/uploads; echo sent > a.txt; ln -s /etc/nginx/nginx.conf link.txt"
    _docker(*as_service, wrote)
    assert _asked(proxy, "/media/a.txt").stdout == "sent\n"
    assert "404 Not Found" in _asked(proxy, "/media/link.txt").stderr
    tried = [need_engine(), "exec", proxy, "touch", "/srv/web-data/uploads/x"]
    assert subprocess.run(tried, capture_output=True, check=False, timeout=60).returncode != 0


def test_it_stops_when_it_is_told_to(proxy: str) -> None:
    _until_it_answers(proxy)  # process 1 hears no signal before it listens to it
    _docker("stop", "--time", "20", proxy)
    assert _docker("inspect", "--format", "{{.State.ExitCode}}", proxy).strip() == "0"
