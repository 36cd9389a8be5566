"""The Elixir of a project, and what of it starts a server or runs migrations."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.code import source

_LISTENS = regex(
    r":gen_tcp\.listen\(|:inets\.start\(\s*:httpd|\b(?:Plug\.Cowboy|Bandit|ThousandIsland)\.(?:child_spec|http|start_link)\(|\{\s*(?:Plug\.Cowboy|Bandit|ThousandIsland)\s*,"
    r"|:cowboy\.start_clear\(|\buse\s+Phoenix\.Endpoint\b"
)
_MODULE = regex(r"^defmodule\s+([A-Z][\w.]{0,120})\s+do\b", re.MULTILINE)
_MIGRATES = regex(r"\bEcto\.Migrator\.(?:with_repo|run)\(")
_MIGRATE = regex(r"^[ \t]+def\s+migrate(?:\(\s*\))?\s*(?:do\b|,\s*do:)", re.MULTILINE)
_AT_START = regex(r"\{\s*Ecto\.Migrator\s*,")
_MOST, _DEEPEST = 400, 7


def codes(tree: Tree, folders: tuple[str, ...]) -> tuple[tuple[str, Lexed], ...]:
    """The sources below *folders*."""
    paths = [path for folder in folders for path in _below(tree, folder, _DEEPEST)]
    return tuple((path, source(tree, path)) for path in paths[:_MOST])


def _below(tree: Tree, folder: str, depth: int) -> Iterator[str]:
    for name in tree.entries(folder):
        path = posixpath.join(folder, name.rstrip("/"))
        if name.endswith(".ex"):
            yield path
        elif name.endswith("/") and depth:
            yield from _below(tree, path, depth - 1)


def listening(sources: tuple[tuple[str, Lexed], ...]) -> tuple[str, ...]:
    """Those that start a server."""
    return tuple(path for path, code in sources if code.search(_LISTENS))


def migrator(sources: tuple[tuple[str, Lexed], ...]) -> str | None:
    """The module whose function ``migrate`` a release calls, for it has no Mix
    (https://hexdocs.pm/ecto_sql/Ecto.Migrator.html#module-example-running-migrations-in-a-release)."""
    for _, code in sources:
        module = code.search(_MODULE)
        if module and code.search(_MIGRATES) and code.search(_MIGRATE):
            return module[1]
    return None


def migrates_at_start(sources: tuple[tuple[str, Lexed], ...]) -> str | None:
    """The source that runs migrations whenever the program starts."""
    return next((path for path, code in sources if code.search(_AT_START)), None)
