"""Lock files that are too large to be read: the message is about their size, not about what is thought to be in them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from speccompile.codes.contents import TOO_LARGE
from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE, LOCK_UNREADABLE
from speccompile.diagnostics import Diagnostic
from speccompile.project.answers import LOCK_LIMIT, LOCKS
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.facts import Facts

F = TypeVar("F", bound=Facts)
_ABOUT_LOCKS = frozenset((LOCK_MISSING.id, LOCK_STALE.id, LOCK_UNREADABLE.id))


def with_sizes(tree: Tree, facts: F) -> F:
    """*facts* of *tree*, in which what was found wrong with a lock that could not be read is that it is too large."""
    doubted = tuple(one for one in facts.obstacles if one.code in _ABOUT_LOCKS)
    found = tuple(_too_large(tree, doubted))
    if not found:
        return facts
    return replace(facts, obstacles=(*(one for one in facts.obstacles if one not in doubted), *found))


def _too_large(tree: Tree, doubted: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    whole, place = tree.enclosing()
    named = (one.span.path for one in doubted if posixpath.basename(one.span.path) in LOCKS)
    here = (name for name in tree.entries("") if name in LOCKS) if doubted else ()
    for path in dict.fromkeys((*here, *named)):
        for size in whole.about("oversize", posixpath.normpath(posixpath.join(place, path))):
            yield TOO_LARGE.at(
                Span(path),
                f"{path} has {size} MiB; at most {LOCK_LIMIT // 1024 // 1024} are read",
                fix="split the project into services with locks of their own, or remove what it does not use from the manifest",
            )
