"""The health route of a Django project: the URL configuration is followed through its includes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE
from speccompile.stacks.python.modules import file_of

_LIST = r"^[ \t]*{name}(?:[ \t]*:[^=\n]+)?[ \t]*\+?=[ \t]*[\[(]"
_ROUTE = regex(
    r"""\b(path|re_path|url)\(\s*r?["']([^"'\n]*)["']\s*,\s*(?:(include)\(\s*[(\[]?\s*(?:["']([\w.]+)["']|([\w.]+)))?"""
)
_FROM = regex(r"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]{1,600}\)|[^\n#]{1,300})", re.MULTILINE)
_HEALTH = regex(rf"(?:.*/)?(?:{ROUTE}|ht)/?\Z")
_LITERAL = regex(r"[\w./-]*\Z")
_DEEPEST, _MOST = 5, 1000


def health(tree: Tree, configuration: str, top: str) -> tuple[Chosen | None, bool]:
    """The health route below the URL configuration in the module *configuration*, and whether there was one whose path cannot be told;
    *top* is where manage.py is."""
    module = file_of(tree, configuration, (top,))
    found = list(_Walk(tree, top).routes(module.path, "urlpatterns", "", 0)) if module else []
    known = next((one for one in found if isinstance(one, Chosen)), None)
    return known, bool(found)


class _Walk:
    """A walk through the lists of a URL configuration, which looks at so many routes and no more."""

    def __init__(self, tree: Tree, top: str) -> None:
        self._tree, self._top, self._left = tree, top, _MOST

    def routes(self, path: str, name: str, prefix: str | None, depth: int) -> Iterator[Chosen | None]:
        """Each health route of the list *name* in *path*; None for one whose path cannot be told."""
        code = source(self._tree, path)
        for start, end in _extents(code, name):
            for match in (one for one in code.finditer(_ROUTE) if start <= one.start() < end):
                self._left -= 1
                if self._left < 0:
                    return
                whole = _joined(prefix, _literal(match[1], match[2]))
                inner = _included(self._tree, match, path, self._top) if match[3] and depth < _DEEPEST else None
                if inner:
                    yield from self.routes(*inner, whole, depth + 1)
                elif whole is None and _HEALTH.match(match[2].strip("^$")):
                    yield None
                elif whole is not None and _HEALTH.match(whole):
                    line, column = code.line(match.start()), code.column(match.start())
                    yield Chosen("health", f"/{whole}", f"{path}:{line}", Span(path, line, column))


def _included(tree: Tree, match: re.Match[str], path: str, top: str) -> tuple[str, str] | None:
    """The file and the list that an include means; None for what is not in the tree."""
    code = source(tree, path)
    if match[5] and next(_extents(code, match[5]), None):
        return path, match[5]
    name = match[4] or _imported(code, match[5], path, top)
    if module := file_of(tree, name, (top,)):
        return module.path, "urlpatterns"
    package, _, listed = name.rpartition(".")
    module = file_of(tree, package, (top,)) if match[5] and package else None
    return (module.path, listed) if module and next(_extents(source(tree, module.path), listed), None) else None


def _imported(code: Lexed, name: str, path: str, top: str) -> str:
    """The module that *path* calls *name*, by its whole name."""
    module, _, attribute = name.rpartition(".")
    bare = module if attribute == "urlpatterns" else name
    own = posixpath.relpath(posixpath.dirname(path) or ".", top or ".").strip(".").replace("/", ".")
    for match in code.finditer(_FROM):
        for one in match[3].replace("(", "").replace(")", "").split(","):
            words = one.split()
            if words and words[-1] == bare:
                package = own.split(".")[: len(own.split(".")) - len(match[1]) + 1] if match[1] and own else []
                return ".".join(filter(None, (*package, match[2], words[0])))
    plain = code.search(re.compile(rf"^[ \t]*import[ \t]+([\w.]+)[ \t]+as[ \t]+{re.escape(bare)}\b", re.MULTILINE))
    return plain[1] if plain else bare


def _literal(function: str, written: str) -> str | None:
    """The path that a route says, where that is a plain text."""
    plain = written if function == "path" else written.removeprefix("^").removesuffix("$").removesuffix("/?")
    return plain.removeprefix("/") if _LITERAL.match(plain) else None


def _joined(prefix: str | None, inner: str | None) -> str | None:
    return None if prefix is None or inner is None else prefix + inner


def _extents(code: Lexed, name: str) -> Iterator[tuple[int, int]]:
    """Where the lists called *name* are, from bracket to bracket."""
    bare = code.bare
    for match in code.finditer(re.compile(_LIST.format(name=re.escape(name)), re.MULTILINE)):
        depth, end = 1, match.end()
        while end < len(bare) and depth:
            depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(bare[end], 0)
            end += 1
        yield match.end(), end
