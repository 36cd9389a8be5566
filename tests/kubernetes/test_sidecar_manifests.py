"""A pod with sidecars is one that the API's schemas, kube-score and the level `restricted` have nothing to say about."""

from __future__ import annotations

import json
from pathlib import Path

from cluster_tools import judged, kustomized

from projects import BUN_WEB, manifest
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree

_DEPLOY = {
    "app": "shop",
    "registry": "ghcr.io/acme",
    "targets": ["kubernetes"],
    "services": {
        "api": {"path": ".", "needs": ["auth"], "replicas": 2},
        "auth": {"image": "quay.io/oauth2-proxy/oauth2-proxy:v7.6.0", "port": 4180, "beside": "api", "check": ["/bin/oauth2-proxy", "--version"]},
        "tail": {"image": "fluent/fluent-bit:3.2.4", "port": 2020, "beside": "api", "check": ["/fluent-bit", "--version"], "writable": ["/state"]},
    },
}  # fmt: skip


def test_they_are_a_pods_that_clusters_take(tmp_path: Path) -> None:
    """One that is waited for, and one with a volume that is not."""
    specs = {"specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": json.dumps(_DEPLOY)}
    done = compile_project(MemoryTree({**BUN_WEB, **specs}), Surroundings(None, ("shop",), allow_unverified=False))
    for path, text in done.files.items():
        if path.startswith("kubernetes/"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
    judged(kustomized(tmp_path / "kubernetes/base"), tmp_path)
