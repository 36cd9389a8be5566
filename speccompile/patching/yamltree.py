"""A generated YAML file as a tree whose parts know why they are there, and back: the same text where nothing was changed.

There is one writer of YAML (``backends.yaml``) and it has one layout, so what no operation touches keeps its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode

from speccompile.artifacts import Artifact
from speccompile.backends.yaml import Block, Entry, render
from speccompile.diagnostics import quoted
from speccompile.nesting import is_too_deep
from speccompile.provenance import Origin
from speccompile.record import record

ENDINGS = (".yml", ".yaml")
_TAG = "tag:yaml.org,2002:"
_START = "---"
_UNKNOWN = Origin(("edited",))


@record()
class YamlTree:
    """The comment lines at the head of the file, and its mapping."""

    header: tuple[tuple[str, Origin], ...]
    root: Entry

    def rendered(self) -> tuple[str, dict[int, tuple[Origin, ...]]]:
        """The text, and the origins of its lines."""
        return render(self.root, self.header)


class NoTreeError(ValueError):
    """The text is no mapping in YAML of the kind that is generated; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def parsed(artifact: Artifact) -> YamlTree:
    """The tree of *artifact*; raises ``NoTreeError``. Lines without an origin are somebody's edits."""
    if is_too_deep(artifact.text):
        raise NoTreeError(1, "it is nested too deeply")
    lines = artifact.text.split("\n")
    try:
        node = YAML(typ="safe", pure=True).compose(artifact.text)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise NoTreeError(mark.line + 1 if mark else 1, str(getattr(error, "problem", error))) from None
    if node is not None and not isinstance(node, MappingNode):
        raise NoTreeError(1, "it is no mapping")
    reader = _Reader(lines, artifact.origins)
    start = next((n for n, line in enumerate(lines) if line == _START), 0)
    header = tuple((line.removeprefix("#").removeprefix(" "), reader.origin(n)) for n, line in enumerate(lines[:start]))
    return YamlTree(header, Entry({} if node is None else reader.value(node), reader.origin(start)))


class _Reader:
    """Makes entries of ruamel's nodes."""

    def __init__(self, lines: list[str], origins: Mapping[int, tuple[Origin, ...]]) -> None:
        self._lines, self._origins = lines, origins

    def origin(self, index: int) -> Origin:
        """The origin of the line *index*, from 0."""
        return next(iter(self._origins.get(index + 1, ())), _UNKNOWN)

    def value(self, node: Any) -> Any:
        """The value of *node*."""
        if node.anchor is not None:
            raise NoTreeError(node.start_mark.line + 1, "it has an anchor")
        if isinstance(node, MappingNode):
            found = dict(map(self._pair, node.value))
            if len(found) != len(node.value):
                raise NoTreeError(node.start_mark.line + 1, "a key stands twice")
            return found
        if isinstance(node, SequenceNode):
            return tuple(self._entry(child, child.start_mark.line) for child in node.value)
        return _scalar(node)

    def _pair(self, pair: tuple[Any, Any]) -> tuple[str, Entry]:
        key, child = pair
        name = _scalar(key) if not isinstance(key, MappingNode | SequenceNode) else None
        if not isinstance(name, str):
            raise NoTreeError(key.start_mark.line + 1, "a key is no text")
        return name, self._entry(child, key.start_mark.line)

    def _entry(self, node: Any, line: int) -> Entry:
        collection = isinstance(node, MappingNode | SequenceNode) or node.style in ("|", ">")
        comment = "" if collection else self._comment(node)
        return Entry(self.value(node), self.origin(line), comment)

    def _comment(self, node: Any) -> str:
        rest = self._lines[node.end_mark.line][node.end_mark.column :]
        return rest.strip()[1:].removeprefix(" ") if rest.strip().startswith("#") else ""


def _scalar(node: Any) -> Any:
    kind, text = str(node.tag).removeprefix(_TAG), str(node.value)
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    if kind == "int" and text.lstrip("-").isdigit():
        return int(text)
    if kind == "null":
        return None
    if kind == "float":
        try:
            return float(text)
        except ValueError:
            pass
    if kind == "str":
        return Block(text) if node.style == "|" else text
    raise NoTreeError(node.start_mark.line + 1, f"{quoted(text, 40)} is not read alike by everybody")


def plain(entry: Entry) -> Any:
    """The value without origins."""
    if isinstance(entry.value, Mapping):
        return {key: plain(child) for key, child in entry.value.items()}
    if isinstance(entry.value, list | tuple):
        return [plain(child) for child in entry.value]
    return entry.value


def entry_of(value: Any, origin: Origin) -> Entry:
    """*value*, plain data, as an entry whose every part is there because of *origin*."""
    if isinstance(value, Mapping):
        return Entry({str(key): entry_of(child, origin) for key, child in value.items()}, origin)
    if isinstance(value, list | tuple):
        return Entry(tuple(entry_of(child, origin) for child in value), origin)
    if isinstance(value, str) and "\n" in value and not isinstance(value, Block) and _is_block(value):
        return Entry(Block(value), origin)
    return Entry(value, origin)


def _is_block(value: str) -> bool:
    """Whether *value* can stand as a literal block: it ends in one line feed, and no line ends in a blank or begins the block with one."""
    lines = value.removesuffix("\n").split("\n")
    printable = all(line.isprintable() and line == line.rstrip() for line in lines)
    return value.endswith("\n") and bool(lines[0]) and bool(lines[-1]) and lines[0][0] != " " and printable


def pointers(entry: Entry, at: str = "") -> Iterator[str]:
    """The JSON pointers of everything in *entry*, in order; items of lists by what names them where something does."""
    if isinstance(entry.value, Mapping):
        for key, child in entry.value.items():
            here = f"{at}/{escaped(key)}"
            yield here
            yield from pointers(child, here)
    elif isinstance(entry.value, list | tuple):
        for number, child in enumerate(entry.value):
            here = f"{at}/{named(entry.value, number)}"
            yield here
            yield from pointers(child, here)


_NAMING = ("name", "target", "source", "path", "key")


def named(items: Any, number: int) -> str:
    """How a pointer names the item *number* of a list so that it does not depend on its place: by a field, by its value, else by its number."""
    item = items[number].value
    if isinstance(item, Mapping):
        for field in _NAMING:
            said = item[field].value if field in item else None
            if isinstance(said, str) and _tells(said) and _once(items, field, said):
                return f"[{field}={said}]"
    if isinstance(item, str) and _tells(item) and sum(1 for one in items if one.value == item) == 1:
        return f"[={item}]"
    return str(number)


def _once(items: Any, field: str, said: str) -> bool:
    same = (one for one in items if isinstance(one.value, Mapping) and field in one.value)
    return sum(1 for one in same if one.value[field].value == said) == 1


def _tells(text: str) -> bool:
    """Whether *text* can stand in a selector."""
    return bool(text) and len(text) <= 60 and text.isprintable() and not set(text) & set("/~[]=*")


def escaped(key: str) -> str:
    """*key* as a step of a JSON pointer (RFC 6901, 3)."""
    return key.replace("~", "~0").replace("/", "~1")
