"""The units of quadlet of every stack are read by Podman's generator and by systemd without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stack_cases import CASES, app, archetype, directory

from projects import assertion, manifest
from quadlet_projects import CHOSEN, said
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree


@pytest.mark.parametrize("case", CASES)
def test_units_of_a_stack(case: str, tmp_path: Path) -> None:
    """Each with stores, which it may use or not."""
    name, root = archetype(case), app(case)
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    specs = manifest(name, assertion(1, "Orders are stored in postgres"), assertion(2, "Sessions live in redis"))
    deploy = CHOSEN | {"app": "shop", "services": {"app": {"path": directory(case) or "."}}}
    tree = MemoryTree({**files, "specs/assertions.json": specs, "specs/deploy.yaml": json.dumps(deploy)})
    done = compile_project(tree, Surroundings(None, ("srv", "shop"), allow_unverified=False))
    assert done.defects == ()
    assert said(done, tmp_path / "x") == ""
