"""An edit of a source, as the engine's build log tells it: what was installed stays installed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from test_stack_builds import generate, run

from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

EDITS = {
    "static-vite-web": ("src/cards.js", "npm ci", "npm run build"),
    "deno-web": ("visits.ts", "deno install --frozen", "deno cache --frozen main.ts"),
}
"""What is edited, the step that must come from the cache, and one that must not."""


@pytest.mark.parametrize("case", sorted(EDITS))
def test_an_edit_reinstalls_nothing(case: str, tmp_path: Path) -> None:
    """The step before the sources is cached, the one behind them is not."""
    docker, where = need_engine(), generate(case, tmp_path)
    path, kept, again = EDITS[case]
    tag = f"speccompile-test-rebuild:{case}"
    argv = [docker, "build", "--progress", "plain", "--tag", tag, "--file", str(where / "generated/Dockerfile"), str(where)]
    try:
        run(*argv)
        with (where / path).open("a", encoding="utf-8") as source:
            source.write(f"// Edited by {os.getpid()}.\n")
        log = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=True).stderr
    finally:
        run(docker, "image", "rm", "--force", tag)
    assert _cached(log, kept)
    assert not _cached(log, again)


def _cached(log: str, command: str) -> bool:
    """Whether the step that runs *command* came from the cache; it must be there."""
    step = next(line.split()[0] for line in log.splitlines() if command in line and "RUN" in line)
    return f"{step} CACHED" in log.splitlines()
