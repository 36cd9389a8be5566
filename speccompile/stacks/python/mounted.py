"""Health routes that are listed, or made by plain functions, with what they are mounted under: Starlette's ``Route`` in ``Mount``, aiohttp's ``add_get``
below ``add_subapp``, Litestar's handlers in a ``Router`` or a ``Controller``.

A list is followed by the name that it is given. Where what mounts it says no plain path, the route's path is not known, and one that is not known is
none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.brackets import closings
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE

_PATH = rf"""["']((?:/[\w.-]+)*/{ROUTE}/?)["']([^\n]*)"""
# What is told a route: a list's element, or a call of something that has a name.
_ROUTE = regex(
    r"""(?<!@)\b(?:Route|(?:aiohttp\.)?web\.get|(\w+)\.(?:router\.)?(?:add_get|add_api_route|add_route))\(\s*(?:path\s*=\s*|["'](?:GET|\*)["']\s*,\s*)?"""
    + _PATH
)
_HANDLER = regex(r"""^([ \t]*)@(?:litestar\.)?(?:get|route)\(\s*(?:path\s*=\s*)?""" + _PATH, re.MULTILINE)
_FUNCTION = regex(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)
_CONTROLLER = regex(r"^class[ \t]+(\w+)\([^)\n]*Controller[^)\n]*\)", re.MULTILINE)
_OWN_PATH = regex(r"^[ \t]+path(?:[ \t]*:[^=\n]{1,40})?[ \t]*=[ \t]*([^\n]+)", re.MULTILINE)
_MOUNT = regex(
    r"""\b(?:(\w+)\.)?(Mount|Host|mount|add_subapp|add_domain|Router(?=\(\s*path\b))\(\s*(?:path\s*=\s*|prefix\s*=\s*)?(?:["']([^"'\n]*)["'])?"""
)
_MADE = regex(r"^[ \t]*(\w+)(?:[ \t]*:[ \t]*[^=\n]{1,80})?[ \t]*=[ \t]*(?:[\w.]+\(|\[)", re.MULTILINE)
_ADDED = regex(r"\b(\w+)\.(?:router\.)?(?:add_routes|extend|append)\(")
_METHODS = regex(r"""methods\s*=\s*[\[({]([^\])}]*)""")
_TEXT = regex(r"""["']([^"'\n]*)["']""")
_LITERAL = regex(r"/?[\w./-]*\Z")
# What puts a prefix before routes that are nothing but texts elsewhere.
_PREFIXES = regex(
    r"""\b(?:url_)?prefix\s*=\s*(?!["']["'])|\badd_subapp\(|\badd_namespace\(|\b(?:Mount|mount)\(|\bRouter\(\s*path\b"""
)
_DEEPEST, _MOST = 5, 60


@record()
class _Mount:
    """What *holder* mounts between *start* and *end* of the source at *path*, and under which *prefix*; None where that cannot be told."""

    path: str
    start: int
    end: int
    holder: str
    prefix: str | None


@record()
class _Listed:
    """The sources of an application, with what they mount."""

    codes: dict[str, Lexed]
    mounts: tuple[_Mount, ...]


def health(tree: Tree, paths: Sequence[str]) -> tuple[Chosen | None, bool]:
    """The first such health route whose whole path is known, and whether there is one at all."""
    codes = {path: source(tree, path) for path in paths}
    listed = _Listed(codes, tuple(islice((one for path, code in codes.items() for one in _mounts(path, code)), _MOST)))
    seen = False
    for path, code in codes.items():
        for at, prefix, route in islice(chain(_told(listed, path, code), _handled(listed, path, code)), _MOST):
            seen = True
            if prefix is not None:
                line, column = code.line(at), code.column(at)
                return Chosen("health", prefix + route, f"{path}:{line}", Span(path, line, column)), True
    return None, seen


def is_prefixed(tree: Tree, paths: Sequence[str]) -> bool:
    """Whether the sources put prefixes before routes: a route that is read without one may be another there."""
    return any(source(tree, path).search(_PREFIXES) for path in paths)


def _told(listed: _Listed, path: str, code: Lexed) -> Iterator[tuple[int, str | None, str]]:
    """The routes that are listed: where, the prefix (none where something else than GET is answered), the path."""
    for match in code.finditer(_ROUTE):
        methods = _METHODS.search(match[3])
        answers = methods is None or "get" in methods[1].lower()
        yield match.start(), _prefix(listed, path, match.start(), match[1] or "") if answers else None, match[2]


def _handled(listed: _Listed, path: str, code: Lexed) -> Iterator[tuple[int, str | None, str]]:
    """The routes of functions that are listed by their names, and of a controller's methods."""
    for match in code.finditer(_HANDLER):
        if not match[1]:
            function = _FUNCTION.search(code.code, match.end())
            yield match.start(), _above(listed, path, function[1] if function else "", 0), match[2]
            continue
        holder = next((one for one in reversed(list(code.finditer(_CONTROLLER))) if one.start() < match.start()), None)
        own = _OWN_PATH.search(code.code, holder.end(), match.start()) if holder else None
        text = _TEXT.match(own[1]) if own else None
        base = ("" if own is None else text[1] if text else None) if holder else None
        yield match.start(), _joined(_above(listed, path, holder[1], 0) if holder else None, base), match[2]


def _prefix(listed: _Listed, path: str, at: int, holder: str, depth: int = 0) -> str | None:
    """What stands before what *holder* is told *at* that place, or is listed there."""
    if depth > _DEEPEST:
        return None
    around = [one for one in listed.mounts if one.path == path and one.start <= at < one.end]
    first = min((one.start for one in around), default=at)
    name = holder or next((one.holder for one in around if one.holder), "") or _called(listed.codes[path], first)
    return _joined(_above(listed, path, name, depth), *(one.prefix for one in around))


def _above(listed: _Listed, path: str, name: str, depth: int) -> str | None:
    """What mounts what *path* calls *name*; "" where nothing does."""
    if not name:
        return ""
    for one in listed.mounts:
        code = listed.codes[one.path]
        names = {name} if one.path == path else {name, *_aliases(code, name)}
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b(?!\s*=[^=])")
        inside = any(one.start <= match.start() < one.end for match in code.finditer(pattern))
        if inside and not (one.path == path and _called(code, one.start) == name):
            return _joined(_prefix(listed, one.path, one.start - 1, one.holder, depth + 1), one.prefix)
    return ""


def _aliases(code: Lexed, name: str) -> Iterator[str]:
    return (match[1] for match in code.finditer(re.compile(rf"\b{re.escape(name)}[ \t]+as[ \t]+(\w+)")))


def _called(code: Lexed, at: int) -> str:
    """The name that what holds *at* is given, or what it is added to."""
    for pattern in (_MADE, _ADDED):
        for match in code.finditer(pattern):
            if match.end() <= at < _closing(code, match.end()):
                return match[1]
    return ""


def _mounts(path: str, code: Lexed) -> Iterator[_Mount]:
    for match in code.finditer(_MOUNT):
        start = code.code.find("(", match.start()) + 1
        told = match[3]
        known = told is not None and _LITERAL.match(told) and match[2] not in ("Host", "add_domain")
        yield _Mount(path, start, _closing(code, start), match[1] or "", told if known else None)


def _closing(code: Lexed, start: int) -> int:
    """Where what is opened before *start* is closed."""
    return closings(code.bare).get(start - 1, len(code.bare) - 1) + 1


def _joined(*parts: str | None) -> str | None:
    if any(part is None for part in parts):
        return None
    return "".join(f"/{part.strip('/')}" for part in parts if part and part.strip("/"))
