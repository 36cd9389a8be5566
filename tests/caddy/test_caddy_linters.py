"""What Caddy itself says about generated Caddyfiles: nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from caddy_plans import WHOLE
from caddy_server import caddy, text_of
from nginx_plans import PLANS

EVERY = {**PLANS, **{name: plan for name, plan in WHOLE.items() if not name.startswith("encrypted")}}
"""Of those over TLS there would have to be certificates."""


@pytest.fixture(params=sorted(EVERY))
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A generated Caddyfile on disk, with a file of users beside it."""
    (tmp_path / "users.users").write_text("anna $2y$05$abcdefghijklmnopqrstuuY2lyyu7PScLPNGOaLpe3iyTmnYzuvjG\n")
    path = tmp_path / "Caddyfile"
    path.write_text(text_of(EVERY[request.param]).replace("/tmp", str(tmp_path)), encoding="utf-8")
    return path


def test_caddy_takes_it_without_a_warning(config: Path) -> None:
    argv = [caddy(), "validate", "--config", str(config), "--adapter", "caddyfile"]
    environment = {"HOME": str(config.parent)}
    run = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    assert '"level":"warn"' not in run.stderr.replace('"msg":"HTTP/2 skipped', "")


def test_caddy_formats_nothing(config: Path) -> None:
    run = subprocess.run([caddy(), "fmt", "--diff", str(config)], capture_output=True, text=True, check=False)
    assert not [line for line in run.stdout.splitlines() if line.startswith(("+", "-"))]
    assert run.returncode == 0
