"""Overlays are what they say: what compose and kustomize make of them is what would be generated for that environment alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from overlay_projects import PRODUCTION, STAGING, made

from projects import PYTHON_WEB, compiled, manifest
from speccompile.backends import compose, nginx
from speccompile.backends.kubernetes import artifacts as kubernetes
from speccompile.errors import Refused
from speccompile.overlays import OVERLAYS
from speccompile.pipeline import Compilation
from speccompile.proving import verify_files
from supplied import filled
from tools import need

_ENVIRONMENTS: dict[str, Any] = {"staging": STAGING, "production": PRODUCTION}


def _written(directory: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    return directory


@pytest.mark.parametrize("name", ["staging", "production"])
def test_kustomize_makes_the_environment_of_it(tmp_path: Path, name: str) -> None:
    """The same objects as of manifests that were made for it alone."""
    kubectl = need("kubectl", "python3 tests/setup.py")
    system = made("kubernetes", **_ENVIRONMENTS)
    (there,) = [one for one in system.variants if one.name == name]
    alone = {one.path.replace("/base/", "/alone/base/"): one.text for one in kubernetes.emit(there.plan)}
    namespace = f"namespace: {there.apart}\n" if there.apart else ""
    alone["kubernetes/alone/overlay/kustomization.yaml"] = f"resources: [../base]\n{namespace}"
    _written(tmp_path, {**system.files, **alone})
    mine, theirs = (
        subprocess.run([kubectl, "kustomize", str(tmp_path / path)], capture_output=True, text=True, check=True).stdout
        for path in (f"kubernetes/overlays/{name}", "kubernetes/alone/overlay")
    )
    assert mine == theirs
    assert "kind: Deployment" in mine


@pytest.mark.parametrize("name", ["staging", "production"])
def test_compose_makes_the_environment_of_it(tmp_path: Path, name: str) -> None:
    """The same configuration as of files that were made for it alone, but for where nginx's is."""
    system = made("compose", **_ENVIRONMENTS)
    (there,) = [one for one in system.variants if one.name == name]
    _written(tmp_path, system.files)
    mine = _configured(tmp_path, system, "docker-compose.yml", f"compose.{name}.yml")
    (whole,), (door,) = compose.emit(there.plan), nginx.emit(there.plan)
    _written(tmp_path, {whole.path: whole.text})
    theirs = _configured(tmp_path, system, "docker-compose.yml")
    file = mine["configs"]["nginx"]["file"]
    assert Path(file).read_text(encoding="utf-8").partition("\n\n")[2] == door.text.partition("\n\n")[2]
    theirs["configs"]["nginx"]["file"] = file
    if theirs["services"]["web"].get("deploy") is None:
        assert mine["services"]["web"].pop("deploy")["replicas"] == 1
    assert mine == theirs


def _configured(directory: Path, system: Compilation, *files: str) -> Any:
    """What compose makes of *files* with what an operator supplies."""
    (directory / ".env").write_text(filled(system.files[".env.example"]), encoding="utf-8")
    program = need("docker-compose", "python3 tests/setup.py")
    command = [program, *(word for file in files for word in ("-f", file)), "config", "--format", "json"]
    done = subprocess.run(
        command,
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("on", ["compose", "swarm", "kubernetes", "quadlet"])
def test_every_line_of_an_overlay_counts(on: str) -> None:
    """Whichever is taken out or altered is noticed."""
    system = made(on, targets=(on,), **_ENVIRONMENTS)
    overlays = [path for path in system.files if "production" in path and "nginx" not in path]
    assert overlays
    (there,) = [one for one in system.variants if one.name == "production"]
    for path in overlays:
        lines = system.files[path].split("\n")[:-1]
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            for altered in (
                [*lines[:number], *lines[number + 1 :]],
                [*lines[:number], f"{line}x", *lines[number + 1 :]],
            ):
                files = {**system.files, path: "\n".join([*altered, ""])}
                assert OVERLAYS[on].verify(system.plan, there, files), f"{path}:{number + 1} {line}"


def test_another_front_door_is_noticed() -> None:
    """In an environment's own configuration as in the usual one, and when nobody mounts it."""
    system = made("compose", staging=STAGING)
    for path, old, new in (
        ("nginx.staging.conf", "staging.example.com", "example.com"),
        ("compose.staging.yml", "./nginx.staging.conf", "./nginx.conf"),
    ):
        files = {**system.files, path: system.files[path].replace(old, new)}
        assert verify_files(system.plan, files, system.targets, system.variants)
    assert "SC488" in {one.code for one in verify_files(system.plan, files, system.targets, system.variants)}
    assert verify_files(system.plan, system.files, system.targets, system.variants) == ()
    broken = {**system.files, "compose.staging.yml": "a: &b 1\n"}
    assert {one.code for one in verify_files(system.plan, broken, system.targets, system.variants)} == {"SC487"}


def test_caddy_has_a_file_of_its_own_too() -> None:
    """Which compose is told of."""
    deploy = {"version": 1, "app": "shop", "proxy": "caddy", "services": {"web": {"path": "."}}}
    there = {"environments": {"staging": {"routes": {"web": [{"host": "staging.example.com"}]}}}}
    system = compiled(PYTHON_WEB, manifest("web-service"), deploy | there)
    assert system.defects == ()
    assert "staging.example.com" in system.files["Caddyfile.staging"]
    assert "file: ./Caddyfile.staging" in system.files["compose.staging.yml"]


def test_a_front_door_is_there_everywhere_or_nowhere() -> None:
    """It asks the operator where it is reached, and what is asked is one for all environments."""
    deploy = {"version": 1, "app": "shop", "services": {"web": {"path": ".", "routes": []}}}
    there = {"environments": {"production": {"routes": {"web": [{"host": "shop.example.com"}]}}}}
    with pytest.raises(Refused) as refused:
        compiled(PYTHON_WEB, manifest("web-service"), deploy | there)
    (found,) = refused.value.diagnostics
    assert (found.code, "BIND_ADDRESS" in found.message) == ("SC482", True)


def test_every_line_knows_why_it_is_there() -> None:
    """What an environment says is cited at what follows from it."""
    system = made("kubernetes", **_ENVIRONMENTS)
    (overlay,) = [one for one in system.artifacts if one.path == "kubernetes/overlays/production/kustomization.yaml"]
    number = overlay.text.split("\n").index("        value: 3") + 1
    causes = {str(cause.span.path) for origin in overlay.origins[number] for cause in origin.causes}
    assert "specs/deploy.yaml" in causes
    assert all(overlay.origins.get(number) for number, line in enumerate(overlay.text.split("\n"), 1) if line.strip())


def test_what_does_not_differ_is_not_said() -> None:
    """No copy: an overlay has less than a fifth of the lines that it lies over."""
    system = made("compose", **_ENVIRONMENTS)
    usual, there = system.files["docker-compose.yml"], system.files["compose.production.yml"]
    assert len(there.split("\n")) * 5 < len(usual.split("\n"))
    assert "image:" not in there
    quiet = made("compose", staging={"values": "staging.env"})
    assert quiet.variants == ()
    assert not [path for path in quiet.files if "staging" in path]


def test_a_budget_comes_and_goes() -> None:
    """An object that is there in one environment alone is a file of its overlay; one that is not is deleted."""
    system = made("kubernetes", **_ENVIRONMENTS)
    assert "kubernetes/overlays/production/poddisruptionbudget-worker.yaml" in system.files
    assert "$patch: delete" in system.files["kubernetes/overlays/staging/kustomization.yaml"]
