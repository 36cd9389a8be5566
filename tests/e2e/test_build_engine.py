"""``speccompile build`` on real engines."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from engine_projects import committed, deploy, git, run, service, speccompile, surroundings
from registry_server import engine_line

from speccompile.images.engines import choose
from speccompile.images.runner import Runner

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine


def _labels(docker: str, image: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(run(docker, "image", "inspect", "--format", "{{json .Config.Labels}}", image))
    return found


def _exists(docker: str, image: str) -> bool:
    return subprocess.run([docker, "image", "inspect", image], capture_output=True, check=False).returncode == 0


def _names(docker: str, app: str) -> set[str]:
    return {name for name in run(docker, "images", "--format", "{{.Repository}}:{{.Tag}}").split() if app in name}


def _json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(done.stdout)
    return body


def test_an_image_with_its_names_labels_and_report(docker: str, project: Path, app: str) -> None:
    short = git(project, "rev-parse", "--short", "HEAD")
    git(project, "remote", "add", "origin", "https://user:hunter2@github.com/acme/bank.git")
    done = speccompile(project, "build", "--format", "json")
    assert done.returncode == 0, done.stderr
    body = _json(done)
    (built,) = body["builds"]
    assert (body["status"], built["status"]) == ("success", "success")
    assert (built["service"], built["image"], built["commit_sha"]) == ("api", f"{app}:{short}", short)
    assert _names(docker, app) == {f"{app}:{short}", f"{app}:1.2.3"}
    facts = json.loads(run(docker, "image", "inspect", f"{app}:{short}"))[0]
    assert (built["digest"], built["size"], built["layers"]) == (
        facts["Id"],
        facts["Size"],
        len(facts["RootFS"]["Layers"]),
    )
    labels = _labels(docker, built["image"])
    assert labels["org.opencontainers.image.revision"] == git(project, "rev-parse", "HEAD")
    assert labels["org.opencontainers.image.source"] == "https://github.com/acme/bank"
    assert labels["org.opencontainers.image.version"] == "1.2.3"
    assert labels["org.opencontainers.image.base.name"] == "docker.io/oven/bun:1-slim"
    assert labels["com.spec-driven.spec-digest"].startswith("sha256:")
    assert "hunter2" not in json.dumps(labels) + done.stdout + done.stderr

    text = speccompile(project, "build")
    for part in (f"Image: {app}:{short}", "Size: ", "Layers: ", "To run locally:", "docker run"):
        assert part in text.stdout


def test_another_commit_changes_labels_but_no_layer(docker: str, project: Path, app: str) -> None:
    first = _json(speccompile(project, "build", "--format", "json"))["builds"][0]
    layers = run(docker, "image", "inspect", "--format", "{{json .RootFS}}", first["image"])
    git(project, "commit", "--allow-empty", "-q", "-m", "another")
    second = _json(speccompile(project, "build", "--format", "json", SOURCE_DATE_EPOCH="5"))["builds"][0]
    assert second["cached"] is True
    assert second["image"] != first["image"]
    assert run(docker, "image", "inspect", "--format", "{{json .RootFS}}", second["image"]) == layers
    assert _labels(docker, second["image"])["org.opencontainers.image.created"] == "1970-01-01T00:00:05Z"
    assert _labels(docker, first["image"])["org.opencontainers.image.created"] != "1970-01-01T00:00:05Z"


def test_what_differs_from_the_commit_is_called_dirty(docker: str, project: Path, app: str) -> None:
    short = git(project, "rev-parse", "--short", "HEAD")
    (project / "api/src/extra.ts").write_text("export const x = 1;\n", encoding="utf-8")
    done = speccompile(project, "build", "--tag", "latest")
    assert done.returncode == 0, done.stderr
    assert _names(docker, app) == {f"{app}:{short}-dirty", f"{app}:1.2.3-dirty", f"{app}:latest"}
    assert _labels(docker, f"{app}:latest")["org.opencontainers.image.revision"].endswith("-dirty")


@pytest.mark.parametrize("style", ["text", "json"])
def test_only_what_the_specs_give_is_built(docker: str, project: Path, app: str, style: str) -> None:
    dockerfile = project / "generated/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "# by hand\n", encoding="utf-8")
    done = speccompile(project, "build", "--format", style)
    assert done.returncode == 1
    assert not _names(docker, app)
    if style == "json":
        body = _json(done)
        assert body["status"] == "refused"
        assert {d["code"] for d in body["diagnostics"]} == {"SC512"}
    else:
        assert "SC512" in done.stderr


def test_a_service_that_is_not_there(project: Path, docker: str) -> None:
    done = speccompile(project, "build", "ap", "--format", "json")
    assert done.returncode == 2
    assert "api" in done.stderr
    assert _json(done)["status"] == "usage-error"


def test_a_dockerfile_that_was_not_generated_is_not_built(project: Path, docker: str, app: str) -> None:
    dockerfile = project / "generated/Dockerfile"
    shutil.rmtree(project / "generated")
    (project / "speccompile.lock").unlink()
    assert speccompile(project, "generate", "--target", "compose").returncode == 0
    dockerfile.write_text("FROM scratch\n", encoding="utf-8")
    done = speccompile(project, "build", "--format", "json")
    assert done.returncode == 1
    assert {d["code"] for d in _json(done)["diagnostics"]} == {"SC513"}


def _as_written_at_once(project: Path) -> None:
    """Dockerfiles of one size and one time of change, which BuildKit takes for the same file."""
    dockerfiles = sorted((project / "generated").glob("*/Dockerfile"))
    assert len(dockerfiles) == 5
    assert len({file.stat().st_size for file in dockerfiles}) == 1
    for file in dockerfiles:
        os.utime(file, ns=(10**18, 10**18))


@pytest.mark.slow
def test_one_of_five_fails(docker: str, tmp_path: Path, app: str) -> None:
    needs = {"a": [], "b": ["a"], "c": ["b"], "d": [], "e": ["c"]}
    files = {"specs/deploy.yaml": deploy(app, needs)}
    for name in needs:
        files |= service(name, **({"build": "echo telling words && exit 3"} if name == "b" else {}))
    short = committed(tmp_path, files)
    _as_written_at_once(tmp_path)
    done = speccompile(tmp_path, "build", "--format", "json")
    assert done.returncode == 1
    body = _json(done)
    builds = {build["service"]: build for build in body["builds"]}
    assert {name: build["status"] for name, build in builds.items()} == {
        "a": "success",
        "b": "failed",
        "c": "skipped",
        "d": "success",
        "e": "skipped",
    }
    assert body["totals"] == {"services": 5, "success": 2, "failed": 1, "skipped": 2}
    assert builds["c"]["reason"] == "it needs b, which could not be built"
    log = Path(builds["b"]["log"])
    assert "telling words" in log.read_text(encoding="utf-8")
    assert any("telling words" in line for line in builds["b"]["tail"])
    assert [path.name for path in log.parent.iterdir()] == ["b.log"]
    assert {name for name in _names(docker, app) if name.endswith(short)} == {f"{app}/a:{short}", f"{app}/d:{short}"}

    text = speccompile(tmp_path, "build")
    assert text.returncode == 1
    for part in ("telling words", "Skipped: it needs c", "2 success, 1 failed, 2 skipped"):
        assert part in text.stdout


def _waiting(project: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A build that has come to the step which takes long."""
    process = subprocess.Popen(
        [sys.executable, "-m", "speccompile", "-C", str(project), "build", *arguments],
        env={**surroundings(), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    for line in process.stderr:
        if "bun run build" in line:
            break
    else:
        pytest.fail(process.communicate()[0])
    time.sleep(1)
    return process


@pytest.fixture
def slow_project(tmp_path: Path, app: str) -> Path:
    """A project of two services that take long to build, and that no engine has in its cache from another time."""
    slow = f"echo beginning {app} && sleep 90"
    files = {"specs/deploy.yaml": deploy(app, {"api": [], "web": ["api"]})}
    committed(tmp_path, files | service("api", build=slow) | service("web", build=slow))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("engine", ["docker", "buildah"])
def test_interrupted_half_way(
    docker: str, buildah: str, slow_project: Path, app: str, engine: str, number: signal.Signals
) -> None:
    process = _waiting(slow_project, "--engine", engine, "--format", "json")
    began = time.monotonic()
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - began < 20
    body = json.loads(output)
    assert body["status"] == "interrupted"
    assert [build["status"] for build in body["builds"]] == ["skipped", "skipped"]
    assert {build["reason"] for build in body["builds"]} == {"interrupted"}
    assert not _names(docker, app)
    assert app not in run(buildah, "images", "--format", "{{.Name}}:{{.Tag}}")
    assert not _running(str(slow_project))


def _running(word: str) -> list[str]:
    """The command lines of processes that name *word*."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in line and str(os.getpid()) != file.parent.name:
            found.append(line)
    return found


@pytest.mark.slow
def test_the_engine_goes_away_half_way(docker: str, slow_project: Path, app: str) -> None:
    with engine_line(slow_project) as line:
        process = _waiting(slow_project, "--engine", "docker", "--format", "json", DOCKER_HOST=line.address)
        line.cut()
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    body = json.loads(output)
    assert [build["status"] for build in body["builds"]] == ["failed", "skipped"]
    assert "the engine stopped answering" in body["builds"][0]["reason"]
    assert not _names(docker, app)


def test_no_engine_that_works(project: Path, tmp_path: Path) -> None:
    done = speccompile(
        project, "build", "--engine", "docker", "--format", "json", DOCKER_HOST=f"unix://{tmp_path}/no.sock"
    )
    assert done.returncode == 1
    assert {d["code"] for d in _json(done)["diagnostics"]} == {"SC601"}
    assert all(d["fix"] for d in _json(done)["diagnostics"])


@pytest.mark.slow
def test_two_reproducible_builds_are_one_image(buildah: str, project: Path, app: str) -> None:
    facts = []
    for _ in range(2):
        done = speccompile(project, "build", "--engine", "buildah", "--reproducible", "--format", "json")
        assert done.returncode == 0, done.stderr
        image = _json(done)["builds"][0]["image"]
        facts.append(json.loads(run(buildah, "inspect", "--type", "image", image)))
        # An ordinary build in between leaves layers with other times in the cache.
        assert speccompile(project, "build", "--engine", "buildah").returncode == 0
    assert facts[0]["FromImageID"] == facts[1]["FromImageID"]
    assert facts[0]["FromImageDigest"] == facts[1]["FromImageDigest"]
    assert facts[0]["Docker"]["config"]["Healthcheck"]["Test"][0] == "CMD"


def test_where_it_cannot_be_reproducible_it_says_so(project: Path, app: str) -> None:
    engine = choose(Runner(), "docker").engine
    assert engine
    if engine.reproduces:
        pytest.skip(f"{engine} can")
    done = speccompile(project, "build", "--engine", "docker", "--reproducible", "--format", "json")
    assert done.returncode == 1
    (found,) = _json(done)["diagnostics"]
    assert found["code"] == "SC602"
    assert "buildah" in found["fix"]
