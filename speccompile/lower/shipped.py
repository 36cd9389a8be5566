"""Which files of the project get into a service's image."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.lower.layout import inside
from speccompile.plan.image import ImageRecipe
from speccompile.plan.plan import Layout
from speccompile.project.tree import Tree


def shipped(image: ImageRecipe, layout: Layout, root: Tree) -> tuple[str, ...]:
    """The paths, from the project's *root*, of all files that the image's build context takes from there. Sorted.

    That is every file that the context's allow-list names or has below it, also those that the ignore file keeps out at some depth: rather
    a file too many is asked for than one too few. What speccompile itself writes is not in the tree, and not among them.
    """
    found: set[str] = set()
    for allowed in image.context:
        path = _in_project(allowed.rstrip("/"), layout)
        if path is not None:
            found.update(_files(root, path))
    return tuple(sorted(found))


def _in_project(path: str, layout: Layout) -> str | None:
    """A path of the build context as seen from the project; None for one beside it, which is the output directory's."""
    place = layout.project_in_context
    if place in ("", ".", path):
        return "" if path == place else path
    return path.removeprefix(f"{place}/") if path.startswith(f"{place}/") else None


def _files(root: Tree, path: str) -> Iterator[str]:
    if path and root.is_file(path):
        yield path
        return
    for entry in root.entries(path):
        name = inside(path, entry.rstrip("/"))
        if entry.endswith("/"):
            yield from _files(root, name)
        else:
            yield name
