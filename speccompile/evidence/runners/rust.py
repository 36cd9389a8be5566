"""Rust: ``cargo test``, the whole workspace, with the lock file as it is."""

from __future__ import annotations

from pathlib import Path

from speccompile.evidence.invocation import Invocation, Unknown
from speccompile.project.tree import Tree


def choose(tree: Tree, directory: Path) -> Invocation | Unknown:
    """See ``runners``."""
    del directory
    locked = ("--locked",) if tree.is_file("Cargo.lock") else ()
    workspace = ("--workspace",) if "[workspace]" in (tree.read("Cargo.toml") or "") else ()
    return Invocation(
        runner="cargo test",
        command=("cargo", "test", "--no-fail-fast", *locked, *workspace),
        version=("cargo", "--version"),
    )
