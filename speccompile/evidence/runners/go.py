"""Go: ``go test``, with the events that it writes for programs."""

from __future__ import annotations

from pathlib import Path

from speccompile.evidence.invocation import Invocation, Unknown
from speccompile.project.tree import Tree


def choose(tree: Tree, directory: Path) -> Invocation | Unknown:
    """See ``runners``. Results that Go kept of an earlier run are not taken: they may be of other files than Go knows of."""
    del tree, directory
    return Invocation(
        runner="go test", command=("go", "test", "-json", "-count=1", "./..."), version=("go", "env", "GOVERSION")
    )
