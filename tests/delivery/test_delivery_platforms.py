"""An architecture that an assertion names is what images are built for."""

from __future__ import annotations

from projects import PYTHON_WEB, assertion, compiled, manifest


def test_images_are_built_for_what_is_demanded() -> None:
    """By bake and by the workflow, and the machine is one of that kind."""
    targets = ("compose", "bake", "github-actions", "terraform")
    deploy = {"version": 1, "app": "shop", "registry": "ghcr.io/acme", "targets": list(targets)}
    made = compiled(PYTHON_WEB, manifest("web-service", assertion(1, "The service runs on arm64")), deploy)
    assert 'platforms  = ["linux/arm64"]' in made.files["bake/docker-bake.hcl"].replace("platforms =", "platforms  =")
    assert "ubuntu-24.04-arm" in made.files["github-actions/deploy.yml"]
    assert "linux/amd64" not in made.files["github-actions/deploy.yml"]
    usual = compiled(PYTHON_WEB, manifest("web-service"), deploy)
    assert "linux/arm64" not in usual.files["bake/docker-bake.hcl"]
