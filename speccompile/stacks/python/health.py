"""The health route of a Flask, FastAPI or Starlette application, with the prefixes under which its router is mounted.

A route counts when it answers GET. A router's own prefix and those with which it is included are literal texts, or names of constants;
where one is neither the path is not known, and a path that is not known is none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE

_ROUTE = regex(
    r"@(\w+)\.(get|post|put|patch|delete|head|options|route|api_route)\(\s*(?:path\s*=\s*|rule\s*=\s*)?"
    rf"""["']((?:/[\w./-]*)?/{ROUTE}/?|/?)["']([^\n]*)"""
)
_ROUTER = regex(
    r"^[ \t]*(\w+)(?:[ \t]*:[ \t]*[\w.]+)?[ \t]*=[ \t]*(?:\w+\.)*"
    r"(APIRouter|Blueprint|Router|FastAPI|Starlette|Flask|Quart|Sanic|APIFlask|Litestar|Bottle|Namespace)\(",
    re.MULTILINE,
)
_INCLUDED = regex(r"(?:\b(\w+)\.(include_router|register_blueprint|mount|blueprint)|\b()(Mount))\(")
_DISPATCHED = regex(r"\bDispatcherMiddleware\(")
_PAIR = regex(r"""["'](/[^"'\n]*)["']\s*:\s*(\w+)""")
_ROUTERS = frozenset(("APIRouter", "Blueprint", "Router"))
_PREFIX = regex(r"""\b(?:url_)?prefix\s*=\s*(f?)(?:["']([^"'\n]*)["']|([\w.]+))""")
_WORD = regex(r"""\s*(?:["']([^"'\n]*)["']\s*,\s*(?:app\s*=\s*)?)?(?:router\s*=\s*|blueprint\s*=\s*)?([\w.]+)""")
_METHODS = regex(r"methods\s*=\s*[\[({]([^\])}]*)")
_LITERAL = regex(r"/?[\w./-]*\Z")
_HEALTH = regex(rf"(?:.*/)?{ROUTE}")
# What nobody writes is not followed: routers that are mounted in each other again and again.
_DEEPEST, _MOST, _MOST_MOUNTS = 5, 200, 3


@record()
class _Included:
    """That *path* has *child* (as it is called there) included in *parent*, under *prefix*, where that is known."""

    path: str
    parent: str
    child: str
    prefix: str | None
    replaces: bool


