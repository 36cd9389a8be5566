"""Engines, registries and projects for the end-to-end tests."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_projects import app_name, committed, deploy, run, service
from registry_server import Registry, registry

from tools import need, need_engine

BASES = ("oven/bun:1", "oven/bun:1-slim")


def forget(program: str, app: str) -> None:
    """Take away every image that is called after *app*."""
    listed = run(
        program, "images", "--format", "{{.Repository}}:{{.Tag}}" if "docker" in program else "{{.Name}}:{{.Tag}}"
    )
    for name in listed.split():
        if app in name:
            run(program, "rmi", "--force", name, ok=False)


@pytest.fixture
def docker() -> str:
    """A docker client that works."""
    return need_engine()


@pytest.fixture(scope="session")
def buildah() -> str:
    """Buildah, with the base images: those of the Docker engine where it has them."""
    program = need("buildah", "apt-get install buildah")
    engine = need_engine()
    for base in BASES:
        if subprocess.run([program, "inspect", "--type", "image", base], capture_output=True, check=False).returncode:
            here = subprocess.run([engine, "image", "inspect", base], capture_output=True, check=False).returncode == 0
            run(program, "pull", "--quiet", f"docker-daemon:{base}" if here else base)
    return program


@pytest.fixture
def app(docker: str) -> Iterator[str]:
    """A name that only this test's images have; they are gone afterwards."""
    name = app_name()
    yield name
    forget(docker, name)
    if shutil.which("buildah"):
        forget("buildah", name)


@pytest.fixture
def project(tmp_path: Path, app: str) -> Path:
    """A project of one small web service, generated and committed."""
    root = tmp_path / "project"
    root.mkdir()
    committed(root, {**service("api"), "specs/deploy.yaml": deploy(app, {"api": []})})
    return root


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Registry]:
    """A registry that everybody may use."""
    with contextlib.ExitStack() as stack:
        directory = tmp_path / "registry"
        directory.mkdir()
        yield stack.enter_context(registry(directory))
