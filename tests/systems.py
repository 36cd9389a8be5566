"""The systems that the tests of platforms are about: each example, each application of the stacks' cases, and a few that have everything."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from projects import BUN_WEB, HTML_WEB, NODE_CLI, PYTHON_JOB, PYTHON_WEB, assertion, compiled, manifest
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.disk import DiskTree
from speccompile.targets import DEFAULT
from tools import ROOT

TARGET = "kubernetes"
BASE = "kubernetes/base/"

WEB = manifest(
    "web-service",
    assertion(1, "Orders are stored in postgres"),
    assertion(2, "Sessions live in redis"),
    assertion(3, "GET /healthz returns 200"),
    assertion(4, "Rate limiting allows 50 requests per second"),
    assertion(5, "Requests carry a valid API token"),
    assertion(6, "Orders are backed up daily"),
    boundaries=["external-payment-processor", "rabbitmq"],
)
JOB = manifest(
    "data-pipeline",
    assertion(1, "Only one run at a time exports records, nightly"),
    assertion(2, "Resumes from its last checkpoint"),
    boundaries=["postgres"],
)
_WORKER_SOURCES = {**PYTHON_WEB, "worker.py": "print('works')\n", "migrate.py": "print('migrated')\n"}
_WORKERS: dict[str, Any] = {
    "version": 1,
    "app": "shop",
    "registry": "ghcr.io/acme",
    "services": {
        "web": {
            "path": ".",
            "port": 8000,
            "replicas": 3,
            "needs": ["db"],
            "release": [["python", "migrate.py"], ["python", "migrate.py", "--seed", "$(HOME) $x $$"]],
            "route": {"host": "shop.example.com", "path": "/"},
            "env": {"GREETING": "$(hello) $${x} 'yes' on 1e3", "EMPTY": ""},
        },
        "sender": {
            "path": ".",
            "role": "worker",
            "command": ["python", "worker.py"],
            "needs": ["db"],
            "writable": ["/app/spool"],
        },
        "db": {"uses": "postgres"},
        "crm": {"uses": "postgres", "external": True},
    },
}

PROJECTS: dict[str, tuple[dict[str, str], str, dict[str, Any] | None]] = {
    "bun-web": (BUN_WEB, WEB, None),
    "python-web": (PYTHON_WEB, WEB, None),
    "html-web": (HTML_WEB, manifest("web-service"), None),
    "node-cli": (NODE_CLI, manifest("cli-tool", constraints=["no-network"]), None),
    "python-job": (PYTHON_JOB, JOB, None),
    "workers": (_WORKER_SOURCES, manifest("web-service", assertion(1, "GET /healthz returns 200")), _WORKERS),
}
"""Sources, manifest, and what deploy.yaml says."""

EXAMPLES = tuple(sorted(path.name for path in (ROOT / "specs").iterdir() if (path / "assertions.json").exists()))
CASES = tuple(sorted(path.parent.name for path in (ROOT / "tests/stacks").glob("*/app")))


@cache
def project(name: str) -> Compilation:
    """The compilation of a project of ``PROJECTS``, with all targets."""
    sources, specs, deploy = PROJECTS[name]
    return compiled(sources, specs, deploy, allow_unverified=True, targets=everything())


@cache
def example(name: str) -> Compilation:
    """That of an example."""
    return _compiled(ROOT / "specs" / name)


@cache
def case(name: str) -> Compilation:
    """That of a case of the stacks, as its archetype."""
    words = {"web": "web-service", "cli": "cli-tool", "job": "data-pipeline", "pipeline": "data-pipeline"}
    place = ROOT / "tests/stacks" / name / "app"
    tree = {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}
    specs = manifest(words[name.rpartition("-")[2]])
    directory = {"bun-workspaces-web": "apps/web", "node-workspaces-web": "apps/web"}.get(name)
    deploy = {"version": 1, "services": {"app": {"path": directory}}} if directory else None
    return compiled(tree, specs, deploy, allow_unverified=True, targets=everything())


def _compiled(place: Path) -> Compilation:
    around = Surroundings(output=None, ancestors=("srv", "project"), allow_unverified=True)
    return compile_project(DiskTree(place), around, everything())


def everything() -> tuple[str, ...]:
    """The names of what makes a system on each platform."""
    return (*(one.name for one in DEFAULT), "swarm", TARGET, "quadlet")


def manifests(compilation: Compilation) -> dict[str, str]:
    """The text of each manifest by its name; the kustomization is one of them."""
    return {path.removeprefix(BASE): text for path, text in compilation.files.items() if path.startswith(BASE)}


def written(compilation: Compilation, directory: Path) -> Path:
    """The directory of the manifests, written below *directory*."""
    for path, text in compilation.files.items():
        if path.startswith(BASE):
            file = directory / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return directory / BASE
