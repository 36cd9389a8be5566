"""A stranger's tree is checked, built, pushed, looked into by every command, and nothing in it is run.

The tree holds out programs to a PATH with relative entries, a bare repository with a monitor of files, a configuration of docker with
helpers; we stand in it, as CI and people do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from baits import planted_bare, planted_programs, repository, trap

from projects import PYTHON_WEB, manifest
from speccompile.images.commands import Command
from speccompile.images.credentials import credential
from speccompile.images.runner import NOT_FOUND, Runner

COMMANDS = (
    "generate", "doctor --registry 127.0.0.1:9/acme", "build --allow-unverified", "push --allow-unverified --registry 127.0.0.1:9/acme", "inspect 127.0.0.1:9/acme/sessions:1", "check", "check --deep",
    "plan", "init", "explain A-001", "schema deploy",
)  # fmt: skip
RELATIVE = (".", "", "bin", "./bin")
"""Entries of PATH that lead into whatever directory one stands in."""


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that a program which must not run leaves."""
    return tmp_path / "mark"


@pytest.fixture
def project(tmp_path: Path, mark: Path) -> Path:
    """The stranger's tree, below a repository's top."""
    top = tmp_path / "top"
    repository(top)
    place = top / "project"
    for path, text in {**PYTHON_WEB, "specs/assertions.json": manifest("web-service")}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text)
    planted_bare(place, trap(place / "bin", mark))
    for directory in (place, place / "bin"):
        planted_programs(directory, mark)
    config = {"credsStore": "bait", "credHelpers": {"ghcr.io": "bait"}, "cliPluginsExtraDirs": [str(place / "bin")]}
    (place / "config.json").write_text(json.dumps(config))
    planted = speccompile(place, "generate")
    assert planted.returncode == 0, planted.stderr
    return place


def speccompile(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as one does who stands in the *project*."""
    program = shutil.which("speccompile", path=str(Path(sys.executable).parent))
    assert program
    return subprocess.run(
        [program, *words],
        cwd=project,
        env=_surroundings(project),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _surroundings(project: Path) -> dict[str, str]:
    """Relative entries first; configuration by relative paths; and the variables that a hook of git's leaves."""
    relative = dict.fromkeys(("DOCKER_CONFIG", "HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "BUILDX_CONFIG"), ".")
    files = {"REGISTRY_AUTH_FILE": "config.json", "GIT_CONFIG_GLOBAL": "config", "GIT_DIR": ".", "GIT_WORK_TREE": "."}
    return {**os.environ, **relative, **files, "PATH": os.pathsep.join((*RELATIVE, os.environ["PATH"]))}


@pytest.mark.parametrize("words", COMMANDS)
def test_no_command_runs_what_a_tree_holds_out(words: str, project: Path, mark: Path) -> None:
    done = speccompile(project, *words.split())
    assert not mark.exists(), done.stdout + done.stderr
    assert done.returncode in (0, 1, 2, 75), done.stdout + done.stderr


def test_the_baits_are_some(project: Path, mark: Path) -> None:
    """A shell that stands there runs the tree's git, and the real git the tree's monitor."""
    for argv in (["sh", "-c", "git status"], ["/usr/bin/git", "-C", str(project), "status"]):
        mark.unlink(missing_ok=True)
        clean = {name: value for name, value in _surroundings(project).items() if not name.startswith("GIT_")}
        subprocess.run(argv, cwd=project, env=clean, capture_output=True, check=False)
        assert mark.exists(), argv


@pytest.mark.parametrize("path", RELATIVE)
def test_a_program_is_not_found_by_a_relative_path(
    path: str, project: Path, mark: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("PATH", path)
    for name in ("docker-credential-bait", "./git", "bin/git"):
        assert Runner().answer(Command((name,))).code == NOT_FOUND
        assert Runner().stream(Command((name,)), tmp_path / "log", lambda _: None).code == NOT_FOUND
    assert not mark.exists()


def test_what_is_started_starts_nothing_by_a_relative_path(
    project: Path, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker and git start programs of their own: with the PATH, and in the directory, that we give them."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("PATH", os.pathsep.join((*RELATIVE, os.environ["PATH"])))
    outcome = Runner().answer(Command(("/bin/sh", "-c", "git --version; pwd; echo $PATH; ./git")))
    assert not mark.exists()
    assert outcome.output.splitlines()[1] == "/"
    assert all(entry.startswith("/") for entry in outcome.output.splitlines()[2].split(":"))


@pytest.mark.parametrize("name", ["DOCKER_CONFIG", "HOME", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE"])
def test_logins_are_not_read_from_the_tree(
    name: str, project: Path, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = json.dumps({"auths": {"ghcr.io": {"auth": "YTpi"}}, "credsStore": "bait"})
    for place in ("config.json", ".docker/config.json", "containers/auth.json"):
        (project / place).parent.mkdir(exist_ok=True)
        (project / place).write_text(login)
    monkeypatch.chdir(project)
    relative = "config.json" if name == "REGISTRY_AUTH_FILE" else "."
    quiet = {"HOME": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent", "PATH": "."}
    assert credential(Runner(), "ghcr.io/acme", {**quiet, name: relative}) is None
    absolute = str(project / relative)
    assert credential(Runner(), "ghcr.io/acme", {**quiet, name: absolute}) is not None
    assert not mark.exists()


def test_a_helper_is_found_by_an_absolute_entry_of_path(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = tmp_path / "helpers/docker-credential-own"
    helper.parent.mkdir()
    helper.write_text("""#!/bin/sh\necho '{"Username": "ann", "Secret": "s3cret"}'\n""")
    helper.chmod(0o755)
    (project / "config.json").write_text(json.dumps({"credsStore": "own"}))
    monkeypatch.setenv("PATH", str(helper.parent))
    found = credential(Runner(), "ghcr.io", {"DOCKER_CONFIG": str(project)})
    assert found is not None
    assert found.user == "ann"
