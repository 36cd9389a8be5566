"""A system with environments: more and fewer instances, more memory, routes of their own."""

from __future__ import annotations

from typing import Any

from projects import PYTHON_WEB, assertion, compiled, manifest
from speccompile.pipeline import Compilation

STAGING = {
    "routes": {"web": [{"host": "staging.example.com", "rate": {"count": 5, "per": "s"}}]},
    "replicas": {"web": 1},
}
PRODUCTION = {
    "namespace": "shop-production",
    "replicas": {"web": 3, "worker": 2},
    "resources": {"web": {"memory": "1G", "cpus": 2}, "db": {"memory": "2G"}},
    "routes": {"web": [{"host": "shop.example.com", "path": "/~a"}, {"host": "shop.example.net"}]},
}


def made(on: str, *, targets: tuple[str, ...] = ("compose", "kubernetes"), **environments: Any) -> Compilation:
    """The project with these *environments* on a platform; it is on Kubernetes alone that one has a namespace."""
    there = {
        name: {
            **{key: value for key, value in said.items() if key != "namespace" or on == "kubernetes"},
            "on": on,
        }
        for name, said in environments.items()
    }
    deploy = {
        "version": 1,
        "app": "shop",
        "registry": "ghcr.io/acme",
        "targets": list(targets),
        "environments": there,
        "services": {
            "web": {"path": ".", "needs": ["db"], "replicas": 2, "resources": {"memory": "512M"}},
            "worker": {"path": ".", "role": "worker", "command": ["python", "-m", "queue"]},
            "db": {"uses": "postgres"},
        },
    }
    return compiled(PYTHON_WEB, manifest("web-service", assertion(1, "Orders are kept in a database")), deploy)
