"""Dependencies that are fetched by ssh: a build has no key, so that what only a key opens stops it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from speccompile.codes.stacks import BY_SSH
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Facts
from speccompile.stacks.manifest import json_table, place, table, texts
from speccompile.stacks.pins import closest

F = TypeVar("F", bound=Facts)
_PACKAGE = "package.json"
_SSH = regex(
    r"(?:git\+)?ssh://[^\s\"'#?,}\]]{1,200}|(?<![\w.@/:+-])[\w-]{1,20}@[\w.-]+\.[a-z]{2,}:(?!\d+/)[^\s\"'#?,}\]]{1,200}"
)
# npm writes so, and asks by https first: whether a repository is public it does not say (https://github.com/npm/hosted-git-info).
_HOSTED = regex(r"git\+ssh://git@(?:github\.com|gitlab\.com|bitbucket\.org)/")
_LOCKS = {
    "node": ("package-lock.json", "npm-shrinkwrap.json", "package.json", "pnpm-lock.yaml", "yarn.lock"),
    "bun": ("package.json", "bun.lock"),
    "python": ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"),
    "rust": ("Cargo.lock",),
    "ruby": ("Gemfile.lock",),
    "elixir": ("mix.lock",),
}
# Where a line says what is fetched, and not whose a repository is.
_FETCHED = {
    "Gemfile.lock": regex(r"^\s*remote:"),
    "poetry.lock": regex(r"^url = "),
}


def told(tree: Tree, facts: F) -> F:
    """*facts* of *tree*, with a warning of the first dependency that is fetched by ssh."""
    paths = _LOCKS.get(facts.stack, ())
    found = tuple(
        one for one in islice(closest(tree, lambda view: _fetched(view, paths)), 1) if isinstance(one, Diagnostic)
    )
    return replace(facts, diagnostics=(*facts.diagnostics, *found)) if found else facts


def _fetched(view: Tree, paths: tuple[str, ...]) -> Iterator[Diagnostic]:
    for path in paths:
        text = view.read(path) or ""
        if path == _PACKAGE:
            yield from _declared(text)
            continue
        if "ssh://" not in text and "@" not in text:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            match = _asked(path, line)
            if match:
                yield _told(Span(path, number, match.start() + 1), match[0])


def _declared(text: str) -> Iterator[Diagnostic]:
    """What a package.json asks for: its own repository is none of it."""
    parsed = json_table(text)
    for key in ("dependencies", "devDependencies", "optionalDependencies"):
        for address in texts(table(parsed, key)).values():
            if match := _SSH.match(address):
                yield _told(place(_PACKAGE, text, f'"{key}"', address), match[0])


def _told(span: Span, address: str) -> Diagnostic:
    return BY_SSH.at(
        span,
        f"{quoted(address)} is fetched by ssh, and a build has no key: what only a key opens stops it there",
        fix="write its address with https:// and lock anew where it is public; else publish it to a registry, or keep a copy in the project",
    )


def _asked(path: str, line: str) -> re.Match[str] | None:
    where = _FETCHED.get(path)
    match = _SSH.search(line) if where is None or where.search(line) else None
    return None if match and path.endswith(".json") and _HOSTED.match(match[0]) else match
