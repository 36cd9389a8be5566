"""What nginx itself and the linters say about generated configurations: nothing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import crossplane
import pytest
from nginx_plans import PLANS, plan, route
from nginx_server import nginx, text_of

from tools import need


@pytest.fixture(params=sorted(PLANS))
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A generated configuration on disk."""
    path = tmp_path / "nginx.conf"
    path.write_text(text_of(PLANS[request.param]), encoding="utf-8")
    return path


def _nginx(config: Path) -> list[str]:
    run = subprocess.run([nginx(), "-t", "-c", str(config)], capture_output=True, text=True, check=False)
    return [line for line in run.stderr.splitlines() if not line.endswith(("syntax is ok", "test is successful"))]


def _gixy(config: Path) -> list[dict[str, Any]]:
    gixy = need("gixy", "pip install gixy-ng")
    run = subprocess.run(
        [gixy, "--disable-includes", "-f", "json", str(config)], capture_output=True, text=True, check=False
    )
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found


def _crossplane(config: Path) -> list[Any]:
    return list(crossplane.parse(str(config))["errors"])


def test_nginx_accepts_it_without_a_warning(config: Path) -> None:
    """pip's nginx was built without one module that the images have; with it, test_nginx_files starts another one."""
    config.write_text(config.read_text("utf-8").replace("            gzip_static on;\n", ""), encoding="utf-8")
    assert _nginx(config) == []


def test_gixy_is_silent(config: Path) -> None:
    assert _gixy(config) == []


def test_crossplane_is_silent(config: Path) -> None:
    assert _crossplane(config) == []


def test_the_linters_can_speak(tmp_path: Path) -> None:
    path = tmp_path / "nginx.conf"
    text = text_of(PLANS["one host"])
    path.write_text(text.replace("Host $asked_host;", "Host $http_host;"), encoding="utf-8")
    assert _gixy(path)
    path.write_text(text.replace("server_tokens off", "server_tokens off off"), encoding="utf-8")
    assert _nginx(path)
    assert _crossplane(path)


def test_a_thousand_hosts_fit(tmp_path: Path) -> None:
    path = tmp_path / "nginx.conf"
    hosts = plan(*(route("/", f"service-{n}", f"service-{n}.bank.example.com") for n in range(1000)))
    path.write_text(text_of(hosts), encoding="utf-8")
    assert _nginx(path) == []
