"""Projects whose units the tests look at: together they make every key that a unit can have."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

from projects import BUN_WEB, NODE_CLI, PYTHON_JOB, PYTHON_WEB, RUST_WEB, assertion, compiled, manifest
from quadlet_generator import need_debian
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.disk import DiskTree
from tools import ROOT

CHOSEN = {"version": 1, "targets": ["quadlet"]}
_WEB = manifest(
    "web-service",
    assertion(1, "Orders are stored in postgres"),
    assertion(2, "Sessions live in redis"),
    assertion(3, "GET /healthz returns 200"),
    assertion(4, "Rate limiting allows 50 requests per second"),
    assertion(5, "Requests carry a valid API token"),
    boundaries=["external-payment-processor", "rabbitmq"],
)
_JOB = manifest(
    "data-pipeline",
    assertion(1, "Only one run at a time exports records, nightly"),
    assertion(2, "Resumes from its last checkpoint"),
    assertion(3, "A failed run is retried 3 times"),
    assertion(4, "A run ends within 30 minutes"),
    boundaries=["postgres"],
)
_DEPLOYED: dict[str, Any] = {
    **CHOSEN,
    "app": "shop",
    "registry": "ghcr.io/acme",
    "services": {
        "api": {
            "path": ".",
            "replicas": 2,
            "release": [["python", "-m", "flask", "db upgrade"], ["python", "-c", "print('100% of $HOME \\ \"x\"')"]],
            "env": {"GREETING": 'a "b" $HOME ${X} %h 100% \\ \' ; # é', "EMPTY": ""},
            "secrets": ["STRIPE_API_KEY"],
            "writable": ["/app/data"],
        },
        "mail": {
            "image": "axllent/mailpit:v1.27",
            "port": 8025,
            "command": ["--smtp", "100% $X", ";"],
            "env": {"A": "%%$$"},
        },
    },
}
_PROJECTS = {
    "bun-web": (BUN_WEB, _WEB, CHOSEN),
    "python-web": (PYTHON_WEB, _WEB, _DEPLOYED),
    "rust-web": (RUST_WEB, _WEB, CHOSEN),
    "node-cli": (NODE_CLI, manifest("cli-tool", constraints=["no-network"]), CHOSEN),
    "python-job": (PYTHON_JOB, _JOB, CHOSEN),
}
_PROJECTS["programs"] = (
    {**PYTHON_WEB, "job.py": "print(1)\n"},
    manifest("web-service", assertion(1, "GET /healthz returns 200"), boundaries=["external-payment-processor"]),
    {
        **CHOSEN,
        "app": "shop",
        "proxy": "none",
        "services": {
            "web": {
                "path": ".",
                "port": 8000,
                "artifact": {"path": "bin/a web", "arguments": ["--serve", '100% $HOME "x"']},
                "secrets": ["STRIPE_KEY", {"name": "API_KEY", "as": "env"}],
                "writable": ["/var/lib/shop-web"],
                "env": {"GREETING": 'a "b" $HOME %h 100% \\ é', "EMPTY": ""},
            },
            "job": {
                "path": ".",
                "archetype": "data-pipeline",
                "schedule": {"cron": "0 3 * * *", "deadline": "1h", "retries": 2},
                "command": ["python", "job.py"],
                "artifact": {"path": "bin/job"},
            },
            "sender": {
                "path": ".",
                "role": "worker",
                "command": ["python", "x.py"],
                "needs": ["db"],
                "artifact": {"path": "x"},
            },
            "db": {"uses": "postgres"},
        },
    },
)
NAMES = tuple(sorted(_PROJECTS))
EXAMPLES = ("bank", "ledger-export", "sessions", "wordcount")


@cache
def made(name: str) -> Compilation:
    """The compilation of the project of that *name*, which has no defects."""
    done = compiled(*_PROJECTS[name])
    assert done.defects == ()
    return done


@cache
def example(name: str) -> Compilation:
    """The units of an example."""
    around = Surroundings(None, ("srv", name), allow_unverified=False)
    return compile_project(DiskTree(ROOT / "specs" / name), around, ("quadlet",))


def units_of(compilation: Compilation) -> dict[str, str]:
    """The files of quadlet's among those of *compilation*."""
    return {path: text for path, text in compilation.files.items() if path.startswith("quadlet/")}


def said(compilation: Compilation, scratch: Path) -> str:
    """What Podman's generator and systemd's verifier say of the units of *compilation*; nothing when they are content."""
    shutil.rmtree(scratch, ignore_errors=True)
    units = written(compilation, scratch)
    made = need_debian().generated(units, scratch)
    alone, machine = {path.stem for path in units.glob("*.service")}, scratch / "machine"
    machine.mkdir()
    for unit in (*units.glob("*.timer"), *units.glob("*.service")):
        shutil.copy(unit, machine if unit.stem in alone else made.services)
    containers = {path.stem for path in units.glob("*.container")}
    assert containers <= {path.stem for path in made.services.glob("*.service")}
    return made.said + need_debian().verified(made.services) + need_debian().verified(machine, "system")


def written(compilation: Compilation, directory: Path) -> Path:
    """The units of *compilation* below *directory*; where they are."""
    for path, text in units_of(compilation).items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return directory / "quadlet"
