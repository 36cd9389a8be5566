"""Throw-away projects in git for tests with a real engine: small services that build in seconds and need no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from report_documents import conforms
from speccompile.cli.reports import REPORTS
from tools import ROOT

ENGINES = ("docker", "podman", "buildah")
"""What ``--engine`` takes; all of them are tested."""

SERVER = 'Bun.serve({ port: Number(process.env.PORT), fetch: () => new Response("ok\\n") });\n'


def service(name: str, *, build: str = "bun build src/index.ts --outdir dist --target bun") -> dict[str, str]:
    """The files of a web service without dependencies, in the directory of its *name*."""
    package = {
        "name": name,
        "version": "1.2.3",
        "description": f"The service {name}",
        "license": "MIT",
        "scripts": {"build": build, "start": "bun run dist/index.js"},
    }
    lock = {"lockfileVersion": 1, "workspaces": {"": {"name": name}}, "packages": {}}
    return {
        f"{name}/package.json": json.dumps(package, indent=2),
        f"{name}/bun.lock": json.dumps(lock, indent=2),
        f"{name}/src/index.ts": SERVER,
        f"{name}/assertions.json": manifest(),
    }


def manifest() -> str:
    """Specs of a web service that promise a health endpoint."""
    one = {
        "id": "A-001",
        "natural": "The service answers health checks",
        "type": "liveness",
        "category": "behavior",
        "status": "confirmed",
        "source": "test",
    }
    return json.dumps({"version": "1.0.0", "archetype": "web-service", "assertions": [one]}, indent=2)


def deploy(app: str, needs: Mapping[str, Sequence[str]], **more: object) -> str:
    """deploy.yaml (as JSON, which is YAML) of services that need each other as *needs* says."""
    services = {
        name: {
            "path": name,
            "assertions": f"{name}/assertions.json",
            "port": 3000,
            "needs": list(wanted),
            "route": {"path": f"/{name}"},
        }
        for name, wanted in needs.items()
    }
    return json.dumps({"version": 1, "app": app, "services": services, **more}, indent=2)


def app_name() -> str:
    """A name that no other test's images have."""
    return f"sct-{uuid.uuid4().hex[:10]}"


def speccompile(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on *project*, as a user does without a terminal.

    Most projects here have no tests, which `build` and `push` have to be allowed (test_gate.py is about that).
    """
    allowed = ("--allow-unverified",) if arguments[0] in ("build", "push") else ()
    return held_to_it(project, *arguments, *allowed, **environment)


def held_to_it(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on *project* with just these *arguments*."""
    return subprocess.run(
        [sys.executable, "-m", "speccompile", "-C", str(project), *arguments],
        env={**surroundings(), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def surroundings() -> dict[str, str]:
    """This process's environment without what would name a registry."""
    unwanted = ("GITHUB_", "AWS_", "SOURCE_DATE_EPOCH", "DOCKERHUB_", "REGISTRY_AUTH_FILE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return kept | {"PYTHONPATH": str(ROOT)}


def run(*argv: str, ok: bool = True) -> str:
    """Run a program; what it wrote on standard output."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 or not ok, f"{argv}: {done.stderr}"
    return done.stdout


def names(program: str, app: str) -> set[str]:
    """The names of local images that are called after *app*, as they were given."""
    shape = "{{.Name}}:{{.Tag}}" if Path(program).name == "buildah" else "{{.Repository}}:{{.Tag}}"
    for _ in range(20):  # podman does not list images while somebody, such as another test, takes one away
        done = subprocess.run([program, "images", "--format", shape], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
        time.sleep(0.5)
    else:
        raise AssertionError(done.stderr)
    listed = done.stdout.split()
    return {name.removeprefix("localhost/") for name in listed if app in name}


def image(program: str, name: str) -> dict[str, Any]:
    """What an engine knows about a local image: its ``Id``, ``Config``, ``RootFS`` … as docker shows them."""
    if Path(program).name != "buildah":
        found: dict[str, Any] = json.loads(run(program, "image", "inspect", name))[0]
        if "Healthcheck" in found:  # where podman has it
            found["Config"]["Healthcheck"] = found["Healthcheck"]
        return found
    said = json.loads(run(program, "inspect", "--type", "image", name))
    own = said["Docker"]
    return {
        "Id": said["FromImageID"],
        "Digest": said["FromImageDigest"],
        "Config": own["config"],
        "RootFS": {"Type": "layers", "Layers": own["rootfs"]["diff_ids"]},
    }


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON document on a command's standard output, which is what the command's schema says."""
    body: dict[str, Any] = json.loads(done.stdout)
    conforms(next(word for word in done.args if word in REPORTS), body)
    return body


def codes(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The codes of the diagnostics in it."""
    return {d["code"] for d in answer(done)["diagnostics"]}


def git(project: Path, *arguments: str) -> str:
    """Run git as somebody."""
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(project), *who, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def committed(project: Path, files: Mapping[str, str]) -> str:
    """Write *files*, generate, commit all of it; the short commit."""
    for path, text in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    done = speccompile(project, "generate")
    assert done.returncode == 0, done.stdout + done.stderr
    git(project, "init", "-q", "-b", "main")
    return commit(project)


def commit(project: Path) -> str:
    """Commit all that has changed; the short commit."""
    git(project, "add", "--all")
    git(project, "commit", "-q", "-m", "test")
    return git(project, "rev-parse", "--short", "HEAD")
