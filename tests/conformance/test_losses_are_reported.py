"""Every loss that a platform or a target declares is one that some project here meets: the table is made of the modules themselves, a line for each call
that makes a loss, and each of these lines is run.

That a loss which is met is said is held by the cases (``tests/cases``) and by ``tests/compile/test_losses_of_keys.py``.
"""

from __future__ import annotations

import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from case_folders import FOLDER
from projects import PYTHON_WEB, manifest
from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import look_at_project
from speccompile.plan.plan import Plan
from speccompile.project.memory import MemoryTree
from speccompile.targets import PLATFORMS, TARGETS
from systems import example, project

_MODULES = (
    "realise.compose_losses",
    "realise.proxy_losses",
    "realise.swarm_losses",
    "realise.kubernetes.losses",
    "realise.quadlet.losses",
    "backends.actions.losses",
    "backends.terraform.losses",
    "backends.losing",
)
_MAKE = {"Loss", "_Part", "_of", "_part", "_whole", "lost", "at", "no_gateway", "gives_nothing"}
_CASES = ("SC42", "SC43", "SC44", "SC45", "SC46", "SC47", "SC48", "SC76")
_DOORS: dict[str, dict[str, Any]] = {
    "acme by caddy": {"proxy": "caddy", "services": {"web": {"path": ".", "routes": [{"host": "a.example.com"}]}}},
    "at one place": {
        "proxy": "none",
        "services": {"web": {"path": ".", "port": 8000}, "other": {"path": ".", "port": 8001}},
    },
    "redirects": {
        "proxy": "none",
        "services": {
            "web": {
                "path": ".",
                "routes": [{"path": "/"}, {"host": "old.example.com", "redirect": {"to": "https://new.example.com"}}],
            }
        },
    },
    "several": {"proxy": "none", "services": {"web": {"path": ".", "replicas": 3}}},
    "http/3": {
        "targets": ["compose", "terraform"],
        "tls": {"certificate": "TLS_CERTIFICATE", "key": "TLS_KEY", "http3": True},
        "services": {"web": {"path": ".", "route": {"host": "a.example.com"}}},
    },
    "opensearch": {"services": {"web": {"path": ".", "needs": ["search"]}, "search": {"uses": "opensearch"}}},
    "a program that needs a container": {
        "services": {
            "web": {"path": ".", "artifact": {"path": "bin/web"}, "needs": ["db"]},
            "db": {"uses": "postgres"},
        },
    },
    "files, and a log that is written at times": {
        "proxy": "caddy",
        "access_log": "buffered",
        "services": {
            "web": {
                "path": ".",
                "writable": ["/app/media"],
                "route": {"path": "/m", "files": {"directory": "/app/media"}},
            }
        },
    },
    "announced": {
        "proxy": "caddy",
        "proxy_protocol": True,
        "trusted_proxies": ["10.0.0.0/8"],
        "services": {"web": {"path": "."}},
    },
}
"""What no case has: each is a loss of a platform that is told of compose's files here, as an error of its own would leave no plan."""


def _calls() -> dict[str, set[int]]:
    """By file, the lines on which a call begins that makes a loss."""
    table: dict[str, set[int]] = {}
    for name in _MODULES:
        path = str(import_module(f"speccompile.{name}").__file__)
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        table[path] = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in _MAKE}
    return table


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _plans() -> Iterator[Plan]:
    yield from (example(name).plan for name in ("bank", "ledger-export", "sessions", "npm-library"))
    yield from (project(name).plan for name in ("workers", "python-job", "node-cli"))
    for folder in sorted(FOLDER.iterdir()):
        if folder.name.startswith(_CASES):
            files = {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
            yield from _plan(files)


def _of_doors() -> Iterator[Plan]:
    for deploy in _DOORS.values():
        written = {
            "specs/assertions.json": manifest("web-service"),
            "specs/deploy.yaml": json.dumps({"version": 1, "app": "shop", **deploy}),
        }
        yield from _plan({name: text.encode() for name, text in {**PYTHON_WEB, **written}.items()})


def _plan(files: dict[str, bytes]) -> Iterator[Plan]:
    around = Surroundings(None, ("shop",), allow_unverified=True)
    with suppress(Refused):
        yield look_at_project(MemoryTree(files), around, ("dockerfile",)).plan


def test_every_loss_is_met(request: pytest.FixtureRequest) -> None:
    table, run = _calls(), defaultdict[str, set[int]](set)

    def traced(frame: FrameType, _: str, __: Any) -> Any:
        path = frame.f_code.co_filename
        if path not in table:
            return None
        run[path].add(frame.f_lineno)
        return traced

    plans, before = list(_plans()), sys.gettrace()
    request.addfinalizer(lambda: sys.settrace(before))
    sys.settrace(traced)
    # Some of these are refused for what they would lose.
    for plan in (*plans, *_of_doors()):
        for platform in PLATFORMS:
            platform.losses(plan)
        for target in TARGETS:
            target.loses(plan)
    sys.settrace(before)
    never = {
        f"{Path(path).parent.name}/{Path(path).name}:{line}"
        for path, lines in table.items()
        for line in lines - run[path]
    }
    assert sum(map(len, table.values())) > 40
    assert never == set()
