"""Directories of sources that an imported file names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.importing import NO_DIRECTORY
from speccompile.diagnostics import quoted
from speccompile.frontends.importers.keys import not_carried
from speccompile.frontends.importers.parts import Document, Part, Service
from speccompile.paths import normal
from speccompile.source import Span


def directory(document: Document, service: Service, said: str, span: Span) -> Iterator[Part]:
    """That the sources of *service* are in the directory *said*, which counts from where the file is."""
    if "$" in said or "://" in said or said.startswith(("git@", "/", "~")):
        yield not_carried(
            span,
            f"{service.name}: the sources {quoted(said)}",
            "they are no directory of this project",
            f"write `path` below {service.name} with one that is",
        )
        return
    path = normal(posixpath.join(document.base or ".", said))
    if path is None:
        why = "they lie outside of this project"
        yield not_carried(
            span, f"{service.name}: the sources {quoted(said)}", why, "import the file in the project that has both"
        )
        return
    yield service.put("path", path or ".", span)
    if path and not document.tree.is_directory(path):
        yield NO_DIRECTORY.at(
            span,
            f"{service.name}: the project has no directory {quoted(path)}",
            fix=f"write the directory of its sources as `path` below {service.name} in deploy.yaml",
            found="no such directory",
            expected=f"the sources of {service.name}",
        )


def inside(target: str) -> str:
    """A directory of a container as a volume of ours names it: without a slash at its end."""
    return target.rstrip("/") or target
