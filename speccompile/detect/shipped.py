"""Which files of the project get into a service's image."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.detect.placement import taken
from speccompile.paths import join
from speccompile.plan.image import ImageRecipe
from speccompile.project.tree import Tree


def shipped(image: ImageRecipe, root: Tree) -> tuple[str, ...]:
    """The paths, from the project's *root*, of all files that *image* takes from there. Sorted.

    That is every file that a step names or has below it, also those that the ignore file keeps out at some depth: rather
    a file too many is asked for than one too few. What speccompile itself writes is not in the tree, and not among them.
    """
    return tuple(sorted({file for source in taken(image) for file in _files(root, source.rstrip("/"))}))


def _files(root: Tree, path: str) -> Iterator[str]:
    if path and root.is_file(path):
        yield path
        return
    for entry in root.entries(path):
        name = join(path, entry.rstrip("/"))
        if entry.endswith("/"):
            yield from _files(root, name)
        else:
            yield name
