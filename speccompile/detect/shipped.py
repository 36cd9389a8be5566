"""Which files of the project get into a service's image."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.detect.placement import taken
from speccompile.paths import join
from speccompile.plan.image import ImageRecipe
from speccompile.project.tree import Tree


def shipped(image: ImageRecipe, root: Tree, project: str = "") -> tuple[str, ...]:
    """The paths, from the project's *root*, of all files that *image* takes from there; *project* is where that is in the build context. Sorted.

    That is every file that a step names or has below it, also those that the ignore file keeps out at some depth: rather
    a file too many is asked for than one too few. What speccompile itself writes is not in the tree, and not among them.
    """
    sources = (_in_project(source.rstrip("/"), project) for source in taken(image))
    return tuple(sorted({file for source in sources if source is not None for file in _files(root, source)}))


def _in_project(path: str, place: str) -> str | None:
    """A path of the build context as seen from the project; None for one beside it, which is the output directory's."""
    if place in ("", ".", path):
        return "" if path == place else path
    return path.removeprefix(f"{place}/") if path.startswith(f"{place}/") else None


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
