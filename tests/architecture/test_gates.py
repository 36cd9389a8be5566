"""What a reviewer would otherwise have to look for: layout, lints, types, layers."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tools import missing

ROOT = Path(__file__).resolve().parents[2]

# Without ruff's cache: a file stays "good" in it though another one that came or went (`tests/systems.py`) makes its
# imports those of this project, https://docs.astral.sh/ruff/faq/#how-does-ruff-determine-which-of-my-imports-are-first-party-third-party-etc
GATES = {
    "ruff format": ("ruff", "-m", "ruff", "format", "--check", "--no-cache", "."),
    "ruff check": ("ruff", "-m", "ruff", "check", "--no-cache", "."),
    "mypy": ("mypy", "-m", "mypy"),
    "lint-imports": ("importlinter", "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
}


def _gate(name: str, directory: Path) -> subprocess.CompletedProcess[str]:
    package, *argv = GATES[name]
    if find_spec(package) is None:
        missing(package, "pip install -e '.[dev]'")
    return subprocess.run([sys.executable, *argv], cwd=directory, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", GATES)
def test_the_sources_pass(name: str) -> None:
    """All of them: the tests and the benchmarks too."""
    done = _gate(name, ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


BAD = {
    "ruff format": "x = [1,\n 2]\n",
    "ruff check": "import os\n",
    "mypy": "def f(x):\n    return x\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_gate_can_close(name: str, tmp_path: Path) -> None:
    """With this project's own settings."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "speccompile").mkdir()
    (tmp_path / "benchmarks").mkdir()
    for package in ("speccompile", "tests", "benchmarks"):
        (tmp_path / package / f"bad_{package}.py").write_text(BAD[name], "utf-8")
    assert _gate(name, tmp_path).returncode == 1
