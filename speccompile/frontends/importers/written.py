"""Entries of deploy.yaml as its text, and which entry each line is of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from speccompile.frontends.importers.parts import Add, Put, Value
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

_PLAIN = regex(r"(?!(?:true|false|null|yes|no|on|off|y|n)\Z)[A-Za-z/][A-Za-z0-9_./-]*", re.ASCII | re.IGNORECASE)
_TOP = ("version", "app", "registry", "tls", "services")
_OF_SERVICE = (
    "uses", "image", "version", "database", "user", "url", "external", "path", "archetype", "role", "stack", "schedule", "port", "command", "release",
    "needs", "health", "env", "secrets", "writable", "resources", "replicas", "route", "routes", "packages", "build",
)  # fmt: skip


@record()
class Entry:
    """An entry of the file: the steps to it, its value, and the place that it follows from. ``listed``: it is one of the list there."""

    steps: tuple[str, ...]
    value: Value
    span: Span
    listed: bool = False


Lines: TypeAlias = list[tuple[str, tuple[str, ...], Entry | None]]


def entries(parts: Iterable[object]) -> tuple[Entry, ...]:
    """The entries that *parts* put and add: the first value for a key, and nothing twice in a list."""
    found: list[Entry] = []
    taken: set[tuple[str, ...]] = set()
    for part in parts:
        if isinstance(part, Put) and part.steps not in taken:
            taken.add(part.steps)
            found.append(Entry(part.steps, part.value, part.span))
        elif isinstance(part, Add) and not any(one.steps == part.steps and one.value == part.value for one in found):
            found.append(Entry(part.steps, part.value, part.span, listed=True))
    return tuple(_settled(found))


def _settled(found: list[Entry]) -> Iterator[Entry]:
    """No variable is a setting and a secret: what is a secret somewhere is one. One route is a route, and no route with others is none."""
    secrets = {
        (one.steps[1], str(one.value["name"]))
        for one in found
        if _is(one, "secrets") and isinstance(one.value, Mapping)
    }
    routes: dict[str, int] = {}
    for one in found:
        if _is(one, "routes") and one.listed:
            routes[one.steps[1]] = routes.get(one.steps[1], 0) + 1
    for one in found:
        if _is(one, "env") and (one.steps[1], one.steps[-1]) in secrets:
            continue
        if _is(one, "routes") and one.listed and routes[one.steps[1]] == 1:
            yield Entry((*one.steps[:2], "route"), one.value, one.span)
        elif not (_is(one, "routes") and not one.listed and routes.get(one.steps[1])):
            yield one


def _is(entry: Entry, key: str) -> bool:
    return len(entry.steps) > 2 and entry.steps[2] == key


def text(entries: Iterable[Entry]) -> tuple[str, Lines]:
    """The text of deploy.yaml with *entries*, and its lines, each with the steps to what it is about."""
    tree: dict[str, Any] = {}
    for entry in entries:
        below = tree
        for step in entry.steps[:-1]:
            below = below.setdefault(step, {})
        if entry.listed:
            below.setdefault(entry.steps[-1], []).append(entry)
        else:
            below[entry.steps[-1]] = entry
    lines: Lines = [("version: 1", ("version",), None)]
    for key in sorted(tree, key=_TOP.index):
        lines += _lines(key, tree[key], (key,), 0)
    return "\n".join(line for line, _, _ in lines) + "\n", lines


def _lines(
    key: str, value: Any, steps: tuple[str, ...], depth: int
) -> Iterator[tuple[str, tuple[str, ...], Entry | None]]:
    indent = "  " * depth
    if isinstance(value, Entry):
        yield f"{indent}{scalar(key)}: {_flow(value.value)}", steps, value
        return
    yield f"{indent}{scalar(key)}:", steps, None
    if isinstance(value, list):
        yield from ((f"{indent}  - {_flow(one.value)}", steps, one) for one in value)
        return
    order = _OF_SERVICE if len(steps) == 2 and steps[0] == "services" else ()
    pulled = {
        name
        for name, one in value.items()
        if steps == ("services",) and isinstance(one, dict) and ("uses" in one or "image" in one)
    }
    for name in sorted(value, key=lambda one: order.index(one) if one in order else len(order) + (one in pulled)):
        yield from _lines(name, value[name], (*steps, name), depth + 1)


def _flow(value: Value) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(json.dumps(one, ensure_ascii=False) for one in value) + "]"
    return scalar(value) if isinstance(value, str) else json.dumps(value)


def scalar(value: str) -> str:
    """A text as YAML has it, in quotes where it could be anything else."""
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
