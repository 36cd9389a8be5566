"""Builds that are interrupted, whose engine goes away, or of which one fails: what is said, and what is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_projects import answer, committed, deploy, names, service, speccompile, surroundings

from registry_server import engine_line

pytest_plugins = ("engine_fixtures",)
pytestmark = [pytest.mark.engine, pytest.mark.slow]

INTERRUPTIONS = [
    ("docker", [signal.SIGINT]),
    ("docker", [signal.SIGTERM]),
    ("podman", [signal.SIGINT]),
    ("podman", [signal.SIGHUP]),
    ("buildah", [signal.SIGINT]),
    ("buildah", [signal.SIGINT, signal.SIGINT, signal.SIGINT]),
]


def _as_written_at_once(project: Path) -> None:
    """Dockerfiles of one size and one time of change, which BuildKit takes for the same file."""
    dockerfiles = sorted((project / "generated").glob("*/Dockerfile"))
    assert len(dockerfiles) == 5
    assert len({file.stat().st_size for file in dockerfiles}) == 1
    for file in dockerfiles:
        os.utime(file, ns=(10**18, 10**18))


def test_one_of_five_fails(engine: str, program: str, tmp_path: Path, app: str) -> None:
    needs = {"a": [], "b": ["a"], "c": ["b"], "d": [], "e": ["c"]}
    files = {"specs/deploy.yaml": deploy(app, needs)}
    for name in needs:
        files |= service(name, **({"build": "echo telling words && exit 3"} if name == "b" else {}))
    short = committed(tmp_path, files)
    _as_written_at_once(tmp_path)
    done = speccompile(tmp_path, "build", "--engine", engine, "--format", "json")
    assert done.returncode == 1
    body = answer(done)
    builds = {build["service"]: build for build in body["builds"]}
    assert {name: build["status"] for name, build in builds.items()} == {
        "a": "success",
        "b": "failed",
        "c": "skipped",
        "d": "success",
        "e": "skipped",
    }
    assert body["totals"] == {"services": 5, "success": 2, "failed": 1, "skipped": 2}
    assert {d["code"] for d in body["diagnostics"]} == {"SC610"}
    assert builds["c"]["reason"] == "it needs b, which could not be built"
    assert builds["e"]["reason"] == "it needs c, which could not be built"
    log = Path(builds["b"]["log"])
    assert "telling words" in log.read_text(encoding="utf-8")
    assert any("telling words" in line for line in builds["b"]["tail"])
    assert [path.name for path in log.parent.iterdir()] == ["b.log"]
    assert {name for name in names(program, app) if name.endswith(short)} == {f"{app}/a:{short}", f"{app}/d:{short}"}

    text = speccompile(tmp_path, "build", "b", "c", "--engine", engine)
    assert text.returncode == 1
    for part in ("telling words", "Skipped: it needs b", "2 services: 1 failed, 1 skipped"):
        assert part in text.stdout


@pytest.fixture
def rest(app: str) -> str:
    """How long a step takes: a number of seconds that no other test's step takes."""
    return f"90.{int(app.rpartition('-')[2], 16)}"


@pytest.fixture
def slow_project(tmp_path: Path, app: str, rest: str) -> Path:
    """A project of two services that take long to build, and that no engine has in its cache from another time."""
    slow = f"echo beginning && sleep {rest}"
    files = {"specs/deploy.yaml": deploy(app, {"api": [], "web": ["api"]})}
    committed(tmp_path, files | service("api", build=slow) | service("web", build=slow))
    return tmp_path


def _waiting(project: Path, rest: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A build that has come to the step which takes long."""
    told = project / ".git/told"  # not a pipe, which nobody would read; not a file of the project
    with told.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "speccompile", "-C", str(project), "build", "--allow-unverified", *arguments],
            env={**surroundings(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    deadline = time.monotonic() + 120
    while not _running(f"sleep {rest}"):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail(process.communicate()[0] + told.read_text())
        time.sleep(0.1)
    return process


def _running(words: str) -> list[int]:
    """The processes whose command line holds *words*."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if words in line and file.parent.name != str(os.getpid()):
            found.append(int(file.parent.name))
    return found


def _nothing_is_left(program: str, app: str, project: Path, rest: str) -> None:
    for _ in range(100):
        if not _running(f"sleep {rest}"):
            break
        time.sleep(0.1)
    assert not _running(f"sleep {rest}"), "the step goes on for nobody"
    assert not _running(str(project)), "an engine goes on for nobody"
    assert not names(program, app)


@pytest.mark.parametrize(("engine", "numbers"), INTERRUPTIONS, indirect=["engine"])
def test_interrupted_half_way(
    engine: str, program: str, slow_project: Path, app: str, rest: str, numbers: list[signal.Signals]
) -> None:
    """Also by more than one Ctrl-C: the first is enough, the others change nothing."""
    process = _waiting(slow_project, rest, "--engine", engine, "--format", "json")
    began = time.monotonic()
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.2)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - began < 30
    body = json.loads(output)
    assert body["status"] == "interrupted"
    assert [build["status"] for build in body["builds"]] == ["skipped", "skipped"]
    assert {build["reason"] for build in body["builds"]} == {"interrupted"}
    assert body["totals"] == {"services": 2, "success": 0, "failed": 0, "skipped": 2}
    _nothing_is_left(program, app, slow_project, rest)


def test_the_daemon_goes_away_half_way(docker: str, slow_project: Path, app: str, rest: str) -> None:
    with engine_line(slow_project) as line:
        process = _waiting(slow_project, rest, "--engine", "docker", "--format", "json", DOCKER_HOST=line.address)
        line.cut()
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    body = json.loads(output)
    assert [build["status"] for build in body["builds"]] == ["failed", "skipped"]
    assert "the engine stopped answering" in body["builds"][0]["reason"]
    assert not names(docker, app)


@pytest.mark.parametrize("engine", ["podman", "buildah"], indirect=True)
def test_the_engine_is_killed_half_way(engine: str, program: str, slow_project: Path, app: str, rest: str) -> None:
    """These have no daemon: it is the build itself that ends, as when memory runs out."""
    process = _waiting(slow_project, rest, "--engine", engine, "--format", "json")
    try:
        for number in _running(f"{program} build"):
            if _parent(number) == process.pid:
                os.kill(number, signal.SIGKILL)
        began = time.monotonic()
        output, _ = process.communicate(timeout=60)
    finally:
        for number in _running(f"sleep {rest}"):
            os.kill(number, signal.SIGKILL)
    assert process.returncode == 1
    assert time.monotonic() - began < 30, "it does not wait for what the engine has left behind"
    body = json.loads(output)
    assert [build["status"] for build in body["builds"]] == ["failed", "skipped"]
    assert body["builds"][0]["reason"] == f"{program} was killed by signal 9"
    assert not names(program, app)


def _parent(number: int) -> int:
    return int((Path("/proc") / str(number) / "stat").read_text().rpartition(")")[2].split()[1])
