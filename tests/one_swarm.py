"""The engine's one swarm, of which there is no second: tests of several files that run side by side have it one after the other.

It is left when all tests have ended. An engine that leaves a swarm forgets the names of all containers that run on it, also of those that have nothing to do
with the swarm (https://github.com/moby/moby/issues/45144): whatever runs beside, and asks for another one by its name, fails from then on.
"""

from __future__ import annotations

import fcntl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import find, missing, need_engine

_LOCK = Path(tempfile.gettempdir(), "speccompile-tests-swarm.lock")
"""Holds the id that the engine has in the swarm that the tests have begun."""


@contextmanager
def swarm() -> Iterator[str]:
    """The engine's program; its engine is the manager of a swarm of the tests' own."""
    docker = need_engine()
    with _LOCK.open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not (there := _id(docker)) or there != lock.read():
            argv = [docker, "swarm", "init", "--advertise-addr", "127.0.0.1"]
            begun = subprocess.run(argv, capture_output=True, text=True, check=False)
            if begun.returncode:
                missing(
                    "a docker engine that can begin a swarm", f"{begun.stderr.strip()} (docker swarm leave --force)"
                )
            lock.truncate(0)
            lock.write(_id(docker))
            lock.flush()
        yield docker


def left() -> None:
    """Leave the swarm that the tests have begun, unless others are at it, who do so then."""
    docker = find("docker")
    if docker is None or not _LOCK.exists():
        return
    with _LOCK.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        ours = lock.read()
        if ours and ours == _id(docker):
            subprocess.run([docker, "swarm", "leave", "--force"], capture_output=True, check=False)
        lock.truncate(0)


def _id(docker: str) -> str:
    """Which node of a swarm the engine is; "" where it is none."""
    asked = [docker, "info", "--format", "{{.Swarm.NodeID}}"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def gone(docker: str, app: str) -> None:
    """Wait until no container of the stack *app* is left."""
    for _ in range(60):
        argv = [docker, "ps", "--quiet", "--filter", f"name={app}_"]
        if not subprocess.run(argv, capture_output=True, check=False).stdout.strip():
            return
        time.sleep(1)
