"""The table of base images: every image that is used is in it, and what it says is there is there."""

from __future__ import annotations

import json
import subprocess

import pytest

from speccompile.plan.bases import BASES, contents
from tools import ROOT, need_engine


def _used() -> set[str]:
    """The base images of every stack's cases, without stages of their own."""
    recipes = [json.loads(path.read_text("utf-8"))["recipe"] for path in ROOT.glob("tests/stacks/*/expected.json")]
    assert len(recipes) > 40
    return {
        stage["base"]["reference"]
        for recipe in recipes
        for stage in recipe["stages"]
        if ":" in stage["base"]["reference"]
    }


def test_every_base_image_is_in_the_table() -> None:
    """And a name that is not there is not guessed at."""
    assert sorted(name for name in _used() if contents(name).family == "unknown") == []
    assert (contents("acme/base:1").family, contents("acme/base:1").programs) == ("unknown", ())


def test_no_line_of_the_table_is_hidden_by_another() -> None:
    """Each is the first that fits some name."""
    names = {known.pattern: contents(known.pattern.replace("*", "1")).pattern for known in BASES}
    assert {pattern: found for pattern, found in names.items() if pattern != found} == {}


@pytest.mark.engine
def test_what_is_said_to_be_there_is_there() -> None:
    """In those of the images that this engine has; a family without a shell does not have one."""
    docker = need_engine()
    tried = set()
    for name in sorted(_used()):
        if subprocess.run([docker, "image", "inspect", name], capture_output=True, check=False).returncode:
            continue
        tried.add(contents(name).family)
        programs = contents(name).programs or ("sh",)
        ask = [
            docker,
            "run",
            "--rm",
            "--network",
            "none",
            "--entrypoint",
            "sh",
            name,
            "-c",
            f"for one in {' '.join(programs)}; do command -v $one; done",
        ]
        done = subprocess.run(ask, capture_output=True, text=True, check=False)
        if "sh" in contents(name).programs:
            assert len(done.stdout.splitlines()) == len(programs), (name, done.stdout)
        else:
            assert done.returncode != 0, name
    assert {"debian", "alpine", "distroless"} <= tried
