"""A stable rendering of the plan: the same plan gives the same data, whatever the order of the specs was."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from speccompile.plan.node import UNSAID, WHY, Node
from speccompile.provenance import Origin


def data(value: Any) -> Any:
    """*value*, a node or part of one, as dicts, lists, strings, numbers, booleans and None.

    A node is a mapping of its fields; its ``kind`` is its type, its ``because`` what its origin cites.
    """
    if isinstance(value, Node):
        body = {
            f.name: data(getattr(value, f.name))
            for f in fields(value)
            if WHY not in f.metadata
            and not isinstance(getattr(value, f.name), Origin)
            and not (UNSAID in f.metadata and getattr(value, f.name) is None)
        }
        return {"kind": type(value).__name__, **body, "because": _because(value.origin)}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: data(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [data(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a plan: {value!r}")


def _because(origin: Origin) -> list[str]:
    return [*origin.rules, *(cause.assertion or cause.span.path for cause in origin.causes)]
