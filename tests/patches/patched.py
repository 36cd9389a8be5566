"""Projects in memory with patches, for the tests beside this."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from projects import BUN_WEB, assertion, manifest
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project, look_at_project
from speccompile.project.memory import MemoryTree

LIMITED = assertion(1, "Each client may make at most 10 requests per second.")
STORED = assertion(2, "Accounts are stored in a PostgreSQL database.")


def tree(patches: Mapping[str, Any], *assertions: dict[str, Any], **deploy: Any) -> MemoryTree:
    """A service with a store; *patches* by their names below patches/, as text or as data."""
    services = {
        "api": {"route": {"host": "bank.example.com", "path": "/"}, "needs": ["db"]},
        "db": {"uses": "postgres"},
    }
    files = {
        **BUN_WEB,
        "specs/assertions.json": manifest("web-service", *(assertions or (STORED,))),
        "specs/deploy.yaml": json.dumps({"version": 1, "app": "bank", "services": services, **deploy}),
    }
    for name, said in patches.items():
        files[f"patches/{name}"] = said if isinstance(said, str) else json.dumps(said)
    return MemoryTree(files)


def compiled(patches: Mapping[str, Any], *assertions: dict[str, Any], **deploy: Any) -> Compilation:
    """What ``generate`` compiles."""
    return compile_project(tree(patches, *assertions, **deploy), Surroundings(None, ("srv", "bank"), False))


def looked_at(patches: Mapping[str, Any], *assertions: dict[str, Any], **deploy: Any) -> Compilation:
    """The same, whatever speaks against it."""
    around = Surroundings(None, ("srv", "bank"), True)
    return look_at_project(tree(patches, *assertions, **deploy), around)


def patch(*operations: dict[str, Any], allow: tuple[str, ...] = (), reason: str = "it is wanted") -> dict[str, Any]:
    """A patch file with one patch."""
    more = {"allow": list(allow)} if allow else {}
    return {"version": 1, "patches": [{"reason": reason, **more, "operations": list(operations)}]}


def codes(compilation: Compilation) -> list[str]:
    """The codes of what there is to say about what people changed."""
    return [one.code for one in compilation.overrides.findings]
