"""Which Node.js an image has where the project says nothing and its framework does."""

from __future__ import annotations

import json

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript import node as node_stack

PNPM = """\
lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      '@solidjs/start':
        specifier: ^2.0.0
        version: 2.0.5(vite@8.3.8)

packages:

  '@solidjs/start@2.0.5':
    resolution: {integrity: sha512-AA==}
    engines: {node: '>=24'}

  vite@8.3.8:
    resolution: {integrity: sha512-AA==}
    engines: {node: ^20.19.0 || >=22.12.0}
"""


def chosen(wanted: str, *, name: str = "@solidjs/start", engines: str = "", **files: str) -> tuple[str, str]:
    """The version of Node.js, and where it comes from, for a project whose lock says that *name* wants it."""
    sections = {"dependencies": {name: "^2.0.0"}, **({"engines": {"node": engines}} if engines else {})}
    packages = {"": sections, f"node_modules/{name}": {"version": "2.0.5", "engines": {"node": wanted}}}
    lock = {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": packages})}
    found = node_stack.detect(MemoryTree({"package.json": json.dumps(sections), **lock, **files}))
    assert found is not None
    return found.runtime.value, found.runtime.source


@pytest.mark.parametrize(
    ("wanted", "version"),
    [(">=24", "24"), ("^20.19.0 || >=22.12.0", "22"), (">=22.12.0", "22"), ("^18 || ^20", "20"), ("any", "22")],
)
def test_a_framework_decides_where_nothing_else_does(wanted: str, version: str) -> None:
    """The usual version, where that is accepted."""
    source = "default" if version == "22" else "package-lock.json (@solidjs/start)"
    assert chosen(wanted) == (version, source)


def test_the_project_decides_before_its_framework() -> None:
    """What it says is what its developers run."""
    assert chosen(">=24", engines=">=22") == ("22", "package.json engines.node")


def test_a_library_decides_nothing() -> None:
    """Most say what they are tested with."""
    assert chosen(">=24", name="left-pad") == ("22", "default")


def test_pnpm_writes_ranges_too() -> None:
    """In its own way; a package whose name only begins alike is another."""
    manifest = json.dumps({"dependencies": {"@solidjs/start": "^2.0.0"}})
    for lock, version in ((PNPM, "24"), (PNPM.replace("start@2", "start-more@2"), "22")):
        found = node_stack.detect(MemoryTree({"package.json": manifest, "pnpm-lock.yaml": lock}))
        assert found is not None
        assert found.runtime.value == version
