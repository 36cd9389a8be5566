"""Go on a real engine: an edit of a source does not fetch the modules again, as the build's log says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_stack_builds import generate, run

from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_TAG = "speccompile-test-stacks:go-rebuilt"


@pytest.fixture
def where(tmp_path: Path) -> Iterator[Path]:
    """A project whose image is removed afterwards."""
    yield generate("go-gin-web", tmp_path)
    run(need_engine(), "image", "rm", "--force", _TAG)


def _built(where: Path) -> dict[str, bool]:
    """The RUN steps of a build, and whether each was taken from the cache."""
    argv = [
        need_engine(),
        "build",
        "--progress",
        "plain",
        "--tag",
        _TAG,
        "--file",
        str(where / "generated/Dockerfile"),
        str(where),
    ]
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={"DOCKER_BUILDKIT": "1", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    log = done.stdout + done.stderr
    steps = dict(re.findall(r"^(#\d+) \[\w+ +\d+/\d+\] RUN (.*)$", log, re.MULTILINE))
    return {" ".join(words.split()): f"\n{number} CACHED" in log for number, words in steps.items()}


def test_an_edited_source_fetches_nothing(where: Path) -> None:
    """Neither are the modules downloaded nor is the health module compiled again; the program is."""
    _built(where)
    source = where / "main.go"
    source.write_text(source.read_text("utf-8").replace('"me"', '"me again"'), "utf-8")
    cached: dict[str, list[bool]] = {"download": [], "health.go": [], "greeter": []}
    for step, taken in _built(where).items():
        next(found for word, found in cached.items() if word in step).append(taken)
    assert cached == {"download": [True], "health.go": [True], "greeter": [False]}


def test_an_edited_manifest_fetches_the_modules(where: Path) -> None:
    """So that the test above can fail."""
    _built(where)
    (where / "go.mod").write_text((where / "go.mod").read_text("utf-8") + "\n// edited\n", "utf-8")
    assert [taken for step, taken in _built(where).items() if "download" in step] == [False]
