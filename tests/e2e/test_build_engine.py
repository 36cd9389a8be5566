"""``speccompile build`` on real engines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from engine_projects import ENGINES, answer, codes, git, image, names, run, speccompile

from speccompile.images.engines import choose
from speccompile.images.runner import Runner

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine

_OCI = "org.opencontainers.image."


def test_an_image_with_its_names_labels_and_report(engine: str, program: str, project: Path, app: str) -> None:
    short = git(project, "rev-parse", "--short", "HEAD")
    git(project, "remote", "add", "origin", "https://user:hunter2@github.com/acme/bank.git")
    done = speccompile(project, "build", "--engine", engine, "--format", "json")
    assert done.returncode == 0, done.stderr
    body = answer(done)
    (built,) = body["builds"]
    assert (body["status"], built["status"], body["engine"]["program"]) == ("success", "success", program)
    assert (built["service"], built["image"], built["commit_sha"]) == ("api", f"{app}/api:{short}", short)
    assert names(program, app) == {f"{app}/api:{short}", f"{app}/api:1.2.3", f"{app}/api:local"}
    facts = image(program, built["image"])
    assert built["image_id"].removeprefix("sha256:") == facts["Id"].removeprefix("sha256:")
    assert built["layers"] == len(facts["RootFS"]["Layers"])
    assert built["size"] > 1_000_000
    labels = facts["Config"]["Labels"]
    assert labels.get(f"{_OCI}base.digest") == _digest(program, "oven/bun:1-slim")
    assert labels[f"{_OCI}revision"] == git(project, "rev-parse", "HEAD")
    assert labels[f"{_OCI}created"] == _time_of_commit(project)
    assert labels[f"{_OCI}source"] == "https://github.com/acme/bank"
    assert labels[f"{_OCI}version"] == "1.2.3"
    assert labels[f"{_OCI}base.name"] == "docker.io/oven/bun:1-slim"
    assert labels["com.spec-driven.spec-digest"].startswith("sha256:")
    config = facts["Config"]
    assert (config["Cmd"], config["User"], config["Healthcheck"]["Test"][0]) == (
        ["bun", "dist/index.js"],
        "10001:10001",
        "CMD",
    )
    assert "hunter2" not in str(facts) + done.stdout + done.stderr

    several = ("--platform", "linux/amd64", "--platform", "linux/arm64")
    refused = speccompile(project, "build", "--engine", engine, *several, "--format", "json")
    assert (refused.returncode, codes(refused)) == (1, {"SC603"})
    assert "manifest create" in answer(refused)["diagnostics"][0]["fix"]

    text = speccompile(project, "build", "--engine", engine, "--platform", "linux/amd64")
    assert text.returncode == 0, text.stderr
    _for_people(text, engine, f"{app}/api:{short}")


def _time_of_commit(project: Path) -> str:
    return git(project, "log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ")


def _digest(program: str, base: str) -> str | None:
    """The digest that an engine knows a base image by; docker knows none for what was built here."""
    known = image(program, base)
    if "Digest" in known:
        return str(known["Digest"])
    of_its_own = [digest for digest in known["RepoDigests"] if digest.startswith(base.split(":", maxsplit=1)[0] + "@")]
    return of_its_own[0].partition("@")[2] if of_its_own else None


def _for_people(done: subprocess.CompletedProcess[str], engine: str, name: str) -> None:
    """The report is like the reference's, and progress is plain lines where there is no terminal."""
    client = "docker" if engine == "docker" else "podman"
    title, line, *rest = done.stdout.splitlines()
    assert (title, line) == (f"{engine.capitalize()} Build Complete", "=" * len(title))
    for start in (f"Image: {name}", "Size: ", "Layers: ", "Image ID: sha256:", "Time: ", f"  {client} run --rm"):
        assert any(text.startswith(start) for text in rest), start
    assert "\x1b" not in done.stdout + done.stderr
    first, second, *_, last = done.stderr.partition("Going on; no label says `true` for what was not shown.")[
        2
    ].splitlines()[2:]
    assert first.startswith(f"engine: {engine}")
    assert second == f"api: building {name}"
    assert last.startswith(f"api: built {name}")


def test_another_commit_changes_labels_but_no_layer(engine: str, program: str, project: Path, app: str) -> None:
    """Nor does a time, nor another remote: all that is new are labels, so that nothing is built again."""
    build = ("build", "--engine", engine, "--format", "json")
    first = answer(speccompile(project, *build))["builds"][0]
    git(project, "commit", "--allow-empty", "-q", "-m", "another")
    git(project, "remote", "add", "origin", "https://github.com/acme/other.git")
    second = answer(speccompile(project, *build, SOURCE_DATE_EPOCH="5"))["builds"][0]
    assert second["cached"] is True
    assert second["image"] != first["image"]
    old, new = (image(program, one["image"]) for one in (first, second))
    assert new["RootFS"] == old["RootFS"]
    assert new["Config"]["Labels"][f"{_OCI}created"] == "1970-01-01T00:00:05Z"
    assert old["Config"]["Labels"][f"{_OCI}created"] != "1970-01-01T00:00:05Z"


