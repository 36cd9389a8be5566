"""How the tests of a stack are run: one module a stack, one line here. They look at the tree, and start nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from speccompile.evidence.invocation import Invocation, Unknown
from speccompile.evidence.runners import deno, go, java, javascript, python, rust
from speccompile.project.tree import Tree

Choose = Callable[[Tree, Path], Invocation | Unknown]

RUNNERS: Mapping[str, Choose] = {
    "bun": javascript.choose,
    "deno": deno.choose,
    "go": go.choose,
    "java": java.choose,
    "node": javascript.choose,
    "python": python.choose,
    "rust": rust.choose,
}
"""By stack: from a view of the service's directory, and that directory, which also holds what no source tree shows (installed packages)."""


def chosen(stack: str, tree: Tree, directory: Path) -> Invocation | Unknown:
    """How the tests of a service of *stack* are run."""
    choose = RUNNERS.get(stack) or (javascript.choose if tree.is_file("package.json") else None)
    if choose is None:
        return Unknown(f"nothing is known of how tests of {stack} are run", "say it with `verify` in deploy.yaml")
    return choose(tree, directory)
