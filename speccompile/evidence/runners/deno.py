"""Deno: its own tests, as the task ``test`` says where that is one plain command."""

from __future__ import annotations

from pathlib import Path

from speccompile.evidence.invocation import REPORT, Invocation, Unknown
from speccompile.evidence.runners.javascript import plain, scripts
from speccompile.project.tree import Tree


def choose(tree: Tree, directory: Path) -> Invocation | Unknown:
    """See ``runners``."""
    del directory
    said = next((scripts(text, "tasks") for name in ("deno.json", "deno.jsonc") if (text := tree.read(name))), {})
    words = plain(said.get("test", "")) or ("deno", "test")
    start = words if words[:2] == ("deno", "test") else ("deno", "test")
    return Invocation(
        runner="deno test",
        command=(*start[:2], "--no-prompt", f"--junit-path={REPORT}", *start[2:]),
        version=("deno", "--version"),
    )
