"""Pushes of several services to a real registry: all is sent before any tag is moved, and what got there is told."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from engine_projects import answer, committed, deploy, git, names, service, speccompile, surroundings
from registry_gate import gated

from registry_server import Registry
from tools import need

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine

SERVICES = ("api", "web")


@pytest.fixture
def pair(tmp_path: Path, app: str, engine: str) -> Path:
    """Two services, built."""
    root = tmp_path / "pair"
    root.mkdir()
    files = {path: text for name in SERVICES for path, text in service(name).items()}
    committed(root, {**files, "specs/deploy.yaml": deploy(app, {name: [] for name in SERVICES})})
    done = speccompile(root, "build", "--engine", engine)
    assert done.returncode == 0, done.stderr
    return root


def _tags(registry: Registry, repository: str) -> set[str]:
    """The tags that people would name: those of uploads, and of what is attached to an image where the registry has no
    referrers (OCI distribution 1.1, "Referrers Tag Schema"), are left out."""
    try:
        with urllib.request.urlopen(f"http://{registry.host}/v2/{repository}/tags/list", timeout=10) as found:
            listed = json.loads(found.read())["tags"] or ()
    except urllib.error.HTTPError:
        return set()
    return {tag for tag in listed if not tag.startswith(("upload-", "sha256-"))}


def _has(registry: Registry, reference: str) -> bool:
    """Whether the registry gives the manifest that a reference by digest names."""
    repository, _, digest = reference.partition("/")[2].partition("@")
    accepted = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
    request = urllib.request.Request(
        f"http://{registry.host}/v2/{repository}/manifests/{digest}", headers={"Accept": accepted}
    )
    with urllib.request.urlopen(request, timeout=10) as found:
        return bool(found.read())


def _push(project: Path, host: str, engine: str) -> subprocess.CompletedProcess[str]:
    return speccompile(project, "push", "--registry", f"{host}/team", "--engine", engine, "--format", "json")


def _by_service(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {push["service"]: push for push in answer(done)["pushes"]}


def test_every_tag_of_every_service_is_one_digest(pair: Path, engine: str, loopback: Registry, app: str) -> None:
    done = _push(pair, loopback.host, engine)
    assert done.returncode == 0, done.stdout + done.stderr
    short = git(pair, "rev-parse", "--short", "HEAD")
    for name, push in _by_service(done).items():
        assert _tags(loopback, f"team/{app}/{name}") == {short, "1.2.3"}
        for image in push["images"]:
            seen = speccompile(
                pair, "inspect", image, "--engine", "podman" if engine == "docker" else "docker", "--format", "json"
            )
            assert answer(seen)["digest"] == push["digest"]
    assert not any("upload-" in name for name in names(engine, app)), "the upload's name stays with the registry alone"


def test_a_service_that_is_refused_moves_no_tag_of_another(
    pair: Path, engine: str, loopback: Registry, app: str
) -> None:
    """The first is in the registry by then, and that is told; another try has less to do."""
    with gated(loopback, lambda method, path: method != "GET" and f"/{app}/web/" in path) as host:
        done = _push(pair, host, engine)
    assert done.returncode == 1, done.stdout
    found = _by_service(done)
    assert (found["api"]["status"], found["web"]["status"]) == ("uploaded", "failed")
    assert "web" in found["api"]["reason"]
    assert (found["api"]["tags_moved"], len(found["api"]["tags_left"])) == ([], 2)
    assert _has(loopback, found["api"]["reference"])
    assert _tags(loopback, f"team/{app}/api") == _tags(loopback, f"team/{app}/web") == set()
    again = _push(pair, loopback.host, engine)
    assert again.returncode == 0, again.stdout


def test_a_tag_that_is_refused_is_told_with_those_that_moved(
    pair: Path, engine: str, loopback: Registry, app: str
) -> None:
    """Everything is sent; then the registry takes the tags of the first service, and not the second tag of the other."""
    refused = f"/{app}/web/manifests/1.2.3"
    with gated(loopback, lambda method, path: method == "PUT" and path.endswith(refused)) as host:
        done = _push(pair, host, engine)
    assert done.returncode == 1, done.stdout
    found = _by_service(done)
    short = git(pair, "rev-parse", "--short", "HEAD")
    assert (found["api"]["status"], found["web"]["status"]) == ("success", "failed")
    assert found["web"]["tags_moved"] == [f"{host}/team/{app}/web:{short}"]
    assert found["web"]["tags_left"] == [f"{host}/team/{app}/web:1.2.3"]
    assert _has(loopback, found["web"]["reference"])
    assert _tags(loopback, f"team/{app}/web") == {short}
    text = speccompile(pair, "push", "--registry", f"{loopback.host}/team", "--engine", engine)
    assert text.returncode == 0, text.stderr
    assert "Deploy by digest:" in text.stdout


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_an_interruption_tells_what_got_there(pair: Path, engine: str, loopback: Registry, app: str) -> None:
    """The second service's upload hangs: the first is in the registry, without a tag of its own."""
    reached = threading.Event()

    def hang(method: str, path: str) -> bool:
        if method == "POST" and f"/{app}/web/" in path:
            reached.set()
            time.sleep(20)
        return False

    with gated(loopback, hang) as host:
        argv = ("push", "--allow-unverified", "--registry", f"{host}/team", "--engine", engine, "--format", "json")
        process = subprocess.Popen(
            [sys.executable, "-m", "speccompile", "-C", str(pair), *argv],
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert reached.wait(60)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    found = {push["service"]: push for push in json.loads(output)["pushes"]}
    assert (found["api"]["status"], found["api"]["reason"], found["web"]["status"]) == (
        "uploaded",
        "interrupted",
        "skipped",
    )
    assert _has(loopback, found["api"]["reference"])
    assert _tags(loopback, f"team/{app}/api") == set()


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_what_compose_names_is_what_is_pushed(pair: Path, engine: str, loopback: Registry, app: str) -> None:
    """With the printed variables in .env compose starts what the registry has, by digest, and builds nothing."""
    done = _push(pair, loopback.host, engine)
    assert done.returncode == 0, done.stdout
    found = _by_service(done)
    lines = [f"{name}={value}" for push in found.values() for name, value in push["compose"].items()]
    (pair / "generated/.env").write_text("\n".join(lines) + "\n", encoding="utf-8")
    config = _compose(pair)
    for name, push in found.items():
        place, digest = push["reference"].split("@")
        assert config["services"][name]["image"] == f"{place}:local@{digest}"


def _compose(project: Path) -> dict[str, Any]:
    compose = need("docker-compose", "python3 tests/setup.py")
    argv = [compose, "-f", str(project / "generated/docker-compose.yml"), "config", "--format", "json"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    config: dict[str, Any] = json.loads(done.stdout)
    return config
