"""The health route of an ASP.NET application: one that answers GET, without a login, and whose whole path is known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.dotnet import sources
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE

_NAME = rf"/?(?:[\w-]+/){{0,4}}{ROUTE}/?"
_MAPPED = regex(rf"\b(\w+)\.(?:MapHealthChecks|MapGet)\(\s*\"({_NAME})\"", re.IGNORECASE)
_USED = regex(rf"\.(?:UseHealthChecks)\(\s*\"({_NAME})\"", re.IGNORECASE)
_GROUP = regex(r"\b(?:var|RouteGroupBuilder)\s+(\w+)\s*=\s*(\w+)\.MapGroup\(\s*\"([^\"\n{]{0,100})\"")
_OTHER = regex(r"\.(?:RequireAuthorization|RequireHost)\(")
_CONTROLLER = regex(r"\bclass\s+(\w+)\s*(?:\([^)]*\)\s*)?:[^{\n]*\bController(?:Base)?\b")
_ROUTE = regex(r"\[Route\(\s*\"([^\"\n]{0,100})\"")
_GET = regex(r"\[HttpGet(?:\(\s*(?:\"([^\"\n]{0,100})\")?[^)\n]*\))?[\],]")
_HEALTHY = regex(rf"{_NAME}\Z", re.IGNORECASE)
_HOLDERS = frozenset(("app", "endpoints", "builder", "webApplication", "application"))


def health(tree: Tree, directory: str) -> Chosen | None:
    """The route of the project in *directory*, with its place. What ``UsePathBase`` takes away from a path need not be there."""
    codes = tuple(sources.codes(tree, directory))
    return next((one for path, code in codes for one in (*_mapped(path, code), *_controlled(path, code))), None)


def _mapped(path: str, code: Lexed) -> Iterator[Chosen]:
    """Routes that are mapped one by one, in groups whose prefixes are plain."""
    groups = {match[1]: (match[2], match[3]) for match in code.finditer(_GROUP)}
    for match in code.finditer(_MAPPED):
        above = _prefix(groups, match[1])
        end = code.code.find(";", match.end())
        if above is not None and not _OTHER.search(code.code[match.end() : end if end > 0 else None]):
            yield _chosen(path, code, match, _joined(above, match[2]))
    for match in code.finditer(_USED):
        yield _chosen(path, code, match, _joined(match[1]))


def _prefix(groups: dict[str, tuple[str, str]], holder: str) -> str | None:
    """What stands above the routes of *holder*; None where that is not known."""
    parts: list[str] = []
    for _ in range(8):
        if holder in _HOLDERS and holder not in groups:
            return _joined(*reversed(parts)) if parts else ""
        if holder not in groups:
            return None
        holder, part = groups[holder]
        parts.append(part)
    return None


def _controlled(path: str, code: Lexed) -> Iterator[Chosen]:
    """Routes of a controller: the class's own path, in which ``[controller]`` is its name, and the method's."""
    found = code.search(_CONTROLLER)
    if found is None:
        return
    name = found[1].removesuffix("Controller")
    base = next((match[1] for match in code.finditer(_ROUTE) if match.start() < found.start()), None)
    for match in code.finditer(_GET):
        own = match[1] or ""
        whole = own if own.startswith(("/", "~/")) else None if base is None else f"{base}/{own}"
        if whole is None or match.start() < found.start() or "{" in whole:
            continue
        plain = _joined(whole.removeprefix("~").replace("[controller]", name))
        if "[" not in plain and _HEALTHY.match(plain):
            yield _chosen(path, code, match, plain)


def _joined(*parts: str) -> str:
    return "/" + "/".join(part for one in parts for part in one.split("/") if part)


def _chosen(path: str, code: Lexed, match: re.Match[str], route: str) -> Chosen:
    span = Span(path, code.line(match.start()), code.column(match.start()))
    return Chosen("health", route, f"{path}:{span.line}", span)
