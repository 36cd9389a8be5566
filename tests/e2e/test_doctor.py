"""``speccompile doctor`` where things are missing: all of them in one list, each with what gets it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_projects import answer, names, speccompile

from registry_server import PASSWORD, Registry, docker_config, free_port, registry
from tools import missing, need

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine

ENGINES_MISSING = {"engine docker", "engine podman", "engine buildah"}


def _checks(project: Path, code: int, *more: str, **environment: str) -> dict[str, dict[str, Any]]:
    done = speccompile(project, "doctor", "--format", "json", *more, **environment)
    assert done.returncode == code, done.stdout + done.stderr
    return {check["name"]: check for check in answer(done)["checks"]}


def _missing(checks: dict[str, dict[str, Any]]) -> set[str]:
    assert all(check["fix"] for check in checks.values() if not check["ok"])
    return {name for name, check in checks.items() if not check["ok"] and check["required"]}


def _path(tmp_path: Path, *programs: str) -> str:
    """A PATH with no other programs than these, and the ones that tell which package manager there is."""
    place = tmp_path / "path"
    place.mkdir()
    for program in ("apt-get", *programs):
        found = shutil.which(program, path=f"/usr/bin:{os.environ['PATH']}")
        if found:
            (place / Path(program).name).symlink_to(found)
    return str(place)


@pytest.fixture
def compose() -> dict[str, str]:
    """An environment in which compose is found."""
    program = need("docker-compose", "python3 tests/setup.py")
    return {"PATH": f"{os.environ['PATH']}:{Path(program).parent}"}


def test_all_is_well(docker: str, project: Path, loopback: Registry, app: str, compose: dict[str, str]) -> None:
    checks = _checks(project, 0, "--registry", loopback.host, **compose)
    for name in ("engine", "BuildKit", "compose", "git", "disk", "project", "registry login"):
        assert checks[name]["ok"], checks[name]
    assert checks["engine"]["found"].startswith("docker")
    assert not names(docker, app), "it builds nothing"


def test_nothing_is_there(project: Path, tmp_path: Path) -> None:
    (project / "generated/Dockerfile").unlink()
    nobody = f"127.0.0.1:{free_port()}"
    checks = _checks(project, 1, "--registry", nobody, PATH=_path(tmp_path))
    assert _missing(checks) > ENGINES_MISSING
    others = {name.partition(" generated/")[0] for name in _missing(checks) - ENGINES_MISSING}
    assert others == {"compose", "git", "project", "registry login"}
    if shutil.which("apt-get"):
        fixes = {name: checks[name]["fix"] for name in (*ENGINES_MISSING, "compose", "git")}
        assert fixes == {
            "engine docker": "sudo apt-get install docker.io",
            "engine podman": "sudo apt-get install podman",
            "engine buildah": "sudo apt-get install buildah",
            "compose": "sudo apt-get install docker-compose",
            "git": "sudo apt-get install git",
        }
    text = speccompile(project, "doctor", PATH=str(tmp_path / "path"))
    assert (text.returncode, text.stderr) == (1, "")
    assert text.stdout.count("✗") == int(text.stdout.split()[-2])


def test_the_engine_does_not_answer(docker: str, project: Path, tmp_path: Path) -> None:
    checks = _checks(project, 1, PATH=_path(tmp_path, "docker", "git"), DOCKER_HOST=f"unix://{tmp_path}/no.sock")
    assert _missing(checks) >= ENGINES_MISSING - {"engine docker"}
    (docker_s,) = (check for name, check in checks.items() if name.startswith("engine /"))
    assert "its daemon does not answer" in docker_s["found"]
    assert "systemctl start docker" in docker_s["fix"]


def test_without_git(docker: str, project: Path, tmp_path: Path) -> None:
    checks = _checks(project, 1, PATH=_path(tmp_path, "docker", "docker-compose"))
    assert "git" in _missing(checks)
    shutil.rmtree(project / ".git")
    shutil.rmtree(tmp_path / "path")
    checks = _checks(project, 1, PATH=_path(tmp_path, "docker", "docker-compose", "git"))
    assert checks["git"]["fix"].startswith("git init")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        missing("leave to mount a small file system", "run the tests as root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_there_is_no_room(docker: str, buildah: str, project: Path, tmp_path: Path, small_disk: Path) -> None:
    """Neither for what is being made, nor where the engine keeps images."""
    assert "disk" in _missing(_checks(project, 1, TMPDIR=str(small_disk)))
    settings = tmp_path / "storage.conf"
    root = json.dumps(str(small_disk / "root"))
    settings.write_text(
        f'[storage]\ndriver = "vfs"\ngraphroot = {root}\nrunroot = {json.dumps(str(tmp_path / "run"))}\n',
        encoding="utf-8",
    )
    path = _path(tmp_path, "buildah", "git")
    checks = _checks(project, 1, PATH=f"{path}:/usr/sbin", CONTAINERS_STORAGE_CONF=str(settings))
    assert "buildah" in checks["engine"]["found"]
    assert "disk" in _missing(checks)
    assert str(small_disk) in checks["disk"]["found"]
    assert "buildah" in checks["disk"]["fix"]


def test_nobody_is_logged_in(docker: str, project: Path, tmp_path: Path, compose: dict[str, str]) -> None:
    with registry(tmp_path, password=True) as guarded:
        where = ("--registry", f"{guarded.host}/team")
        for password in (None, "wrong-password"):
            login = docker_config(tmp_path / "wrong", guarded.host, password)
            checks = _checks(project, 1, *where, **login)
            assert "registry login" in _missing(checks)
            assert checks["registry login"]["fix"] == f"docker login {guarded.host}"
            assert "wrong-password" not in str(checks)
        login = docker_config(tmp_path / "right", guarded.host, PASSWORD)
        checks = _checks(project, 0, *where, **login, **compose)
        assert "answers, as somebody" in checks["registry login"]["found"]


def test_somewhere_else(docker: str, tmp_path: Path) -> None:
    """A directory without a project is one more thing that is missing."""
    checks = _checks(tmp_path, 1)
    assert any(name.startswith("project") for name in _missing(checks))
    assert "not in a git repository" in checks["git"]["found"]
