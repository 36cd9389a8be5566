"""Projects whose images are built, pushed and hosted by the targets that are chosen by name."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from projects import BUN_WEB, NODE_CLI, PYTHON_JOB, PYTHON_WEB, assertion, compiled, manifest
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree
from tools import ROOT, find, missing

DELIVERY = ("bake", "github-actions", "terraform")
GHCR, ECR, HUB = "ghcr.io/acme", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop", "docker.io/acme"
EXAMPLES = ("bank", "ledger-export", "sessions", "wordcount")
"""The examples that have images; a library has none."""

WEB = manifest(
    "web-service",
    assertion(1, "Orders are stored in postgres"),
    assertion(2, "The database is backed up nightly"),
    assertion(3, "Requests carry a valid API token"),
)
JOB = manifest("data-pipeline", assertion(1, "Only one run at a time exports records, nightly to postgres"))


def choosing(**deploy: Any) -> dict[str, Any]:
    """A deploy.yaml that chooses them, and compose."""
    return {"version": 1, "registry": GHCR, "targets": ["compose", *DELIVERY], **deploy}


PROJECTS: Mapping[str, tuple[dict[str, str], str, dict[str, Any]]] = {
    "web": (BUN_WEB, WEB, choosing(services={"api": {"route": {"host": "shop.example.com"}}})),
    "secrets": (BUN_WEB, WEB, choosing(registry=HUB, services={"api": {"build": {"secrets": ["NPM_TOKEN", "PAT"]}}})),
    "ecr": (PYTHON_WEB, WEB, choosing(registry=ECR)),
    "tool": (NODE_CLI, manifest("cli-tool"), choosing()),
    "job": (PYTHON_JOB, JOB, choosing()),
    "deployed": (
        BUN_WEB,
        WEB,
        choosing(
            services={"api": {}},
            environments={
                "staging": {
                    "host": "ssh://deploy@two.example.com",
                    "by": "github-actions",
                    "releases": "s3://acme-releases/shop",
                },
                "production": {
                    "host": "ssh://deploy@one.example.com",
                    "by": "github-actions",
                    "releases": "oci://ghcr.io/acme/shop-releases",
                    "values": "environments/production.env",
                },
                "by-hand": {"host": "ssh://deploy@three.example.com"},
            },
        ),
    ),
    "followed": (
        PYTHON_WEB,
        WEB,
        choosing(
            registry=ECR,
            environments={
                "production": {"releases": "s3://acme-releases/shop", "host": "ssh://deploy@one.example.com"},
                "elsewhere": {"releases": "/srv/releases", "host": "ssh://deploy@two.example.com"},
            },
        ),
    ),
    "followed-at-ecr": (
        BUN_WEB,
        WEB,
        choosing(
            environments={
                "production": {"releases": "oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/releases"},
                "staging": {"releases": "oci://ghcr.io/acme/releases", "host": "ssh://deploy@two.example.com"},
            },
        ),
    ),
    "in-place": (PYTHON_JOB, JOB, choosing(output=".")),
}


@cache
def project(name: str) -> Compilation:
    """The compilation of one of them, without defects."""
    done = compiled(*PROJECTS[name])
    assert done.defects == ()
    return done


@cache
def example(name: str, registry: str = GHCR) -> Compilation:
    """An example of ours as it is, but that it has a registry and chooses these targets."""
    folder = ROOT / "specs" / name
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    written = folder / "deploy.yaml"
    said = yaml.safe_load(written.read_text("utf-8")) if written.exists() else {}
    files["deploy.yaml"] = json.dumps(said | choosing(registry=registry)).encode()
    around = Surroundings(f"../../generated/{name}", ("srv", "specs", name), allow_unverified=False)
    done = compile_project(MemoryTree(files), around)
    assert done.defects == ()
    return done


def delivery_files(done: Compilation) -> dict[str, str]:
    """The files of these targets, by path."""
    return {one.path: one.text for one in done.artifacts if one.target in DELIVERY}


def everything() -> list[Compilation]:
    """All examples, at each kind of registry, and all projects."""
    registries = (GHCR, ECR, HUB)
    return [*(example(name, registry) for name in EXAMPLES for registry in registries), *map(project, PROJECTS)]


def written(done: Compilation, directory: Path) -> Path:
    """*directory* with all files of *done* in it."""
    for path, text in done.files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    return directory


def ran(argv: list[str], directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run *argv* in *directory* with a plain environment."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        argv, cwd=directory, env=plain | environment, capture_output=True, text=True, timeout=300, check=False
    )


def need_tofu() -> str:
    """OpenTofu or Terraform, which format and evaluate alike; else the test is skipped (failed in CI).

    No package registry has either as a program, and compiling one takes ten minutes, so that tests/setup.py installs none.
    """
    program = find("tofu") or find("terraform")
    if program is None:
        missing("OpenTofu or Terraform", "https://opentofu.org/docs/intro/install")
        raise AssertionError("tofu")
    return program
