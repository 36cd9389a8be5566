"""The operations of RFC 6902 on the tree of a YAML file: a tree in, another tree out.

Libraries for it (python-json-patch) take plain data; here each part keeps why it is there, and what is new is there because of the patch. Beyond
the RFC, pointers may select, and ``add`` may say before or after which key something is put, since people read files in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from speccompile.backends.yaml import Entry
from speccompile.patching.pointers import NoPlaceError, Steps, at, homes, places, shown, written
from speccompile.patching.yamltree import YamlTree, entry_of, plain
from speccompile.provenance import Origin
from speccompile.spec.patch import Operation


class NotSaidError(Exception):
    """The operation lacks something, or has something that it does not take."""


_TAKES = {
    "add": {"path", "value", "after", "before"},
    "replace": {"path", "value"},
    "test": {"path", "value"},
    "remove": {"path"},
    "move": {"path", "source"},
    "copy": {"path", "source"},
}
_NEEDS = {"add": {"path", "value"}, "replace": {"path", "value"}, "test": {"path", "value"}}


def done(tree: YamlTree, operation: Operation, origin: Origin) -> YamlTree:
    """*tree* after *operation*; raises ``NotSaidError`` and ``NoPlaceError``."""
    _refuse_incomplete(operation)
    root, path = tree.root, operation.path or ""
    match operation.op:
        case "test":
            _tested(root, path, operation.value)
            return tree
        case "add":
            changed = _added(root, path, entry_of(plain_data(operation.value), origin), operation)
        case "replace":
            changed = _replaced(root, path, entry_of(plain_data(operation.value), origin))
        case "remove":
            changed = root
            for place in reversed(places(root, path)):
                changed = _without(changed, place, origin)
        case "copy" | "move":
            taken = _single(root, operation.source or "")
            left = _without(root, taken, origin) if operation.op == "move" else root
            changed = _added(left, path, entry_of(plain(at(root, taken)), origin), operation)
        case _:
            raise NotSaidError(
                f"{operation.op} is no operation of RFC 6902; in YAML there are add, remove, replace, move, copy and test"
            )
    return YamlTree(tree.header, changed)


def _refuse_incomplete(operation: Operation) -> None:
    given = operation.model_fields_set
    takes = _TAKES.get(operation.op, set())
    if not takes:
        raise NotSaidError(f"{operation.op} is for files of lines; in YAML there are {', '.join(_TAKES)}")
    lacking = _NEEDS.get(operation.op, takes) - given
    if lacking:
        raise NotSaidError(f"{operation.op} needs {named(lacking)}")
    if more := given - takes - {"op"}:
        raise NotSaidError(f"{operation.op} takes no {named(more)}")
    if {"after", "before"} <= given or any(len(one or ("",)) != 1 for one in (operation.after, operation.before)):
        raise NotSaidError("after or before names one key")


_WRITTEN = {"source": "from", "point": "at"}


def named(fields: set[str]) -> str:
    """*fields* of an operation as people write them."""
    return ", ".join(sorted(_WRITTEN.get(field, field) for field in fields))


def plain_data(value: Any) -> Any:
    """*value* as read, without where it was written."""
    if isinstance(value, Mapping):
        return {key: plain_data(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(child) for child in value]
    return value


def _tested(root: Entry, path: str, value: Any) -> None:
    for place in places(root, path):
        there = at(root, place)
        if plain(there) != plain_data(value):
            raise NoPlaceError(f"{written(place)} is {shown(there)} by now")


def _single(root: Entry, pointer: str) -> Steps:
    found = places(root, pointer)
    if len(found) != 1:
        raise NoPlaceError(f"{pointer} means {len(found)} places, and one is expected")
    return found[0]


def _replaced(root: Entry, path: str, new: Entry) -> Entry:
    def change(old: Entry) -> Entry:
        return Entry(new.value, new.origin, old.comment)

    for place in places(root, path):
        root = _put(root, place, change)
    return root


def _added(root: Entry, pointer: str, new: Entry, operation: Operation) -> Entry:
    for home, key in reversed(homes(root, pointer)):
        there = at(root, home)
        grown = Entry(_with(there.value, key, new, operation), there.origin)
        root = _put(root, home, partial(_instead, grown))
    return root


def _instead(new: Entry, _: Entry) -> Entry:
    return new


def _with(value: Any, key: str, new: Entry, operation: Operation) -> Any:
    """*value*, a mapping or a list, with *new* in it."""
    if not isinstance(value, Mapping):
        number = len(value) if key == "-" else int(key)
        return (*value[:number], new, *value[number:])
    beside = operation.after or operation.before
    if key in value or beside is None:
        return {**value, key: new}
    if beside[0] not in value:
        raise NoPlaceError(f"there is no key {beside[0]} beside it, but {', '.join(list(value)[:5])}")
    ordered: dict[str, Entry] = {}
    for name, child in value.items():
        if operation.before and name == beside[0]:
            ordered[key] = new
        ordered[name] = child
        if operation.after and name == beside[0]:
            ordered[key] = new
    return ordered


def _without(root: Entry, place: Steps, origin: Origin) -> Entry:
    """*root* without what is at *place*; a mapping or list that this empties is so because of *origin*."""
    if not place:
        raise NoPlaceError("the whole file cannot be removed")
    last = place[-1]

    def change(old: Entry) -> Entry:
        if isinstance(old.value, Mapping):
            kept: Any = {key: child for key, child in old.value.items() if key != last}
        else:
            kept = tuple(child for n, child in enumerate(_items(old)) if n != last)
        return Entry(kept, old.origin if kept else origin, old.comment)

    return _put(root, place[:-1], change)


def _items(entry: Entry) -> tuple[Entry, ...]:
    return tuple(entry.value) if isinstance(entry.value, list | tuple) else ()


def _put(root: Entry, place: Steps, change: Callable[[Entry], Entry]) -> Entry:
    """*root*, where what is at *place* is changed."""
    if not place:
        return change(root)
    first, rest = place[0], place[1:]
    if isinstance(root.value, Mapping):
        value: Any = {key: _put(child, rest, change) if key == first else child for key, child in root.value.items()}
    else:
        value = tuple(_put(child, rest, change) if n == first else child for n, child in enumerate(_items(root)))
    return Entry(value, root.origin, root.comment)
