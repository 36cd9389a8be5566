"""YAML as other people's compose files have it: anchors, aliases, merge keys and tags are followed, where our own specs have none.

The nodes are turned into plain data one by one, and no more than a bounded number of them: aliases of aliases would else grow without end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_LARGEST, _MOST, _DEEPEST = 400_000, 20_000, 40
_MERGE = "<<"


def read(text: str) -> object:
    """The document in *text*: mappings, tuples, texts, numbers, truth values and None; None also for what cannot be read."""
    try:
        node = YAML(typ="safe", pure=True).compose(text[:_LARGEST])
        return _Reader().plain(node, 0) if node is not None else None
    except (YAMLError, ValueError, RecursionError, AttributeError, NotImplementedError):
        return None


class _Reader:
    """What has been turned into data so far."""

    def __init__(self) -> None:
        self._count = 0
        self._merged: dict[int, dict[str, Node]] = {}

    def plain(self, node: Node, depth: int) -> object:
        self._count += 1
        if self._count > _MOST or depth > _DEEPEST:
            raise ValueError("more than any compose file has")
        if isinstance(node, MappingNode):
            return {key: self.plain(value, depth + 1) for key, value in self._entries(node, 0).items()}
        if isinstance(node, SequenceNode):
            return tuple(self.plain(item, depth + 1) for item in node.value)
        return _scalar(node)

    def _entries(self, node: MappingNode, depth: int) -> Mapping[str, Node]:
        """The entries of a mapping, those that are merged in behind its own; each mapping is put together once."""
        known = self._merged.get(id(node))
        if known is not None:
            return known
        if depth > _DEEPEST:
            raise ValueError("more than any compose file has")
        own = {str(key.value): value for key, value in node.value if key.value != _MERGE}
        below: dict[str, Node] = {}
        for source in self._sources(node):
            for key, value in self._entries(source, depth + 1).items():
                below.setdefault(key, value)
        self._merged[id(node)] = {**below, **own}
        return self._merged[id(node)]

    def _sources(self, node: MappingNode) -> Iterator[MappingNode]:
        for key, value in node.value:
            if key.value == _MERGE:
                several = value.value if isinstance(value, SequenceNode) else (value,)
                yield from (one for one in several if isinstance(one, MappingNode))


def _scalar(node: Node) -> Any:
    text = str(node.value) if isinstance(node, ScalarNode) else ""
    match str(getattr(node, "tag", "")).rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if text.lstrip("+-").isdecimal() and len(text) < 20:
            return int(text)
        case _:
            return text
