"""``speccompile push`` and ``inspect`` against real registries, with everything that goes wrong."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_projects import commit, git, run, speccompile, surroundings
from registry_server import PASSWORD, Registry, docker_config, failing_first, free_port, registry

from tools import missing

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine

WRONG = "not-the-password"


def _json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(done.stdout)
    return body


def _codes(done: subprocess.CompletedProcess[str]) -> set[str]:
    return {d["code"] for d in _json(done)["diagnostics"]}


def _push(project: Path, host: str, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return speccompile(project, "push", "--registry", f"{host}/team", "--format", "json", *more, **environment)


def _built(project: Path, *more: str) -> None:
    done = speccompile(project, "build", *more)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("engine", ["docker", "buildah"])
def test_push_pull_inspect(docker: str, buildah: str, project: Path, loopback: Registry, app: str, engine: str) -> None:
    _built(project, "--engine", engine)
    done = speccompile(project, "push", "--registry", f"{loopback.host}/team", "--engine", engine)
    assert done.returncode == 0, done.stderr
    reference = done.stdout.split()[-1]
    assert reference.startswith(f"{loopback.host}/team/{app}@sha256:")

    short = git(project, "rev-parse", "--short", "HEAD")
    for name in (reference, f"{loopback.host}/team/{app}:1.2.3"):
        # Podman has no images here: what is inspected comes from the registry.
        seen = speccompile(project, "inspect", name, "--engine", "podman", "--format", "json")
        assert seen.returncode == 0, seen.stderr
        body = _json(seen)
        assert body["matches_checkout"] is True
        assert body["digest"] == reference.rpartition("@")[2]
        assert [one["id"] for one in body["assertions"]] == ["A-001"]
        assert body["revision"].startswith(short)

    run(docker, "pull", reference)
    health = run(docker, "image", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", reference)
    assert "health" in health
    assert run(docker, "run", "--rm", reference, "bun", "--version").strip()
    local = speccompile(project, "inspect", reference)
    assert local.returncode == 0
    assert "This checkout: yes" in local.stdout
    run(docker, "rmi", "--force", reference)


def test_build_and_push_in_one_go(docker: str, project: Path, loopback: Registry, app: str) -> None:
    done = speccompile(project, "build", "--push", "--registry", f"{loopback.host}/team", "--format", "json")
    assert done.returncode == 0, done.stderr
    body = _json(done)
    assert body["builds"][0]["image"].startswith(f"{loopback.host}/team/{app}:")
    assert body["pushes"][0]["reference"].startswith(f"{loopback.host}/team/{app}@sha256:")


def test_the_registry_of_deploy_yaml(docker: str, project: Path, loopback: Registry, app: str) -> None:
    specs = json.loads((project / "specs/deploy.yaml").read_text())
    (project / "specs/deploy.yaml").write_text(json.dumps({**specs, "registry": f"{loopback.host}/own"}))
    assert speccompile(project, "generate").returncode == 0
    commit(project)
    _built(project)
    done = speccompile(project, "push", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert _json(done)["pushes"][0]["reference"].startswith(f"{loopback.host}/own/{app}@sha256:")


def test_without_a_registry_and_a_terminal(project: Path, docker: str) -> None:
    done = speccompile(project, "push", "--format", "json")
    assert (done.returncode, _codes(done)) == (1, {"SC630"})


def test_on_a_terminal_it_asks(docker: str, project: Path, loopback: Registry, app: str) -> None:
    _built(project)
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "speccompile", "-C", str(project), "push"]
    process = subprocess.Popen(argv, env=surroundings(), stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True)
    os.close(theirs)
    said = b""
    for prompt, answer in ((b"Registry", b"3\n"), (b"HOST[:PORT]/PATH:", f"{loopback.host}/team\n".encode())):
        while prompt not in said.rpartition(b"enter HOST")[2]:
            said += os.read(ours, 4096)
        os.write(ours, answer)
    shown = said.decode()
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk.decode(errors="replace")
    except OSError:
        pass  # how a terminal ends on Linux
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, shown
    for choice in ("Docker Hub", "GitHub Container Registry", "Custom registry"):
        assert choice in shown
    assert output.split()[-1].startswith(f"{loopback.host}/team/{app}@sha256:")


def test_a_registry_that_is_down(docker: str, project: Path, app: str) -> None:
    _built(project)
    done = _push(project, f"127.0.0.1:{free_port()}")
    assert (done.returncode, _codes(done)) == (75, {"SC643"})
    (push,) = _json(done)["pushes"]
    assert (push["transient"], push["attempts"]) == (True, 5)


@pytest.mark.parametrize("engine", ["docker", "buildah"])
def test_a_registry_that_fails_and_recovers(
    docker: str, buildah: str, project: Path, loopback: Registry, app: str, engine: str
) -> None:
    _built(project, "--engine", engine)
    with failing_first(loopback, 3) as host:
        done = _push(project, host, "--engine", engine)
    assert done.returncode == 0, done.stdout
    assert _json(done)["pushes"][0]["status"] == "success"
    # Docker is patient by itself; buildah leaves it to us.
    assert engine == "docker" or "trying again" in done.stderr


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Registry]:
    """A registry with a password."""
    directory = tmp_path / "guarded"
    directory.mkdir()
    with registry(directory, password=True) as found:
        yield found


@pytest.mark.parametrize("engine", ["docker", "buildah"])
def test_passwords(
    docker: str, buildah: str, project: Path, guarded: Registry, tmp_path: Path, app: str, engine: str
) -> None:
    _built(project, "--engine", engine)
    for password in (None, WRONG):
        login = docker_config(tmp_path / "wrong", guarded.host, password)
        refused = _push(project, guarded.host, "--engine", engine, **login)
        assert (refused.returncode, _codes(refused)) == (1, {"SC640"})
        assert _json(refused)["pushes"][0]["attempts"] == 1
        assert f"login {guarded.host}" in _json(refused)["diagnostics"][0]["fix"]
        assert WRONG not in refused.stdout + refused.stderr
    login = docker_config(tmp_path / "right", guarded.host, PASSWORD)
    done = _push(project, guarded.host, "--engine", engine, **login)
    assert done.returncode == 0, done.stdout + done.stderr
    reference = _json(done)["pushes"][0]["reference"]
    seen = speccompile(project, "inspect", reference, "--engine", "podman", **login)
    assert seen.returncode == 0, seen.stderr
    doctor = speccompile(project, "doctor", "--registry", f"{guarded.host}/team", **login)
    assert "answers, as somebody" in doctor.stdout
    assert PASSWORD not in done.stdout + done.stderr + seen.stdout + seen.stderr + doctor.stdout + doctor.stderr
    unknown = speccompile(
        project,
        "inspect",
        reference,
        "--engine",
        "podman",
        "--format",
        "json",
        **docker_config(tmp_path / "nobody", guarded.host, None),
    )
    assert (unknown.returncode, _codes(unknown)) == (1, {"SC640"})


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
def test_a_registry_whose_disk_is_full(
    docker: str, buildah: str, project: Path, small_disk: Path, tmp_path: Path, app: str
) -> None:
    """All that it says is 500, so it may work later; and it does, once there is room."""
    _built(project, "--engine", "buildah")
    directory = tmp_path / "full"
    directory.mkdir()
    with registry(directory, storage=small_disk) as full:
        done = _push(project, full.host, "--engine", "buildah")
        assert (done.returncode, _codes(done)) == (75, {"SC643"})
        assert "disk" in _json(done)["diagnostics"][0]["fix"]
        subprocess.run(["mount", "-o", "remount,size=900m", str(small_disk)], check=True)
        again = _push(project, full.host, "--engine", "buildah")
        assert again.returncode == 0, again.stdout


def test_what_was_not_built(docker: str, project: Path, loopback: Registry, app: str) -> None:
    done = _push(project, loopback.host)
    assert (done.returncode, _codes(done)) == (1, {"SC623"})
    assert "speccompile build api" in _json(done)["diagnostics"][0]["fix"]


def test_an_image_of_other_specs(docker: str, project: Path, loopback: Registry, app: str) -> None:
    _built(project)
    old = git(project, "rev-parse", "--short", "HEAD")
    manifest = project / "api/assertions.json"
    manifest.write_text(manifest.read_text().replace("answers health checks", "answers all health checks"))
    assert speccompile(project, "generate").returncode == 0
    new = commit(project)
    run(docker, "tag", f"{app}:{old}", f"{app}:{new}")
    done = _push(project, loopback.host)
    assert (done.returncode, _codes(done)) == (1, {"SC624"})
    assert "speccompile build api" in _json(done)["diagnostics"][0]["fix"]
    seen = speccompile(project, "inspect", f"{app}:{old}", "--format", "json")
    assert (seen.returncode, _codes(seen), _json(seen)["matches_checkout"]) == (1, {"SC651"}, False)
    _built(project)
    assert _push(project, loopback.host).returncode == 0


def test_an_image_of_another_commit(docker: str, project: Path, loopback: Registry, app: str) -> None:
    _built(project)
    old = git(project, "rev-parse", "--short", "HEAD")
    (project / "README.md").write_text("x\n", encoding="utf-8")
    new = commit(project)
    run(docker, "tag", f"{app}:{old}", f"{app}:{new}")
    done = _push(project, loopback.host)
    assert (done.returncode, _codes(done)) == (1, {"SC624"})


def test_files_that_differ_from_the_commit(docker: str, project: Path, loopback: Registry, app: str) -> None:
    (project / "notes.txt").write_text("x\n", encoding="utf-8")
    _built(project)
    done = _push(project, loopback.host)
    assert (done.returncode, _codes(done)) == (1, {"SC622"})
    assert "notes.txt" in _json(done)["diagnostics"][0]["message"]
    allowed = _push(project, loopback.host, "--allow-dirty")
    assert allowed.returncode == 0
    assert _json(allowed)["pushes"][0]["image"].endswith("-dirty")


def test_the_name_is_refused_by_no_retry(docker: str, project: Path, app: str) -> None:
    _built(project)
    done = _push(project, "registry.invalid")
    assert (done.returncode, _codes(done)) == (1, {"SC641"})
    assert _json(done)["pushes"][0]["attempts"] == 1


def test_ecr_shows_how_to_log_in(docker: str, project: Path, app: str) -> None:
    done = speccompile(project, "push", "--registry", "ecr", AWS_ACCOUNT_ID="123456789012", AWS_REGION="eu-west-1")
    assert done.returncode == 1
    assert "aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin" in done.stderr


def test_inspecting_what_is_not_there(docker: str, project: Path, loopback: Registry, app: str) -> None:
    for image in (f"{app}:none", f"{loopback.host}/team/{app}:none"):
        done = speccompile(project, "inspect", image, "--format", "json")
        assert (done.returncode, _codes(done)) == (1, {"SC650"})
    gone = speccompile(project, "inspect", f"127.0.0.1:{free_port()}/x:1", "--format", "json")
    assert (gone.returncode, _codes(gone)) == (75, {"SC643"})


def test_the_doctor_lists_what_is_missing(
    docker: str, project: Path, tmp_path: Path, loopback: Registry, app: str
) -> None:
    well = speccompile(project, "doctor", "--registry", loopback.host, "--format", "json")
    checks = {check["name"]: check for check in _json(well)["checks"]}
    assert all(checks[name]["ok"] for name in ("engine", "BuildKit", "git", "disk", "project", "registry login"))
    (project / "generated/Dockerfile").unlink()
    ill = speccompile(
        project, "doctor", "--registry", f"127.0.0.1:{free_port()}", "--format", "json",
        PATH=str(tmp_path), DOCKER_HOST=f"unix://{tmp_path}/no.sock",
    )  # fmt: skip
    assert ill.returncode == 1
    missing_ones = [check for check in _json(ill)["checks"] if not check["ok"] and check["required"]]
    names = " ".join(check["name"] for check in missing_ones)
    for name in ("engine docker", "engine podman", "engine buildah", "compose", "git", "project", "registry login"):
        assert name in names
    assert all(check["fix"] for check in missing_ones)
