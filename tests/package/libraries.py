"""Libraries in memory, and what they are lowered to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from speccompile.artifacts import Artifact
from speccompile.backends import package as backend
from speccompile.detect.library.npm import npm_sources
from speccompile.detect.library.python import python_sources
from speccompile.diagnostics import Diagnostic
from speccompile.lower.package import Choices, Place, npm_package, python_package
from speccompile.plan.package import Package
from speccompile.plan.plan import Layout, Plan
from speccompile.project.memory import MemoryTree
from speccompile.provenance import Cause, Origin, because
from speccompile.source import Span

ORIGIN: Origin = because("SC390", Cause(Span("specs/assertions.json", 3, 16)))
EXAMPLE = Path(__file__).resolve().parent.parent.parent / "specs" / "npm-library"

NPM = Place("lib", "package.json")
PYPI = Place("lib", "pyproject.toml")
DEFAULT = Choices()

MONEY = {
    "pyproject.toml": """\
[project]
name = "exact-money"
version = "1.0.0"
description = "Exact amounts"
dependencies = []
""",
    "README.md": "# exact-money\n",
    "src/exact_money/__init__.py": """\
def total(parts: list[int]) -> int:
    return sum(parts)
""",
    "tests/test_total.py": """\
import unittest

from exact_money import total


class Total(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(total([1, 2]), 3)
""",
}
"""A small Python library, with nothing in its manifest but what is needed to develop it."""


def sources_of(directory: Path) -> dict[str, str]:
    """The text files below *directory*, as git would have them."""
    files = (
        path
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not {"dist", "node_modules"} & set(path.parts)
    )
    return {path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8") for path in files}


def npm(
    files: Mapping[str, str],
    place: Place = NPM,
    choices: Choices = DEFAULT,
    entries: tuple[tuple[str, str], ...] = (),
) -> tuple[Package, tuple[Diagnostic, ...]]:
    """The npm library in *files*, of which *entries* are exported."""
    return npm_package(place, npm_sources(MemoryTree(files), entries), ORIGIN, choices)


def manifest(**keys: Any) -> str:
    """A package.json of a library, laid out as npm does."""
    return json.dumps({"name": "lib", "version": "1.0.0", **keys}, indent=2, ensure_ascii=False) + "\n"


def python(files: Mapping[str, str], place: Place = PYPI) -> tuple[Package, tuple[Diagnostic, ...]]:
    """The Python library in *files*."""
    return python_package(place, python_sources(MemoryTree(files)), ORIGIN)


def plan_of(*packages: Package) -> Plan:
    """A plan of nothing but *packages*."""
    layout = Layout(
        output="generated",
        context="..",
        output_in_context="generated",
        project_in_context="",
        names=0,
        origin=ORIGIN,
    )
    return Plan(
        app="lib",
        layout=layout,
        services=(),
        stores=(),
        externals=(),
        ingress=None,
        packages=packages,
        secrets=(),
        parameters=(),
        versions=(),
        assertions=(),
        origin=ORIGIN,
    )


def emitted(package: Package) -> dict[str, Artifact]:
    """The artifacts for *package* by their paths."""
    return {artifact.path: artifact for artifact in backend.emit(plan_of(package))}


def texts(package: Package) -> dict[str, str]:
    """The artifacts' texts by their paths."""
    return {path: artifact.text for path, artifact in emitted(package).items()}
