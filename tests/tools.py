"""Finding the real programs that the tests run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
"""The root of the checkout."""

TOOLS = ROOT / ".tools"
"""Programs that tests/setup.py installs apart from the virtual environment."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def _places() -> tuple[Path, ...]:
    """Where programs are looked for, before PATH: this environment, .tools, and where Debian puts servers."""
    return (
        Path(sys.executable).parent,
        TOOLS / "npm/node_modules/.bin",
        TOOLS / "checkov/bin",
        TOOLS / "kubernetes",
        TOOLS / "go",
    )


def find(command: str) -> str | None:
    """The path of the program *command*, or None when this machine does not have it."""
    path = os.pathsep.join((*map(str, _places()), os.environ.get("PATH", os.defpath), "/usr/sbin"))
    return shutil.which(command, path=path)


def missing(what: str, install: str) -> None:
    """Skip the test that needs *what*, saying how to *install* it; fail it where CI is set, where all must run."""
    reason = f"{what} is missing: {install}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def need(command: str, install: str) -> str:
    """The path of the program *command*; without it the test is skipped (failed in CI) with how to *install* it."""
    found = find(command)
    if found is None:
        missing(command, install)
        raise AssertionError(command)
    return found


@cache
def _engine() -> str | None:
    """The first docker client whose daemon answers; Debian's own comes before others of that name."""
    candidates = dict.fromkeys(filter(None, (shutil.which("docker", path="/usr/bin"), find("docker"))))
    for docker in candidates:
        answer = subprocess.run(
            [docker, "version", "--format", "{{.Server.Version}}"], capture_output=True, timeout=30, check=False
        )
        if answer.returncode == 0:
            return docker
    return None


def need_engine() -> str:
    """The path of a docker client with a daemon that answers; without one the test is skipped (failed in CI)."""
    found = _engine()
    if found is None:
        missing("a running Docker engine", "apt-get install docker.io, then start dockerd")
        raise AssertionError("docker")
    return found


def need_module_types() -> str:
    """The ``node_modules`` directory with @types/node and @types/bun; else as `need`."""
    tsc = need("tsc", "python3 tests/setup.py with npm installed")
    types = Path(tsc).parent.parent / "@types"
    if not (types / "node").is_dir() or not (types / "bun").is_dir():
        missing("@types/node, @types/bun", "python3 tests/setup.py with npm installed")
    return str(types.parent)
