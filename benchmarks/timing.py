"""Wall times of fresh processes, and of nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


def nothing() -> None:
    """What has to be done before most runs."""


@dataclass(frozen=True)
class Run:
    """A command, where it runs, and what is done before each time; neither its start nor its output is timed."""

    name: str
    command: Sequence[str]
    directory: Path
    before: Callable[[], None] = nothing


def environment() -> dict[str, str]:
    """The environment of every run: an installed package has its bytecode, and Python may read it; and nobody is in CI, where
    ``check`` believes no record."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") and name != "CI"}


def seconds(run: Run) -> float:
    """How long *run* takes once; ends the benchmark when it fails."""
    run.before()
    start = time.perf_counter()
    done = subprocess.run(
        run.command, cwd=run.directory, env=environment(), capture_output=True, text=True, check=False
    )
    taken = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{run.name} failed: {' '.join(run.command)}\n{done.stdout}{done.stderr}")
    return taken


def best(rounds: int, *runs: Run) -> list[float]:
    """The shortest time of each of *runs* in seconds; they take turns, so that a slow moment hits all of them."""
    times = [float("inf")] * len(runs)
    for _ in range(rounds):
        times = [min(known, seconds(run)) for known, run in zip(times, runs, strict=True)]
    return times
