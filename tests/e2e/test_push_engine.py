"""``speccompile push`` and ``inspect`` against real registries, with everything that goes wrong."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from engine_projects import answer, codes, commit, git, run, speccompile

from registry_server import Registry, free_port

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine


def _push(project: Path, host: str, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return speccompile(project, "push", "--registry", f"{host}/team", "--format", "json", *more, **environment)


def _built(project: Path, *more: str) -> None:
    done = speccompile(project, "build", *more)
    assert done.returncode == 0, done.stderr


def test_push_pull_inspect(docker: str, engine: str, project: Path, loopback: Registry, app: str) -> None:
    _built(project, "--engine", engine)
    done = _push(project, loopback.host, "--engine", engine)
    assert done.returncode == 0, done.stderr
    (pushed,) = answer(done)["pushes"]
    reference = pushed["reference"]
    assert reference.startswith(f"{loopback.host}/team/{app}/api@sha256:")
    place, digest = reference.split("@sha256:")
    assert pushed["compose"] == {"API_IMAGE": place, "API_DIGEST": digest}
    assert (pushed["tags_moved"], pushed["upload"]) == (pushed["images"], None)

    short = git(project, "rev-parse", "--short", "HEAD")
    elsewhere = "podman" if engine == "docker" else "docker"  # which has no such image: it comes from the registry
    for name in (reference, f"{loopback.host}/team/{app}/api:1.2.3"):
        seen = speccompile(project, "inspect", name, "--engine", elsewhere, "--format", "json")
        assert seen.returncode == 0, seen.stderr
        body = answer(seen)
        assert (body["found_in"], body["matches_checkout"]) == (loopback.host, True)
        assert body["digest"] == reference.rpartition("@")[2]
        assert [one["id"] for one in body["assertions"]] == ["A-001"]
        assert body["evidence"]["verified"] == "false"
        assert body["spec_digest"].startswith("sha256:")
        assert body["revision"].startswith(short)

    here = speccompile(project, "inspect", "api", "--engine", engine)
    assert here.returncode == 0, here.stderr
    for part in (
        f"Image:         {app}/api:local",
        f"Found in:      {engine}",
        "Digest:        not known",
        "A-001 confirmed",
        "verified false",
        "This checkout: yes",
    ):
        assert part in here.stdout

    run(docker, "pull", reference)
    health = run(docker, "image", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", reference)
    assert "health" in health
    assert run(docker, "run", "--rm", reference, "bun", "--version").strip()
    run(docker, "rmi", "--force", reference)


def test_build_and_push_in_one_go(docker: str, project: Path, loopback: Registry, app: str) -> None:
    done = speccompile(project, "build", "--push", "--registry", f"{loopback.host}/team", "--format", "json")
    assert done.returncode == 0, done.stderr
    body = answer(done)
    assert body["builds"][0]["image"].startswith(f"{loopback.host}/team/{app}/api:")
    assert body["pushes"][0]["reference"].startswith(f"{loopback.host}/team/{app}/api@sha256:")


def test_the_registry_of_deploy_yaml(docker: str, project: Path, loopback: Registry, app: str) -> None:
    specs = json.loads((project / "specs/deploy.yaml").read_text())
    (project / "specs/deploy.yaml").write_text(json.dumps({**specs, "registry": f"{loopback.host}/own"}))
    assert speccompile(project, "generate").returncode == 0
    commit(project)
    _built(project)
    done = speccompile(project, "push", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert answer(done)["pushes"][0]["reference"].startswith(f"{loopback.host}/own/{app}/api@sha256:")


def test_without_a_registry_and_a_terminal(project: Path, docker: str) -> None:
    done = speccompile(project, "push", "--format", "json")
    assert (done.returncode, codes(done)) == (1, {"SC630"})


def test_what_was_not_built(docker: str, project: Path, loopback: Registry, app: str) -> None:
    done = _push(project, loopback.host)
    assert (done.returncode, codes(done)) == (1, {"SC623"})
    assert "speccompile build --allow-unverified api" in answer(done)["diagnostics"][0]["fix"]


def test_an_image_of_other_specs(docker: str, project: Path, loopback: Registry, app: str) -> None:
    _built(project)
    old = git(project, "rev-parse", "--short", "HEAD")
    manifest = project / "api/assertions.json"
    manifest.write_text(manifest.read_text().replace("answers health checks", "answers all health checks"))
    assert speccompile(project, "generate").returncode == 0
    new = commit(project)
    run(docker, "tag", f"{app}/api:{old}", f"{app}/api:{new}")
    done = _push(project, loopback.host)
    assert (done.returncode, codes(done)) == (1, {"SC624"})
    assert "speccompile build --allow-unverified api" in answer(done)["diagnostics"][0]["fix"]
    seen = speccompile(project, "inspect", f"{app}/api:{old}", "--format", "json")
    assert (seen.returncode, codes(seen), answer(seen)["matches_checkout"]) == (1, {"SC651"}, False)
    _built(project)
    assert _push(project, loopback.host).returncode == 0


def test_an_image_of_another_commit(docker: str, project: Path, loopback: Registry, app: str) -> None:
    _built(project)
    old = git(project, "rev-parse", "--short", "HEAD")
    (project / "README.md").write_text("x\n", encoding="utf-8")
    new = commit(project)
    run(docker, "tag", f"{app}/api:{old}", f"{app}/api:{new}")
    done = _push(project, loopback.host)
    assert (done.returncode, codes(done)) == (1, {"SC624"})


def test_files_that_differ_from_the_commit(docker: str, project: Path, loopback: Registry, app: str) -> None:
    (project / "notes.txt").write_text("x\n", encoding="utf-8")
    _built(project)
    done = _push(project, loopback.host)
    assert (done.returncode, codes(done)) == (1, {"SC622"})
    assert "notes.txt" in answer(done)["diagnostics"][0]["message"]
    allowed = _push(project, loopback.host, "--allow-dirty")
    assert allowed.returncode == 0
    assert answer(allowed)["pushes"][0]["image"].endswith("-dirty")


def test_inspecting_what_is_not_there(docker: str, project: Path, loopback: Registry, app: str) -> None:
    for image in (f"{app}:none", f"{loopback.host}/team/{app}:none", "no name!", "", "--help", "-f{{.}}"):
        done = speccompile(project, "inspect", "--format", "json", "--", image)
        assert (done.returncode, codes(done)) == (1, {"SC650"})
    gone = speccompile(project, "inspect", f"127.0.0.1:{free_port()}/x:1", "--format", "json")
    assert (gone.returncode, codes(gone)) == (75, {"SC643"})
