"""Processes are started in one place, and git is called in one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import ROOT

STARTING = {"images/runner.py": {"subprocess"}, "writer/guard.py": {"fork"}}
"""Who starts processes; the writer's guard is a copy of ourselves that runs no other program."""

GIT = "images/git.py"
STARTERS = {"subprocess", "multiprocessing", "pty", "pexpect", "concurrent.futures.process", "asyncio.subprocess"}
CALLS = {
    "system",
    "popen",
    "fork",
    "forkpty",
    "posix_spawn",
    "posix_spawnp",
    "startfile",
    "create_subprocess_exec",
    "create_subprocess_shell",
}
MODULES = sorted((ROOT / "speccompile").rglob("*.py"))


def starts(tree: ast.AST) -> Iterator[str]:
    """What in a module starts processes, or could."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name in STARTERS)
            case ast.ImportFrom(module=str(module)) if module in STARTERS or module.partition(".")[0] in STARTERS:
                yield module
            case ast.Attribute(value=ast.Name(id="os" | "asyncio"), attr=str(name)) if name in CALLS or name.startswith(
                ("exec", "spawn")
            ):
                yield name


def calls_git(tree: ast.AST) -> bool:
    """Whether a module has an argument vector that begins with git."""
    return any(
        isinstance(node, ast.Tuple | ast.List) and node.elts and isinstance(node.elts[0], ast.Constant) and node.elts[0].value == "git"
        and isinstance(node.ctx, ast.Load) and len(node.elts) > 1 and not all(_is_name(one) for one in node.elts)
        for node in ast.walk(tree)
    )  # fmt: skip


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.startswith("-")


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.relative_to(ROOT / "speccompile").as_posix())
def test_only_one_module_starts_processes_and_only_one_calls_git(file: Path) -> None:
    tree, name = ast.parse(file.read_text()), file.relative_to(ROOT / "speccompile").as_posix()
    assert set(starts(tree)) == STARTING.get(name, set())
    assert calls_git(tree) == (name == GIT)


@pytest.mark.parametrize(
    "text", ["import subprocess", "from subprocess import run", "import os\nos.execvp('a', [])", "import os\nos.popen('x')", "from multiprocessing.pool import Pool"]
)  # fmt: skip
def test_what_starts_processes_is_noticed(text: str) -> None:
    assert list(starts(ast.parse(text)))


@pytest.mark.parametrize("text", ["Command(('git', '--version'))", "Command(('git', '-C', x))", "run(['git', *words])"])
def test_a_call_of_git_is_noticed(text: str) -> None:
    assert calls_git(ast.parse(text))
