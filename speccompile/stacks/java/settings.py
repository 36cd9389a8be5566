"""The settings of a Java framework: application.properties and application.yml, as flat keys."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

_FILES = ("application.properties", "application.yml", "application.yaml")
_DEFAULT = regex(r"\$\{[\w.-]{1,80}:([^${}]{0,120})\}\Z")
_PAIR = regex(r"([\w.%\"-]{1,120})\s*[=:]\s*(.*)\Z")
_MOST_LINES = 2000


@record(kw_only=True)
class Setting:
    """The value of a key, and where it stands."""

    value: str
    span: Span


def read(tree: Tree, directory: str) -> Mapping[str, Setting]:
    """The settings of the module in *directory*; of a key that is set twice the first. Profiles are passed over."""
    found: dict[str, Setting] = {}
    for name in _FILES:
        path = posixpath.join(directory, "src/main/resources", name)
        lines = (tree.read(path) or "").splitlines()[:_MOST_LINES]
        pairs = _properties(lines) if name.endswith(".properties") else _yaml(lines)
        for number, key, value in pairs:
            plain = _DEFAULT.sub(lambda match: match[1], value.strip().strip("\"'"))
            if plain and "${" not in plain and plain.isprintable():
                found.setdefault(key, Setting(value=plain, span=Span(path, number, 1)))
    return found


def _properties(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(lines, 1):
        if line.startswith("#---"):
            return
        match = None if line.lstrip().startswith(("#", "!")) else _PAIR.match(line.strip())
        if match:
            yield number, match[1], match[2]


def _yaml(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Keys of block mappings, by their indentation; the first document only."""
    above: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if line.startswith("---") and number > 1:
            return
        plain = line.split(" #")[0].rstrip()
        match = None if plain.lstrip().startswith(("#", "-")) else _PAIR.match(plain.lstrip())
        if match is None:
            continue
        depth = len(plain) - len(plain.lstrip())
        above = [(d, key) for d, key in above if d < depth]
        if match[2]:
            yield number, ".".join((*(key for _, key in above), match[1])), match[2]
        else:
            above.append((depth, match[1]))
