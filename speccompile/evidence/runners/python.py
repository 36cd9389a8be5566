"""Python: pytest where the project speaks of it, else unittest, with the interpreter of the project's environment."""

from __future__ import annotations

from pathlib import Path

from speccompile.evidence.invocation import REPORT, Invocation, Unknown
from speccompile.project.tree import Tree

_SPEAKING = (
    "pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini", "Pipfile", "requirements.txt", "requirements-dev.txt", "requirements-test.txt",
    "dev-requirements.txt", "requirements_dev.txt", "requirements/dev.txt", "requirements/test.txt",
)  # fmt: skip
_ENVIRONMENTS = (".venv/bin/python", "venv/bin/python")
_MANAGERS = (
    ("uv.lock", ("uv", "run", "--frozen", "python")),
    ("poetry.lock", ("poetry", "run", "python")),
    ("pdm.lock", ("pdm", "run", "python")),
    ("Pipfile.lock", ("pipenv", "run", "python")),
)


def choose(tree: Tree, directory: Path) -> Invocation | Unknown:
    """See ``runners``."""
    python = _interpreter(tree, directory)
    if _has_pytest(tree):
        return Invocation(
            runner="pytest",
            command=(*python, "-m", "pytest", "-q", f"--junit-xml={REPORT}", "-o", "junit_family=xunit1"),
            version=(*python, "-m", "pytest", "--version"),
        )
    return Invocation(
        runner="unittest",
        command=(*python, "-m", "unittest", "discover", "-v"),
        version=(*python, "--version"),
    )


def _interpreter(tree: Tree, directory: Path) -> tuple[str, ...]:
    for python in _ENVIRONMENTS:
        if (directory / python).exists():
            return (python,)
    return next((command for lock, command in _MANAGERS if tree.is_file(lock)), ("python3",))


def _has_pytest(tree: Tree) -> bool:
    there = tree.is_file("conftest.py") or tree.is_file("tests/conftest.py")
    return there or any("pytest" in (tree.read(name) or "") for name in _SPEAKING)
