"""All the nodes of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from speccompile.plan.node import Node


def nodes(value: Any) -> Iterator[Node]:
    """Every node in *value*, a node or a tuple of nodes, itself included."""
    if isinstance(value, Node):
        yield value
        for field in fields(value):
            yield from nodes(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from nodes(item)
