"""Workspaces of uv: several packages that share one lock, one of which is deployed."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.python import pyproject
from speccompile.stacks.python.pyproject import PyProject
from speccompile.stacks.python.requirements import normal
from speccompile.stacks.sources import nameable

_MOST, _LOCK = 200, "uv.lock"


@record()
class Member:
    """A package of a workspace, and the directory that it is in ("" is the root)."""

    directory: str
    project: PyProject

    @property
    def name(self) -> str:
        """Its normalised name."""
        return normal(self.project.name or "")


def members(tree: Tree, root: PyProject) -> tuple[Member, ...]:
    """The packages of the workspace that *root* declares, the root first when it is one of them."""
    if root.workspace is None:
        return ()
    found = {path for pattern in root.workspace.members for path in _matching(tree, pattern.strip("/"))}
    excluded = {path for pattern in root.workspace.excluded for path in _matching(tree, pattern.strip("/"))}
    own = (Member("", root),) if root.is_project else ()
    there = (Member(path, one) for path in sorted(found - excluded) if (one := pyproject.read(tree.below(path))))
    return (*own, *(one for one in there if one.project.name and one.directory))


def member_of(tree: Tree) -> tuple[str, str, str] | None:
    """The lock of the workspace above *tree* that it is a member of, its name, and where it is from there; None where it is none. An image of the
    member's directory alone, which is where its sources are, has no use for that lock."""
    project, place = tree.enclosing()
    above = posixpath.dirname(place) if place else None
    while above is not None:
        view = project.below(above) if above else project
        root = pyproject.read(view)
        inside = posixpath.relpath(place, above or ".")
        if (
            root
            and view.is_file(_LOCK)
            and (own := next((m for m in members(view, root) if m.directory == inside), None))
        ):
            return posixpath.join(above, _LOCK), own.name, inside
        above = posixpath.dirname(above) if above else None
    return None


def closure(every: tuple[Member, ...], deployed: tuple[Member, ...]) -> tuple[Member, ...]:
    """*deployed* and the members that these depend on, directly or through others.

    A dependency that is called like a member is one: uv demands that it is declared so, in the member or in the root.
    """
    by_name = {one.name: one for one in every}
    found = list(deployed)
    for one in found:  # grows while it is read
        for wanted in one.project.wanted:
            other = by_name.get(wanted.name)
            if other and other not in found:
                found.append(other)
    return tuple(found)


def _matching(tree: Tree, pattern: str) -> Iterator[str]:
    """The directories that a glob of uv's matches, segment by segment; ``**`` is taken as one segment."""
    paths = [""]
    for segment in pattern.split("/"):
        paths = [one for path in paths for one in _step(tree, path, segment)][:_MOST]
    yield from (path for path in paths if path and nameable(path) and tree.is_file(f"{path}/{pyproject.PATH}"))


def _step(tree: Tree, path: str, segment: str) -> Iterator[str]:
    if segment in ("", ".", ".."):
        return
    for entry in tree.entries(path):
        name = entry.rstrip("/")
        if entry.endswith("/") and fnmatch.fnmatchcase(name, segment) and not name.startswith("."):
            yield f"{path}/{name}" if path else name
