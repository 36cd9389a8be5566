"""Java builds on a real engine: after an edit of a source nothing is fetched, and the layers below it stay."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from test_stack_builds import generate

from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

CASES = {
    "java-maven-job": "report/src/main/java/com/example/report/ReportJob.java",
    "java-spring-web": "src/main/java/com/example/shop/ShopApplication.java",
}


def build(where: Path, tag: str) -> str:
    """What the engine tells about a build of the sources at *where*."""
    argv = [need_engine(), "build", "--progress=plain", "--tag", tag, "--file", str(where / "generated/Dockerfile"), str(where)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def cached(log: str, words: str) -> bool:
    """Whether the step that has *words* in it was taken from the cache."""
    (number,) = {line.split()[0] for line in log.splitlines() if words in line and "] RUN" in line and line.startswith("#")}
    return f"{number} CACHED" in log


@pytest.mark.parametrize("case", CASES)
def test_an_edit_of_a_source_fetches_nothing(case: str, tmp_path: Path) -> None:
    """The step of the dependencies is cached, and the step of the build works offline (``-o`` is added for the proof)."""
    where, tag = generate(case, tmp_path), f"speccompile-test-rebuild:{case}"
    try:
        build(where, tag)
        source, dockerfile = where / CASES[case], where / "generated/Dockerfile"
        source.write_text(source.read_text("utf-8") + "\n// edited\n", "utf-8")
        dockerfile.write_text(dockerfile.read_text("utf-8").replace(" -DskipTests ", " -o -DskipTests "), "utf-8")
        log = build(where, tag)
        assert cached(log, "dependency:go-offline")
        assert not cached(log, "-o -DskipTests")
    finally:
        subprocess.run([need_engine(), "image", "rm", "--force", tag], capture_output=True, check=False)
