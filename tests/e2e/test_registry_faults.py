"""Pushes to registries that are down, recover, refuse, are full: what is tried again, what is said, and the exit code."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_projects import answer, codes, speccompile, surroundings

from registry_server import (
    PASSWORD,
    USER,
    Registry,
    docker_config,
    failing_first,
    free_port,
    own_address,
    refusing_uploads,
    registry,
    silent,
)
from tools import missing

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine

_SPECCOMPILE = (sys.executable, "-m", "speccompile")
WRONG = "not-the-password"


def _push(project: Path, host: str, engine: str, **environment: str) -> subprocess.CompletedProcess[str]:
    where = ("--registry", f"{host}/team", "--engine", engine)
    return speccompile(project, "push", *where, "--format", "json", **environment)


@pytest.fixture
def built(project: Path, engine: str) -> Path:
    """A project whose image is there."""
    done = speccompile(project, "build", "--engine", engine)
    assert done.returncode == 0, done.stderr
    return project


def test_a_registry_that_fails_and_recovers(built: Path, engine: str, loopback: Registry) -> None:
    with failing_first(loopback, 3) as host:
        done = _push(built, host, engine)
    assert done.returncode == 0, done.stdout
    assert answer(done)["pushes"][0]["status"] == "success"
    # Docker and podman are patient by themselves; buildah leaves it to us.
    assert engine != "buildah" or "trying again" in done.stderr


# Docker itself tries a minute long where a registry refuses an upload for want of rights, or of a name.
REFUSALS = [
    (("docker", "podman", "buildah"), 403, "DENIED", "disk quota exceeded for team", "SC642"),
    (("docker",), 400, "UNSUPPORTED", "the moon is in the wrong quarter", "SC645"),
    (("podman", "buildah"), 403, "DENIED", "requested access to the resource is denied", "SC640"),
    (("podman", "buildah"), 404, "NAME_UNKNOWN", "repository name not known to registry", "SC641"),
]


def test_what_will_not_do_is_tried_once(built: Path, engine: str, loopback: Registry) -> None:
    """Whatever the reason is: refusals, names, quotas, a host that is not there, one that has no TLS."""
    found = {}
    for engines, status, code, message, wanted in REFUSALS:
        if engine in engines:
            with refusing_uploads(loopback, status, code, message) as host:
                found[f"{status} {message}"] = (_push(built, host, engine), wanted)
    found["no such host"] = (_push(built, "registry.invalid", engine), "SC641")
    directory = loopback.storage.parent / "plain"
    directory.mkdir()
    with registry(directory, address=own_address()) as plain:
        found["no TLS"] = (_push(built, plain.host, engine), "SC644")
    for reason, (done, wanted) in found.items():
        said = answer(done)
        assert (done.returncode, codes(done)) == (1, {wanted}), (reason, said)
        assert (said["status"], said["pushes"][0]["attempts"]) == ("failed", 1), reason
        assert said["diagnostics"][0]["fix"], reason


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["docker", "buildah"], indirect=True)
def test_a_registry_that_is_down(built: Path, engine: str) -> None:
    done = _push(built, f"127.0.0.1:{free_port()}", engine)
    assert (done.returncode, codes(done)) == (75, {"SC643"})
    (push,) = answer(done)["pushes"]
    assert (push["transient"], push["attempts"]) == (True, 5)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Registry]:
    """A registry with a password."""
    directory = tmp_path / "guarded"
    directory.mkdir()
    with registry(directory, password=True) as found:
        yield found


def test_passwords(built: Path, engine: str, guarded: Registry, tmp_path: Path) -> None:
    everything = ""
    for password in (None, WRONG):
        login = docker_config(tmp_path / "wrong", guarded.host, password)
        refused = _push(built, guarded.host, engine, **login)
        assert (refused.returncode, codes(refused)) == (1, {"SC640"})
        assert answer(refused)["pushes"][0]["attempts"] == 1
        assert f"login {guarded.host}" in answer(refused)["diagnostics"][0]["fix"]
        everything += refused.stdout + refused.stderr
    login = docker_config(tmp_path / "right", guarded.host, PASSWORD)
    done = _push(built, guarded.host, engine, **login)
    assert done.returncode == 0, done.stdout + done.stderr
    reference = answer(done)["pushes"][0]["reference"]
    elsewhere = "podman" if engine == "docker" else "docker"
    inspect = ("inspect", reference, "--engine", elsewhere, "--format", "json")
    seen = speccompile(built, *inspect, **login)
    assert (seen.returncode, answer(seen)["found_in"]) == (0, guarded.host), seen.stderr
    unknown = speccompile(built, *inspect, **docker_config(tmp_path / "nobody", guarded.host, None))
    assert (unknown.returncode, codes(unknown)) == (1, {"SC640"})
    everything += done.stdout + done.stderr + seen.stdout + seen.stderr
    for secret in (WRONG, PASSWORD, _encoded(WRONG), _encoded(PASSWORD)):
        assert secret not in everything


def _encoded(password: str) -> str:
    return base64.b64encode(f"{USER}:{password}".encode()).decode()


def test_a_helper_has_the_password(built: Path, engine: str, guarded: Registry, tmp_path: Path) -> None:
    """Docker's ``credsStore`` serves the engines that do not know it, too."""
    helper = tmp_path / "bin/docker-credential-mine"
    helper.parent.mkdir()
    helper.write_text(
        '#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = ' + guarded.host + " ] || exit 1\n"
        f'echo \'{{"ServerURL": "{guarded.host}", "Username": "{USER}", "Secret": "{PASSWORD}"}}\'\n',
        encoding="utf-8",
    )
    helper.chmod(0o755)
    config = docker_config(tmp_path / "config", guarded.host, None)
    (tmp_path / "config/config.json").write_text('{"credsStore": "mine"}', encoding="utf-8")
    path = f"{helper.parent}:{os.environ['PATH']}"
    done = _push(built, guarded.host, engine, **config, PATH=path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    doctor = speccompile(built, "doctor", "--registry", f"{guarded.host}/team", **config, PATH=path)
    assert f"answers, as {USER}" in doctor.stdout


@pytest.mark.parametrize("engine", ["podman", "buildah"], indirect=True)
def test_podman_s_own_logins(built: Path, engine: str, guarded: Registry, tmp_path: Path) -> None:
    """In ``auth.json``, for a part of the registry."""
    place = tmp_path / "run/containers/auth.json"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps({"auths": {f"{guarded.host}/team": {"auth": _encoded(PASSWORD)}}}), encoding="utf-8")
    done = _push(built, guarded.host, engine, XDG_RUNTIME_DIR=str(tmp_path / "run"), HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB."""
    directory = tmp_path / "small"
    directory.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(directory)], capture_output=True, check=False
    )
    if mount.returncode:
        missing("leave to mount a small file system", "run the tests as root")
    yield directory
    subprocess.run(["umount", "--lazy", str(directory)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["buildah"], indirect=True)
def test_a_registry_whose_disk_is_full(built: Path, engine: str, small_disk: Path, tmp_path: Path) -> None:
    """All that it says is 500, so it may work later; and it does, once there is room."""
    directory = tmp_path / "full"
    directory.mkdir()
    with registry(directory, storage=small_disk) as full:
        done = _push(built, full.host, engine)
        assert (done.returncode, codes(done)) == (75, {"SC643"})
        assert "disk" in answer(done)["diagnostics"][0]["fix"]
        subprocess.run(["mount", "-o", "remount,size=900m", str(small_disk)], check=True)
        again = _push(built, full.host, engine)
        assert again.returncode == 0, again.stdout


@pytest.mark.slow
def test_a_push_that_is_interrupted(built: Path, engine: str) -> None:
    """The registry takes the connection and never answers."""
    with silent() as (host, visited):
        process = subprocess.Popen(
            [
                *_SPECCOMPILE,
                "-C",
                str(built),
                "push",
                "--allow-unverified",
                "--registry",
                f"{host}/team",
                "--engine",
                engine,
                "--format",
                "json",
            ],
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert visited.wait(60)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert (process.returncode, time.monotonic() - began < 20) == (130, True)
    body = json.loads(output)
    assert (body["status"], body["pushes"][0]["status"], body["pushes"][0]["reason"]) == (
        "interrupted",
        "skipped",
        "interrupted",
    )
