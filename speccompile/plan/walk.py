"""All the nodes of a plan, or of a part of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from speccompile.plan.node import Node
from speccompile.provenance import Origin, merged
from speccompile.record import fields_of

N = TypeVar("N", bound=Node)


def nodes(value: Any) -> Iterator[Node]:
    """Every node in *value*, a node or a tuple of nodes, itself included."""
    if isinstance(value, Node):
        yield value
        for field in fields_of(type(value)):
            yield from nodes(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from nodes(item)


def cited(node: N, origin: Origin) -> N:
    """*node*, in which everything is there because of *origin* too."""
    return replace(node, **{field.name: _cited(getattr(node, field.name), origin) for field in fields_of(type(node))})


def _cited(value: Any, origin: Origin) -> Any:
    if isinstance(value, Origin):
        return merged((value, origin))
    if isinstance(value, Node):
        return cited(value, origin)
    return tuple(_cited(item, origin) for item in value) if isinstance(value, tuple) else value