class _Sources:
    """The sources of an application, with what they include where."""

    def __init__(self, tree: Tree, paths: Sequence[str]) -> None:
        self.codes = {path: source(tree, path) for path in paths}
        every = (one for path, code in self.codes.items() for one in self._inclusions(path, code))
        self.included = tuple(islice(every, _MOST))

    def prefixes(self, path: str, name: str, depth: int = 0) -> Iterator[str | None]:
        """The prefixes of what *path* calls *name*; None for one that cannot be told, nothing where it is mounted nowhere."""
        made = next((match for match in self.codes[path].finditer(_ROUTER) if match[1] == name), None)
        found = (one for one in self.included if depth < _DEEPEST and self._means(one, path, name))
        mounts = tuple(islice(found, _MOST_MOUNTS))
        if (
            made and made[2] == "Namespace"
        ):  # where flask-restx puts one depends on its name, its path, and the API's prefix
            yield None
            return
        if made is None or (made[2] not in _ROUTERS and not mounts):
            yield ""
            return
        own = self._prefix(_arguments(self.codes[path], made.end())) if made[2] in _ROUTERS else ""
        for one in mounts:
            under = one.prefix if one.replaces else _joined(one.prefix, own)
            yield from (_joined(above, under) for above in self.prefixes(one.path, one.parent, depth + 1))

    def _means(self, one: _Included, path: str, name: str) -> bool:
        module, _, attribute = one.child.rpartition(".")
        stem = posixpath.basename(path.removesuffix("/__init__.py").removesuffix(".py"))
        if module:
            return attribute == name and module.rpartition(".")[2] in (stem, self._alias(one.path, stem))
        if one.path == path:
            return one.child == name
        imported = re.compile(
            rf"^[ \t]*from[ \t]+(?:[\w.]*\.)?{re.escape(stem)}[ \t]+import[ \t(][^#]{{0,600}}?\b{re.escape(name)}"
            + (rf"[ \t]+as[ \t]+{re.escape(one.child)}\b" if one.child != name else r"\b(?![ \t]+as\b)"),
            re.MULTILINE,
        )
        return self.codes[one.path].search(imported) is not None

    def _alias(self, path: str, stem: str) -> str:
        match = self.codes[path].search(re.compile(rf"\b{re.escape(stem)}[ \t]+as[ \t]+(\w+)"))
        return match[1] if match else stem

    def _inclusions(self, path: str, code: Lexed) -> Iterator[_Included]:
        yield from self._dispatched(path, code)
        for match in code.finditer(_INCLUDED):
            told = _arguments(code, match.end())
            word = _WORD.match(told)
            if word and (match[2] == "mount" or match[4]):
                yield _Included(path, match[1] or "", word[2], word[1], replaces=False)
            elif word:
                prefix = self._prefix(told)
                yield _Included(
                    path, match[1], word[2], prefix, replaces=match[2] == "register_blueprint" and prefix != ""
                )

    def _dispatched(self, path: str, code: Lexed) -> Iterator[_Included]:
        """What Werkzeug puts below paths beside the application."""
        for match in code.finditer(_DISPATCHED):
            for prefix, child in _PAIR.findall(_arguments(code, match.end())):
                yield _Included(path, "", child, prefix, replaces=False)

    def _prefix(self, arguments: str) -> str | None:
        """The prefix among *arguments*: "" where there is none, None where it cannot be told."""
        match = _PREFIX.search(arguments)
        if match is None:
            return ""
        if match[1] or (match[2] is not None and not _LITERAL.match(match[2])):
            return None
        return match[2] if match[2] is not None else self._constant(match[3].rpartition(".")[2])

    def _constant(self, name: str) -> str | None:
        said = re.compile(
            rf"""^[ \t]*{re.escape(name)}(?:[ \t]*:[ \t]*[\w.]+)?[ \t]*=[ \t]*["'](/?[\w./-]*)["'][ \t]*$""",
            re.MULTILINE,
        )
        found = {match[1] for code in self.codes.values() for match in code.finditer(said)}
        return found.pop() if len(found) == 1 else None


def health(tree: Tree, paths: Sequence[str]) -> tuple[Chosen | None, bool]:
    """The health route in the sources at *paths*, and whether there is one at all: one without a path is not to be asked for."""
    sources, seen = _Sources(tree, paths), False
    for path, code in sources.codes.items():
        for match in code.finditer(_ROUTE):
            if not _gets(match[2], match[4]):
                seen = seen or bool(match[3].strip("/"))
                continue
            for prefix in sources.prefixes(path, match[1]):
                route = _joined(prefix, match[3])
                if route is None and match[3] == "/":
                    continue
                if route and not _HEALTH.fullmatch(route.strip("/")):
                    continue
                seen = True
                if route:
                    line, column = code.line(match.start()), code.column(match.start())
                    return Chosen("health", route, f"{path}:{line}", Span(path, line, column)), True
            seen = seen or bool(match[3].strip("/"))
    return None, seen


def _gets(method: str, rest: str) -> bool:
    """Whether a route answers GET."""
    named = _METHODS.search(rest)
    return method == "get" or (method in ("route", "api_route") and (named is None or "get" in named[1].lower()))


def _joined(prefix: str | None, inner: str | None) -> str | None:
    if prefix is None or inner is None:
        return None
    return f"{prefix.rstrip('/')}/{inner.lstrip('/')}" if inner else prefix


def _arguments(code: Lexed, start: int) -> str:
    """The text up to the parenthesis that closes the one before *start*."""
    depth, end = 1, start
    bare = code.bare
    while end < len(bare) and depth and end - start < 2000:
        depth += {"(": 1, ")": -1}.get(bare[end], 0)
        end += 1
    return code.code[start : end - 1]
