"""The shape of the code: small modules, small functions, names that say something, imports at the top."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import ROOT

MODULE, MEDIAN, FUNCTION = 350, 100, 60
"""Most lines of a module, of half of the modules, and of a function."""

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "context", "manager", "misc", "base"}
LAZY = {"__main__.py", "cli/__init__.py", "quick_check.py", "quick_help.py"}
"""The modules that import where they need it: the fast path, and the commands."""

PROGRAMMERS = {"record.py"}
"""The modules whose texts only programmers see."""

WRITTEN = {"speccompile/help_pages.py"}
"""The modules that docs/build.py writes, which nobody reads."""

PROGRAM = sorted((ROOT / "speccompile").rglob("*.py"))
TESTS = sorted(
    path
    for path in (ROOT / "tests").rglob("*.py")
    if not {"cases", "app"} & set(path.relative_to(ROOT / "tests").parts)
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _functions(path: Path) -> Iterator[_Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, _Function))


@pytest.mark.parametrize("path", [*PROGRAM, *TESTS], ids=_name)
def test_modules_and_functions_are_short(path: Path) -> None:
    """A module is read in one sitting, a function at one glance."""
    assert _lines(path) <= MODULE or _name(path) in WRITTEN
    longest = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in _functions(path)}
    assert {name: lines for name, lines in longest.items() if lines > FUNCTION} == {}


def test_most_modules_are_short() -> None:
    """Half of them have at most a hundred lines."""
    lengths = sorted(_lines(path) for path in PROGRAM)
    assert lengths[len(lengths) // 2] <= MEDIAN


@pytest.mark.parametrize("path", [*PROGRAM, *TESTS], ids=_name)
def test_names_say_something(path: Path) -> None:
    """No drawer for odds and ends."""
    assert path.stem.strip("_") not in EMPTY_NAMES


@pytest.mark.parametrize("path", PROGRAM, ids=_name)
def test_imports_stand_at_the_top(path: Path) -> None:
    """So that it can be seen what a module needs."""
    inside = [
        f"{function.name}:{node.lineno}"
        for function in _functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == [] or path.relative_to(ROOT / "speccompile").as_posix() in LAZY


@pytest.mark.parametrize("path", PROGRAM, ids=_name)
def test_messages_quote_as_people_do(path: Path) -> None:
    """``quoted`` shows what was found, ``repr`` is for errors of programmers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    programmers = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise | ast.Assert) and _is_for_programmers(node)
        for inner in ast.walk(node)
    }
    shown = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue) and node.conversion == ord("r") and node not in programmers
    ]
    assert shown == [] or path.name in PROGRAMMERS


def _is_for_programmers(node: ast.Raise | ast.Assert) -> bool:
    if isinstance(node, ast.Assert):
        return True
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id in {
        "ValueError",
        "TypeError",
        "AssertionError",
        "FrozenInstanceError",
    }
