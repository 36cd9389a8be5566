"""What there is to publish of a library."""

from __future__ import annotations

from speccompile.detect.library.npm import npm_sources
from speccompile.detect.library.python import python_sources
from speccompile.detect.library.sources import NpmSources, PythonSources
from speccompile.project.tree import Tree


def published(tree: Tree, stack: str) -> NpmSources | PythonSources | None:
    """The sources of the library in *tree*, its own directory; None for a *stack* for which no publishing is set up."""
    if stack in ("node", "bun"):
        return npm_sources(tree)
    return python_sources(tree) if stack == "python" else None
