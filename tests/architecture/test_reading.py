"""One way to read files: ``regular.py``. Everything else that opens one is listed here with its reason."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import ROOT

PROGRAM = sorted((ROOT / "speccompile").rglob("*.py"))
READING = {"open", "fdopen", "read_text", "read_bytes", "readlink", "loadtxt", "copyfile", "copy2"}
ALLOWED = {
    "regular.py": "it is the one way",
    "owned.py": "opens directories, without following links",
    "local_state.py": "opens directories, and new files for writing",
    "compiled_regex.py": "a new file for writing, when a wheel is built",
    "writer/files.py": "opens directories, and new files for writing",
    "writer/guard.py": "opens the directory that is locked, and a pipe",
    "writer/journal.py": "a new file for writing",
    "images/runner.py": "a new log for writing",
    "cli/report_file.py": "a new file for writing",
    "spec/zone_names.py": "a list beside it",
    "releases/directory.py": "directories, and new files for writing",
    "releases/files.py": "the front door's configuration, for writing in place",
    "releases/archives.py": "new files for writing, below a new directory",
    "releases/packing.py": "where a link leads into Nix's store, as a text",
    "releases/quadlet/cellar.py": "new files for writing",
    "releases/quadlet/shelf.py": "new units for writing",
    "cli/saying.py": "the null device, for writing",
}


def reads(text: str) -> list[int]:
    """The lines on which a file is opened or read."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if _name(call.func) in READING]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: path.relative_to(ROOT / "speccompile").as_posix())
def test_files_are_read_in_one_way(path: Path) -> None:
    name = path.relative_to(ROOT / "speccompile").as_posix()
    assert bool(reads(path.read_text(encoding="utf-8"))) == (name in ALLOWED)


@pytest.mark.parametrize(
    "text", ["Path(x).read_text()", "open(x)", "os.open(x, 0)", "file.read_bytes()", "with p.open('rb') as f: pass"]
)
def test_other_ways_are_noticed(text: str) -> None:
    assert reads(text)
