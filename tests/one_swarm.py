"""The engine's one swarm, of which there is no second: tests of several files that run side by side have it one after the other."""

from __future__ import annotations

import fcntl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import missing, need_engine


@contextmanager
def swarm() -> Iterator[str]:
    """The engine's program; its engine is the manager of a swarm of its own, which is left at the end."""
    docker = need_engine()
    with Path(tempfile.gettempdir(), "speccompile-tests-swarm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        argv = [docker, "swarm", "init", "--advertise-addr", "127.0.0.1"]
        begun = subprocess.run(argv, capture_output=True, text=True, check=False)
        if begun.returncode:
            missing("a docker engine that can begin a swarm", f"{begun.stderr.strip()} (docker swarm leave --force)")
        try:
            yield docker
        finally:
            subprocess.run([docker, "swarm", "leave", "--force"], capture_output=True, check=False)


def gone(docker: str, app: str) -> None:
    """Wait until no container of the stack *app* is left."""
    for _ in range(60):
        argv = [docker, "ps", "--quiet", "--filter", f"name={app}_"]
        if not subprocess.run(argv, capture_output=True, check=False).stdout.strip():
            return
        time.sleep(1)
