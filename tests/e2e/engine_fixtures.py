"""Engines, registries and projects for the end-to-end tests."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_projects import ENGINES, app_name, committed, deploy, names, run, service

from registry_server import Registry, registry
from tools import need, need_engine

BASES = ("oven/bun:1", "oven/bun:1-slim")


def forget(program: str, app: str) -> None:
    """Take away every image that is called after *app*."""
    for name in names(program, app):
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


@pytest.fixture(scope="session")
def podman(buildah: str) -> str:
    """Podman, which has the images that buildah has."""
    del buildah
    return need("podman", "apt-get install podman")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, docker: str, buildah: str, podman: str) -> str:
    """The name of each engine in turn; all are there."""
    del docker, buildah, podman
    name: str = request.param
    return name


@pytest.fixture
def program(engine: str, docker: str) -> str:
    """The program of the engine."""
    return docker if engine == "docker" else need(engine, f"apt-get install {engine}")


@pytest.fixture
def app(docker: str) -> Iterator[str]:
    """A name that only this test's images have; they are gone afterwards."""
    name = app_name()
    yield name
    for program in filter(None, (docker, shutil.which("podman") or shutil.which("buildah"))):
        forget(program, name)


@pytest.fixture
def project(tmp_path: Path, app: str) -> Path:
    """A project of one small web service, generated and committed."""
    root = tmp_path / "project"
    root.mkdir()
    committed(root, {**service("api"), "specs/deploy.yaml": deploy(app, {"api": []})})
    return root


@pytest.fixture
def lengthy(tmp_path: Path, app: str) -> Path:
    """The same, with a build that takes long enough to be watched."""
    root = tmp_path / "lengthy"
    root.mkdir()
    built = service("api", build="sleep 2 && bun build src/index.ts --outdir dist --target bun")
    committed(root, {**built, "specs/deploy.yaml": deploy(app, {"api": []})})
    return root


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Registry]:
    """A registry that everybody may use."""
    with contextlib.ExitStack() as stack:
        directory = tmp_path / "registry"
        directory.mkdir()
        yield stack.enter_context(registry(directory))
