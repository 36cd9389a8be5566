"""Which engine is taken: programs that answer as ones do that cannot be had here. What they say was written down from real ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from speccompile.images.engine import Kind
from speccompile.images.engines import choose
from speccompile.images.runner import Runner

BUILDER = """\
Name:          mine
Driver:        docker-container
Last Activity: 2024-03-01 12:00:00 +0000 UTC

Nodes:
Name:      mine0
Endpoint:  unix:///var/run/docker.sock
Status:    running
Buildkit:  v{version}
Platforms: linux/amd64, linux/386
"""
INSIDE = "Name:   default\nDriver: docker\n\nNodes:\nName:      default\nBuildkit:  v0.8+unknown\n"


def _program(directory: Path, name: str, answers: dict[str, str]) -> None:
    """A program that answers to each of these first arguments, and fails otherwise."""
    cases = "".join(f"  '{words}') cat <<'EOF'\n{text}\nEOF\n  exit 0;;\n" for words, text in answers.items())
    file = directory / name
    file.write_text(f'#!/bin/sh\ncase "$*" in\n{cases}esac\necho "$0: unknown" >&2\nexit 1\n', encoding="utf-8")
    file.chmod(0o755)


def _docker(directory: Path, client: str, server: str, builder: str | None = None) -> None:
    said = json.dumps({"Client": {"Version": client}, "Server": {"Version": server}})
    inspected = {"buildx inspect": builder} if builder is not None else {}
    _program(directory, "docker", {"version --format {{json .}}": said, **inspected})


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is all there is on the PATH, besides what a shell script needs."""
    place = tmp_path / "path"
    place.mkdir()
    (place / "cat").symlink_to("/bin/cat")
    monkeypatch.setenv("PATH", str(place))
    return place


@pytest.mark.parametrize(
    ("builder", "kind", "reproduces", "apart"),
    [
        (None, Kind.BUILDKIT, False, False),
        (INSIDE, Kind.BUILDX, False, False),
        (BUILDER.format(version="0.12.5"), Kind.BUILDX, False, True),
        (BUILDER.format(version="0.13.0"), Kind.BUILDX, True, True),
        (BUILDER.format(version="0.0.0+unknown"), Kind.BUILDX, True, True),
    ],
)
def test_the_ways_to_buildkit(path: Path, builder: str | None, kind: Kind, reproduces: bool, apart: bool) -> None:
    _docker(path, "20.10.24", "20.10.24", builder)
    engine = choose(Runner(), "docker").engine
    assert engine
    assert (engine.kind, engine.reproduces, engine.apart) == (kind, reproduces, apart)
    assert bool(engine.limit) is not reproduces


@pytest.mark.parametrize(
    ("client", "server", "problem", "fix"),
    [
        ("28.2.2", "28.2.2", "needs buildx", "buildx"),
        ("17.12.1", "17.12.1", "no BuildKit", "docker"),
    ],
)
def test_dockers_that_cannot_build(path: Path, client: str, server: str, problem: str, fix: str) -> None:
    _docker(path, client, server)
    choice = choose(Runner(), "docker")
    (flaw,) = choice.flaws
    assert (choice.engine, flaw.program) == (None, str(path / "docker"))
    assert problem in flaw.problem
    assert fix in flaw.fix


def test_who_may_not_ask_the_daemon(path: Path) -> None:
    (path / "docker").write_text(
        "#!/bin/sh\necho 'permission denied while trying to connect to the Docker daemon socket' >&2\nexit 1\n"
    )
    (path / "docker").chmod(0o755)
    (flaw,) = choose(Runner(), "docker").flaws
    assert flaw.fix.startswith("sudo usermod -aG docker")


def test_an_engine_whose_storage_does_not_work_is_passed_over(path: Path) -> None:
    (path / "podman").write_text("#!/bin/sh\necho 'Error: overlay is not supported' >&2\nexit 125\n", encoding="utf-8")
    (path / "podman").chmod(0o755)
    _program(path, "buildah", {"info": "{}", "--version": "buildah version 1.28.2 (image-spec 1.1.0)"})
    choice = choose(Runner())
    assert choice.engine
    assert (choice.engine.kind, choice.engine.version) == (Kind.BUILDAH, "1.28.2")
    assert "passed over" in choice.why
    assert "overlay is not supported" in choice.why
    assert [flaw.program for flaw in choice.flaws] == [str(path / "podman"), "docker"]


def test_who_wants_reproducible_builds_gets_an_engine_that_can(path: Path) -> None:
    _docker(path, "20.10.24", "20.10.24")
    _program(path, "buildah", {"info": "{}", "--version": "buildah version 1.28.2"})
    plain, wanted = choose(Runner()).engine, choose(Runner(), reproducible=True)
    assert plain
    assert wanted.engine
    assert (plain.kind, wanted.engine.kind) == (Kind.BUILDKIT, Kind.BUILDAH)
    assert "docker with the engine's own BuildKit cannot" in wanted.why
    asked = choose(Runner(), "docker", reproducible=True).engine
    assert asked
    assert asked.limit.startswith("BuildKit inside the Docker engine cannot")
