"""When compose fetches images that are built here, and that whoever expects otherwise is told."""

from __future__ import annotations

import pytest

from projects import BUN_WEB, compiled, manifest
from tools import ROOT


@pytest.mark.parametrize(("registry", "policy"), [(None, "never"), ("ghcr.io/acme", "missing")])
def test_without_a_registry_nothing_is_fetched_and_the_operator_is_told(registry: str | None, policy: str) -> None:
    """A name without a registry is anybody's at Docker Hub."""
    deploy = {"version": 1, **({"registry": registry} if registry else {}), "services": {"app": {"path": "."}}}
    files = compiled(BUN_WEB, manifest("web-service"), deploy).files
    assert f"pull_policy: {policy}\n" in files["docker-compose.yml"]
    assert ("pulled by hand, as deploy.yaml names no registry" in files[".env.example"]) == (policy == "never")


def test_the_reference_of_deploy_yaml_says_so() -> None:
    """At the key that decides it."""
    registry = (
        (ROOT / "docs/deploy-yaml.md").read_text(encoding="utf-8").split("\n## `registry`\n")[1].split("\n## ")[0]
    )
    assert "`pull_policy: never`" in registry
