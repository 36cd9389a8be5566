"""Real servers with passwords, and what the health modules say of log-ins there."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from health_plans import module, need
from health_programs import Program, install

from tools import find, need_engine

PATIENCE = 90
UNPROVEN = "reached, not authenticated"
# A password with everything that a URL must encode, and as it stands in one.
SECRET, ENCODED = "p@ss:w/rd?#%1", "p%40ss%3Aw%2Frd%3F%23%251"


@dataclass(frozen=True)
class Case:
    """A URL, what is in the password's file ("" for none), and what is said: "" when the log-in succeeds."""

    url: str
    said: str = ""
    file: str = ""


@contextmanager
def process(*argv: str, cwd: Path, user: str | None = None) -> Iterator[None]:
    """A server in the foreground, stopped afterwards."""
    server = subprocess.Popen(argv, cwd=cwd, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def container(image: str, port: int, published: int, *options: str) -> Iterator[None]:
    """A container whose *port* is *published* on the loopback interface, removed afterwards."""
    docker = need_engine()
    publish = ["--publish", f"127.0.0.1:{published}:{port}"]
    started = subprocess.run(
        [docker, "run", "--detach", *publish, *options, image], capture_output=True, text=True, check=False
    )
    assert started.returncode == 0, started.stderr
    try:
        yield
    finally:
        subprocess.run([docker, "rm", "--force", "--volumes", started.stdout.strip()], capture_output=True, check=True)


def retried(ask: Callable[[], subprocess.CompletedProcess[str]]) -> None:
    """Ask until it succeeds."""
    end = time.monotonic() + PATIENCE
    while (done := ask()).returncode:
        assert time.monotonic() < end, done.stderr
        time.sleep(0.2)


def judges(
    language: str, protocol: str, port: int, cases: dict[str, Case], directory: Path, *, lacks: tuple[str, ...] = ()
) -> None:
    """What the module of *language* says of each case, all asked at once; of those that it *lacks* the means for, that."""
    needs = [need(name, protocol, password=f"{name.upper()}_FILE") for name in cases]
    program: Program = install(module(language, *needs, strict=False), directory)
    env = {}
    for needed, case in zip(needs, cases.values(), strict=True):
        env[needed.variable] = case.url.format(address=f"127.0.0.1:{port}")
        if case.file:
            path = directory / f"{needed.name}.password"
            path.write_text(f"{case.file}\n")
            env[needed.password] = f"/app/{path.name}" if inside(language) else str(path)
    checks = program.report(env=env)["checks"]
    where = f"{protocol} at 127.0.0.1:{port}"
    wanted = {name: UNPROVEN if name in lacks else case.said for name, case in cases.items()}
    said = {name: check["detail"].removeprefix(where).removeprefix(": ") for name, check in checks.items()}
    assert said == wanted
    assert {name for name, check in checks.items() if check["ok"]} == {
        name for name, said in wanted.items() if said in ("", UNPROVEN)
    }
    assert SECRET not in str(checks)


def inside(language: str) -> bool:
    """Whether the module runs in a container, where its directory is /app."""
    return language == "typescript" and not find("bun")
