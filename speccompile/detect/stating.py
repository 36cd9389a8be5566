"""Where the manifests say what a project says of itself: image labels repeat it, and cite the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.facts import Facts

F = TypeVar("F", bound=Facts)
# By the field of `Facts`: the keys that give it, in all the manifests that are read.
_KEYS = {
    "version": ("version",),
    "description": ("description",),
    "licenses": ("license", "licenses", "name", "text"),
    "url": ("homepage", "repository", "source", "url", "module"),
}


def told(tree: Tree, facts: F) -> F:
    """*facts* of *tree*, with the places at which their evidence says what they say of the project."""
    stated = tuple(_stated(tree, facts))
    return replace(facts, stated=stated) if stated else facts


def _stated(tree: Tree, facts: Facts) -> Iterator[tuple[str, Span]]:
    paths = tuple(dict.fromkeys(span.path for span in facts.evidence))
    for field, keys in _KEYS.items():
        value = getattr(facts, field)
        found = (span for path in paths if value and (span := _where(path, tree.read(path), keys, value)))
        if span := next(found, None):
            yield field, span


def _where(path: str, text: str | None, keys: tuple[str, ...], value: str) -> Span | None:
    """The line on which one of *keys* is followed by the *value*: as `"key": "value"`, `key = 'value'`, `<key>value<`."""
    begin = value.split("\n", 1)[0][:80]
    named = re.compile(rf"(?i)\b(?:{'|'.join(keys)})\b")
    for number, line in enumerate((text or "").split("\n"), 1):
        key = named.search(line) if begin in line else None
        if key and line.find(begin, key.end()) >= 0:
            return Span(path, number, key.start() + 1)
    return None
