"""After an edit of sources alone the compiled dependencies are taken as they are, and the edit is in the program."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from test_stack_builds import answer, generate, run

from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]
_TAG = "speccompile-test-stacks:rust-rebuilt"


def build(docker: str, where: Path) -> str:
    """Build and give the log."""
    argv = [
        docker,
        "build",
        "--progress",
        "plain",
        "--tag",
        _TAG,
        "--file",
        str(where / "generated/Dockerfile"),
        str(where),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)
    log = done.stdout + done.stderr
    assert done.returncode == 0, log
    return log


def cached(log: str) -> list[bool]:
    """Whether each step that compiles with Cargo was taken from the cache."""
    lines = log.splitlines()
    steps = dict.fromkeys(line.split(" ", 1)[0] for line in lines if " RUN " in line and "cargo build" in line)
    return [f"{number} CACHED" in lines for number in sorted(steps, key=lambda number: "touch" in _step(lines, number))]


def _step(lines: list[str], number: str) -> str:
    return next(line for line in lines if line.startswith(f"{number} ") and " RUN " in line)


def said(docker: str) -> str:
    """What the server answers."""
    container = run(docker, "run", "--detach", "--publish", "127.0.0.1::8181", _TAG)
    try:
        return answer(f"http://{run(docker, 'port', container, '8181').splitlines()[0]}/")
    finally:
        run(docker, "rm", "--force", container)


def test_a_source_only_edit(tmp_path: Path) -> None:
    """Of a library, of its build script, of the program: files with old times, as a checkout may give them."""
    docker = need_engine()
    where = generate("rust-workspace-web", tmp_path)
    greeting, script = where / "crates/greeting/src/lib.rs", where / "crates/greeting/build.rs"
    try:
        build(docker, where)
        assert said(docker).startswith("Good morning, me")
        # Whatever was built here before is in the engine's cache.
        greeted = f"Good evening {tmp_path.stat().st_ino}"
        greeting.write_text(greeting.read_text().replace('"{}, {name}"', '"{}; {name}"'))
        script.write_text(script.read_text().replace("Good morning", greeted))
        for path in where.rglob("*.rs"):
            subprocess.run(["touch", "--date", "2001-01-01", str(path)], check=True)
        log = build(docker, where)
        assert cached(log) == [True, False]
        assert said(docker).startswith(f"{greeted}; me")
    finally:
        run(docker, "image", "rm", "--force", _TAG, check=False)
