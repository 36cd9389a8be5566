"""YAML as other people's files have it: anchors, aliases, merge keys and tags are followed, where our own specs have none.

The nodes are turned into a located tree one by one, and no more than a bounded number of them: aliases of aliases would else grow without end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from speccompile.codes.reading import NESTING, YAML_SYNTAX
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.yamlsyntax import mistake
from speccompile.spec.located import Located, LocatedList, SourceText

_MOST, _DEEPEST = 20_000, 40
_MERGE = "<<"


class _TooMuch(Exception):  # control flow: a bound was reached
    """More than any file of people's has."""


def read(source: SourceText) -> tuple[Any, list[Diagnostic]]:
    """The document in a text (Located, LocatedList, texts, numbers, truth values and None; None also where it cannot be read), and what is
    wrong with the text: the first thing."""
    try:
        node = YAML(typ="safe", pure=True).compose(source.text)
        return (_Reader(source).located(node, 0) if node is not None else None), []
    except MarkedYAMLError as error:
        found = mistake(error)
        return None, [YAML_SYNTAX.at(source.span(min(found.at or 0, len(source.text))), found.problem, fix=found.fix)]
    except (_TooMuch, RecursionError):
        message = f"more than {_MOST} values, or nested more than {_DEEPEST} deep"
        return None, [NESTING.at(source.span(0), message, fix="write the file in less")]
    except (
        YAMLError,
        ValueError,
        AttributeError,
        NotImplementedError,
    ) as error:  # what a hostile text does to the parser
        message = f"cannot be read ({type(error).__name__})"
        return None, [YAML_SYNTAX.at(source.span(0), message, fix="write the file in plainer YAML")]


class _Reader:
    """What has been turned into data so far."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._count = 0
        self._merged: dict[int, dict[str, tuple[Node, Node]]] = {}

    def located(self, node: Node, depth: int) -> Any:
        self._count += 1
        if self._count > _MOST or depth > _DEEPEST:
            raise _TooMuch
        at = node.start_mark.index
        if isinstance(node, MappingNode):
            mapping = Located(self._source, at)
            for name, (key, value) in self._entries(node, 0).items():
                mapping.add(name, key.start_mark.index, self.located(value, depth + 1), value.start_mark.index)
            return mapping
        if isinstance(node, SequenceNode):
            items = [self.located(item, depth + 1) for item in node.value]
            return LocatedList.of(items, self._source, at, [item.start_mark.index for item in node.value])
        return _scalar(node)

    def _entries(self, node: MappingNode, depth: int) -> Mapping[str, tuple[Node, Node]]:
        """The entries of a mapping, those that are merged in behind its own; each mapping is put together once."""
        known = self._merged.get(id(node))
        if known is not None:
            return known
        if depth > _DEEPEST:
            raise _TooMuch
        own = {str(key.value): (key, value) for key, value in node.value if key.value != _MERGE}
        below: dict[str, tuple[Node, Node]] = {}
        for source in self._sources(node):
            for key, entry in self._entries(source, depth + 1).items():
                below.setdefault(key, entry)
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
