"""CONTRIBUTING's steps are enough: a made-up key, diagnostic, rule, stack and target are added to a copy by them, and work."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from made_up import ALL, DIAGNOSTIC, KEY, RULE, STACK, TARGET, Addition

from tools import ROOT

_GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
_COPIED = ("speccompile", "templates", "docs", "tests/cases/SC360-unsettled")


@pytest.fixture(scope="module")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources with all that is made up."""
    root = tmp_path_factory.mktemp("compiler")
    for part in _COPIED:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", "compiled_templates"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, root / name)
    for addition in ALL:
        addition.apply(root)
    return root


def _python(compiler: Path, *argv: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(compiler), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *argv],
        cwd=at or compiler,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _ran(compiler: Path, project: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    return _python(compiler, "-m", "speccompile", *argv, at=project)


def _project(at: Path, archetype: str, deploy: object, **sources: str) -> Path:
    (at / "specs").mkdir(parents=True)
    manifest = {"version": "1.0.0", "archetype": archetype, "assertions": []}
    (at / "specs/assertions.json").write_text(json.dumps(manifest), "utf-8")
    (at / "specs/deploy.yaml").write_text(yaml.safe_dump(deploy), "utf-8")
    for name, text in sources.items():
        (at / name.replace("__", ".")).write_text(text, "utf-8")
    return at


def _steps(section: str) -> str:
    found = re.search(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", _GUIDE, re.MULTILINE | re.DOTALL)
    assert found, section
    return found[1]


def _named(path: str, steps: str) -> bool:
    """Whether *steps* name *path*, a ``<word>`` in them standing for any name, and a folder for what is in it."""
    patterns = re.findall(r"`((?:speccompile|templates|tests)/[^`\s]*)`", steps)
    forms = (re.sub(r"<[^>]*>", "[^/]+", re.escape(one).replace(r"\<", "<").replace(r"\>", ">")) for one in patterns)
    return any(re.fullmatch(form + (".*" if form.endswith("/") else ""), path) for form in forms)


@pytest.mark.parametrize("addition", ALL, ids=lambda one: one.section)
def test_only_what_the_steps_name_is_touched(addition: Addition) -> None:
    """And a file that they do not name would be noticed."""
    steps = _steps(addition.section)
    touched = {*addition.files, *(line.path for line in addition.lines)}
    assert [path for path in sorted(touched) if not _named(path, steps)] == []
    assert not _named("speccompile/pipeline.py", steps)


def test_a_key_and_a_rule(compiler: Path, tmp_path: Path) -> None:
    """The key is read, the rule makes a line of it, the line says why it is there, and the pages tell of both."""
    deploy = {"app": "lamp", "services": {"lamp": {"motto": "onwards"}}}
    project = _project(tmp_path / "lamp", "cli-tool", deploy, main__py="print('x')\n")
    done = _ran(compiler, project, "generate")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (project / "generated/docker-compose.yml").read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, start=1) if "MOTTO: onwards" in line)
    why = _ran(compiler, project, "explain", f"generated/docker-compose.yml:{number}")
    assert "SC359" in why.stdout
    assert "specs/deploy.yaml" in why.stdout
    assert "Motto: deploy.yaml's" in _ran(compiler, project, "explain", "SC359").stdout
    assert _python(compiler, "docs/build.py").returncode == 0
    assert "## SC359 motto" in (compiler / "docs/rules.md").read_text("utf-8")
    assert "What the service says of itself" in (compiler / "docs/deploy-yaml.md").read_text("utf-8")


def test_a_diagnostic(compiler: Path, tmp_path: Path) -> None:
    """It is said at its place, with its fix, as its case has it, and explained; nothing is written."""
    case, project = compiler / "tests/cases/SC399-motto", tmp_path / "project"
    shutil.copytree(case, project, ignore=shutil.ignore_patterns("expected.txt"))
    done = _ran(compiler, project, "generate")
    assert done.stderr.strip() == (case / "expected.txt").read_text("utf-8").strip()
    assert (done.returncode, (project / "generated").exists()) == (1, False)
    assert "It is in capitals." in _ran(compiler, project, "explain", "SC399").stdout


def test_a_stack(compiler: Path, tmp_path: Path) -> None:
    """It is detected, its image is made, verified and explained."""
    project = _project(tmp_path / "moon", "cli-tool", {"app": "moon"}, main__lua='print("moon")\n')
    done = _ran(compiler, project, "generate")
    assert done.returncode == 0, done.stdout + done.stderr
    dockerfile = (project / "generated/Dockerfile").read_text("utf-8")
    assert "lua5.4" in dockerfile
    assert 'ENTRYPOINT ["/usr/bin/lua5.4", "/app/main.lua"]' in dockerfile
    assert _ran(compiler, project, "check", "--deep").returncode == 0


def test_a_target(compiler: Path, tmp_path: Path) -> None:
    """It is emitted, owned, verified, and chosen by its name."""
    project = _project(tmp_path / "lamp", "cli-tool", {"app": "lamp", "targets": ["roster"]}, main__py="print('x')\n")
    done = _ran(compiler, project, "generate")
    assert done.returncode == 0, done.stdout + done.stderr
    roster = project / "generated/roster"
    assert roster.read_text("utf-8").splitlines()[-1] == "app"
    assert not (project / "generated/Dockerfile").exists()
    roster.write_text(roster.read_text("utf-8") + "other\n", "utf-8")
    edited = _ran(compiler, project, "check", "--deep")
    assert edited.returncode == 1
    assert "SC998" in edited.stdout + edited.stderr


def test_the_additions_are_typed_and_in_their_layers(compiler: Path) -> None:
    """By the gates that every change has to pass."""
    files = [
        path
        for addition in (KEY, DIAGNOSTIC, RULE, STACK, TARGET)
        for path in addition.files
        if path.startswith("speccompile")
    ]
    typed = _python(compiler, "-m", "mypy", "--follow-imports=silent", *files)
    assert typed.returncode == 0, typed.stdout
    layers = _python(compiler, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert layers.returncode == 0, layers.stdout
