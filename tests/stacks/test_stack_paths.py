"""Detection makes each recipe once, with others in place of what only lowering knows (``detect/contents.py``): the image takes the same
paths all the same."""

from __future__ import annotations

import posixpath

import pytest
from stack_cases import CASES, archetype, recipe

from speccompile.detect.placement import taken

PROJECT = "specs/shop"


@pytest.mark.parametrize("case", CASES)
def test_no_path_depends_on_port_output_or_place(case: str) -> None:
    """Another port, another health module and configuration of the server of files, another place in the build context."""
    web = archetype(case) == "web-service"
    elsewhere = recipe(
        case,
        PROJECT,
        port=7077 if web else None,
        health=("../out/probe", "/app/probe") if web else None,
        config=("../out/site.conf", "/etc/other.conf") if web else None,
    )
    here = taken(recipe(case))
    assert here
    assert taken(elsewhere) == tuple(posixpath.join(PROJECT, path) for path in here)
