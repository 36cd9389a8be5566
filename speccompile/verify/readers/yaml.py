"""A reader of YAML 1.2 (yaml.org/spec/1.2.2) for documents that must mean one thing to everybody: it takes no anchors, aliases, tags, merge keys or
duplicate keys, accounts for every character, and knows which plain scalars YAML 1.1 reads in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from speccompile.diagnostics import quoted
from speccompile.nesting import is_too_deep
from speccompile.record import record
from speccompile.verify.readers.yaml_layout import OTHER_IN_1_1, in_layout

Path: TypeAlias = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"


class Unreadable(ValueError):
    """The text is not such a document; ``line`` and ``column`` count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column = line, column


@record()
class Document:
    """A document: its data, the line and column of every key and item, and its comment lines, which all stand before ``---``."""

    data: Any
    places: Mapping[Path, tuple[int, int]]
    comments: tuple[tuple[int, str], ...]

    def place(self, path: Path) -> tuple[int, int]:
        """Where *path* is, or the closest part of it that is there."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


@lru_cache(maxsize=32)
def read(text: str) -> Document:
    """The document in *text*; raises ``Unreadable``."""
    if is_too_deep(text):
        raise Unreadable(1, 1, "nested too deeply")
    written = in_layout(text)
    return _parsed(text) if written is None else Document(*written)


def _parsed(text: str) -> Document:
    """The document in *text*, however it is laid out."""
    parser = YAML(typ="safe", pure=True)
    try:
        root = parser.compose(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Unreadable(line, column, str(problem.problem or problem.context)) from problem
    except (YAMLError, ValueError, RecursionError) as problem:
        raise Unreadable(1, 1, str(problem)) from problem
    if not isinstance(root, MappingNode):
        raise Unreadable(1, 1, "not a mapping")
    places: dict[Path, tuple[int, int]] = {(): (root.start_mark.line + 1, 1)}
    data = _value(root, (), places)
    return Document(data, places, tuple(_rest(text, root)))


def _value(node: Node, path: Path, places: dict[Path, tuple[int, int]]) -> Any:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if node.anchor:
        raise Unreadable(line, column, "an anchor")
    if isinstance(node, MappingNode):
        found: dict[str, Any] = {}
        for key, child in node.value:
            name = _value(key, (*path, key.value if isinstance(key, ScalarNode) else "?"), places)
            where = (key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(name, str) or name in found:
                raise Unreadable(*where, f"the key {quoted(name)} is no string or is there twice")
            found[name] = _value(child, (*path, name), places)
            places[*path, name] = where
        return found
    if isinstance(node, SequenceNode):
        places[path] = (line, column)
        return [_value(child, (*path, number), places) for number, child in enumerate(node.value)]
    places[path] = (line, column)
    return _scalar(node, line, column)


def _scalar(node: Any, line: int, column: int) -> str | int | float | bool | None:
    kind, text = str(node.tag), node.value
    if node.style not in (None, "", '"', "|"):
        raise Unreadable(line, column, "a scalar that is neither plain, nor in double quotes, nor a literal block")
    if kind == f"{_TAG}str":
        if node.style not in ('"', "|") and OTHER_IN_1_1.fullmatch(text):
            raise Unreadable(line, column, f"{quoted(text)} is something else to a reader of YAML 1.1")
        return str(text)
    if kind == f"{_TAG}bool" and text in ("true", "false"):
        return bool(text == "true")
    if kind == f"{_TAG}int" and re.fullmatch(r"0|[1-9][0-9]*", text):
        return int(text)
    if kind == f"{_TAG}float" and re.fullmatch(r"(?:0|[1-9][0-9]*)\.[0-9]+", text):
        return float(text)
    if kind == f"{_TAG}null" and not text:
        return None
    raise Unreadable(line, column, f"{quoted(text)} is not a scalar that everybody reads alike")


def _rest(text: str, root: MappingNode) -> Iterator[tuple[int, str]]:
    """The comment lines; what is no comment before ``---``, and no part of the data after it, is refused."""
    lines = text.split("\n")
    started = False
    covered = _covered(root, lines)
    for number, line in enumerate(lines, start=1):
        left = covered.get(number, line)
        if not started and line.startswith("#"):
            yield number, line[1:].removeprefix(" ")
        elif not started and line == "---":
            started = True
        elif not started or (not line.strip() and number < len(lines)):
            raise Unreadable(
                number, 1, "not a comment, and the document has not begun" if not started else "an empty line"
            )
        elif line != line.rstrip() or re.search(r"[^ :{}\[\],-]", left):
            raise Unreadable(number, 1, "something beside the data: a comment, a tag, or blanks at the end")


def _covered(root: MappingNode, lines: list[str]) -> dict[int, str]:
    """The lines that scalars stand on, without these."""
    left: dict[int, str] = {}
    for node in _scalars(root):
        start, end = node.start_mark, node.end_mark
        if lines[start.line][start.column : start.column + 1] in ("!", "&", "*"):
            raise Unreadable(start.line + 1, start.column + 1, "a tag, an anchor or an alias")
        for index in range(start.line, end.line + 1):
            line = left.get(index + 1, lines[index])
            first = start.column if index == start.line else 0
            last = end.column if index == end.line else len(line)
            left[index + 1] = line[:first] + " " * (last - first) + line[last:]
    return left


def _scalars(node: Node) -> Iterator[Any]:
    if isinstance(node, MappingNode):
        for key, child in node.value:
            yield from _scalars(key)
            yield from _scalars(child)
    elif isinstance(node, SequenceNode):
        for child in node.value:
            yield from _scalars(child)
    else:
        yield node
