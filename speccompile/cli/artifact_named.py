"""The artifact that somebody names on the command line."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import Path

from speccompile.artifacts import Artifact
from speccompile.cli.workspace import Compiled
from speccompile.paths import join


def named(compiled: Compiled, path: str, artifacts: Iterable[Artifact]) -> Artifact | None:
    """Which of *artifacts* *path* names: from the project, from here, below the output directory, or by its bare name."""
    normal = posixpath.normpath(path)
    here = (compiled.workspace.start / path).resolve()
    base = compiled.workspace.root / compiled.lock.output
    every = tuple(artifacts)
    for artifact in every:
        shown = join(compiled.lock.output, artifact.path)
        if normal in (shown, artifact.path, compiled.workspace.seen(shown)):
            return artifact
        if (base / artifact.path).resolve() in (here, Path(path).resolve()):
            return artifact
    bare = [one for one in every if posixpath.basename(one.path) == normal]
    return bare[0] if len(bare) == 1 else None
