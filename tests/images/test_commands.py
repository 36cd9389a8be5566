"""What engines are told, without an engine."""

from __future__ import annotations

import dataclasses

import pytest

from speccompile.images import commands
from speccompile.images.commands import Build, Secret, host_of, is_loopback
from speccompile.images.engine import Engine, Kind

BUILD = Build(
    context="/p",
    dockerfile="/p/generated/Dockerfile",
    ignorefile="/p/generated/Dockerfile.dockerignore",
    iidfile="/tmp/iid",
    temporary="speccompile.invalid/build:1",
    labels=(("a.b", "it's $(a) label"),),
)
ENGINES = {kind: Engine(kind, f"/bin/{kind.command}", "1", reproduces=True) for kind in Kind}
DOCKERS = [kind for kind in Kind if kind.is_docker]
OTHERS = [kind for kind in Kind if not kind.is_docker]


def _argv(kind: Kind, **changes: object) -> tuple[str, ...]:
    return commands.build(ENGINES[kind], dataclasses.replace(BUILD, **changes)).argv  # type: ignore[arg-type]


def _after(argv: tuple[str, ...], option: str) -> str:
    return argv[argv.index(option) + 1]


@pytest.mark.parametrize("kind", Kind)
def test_every_engine_builds_the_file_on_disk(kind: Kind) -> None:
    argv = _argv(kind)
    assert argv[0] == f"/bin/{kind.command}"
    assert _after(argv, "--file") == BUILD.dockerfile
    assert _after(argv, "--label") == "a.b=it's $(a) label"
    assert argv[-1] == "/p"


def test_old_clients_are_told_to_use_buildkit() -> None:
    assert commands.build(ENGINES[Kind.BUILDKIT], BUILD).environment == (("DOCKER_BUILDKIT", "1"),)


@pytest.mark.parametrize("kind", [Kind.BUILDKIT, *OTHERS])
def test_nothing_is_named_while_it_is_built(kind: Kind) -> None:
    argv = _argv(kind)
    assert "--tag" not in argv
    assert _after(argv, "--iidfile") == "/tmp/iid"


def test_buildx_loads_under_a_name_that_is_no_image() -> None:
    argv = _argv(Kind.BUILDX)
    assert _after(argv, "--tag") == BUILD.temporary
    assert host_of(BUILD.temporary).endswith(".invalid")


@pytest.mark.parametrize("kind", OTHERS)
def test_buildah_keeps_the_health_check_and_gets_the_ignore_file(kind: Kind) -> None:
    argv = _argv(kind)
    assert _after(argv, "--format") == "docker"
    assert _after(argv, "--ignorefile") == BUILD.ignorefile


@pytest.mark.parametrize("kind", OTHERS)
def test_a_reproducible_build_sets_times_and_takes_no_layer_from_elsewhere(kind: Kind) -> None:
    argv = _argv(kind, epoch=0)
    assert _after(argv, "--timestamp") == "0"
    assert "--layers=false" in argv
    assert "--layers" not in argv


def test_buildx_rewrites_timestamps() -> None:
    command = commands.build(ENGINES[Kind.BUILDX], dataclasses.replace(BUILD, epoch=7))
    assert _after(command.argv, "--output") == f"type=docker,name={BUILD.temporary},rewrite-timestamp=true"
    assert command.environment == (("SOURCE_DATE_EPOCH", "7"),)


@pytest.mark.parametrize("kind", Kind)
def test_secrets_are_named_by_their_files(kind: Kind) -> None:
    assert _after(_argv(kind, secrets=(Secret("npm", "src=/run/npm"),)), "--secret") == "id=npm,src=/run/npm"


@pytest.mark.parametrize("kind", OTHERS)
def test_plain_http_is_for_loopback_only(kind: Kind) -> None:
    engine = ENGINES[kind]
    assert "--tls-verify=false" in commands.push(engine, "127.0.0.1:5000/a:1", "/d").argv
    assert "--tls-verify=false" not in commands.push(engine, "ghcr.io/acme/a:1", "/d").argv
    assert "--tls-verify=false" not in commands.pull(engine, "bank:1").argv


@pytest.mark.parametrize("kind", DOCKERS)
def test_docker_decides_about_tls_itself(kind: Kind) -> None:
    engine = ENGINES[kind]
    assert commands.push(engine, "localhost:5000/a:1", "/d").argv == (engine.program, "push", "localhost:5000/a:1")


@pytest.mark.parametrize(
    ("reference", "host"),
    [
        ("bank:1", "docker.io"),
        ("acme/bank:1", "docker.io"),
        ("localhost/bank:1", "localhost"),
        ("localhost:5000/bank", "localhost:5000"),
        ("ghcr.io/acme/bank", "ghcr.io"),
    ],
)
def test_the_registry_in_a_name(reference: str, host: str) -> None:
    assert host_of(reference) == host


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("localhost:5000", True),
        ("127.0.0.1", True),
        ("127.9.9.9:80", True),
        ("[::1]:5000", True),
        ("ghcr.io", False),
        ("10.0.0.1:5000", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com:5000", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
