"""The layers hold, and every module is of use."""

from __future__ import annotations

import ast
import subprocess
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import walk_packages

import grimp
import pytest

import speccompile
from speccompile.cli import COMMANDS, MODULES
from speccompile.codes.code import Code
from speccompile.codes.families import CODES, FAMILIES
from speccompile.frontends.importers import FORMATS
from speccompile.stacks import STACKS
from tools import ROOT, need


def test_import_contracts_hold() -> None:
    """As pyproject.toml writes them down."""
    lint = need("lint-imports", "pip install import-linter")
    run = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom."""
    return grimp.build_graph("speccompile", cache_dir=None)


def test_every_module_is_reached_from_the_command_line(graph: grimp.ImportGraph) -> None:
    """From the entry, and the commands, stacks, importers and what an extra brings, which are loaded when they are wanted; a package is reached with
    its modules."""
    stacks = {f"speccompile.stacks.{entry.module}" for entry in STACKS}
    importers = {f"speccompile.frontends.importers.{entry.module}" for entry in FORMATS}
    extra = {"speccompile.cli.editor.server"}
    commands = {f"speccompile.cli.{MODULES.get(command, command)}" for command in COMMANDS}
    roots = {"speccompile.__main__", *commands, *stacks, *importers, *extra, *_named(graph.modules)}
    reached = roots.union(*(graph.find_upstream_modules(root) for root in roots))
    reached |= {module.rsplit(".", depth)[0] for module in reached for depth in range(1, module.count(".") + 1)}
    assert graph.modules - reached == set()


def _named(modules: set[str]) -> set[str]:
    """The modules that are imported by their names (``import_module``) where they are wanted: those that are named beside what does that."""
    folders = {
        path.parent for path in (ROOT / "speccompile").rglob("*.py") if "import_module(" in path.read_text("utf-8")
    }
    found: set[str] = set()
    for path in (path for folder in folders for path in folder.glob("*.py")):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        here = ".".join(path.relative_to(ROOT).parent.parts)
        below = ("", f"{here}.", "speccompile.", "speccompile.backends.", "speccompile.verify.")
        found |= {f"{place}{word}" for word in words for place in below} & modules
    return found


def test_no_import_cycles(graph: grimp.ImportGraph) -> None:
    """No module imports itself, however indirectly."""
    TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}).prepare()


def test_every_module_can_be_imported_alone() -> None:
    """And says what it is for."""
    names = [module.name for module in walk_packages(speccompile.__path__, "speccompile.")]
    documented = [name for name in names if (import_module(name).__doc__ or "").strip()]
    assert documented == names


def test_every_code_is_in_its_family_and_of_use() -> None:
    """A constant of ``codes/`` is registered once and raised somewhere."""
    named = {
        value.id: name
        for module in walk_packages(speccompile.__path__, "speccompile.")
        if module.name.startswith("speccompile.codes.")
        for name, value in vars(import_module(module.name)).items()
        if isinstance(value, Code)
    }
    assert sorted(named) == sorted(CODES) == sorted(code.id for family in FAMILIES for code in family)
    sources = [path for path in (ROOT / "speccompile").rglob("*.py") if path.parent.name != "codes"]
    words = {
        word
        for path in sources
        for word in path.read_text(encoding="utf-8").replace(".", " ").replace(",", " ").split()
    }
    assert [id_ for id_, name in sorted(named.items()) if not any(name in word for word in words)] == []