def test_what_differs_from_the_commit_is_called_dirty(docker: str, project: Path, app: str) -> None:
    short = git(project, "rev-parse", "--short", "HEAD")
    (project / "api/src/extra.ts").write_text("export const x = 1;\n", encoding="utf-8")
    done = speccompile(project, "build", "--tag", "latest")
    assert done.returncode == 0, done.stderr
    assert names(docker, app) == {f"{app}/api:{tag}" for tag in (f"{short}-dirty", "1.2.3-dirty", "latest", "local")}
    labels = image(docker, f"{app}/api:latest")["Config"]["Labels"]
    assert labels[f"{_OCI}revision"].endswith("-dirty")


@pytest.mark.parametrize("style", ["text", "json"])
def test_only_what_the_specs_give_is_built(docker: str, project: Path, app: str, style: str) -> None:
    dockerfile = project / "generated/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "# by hand\n", encoding="utf-8")
    done = speccompile(project, "build", "--format", style)
    assert done.returncode == 1
    assert not names(docker, app)
    if style == "json":
        assert answer(done)["status"] == "refused"
        assert codes(done) == {"SC512"}
    else:
        assert "SC512" in done.stderr


def test_a_service_that_is_not_there(project: Path, docker: str) -> None:
    done = speccompile(project, "build", "ap", "--format", "json")
    assert done.returncode == 2
    assert "api" in done.stderr
    assert answer(done)["status"] == "usage-error"


def test_a_dockerfile_that_was_not_generated_is_not_built(project: Path, docker: str, app: str) -> None:
    dockerfile = project / "generated/Dockerfile"
    shutil.rmtree(project / "generated")
    (project / "speccompile.lock").unlink()
    assert speccompile(project, "generate", "--target", "compose").returncode == 0
    dockerfile.write_text("FROM scratch\n", encoding="utf-8")
    done = speccompile(project, "build", "--format", "json")
    assert (done.returncode, codes(done)) == (1, {"SC502", "SC510", "SC513"})


@pytest.mark.parametrize("wanted", ENGINES)
def test_an_engine_that_does_not_work(project: Path, tmp_path: Path, wanted: str) -> None:
    """It is not there, or it does not answer: a list with what to do, and nothing is built."""
    for environment in ({"DOCKER_HOST": f"unix://{tmp_path}/no.sock"}, {"PATH": str(_only_git(tmp_path))}):
        if "PATH" in environment or wanted == "docker":
            done = speccompile(project, "build", "--engine", wanted, "--format", "json", **environment)
            assert (done.returncode, codes(done), answer(done)["builds"]) == (1, {"SC601"}, [])
            assert all(d["fix"] for d in answer(done)["diagnostics"])


def test_auto_takes_the_first_that_works_and_says_why(docker: str, podman: str, project: Path, app: str) -> None:
    done = speccompile(project, "build", DOCKER_HOST="unix:///nonexistent/no.sock")
    assert done.returncode == 0, done.stderr
    said = next(line for line in done.stderr.splitlines() if line.startswith("engine: "))
    assert said.startswith("engine: podman ")
    assert "the first that works of docker, podman, buildah; passed over" in said
    assert "its daemon does not answer" in said


def _only_git(directory: Path) -> Path:
    place = directory / "only-git"
    place.mkdir(exist_ok=True)
    if not (place / "git").exists():
        (place / "git").symlink_to(run("which", "git").strip())
    return place


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["podman", "buildah"], indirect=True)
def test_two_reproducible_builds_are_one_image(engine: str, program: str, project: Path, app: str) -> None:
    facts = []
    for _ in range(2):
        done = speccompile(project, "build", "--engine", engine, "--reproducible", "--format", "json")
        assert done.returncode == 0, done.stderr
        facts.append(image(program, answer(done)["builds"][0]["image"]))
        # An ordinary build in between leaves layers with other times in the cache.
        assert speccompile(project, "build", "--engine", engine).returncode == 0
    assert facts[0]["Id"] == facts[1]["Id"]
    assert facts[0]["Digest"] == facts[1]["Digest"]
    assert facts[0]["Config"]["Healthcheck"]["Test"][0] == "CMD"


def test_where_it_cannot_be_reproducible_it_says_so(project: Path, app: str, docker: str) -> None:
    found = choose(Runner(), "docker").engine
    assert found
    done = speccompile(project, "build", "--engine", "docker", "--reproducible", "--format", "json")
    if found.reproduces:
        assert done.returncode == 0, done.stderr
        return
    assert (done.returncode, codes(done)) == (1, {"SC602"})
    (said,) = answer(done)["diagnostics"]
    assert found.limit in said["message"]
    assert "buildah" in said["fix"]
    assert not names(docker, app)
