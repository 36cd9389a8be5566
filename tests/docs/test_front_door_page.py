"""The examples of docs/front-door.md compile, and are sound."""

from __future__ import annotations

import re

import pytest

from projects import BUN_WEB, manifest
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree
from tools import ROOT

PAGE = (ROOT / "docs/front-door.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("deploy", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_compiles(deploy: str) -> None:
    specs = {"specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": deploy}
    pages = dict.fromkeys(re.findall(r"pages/[\w-]+[.]html", deploy), "<!doctype html>\n<title>An error</title>\n")
    tree = MemoryTree({**BUN_WEB, **pages, **{name: str(text) for name, text in specs.items()}})
    made = compile_project(tree, Surroundings(None, ("shop",), allow_unverified=False))
    assert made.defects == ()
    config = "Caddyfile" if "proxy: caddy" in deploy else "nginx.conf"
    assert config in {one.path for one in made.artifacts}


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 9
