"""The sources of a tree as code: comments and strings are told apart, so that what is only written about decides
nothing."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.lexing import Lexed, lex
from speccompile.project.tree import Tree

_LARGEST, _LARGEST_CONFIGURATION = 200_000, 50_000


def source(tree: Tree, path: str, largest: int = _LARGEST) -> Lexed:
    """The text at *path*, as far as it was written by hand; an empty one where there is none."""
    return lex(path, (tree.read(path) or "")[:largest])


def configuration(tree: Tree, paths: Iterable[str]) -> Lexed:
    """The first of the files at *paths* that is there: programs that configure a tool."""
    there = ((path, text) for path in paths if (text := tree.read(path)) is not None)
    path, text = next(there, ("", ""))
    return lex(path, text[:_LARGEST_CONFIGURATION])
