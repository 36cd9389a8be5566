"""The health route of a Phoenix or Plug application: one that answers GET and whose whole path is known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE

_NAME = rf"/?(?:[\w-]+/){{0,4}}{ROUTE}/?"
_ROUTE = regex(rf"^([ \t]*)(?:get|match)[ (]+\"({_NAME})\"", re.MULTILINE)
_SCOPE = regex(r"^([ \t]*)scope\b[ (]*(?:\"([^\"\n]{0,100})\")?([^\n]*)\bdo[ \t]*$", re.MULTILINE)
_PATH = regex(r"\bpath:\s*\"([^\"\n]{0,100})\"")
_HOST = regex(r"\bhost:")
_CONDITION = regex(r"^([ \t]*)if\b[^\n]*\bdo[ \t]*$", re.MULTILINE)
_PLUGGED = regex(rf"^[ \t]*plug[ (]+[\w.]*Health\w*\s*,\s*(?:\[\s*)?(?:path|at):\s*\"({_NAME})\"", re.MULTILINE)


def health(tree: Tree, paths: tuple[str, ...]) -> Chosen | None:
    """The first in the sources at *paths*, with its place."""
    return next((one for path in paths for one in _in(path, source(tree, path))), None)


def _in(path: str, code: Lexed) -> Iterator[Chosen]:
    scopes = [(match, *_block(code, match)) for match in code.finditer(_SCOPE)]
    conditions = [_block(code, match) for match in code.finditer(_CONDITION)]
    for match in code.finditer(_ROUTE):
        around = [one for one, begin, end in scopes if begin < match.start() < end]
        conditional = any(begin < match.start() < end for begin, end in conditions)
        prefixes = [_prefix(one) for one in around]
        if conditional or None in prefixes:
            continue
        parts = (*(one or "" for one in prefixes), match[2])
        whole = "/" + "/".join(part for one in parts for part in one.split("/") if part)
        if ":" not in whole and "*" not in whole:
            yield _chosen(path, code, match.start(2), whole)
    for match in code.finditer(_PLUGGED):
        yield _chosen(path, code, match.start(1), f"/{match[1].strip('/')}")


def _block(code: Lexed, match: re.Match[str]) -> tuple[int, int]:
    """Where a block begins and ends: at the `end` of its own indentation, as the formatter writes it."""
    ends = re.compile(rf"^{re.escape(match[1])}end\b", re.MULTILINE).search(code.code, match.end())
    return match.end(), ends.start() if ends else len(code.code)


def _prefix(scope: re.Match[str]) -> str | None:
    """The path of a scope; None where it is for one host only."""
    if _HOST.search(scope[3]):
        return None
    named = _PATH.search(scope[3])
    return scope[2] or (named[1] if named else "")


def _chosen(path: str, code: Lexed, offset: int, route: str) -> Chosen:
    span = Span(path, code.line(offset), code.column(offset))
    return Chosen("health", route, f"{path}:{span.line}", span)
