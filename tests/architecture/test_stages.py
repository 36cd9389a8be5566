"""Data flows one way: what comes after detection is given values, and could not ask a tree if it wanted to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tools import ROOT

ASKED = ("speccompile.project", "speccompile.tracked", "speccompile.regular")
"""What shows the files of a project."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom."""
    return grimp.build_graph("speccompile", cache_dir=None)


def _is_in(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _hands_on(graph: grimp.ImportGraph, package: str) -> Iterator[str]:
    """Imports of modules of *package* by which a tree could get there: what shows files, and modules that are shown them."""
    for module in sorted(one for one in graph.modules if _is_in(one, (package,))):
        for other in sorted(graph.find_modules_directly_imported_by(module)):
            shown = graph.find_modules_directly_imported_by(other)
            if not _is_in(other, (package,)) and (_is_in(other, ASKED) or any(_is_in(one, ASKED) for one in shown)):
                yield f"{module} imports {other}"


@pytest.mark.parametrize("package", ["speccompile.lower", "speccompile.requirements", "speccompile.plan"])
def test_what_comes_after_detection_sees_no_tree(graph: grimp.ImportGraph, package: str) -> None:
    """Neither itself, nor by a function of another module that takes one."""
    assert list(_hands_on(graph, package)) == []


@pytest.mark.parametrize("package", ["speccompile.detect", "speccompile.survey"])
def test_what_looks_at_trees_is_seen_to(graph: grimp.ImportGraph, package: str) -> None:
    """So that the test above would notice."""
    assert list(_hands_on(graph, package))


def _parameters(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.arg):
            yield node.arg


def test_nothing_in_lowering_is_called_a_tree() -> None:
    """A tree that came as something else would have to be called something."""
    named = {path.name for path in (ROOT / "speccompile" / "lower").rglob("*.py") if "tree" in _parameters(path)}
    assert named == set()
    assert "tree" in _parameters(ROOT / "speccompile" / "detect" / "contents.py")
