"""Alter or delete any one line of any artifact, and a check other than the digest objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from projects import (
    BUN_WEB,
    HTML_WEB,
    NODE_CLI,
    PYTHON_JOB,
    PYTHON_WEB,
    RUST_WEB,
    VITE_WEB,
    assertion,
    compiled,
    manifest,
)
from speccompile.pipeline import Compilation
from speccompile.proving import verify_files
from speccompile.targets import DEFAULT, chosen

_WEB = manifest(
    "web-service",
    assertion(1, "Orders are stored in postgres"),
    assertion(2, "Sessions live in redis"),
    assertion(3, "GET /healthz returns 200"),
    assertion(4, "Rate limiting allows 50 requests per second"),
    assertion(5, "Requests carry a valid API token"),
    boundaries=["external-payment-processor", "rabbitmq"],
)
_JOB = manifest(
    "data-pipeline",
    assertion(1, "Only one run at a time exports records, nightly"),
    assertion(2, "Resumes from its last checkpoint"),
    boundaries=["postgres"],
)
_PROJECTS = {
    "bun-web": (BUN_WEB, _WEB),
    "python-web": (PYTHON_WEB, _WEB),
    "rust-web": (RUST_WEB, _WEB),
    "node-cli": (NODE_CLI, manifest("cli-tool", constraints=["no-network"])),
    "python-job": (PYTHON_JOB, _JOB),
    "vite-web": (VITE_WEB, manifest("web-service", assertion(1, "GET /livez returns 200"))),
    "html-web": (HTML_WEB, manifest("web-service")),
}


@pytest.fixture(params=sorted(_PROJECTS), scope="module")
def compilation(request: pytest.FixtureRequest) -> Compilation:
    """A compilation without defects."""
    done = compiled(*_PROJECTS[request.param])
    assert done.defects == ()
    return done


def _objects(compilation: Compilation, path: str, lines: list[str]) -> bool:
    """Whether the verifier of the file's own target objects."""
    (name,) = {artifact.target for artifact in compilation.artifacts if artifact.path == path}
    return bool(verify_files(compilation.plan, {**compilation.files, path: "\n".join(lines)}, chosen((name,))))


def test_any_deleted_line_is_noticed(compilation: Compilation) -> None:
    """Without any one line that is not blank, some check objects."""
    missed = []
    for path, text in compilation.files.items():
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if line.strip() and not _objects(compilation, path, lines[:number] + lines[number + 1 :]):
                missed.append(f"{path}:{number + 1}: {line}")
    assert missed == []


_WAYS: tuple[Callable[[str], str], ...] = (
    lambda line: line + "x",
    lambda line: line[: len(line) - 1],
    lambda line: line.replace("e", "o", 1),
)
"""A character more, one less, another one."""


def _altered(line: str, turn: int) -> tuple[str, int]:
    """*line*, altered in the way whose turn it is, or the next that alters it; and which one that was."""
    ways = [(turn + step) % len(_WAYS) for step in range(len(_WAYS))]
    return next((new, way) for way in ways if (new := _WAYS[way](line)).rstrip() != line.rstrip())


def test_any_altered_line_is_noticed(compilation: Compilation) -> None:
    """With a character more, one less, or another one in any line, some check objects; the ways take turns."""
    missed, used = [], Counter[int]()
    for path, text in compilation.files.items():
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            altered, way = _altered(line, used.total())
            used[way] += 1
            if not _objects(compilation, path, [*lines[:number], altered, *lines[number + 1 :]]):
                missed.append(f"{path}:{number + 1}: {line} -> {altered}")
    assert missed == []
    assert min(used[way] for way in range(len(_WAYS))) * 2 * len(_WAYS) > used.total(), "each of them is tried"


def test_any_missing_file_is_noticed(compilation: Compilation) -> None:
    """Without any one file, some check objects."""
    for path in compilation.files:
        left = {other: text for other, text in compilation.files.items() if other != path}
        assert verify_files(compilation.plan, left, DEFAULT), path


def test_the_suite_covers_every_target() -> None:
    """Every target that nobody has to choose has an artifact among the projects here, but the library's and PHP's script, which tests of their own alter;
    for the others see tests/delivery and tests/caddy."""
    seen = {artifact.target for sources, specs in _PROJECTS.values() for artifact in compiled(sources, specs).artifacts}
    assert seen == {target.name for target in DEFAULT} - {"package", "serve", "caddy"}
