"""What there is to publish of a library. Few projects are one: what reads their manifests is imported for those."""

from __future__ import annotations

from importlib import import_module

from speccompile.detect.library.sources import NpmSources, PythonSources
from speccompile.project.tree import Tree


def published(tree: Tree, stack: str) -> NpmSources | PythonSources | None:
    """The sources of the library in *tree*, its own directory; None for a *stack* for which no publishing is set up."""
    if stack in ("node", "bun"):
        npm: NpmSources = import_module("speccompile.detect.library.npm").npm_sources(tree)
        return npm
    if stack == "python":
        python: PythonSources = import_module("speccompile.detect.library.python").python_sources(tree)
        return python
    return None
