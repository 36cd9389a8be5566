"""Where the artifacts, the sources and the build context are, as seen from one another."""

from __future__ import annotations

import posixpath

from speccompile.plan.plan import Layout
from speccompile.provenance import Origin


def layout(output: str, ancestors: tuple[str, ...], names: int, origin: Origin) -> Layout:
    """The layout for an *output* directory as seen from the project.

    The build context is the project, or, when the output directory is outside of it, the closest directory that holds both.
    *ancestors* are the names of the directories down to the project, of which as many are used as *output* climbs:
    ``../../generated/bank`` from ``…/specs/bank`` makes the project ``specs/bank`` in the context. *names* of them matter for other reasons.
    """
    seen = inside("", output)
    climbs = seen.split("/").count("..")
    within = "/".join(ancestors[len(ancestors) - climbs :]) if climbs else ""
    below_context = inside(within, seen)
    depth = below_context.count("/") + 1 if below_context else 0
    return Layout(
        output=seen,
        context="/".join([".."] * depth) or ".",
        output_in_context=below_context,
        project_in_context=within,
        names=max(names, climbs),
        origin=origin,
    )


def inside(directory: str, path: str) -> str:
    """*path* below *directory*; "" and "." are the same place."""
    joined = posixpath.normpath(posixpath.join(directory or ".", path or "."))
    return "" if joined == "." else joined
