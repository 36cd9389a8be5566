"""The C# of a project: its entry first, then what is beside and below it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.stacks.code import source

_ENDINGS = (".cs", ".fs", ".vb")
_ENTRIES = ("Program.cs", "Startup.cs", "Program.fs", "Startup.fs", "Program.vb")
_NEVER = frozenset(("bin", "obj", "wwwroot", "node_modules", "Migrations", "Properties"))
_MOST, _DEEPEST = 300, 6


def entry(tree: Tree, directory: str) -> str | None:
    """The file that a program begins in, where it has a usual name."""
    paths = (posixpath.join(directory, name) for name in _ENTRIES)
    return next((path for path in paths if tree.is_file(path)), None)


def codes(tree: Tree, directory: str) -> Iterator[tuple[str, Lexed]]:
    """The sources of the project in *directory*, those of usual names first."""
    first = [posixpath.join(directory, name) for name in _ENTRIES]
    paths = dict.fromkeys((*(path for path in first if tree.is_file(path)), *_below(tree, directory, _DEEPEST)))
    return ((path, source(tree, path)) for path in list(paths)[:_MOST])


def _below(tree: Tree, directory: str, depth: int) -> Iterator[str]:
    names = tree.entries(directory)
    yield from (posixpath.join(directory, name) for name in names if name.endswith(_ENDINGS))
    for name in names if depth else ():
        plain = name.rstrip("/")
        if name.endswith("/") and plain not in _NEVER and not plain.startswith("."):
            yield from _below(tree, posixpath.join(directory, plain), depth - 1)
