"""Expressions that a wheel brings compiled are those that ``re`` makes, and only for the Python that compiled them."""

from __future__ import annotations

import ast
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

import speccompile
from speccompile import compiled_regex
from speccompile.compiled_regex import compiled_before, keep
from speccompile.regex import all_expressions, regex
from tools import ROOT

MODULES = [path for path in sorted((ROOT / "speccompile").rglob("*.py")) if path.name != "regex.py"]


def test_every_expression_is_the_one_that_re_makes(tmp_path: Path) -> None:
    for module in pkgutil.walk_packages(speccompile.__path__, "speccompile."):
        import_module(module.name)
    file = str(tmp_path / "kept")
    keep(all_expressions(), file)
    assert len(all_expressions()) > 700
    for source, flags in all_expressions():
        assert compiled_before(source, flags, file) == re.compile(source, flags)


def test_groups_and_what_is_found_are_the_same(tmp_path: Path) -> None:
    file = str(tmp_path / "kept")
    keep([(r"(?P<a>\d+)(?:x|(?P<b>é+))(c)?", re.IGNORECASE)], file)
    found, wanted = (
        compiled_before(r"(?P<a>\d+)(?:x|(?P<b>é+))(c)?", re.IGNORECASE, file),
        re.compile(r"(?P<a>\d+)(?:x|(?P<b>é+))(c)?", re.IGNORECASE),
    )
    assert found is not None
    assert (found.groups, dict(found.groupindex), found.flags) == (wanted.groups, dict(wanted.groupindex), wanted.flags)
    for text in ("12É", "1xC", "none"):
        mine, theirs = found.search(text), wanted.search(text)
        assert (mine and (mine.groupdict(), mine.lastgroup)) == (theirs and (theirs.groupdict(), theirs.lastgroup))


def test_another_python_compiles_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(tmp_path / "kept")
    keep([("a+", 0)], file)
    monkeypatch.setattr(compiled_regex, "_MADE_BY", b"cpython-399 30900f0 little\n")
    assert compiled_before("a+", 0, file) is None
    assert compiled_before("a+", 0, str(tmp_path / "not there")) is None


def test_an_expression_is_compiled_when_it_is_asked() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.search("")
    assert regex("a").sub("b", "aa") == "bb"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT / "speccompile").as_posix())
def test_no_module_compiles_when_it_is_imported(path: Path) -> None:
    assert _compiling(ast.parse(path.read_text("utf-8"))) == []


def _compiling(node: ast.AST) -> list[int]:
    """The lines on which ``re.compile`` is called outside of functions."""
    found = []
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.Lambda)):
            found += [child.lineno] if isinstance(child, ast.Call) and ast.unparse(child.func) == "re.compile" else []
            found += _compiling(child)
    return found
