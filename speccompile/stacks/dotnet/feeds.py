"""nuget.config: where packages come from. What it says of credentials is in an image only by the names of variables."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from speccompile.codes.stacks_js import CREDENTIALS_LEFT_OUT
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Withheld
from speccompile.stacks.sources import nameable
from speccompile.stacks.xmltext import Element, parse

_NAMES = ("nuget.config", "NuGet.config", "NuGet.Config")
_VARIABLE = regex(r"%([A-Za-z_]\w*)%")
_OF_KEYS = frozenset(("packageSourceCredentials", "apikeys"))


@record(kw_only=True)
class Feeds:
    """The files as they are, and those that want variables."""

    files: tuple[str, ...]
    withheld: tuple[Withheld, ...]


def read(tree: Tree, directories: Iterable[str]) -> Feeds:
    """What NuGet reads in *directories* and above, up to the top of *tree*."""
    places = dict.fromkeys(above for one in directories for above in (*_upwards(one), ""))
    paths = [path for place in places for name in _NAMES if nameable(path := posixpath.join(place, name))]
    there = [path for path in paths if tree.is_file(path)]
    wanting = {path: names for path in there if (names := _variables(tree, path))}
    return Feeds(
        files=tuple(path for path in there if path not in wanting),
        withheld=tuple(Withheld(path, names, _unsupplied(path, names)) for path, names in wanting.items()),
    )


def _upwards(directory: str) -> Iterable[str]:
    while directory:
        yield directory
        directory = posixpath.dirname(directory)


def _variables(tree: Tree, path: str) -> frozenset[str]:
    """The variables that credentials are taken from; those written out are found by whoever looks at what is copied."""
    root = parse(path, tree.read(path) or "")
    if not isinstance(root, Element):
        return frozenset()
    keys = [one for name in _OF_KEYS for section in root.anywhere(name) for one in section.anywhere("add")]
    values = [one.attributes.get("value", "") for one in keys]
    return frozenset(name for value in values for name in _VARIABLE.findall(value))


def _unsupplied(path: str, names: frozenset[str]) -> Diagnostic:
    listed = ", ".join(sorted(names))
    return CREDENTIALS_LEFT_OUT.at(
        Span(path),
        f"{path} takes credentials from {listed}, which the build is not told, so it was left out of the installation",
        fix=f"write `build: {{secrets: [{listed}]}}` for the service in deploy.yaml; `speccompile build` hands them on from the environment",
    )
