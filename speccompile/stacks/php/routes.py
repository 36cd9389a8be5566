"""The health route of a PHP application: one whose whole path is known, and that answers GET."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import hints
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE
from speccompile.stacks.php.frameworks import LARAVEL, SYMFONY, Framework

_NAME = ROUTE
_LARAVEL_OWN = regex(r"""\bhealth\s*:\s*["'](/[\w./-]+)["']""")
# What is deeper is part of a group, whose prefix is not known here.
_LARAVEL_ROUTE = regex(
    rf"""^Route::(?:get|any|view|match\(\s*\[[^\]]*get[^\]]*\]\s*,)\(?\s*["']/?({_NAME})["']""", re.I
)
_API_PREFIX = regex(r"""\bapiPrefix\s*:""")
_ON_APPLICATION = regex(rf"""\$(?:app|router|application)->(?:get|any)\(\s*["'](/{_NAME})/?["']""")
_BASE_PATH = regex(r"->setBasePath\(")
_ATTRIBUTE = regex(rf"""#\[Route\(\s*(?:path\s*:\s*)?["'](/{_NAME})/?["']([^\]]*)\]""")
_OF_CLASS = regex(r"#\[Route\([^\]]*\](?:\s*#\[[^\]]*\])*\s*(?:final\s+|abstract\s+|readonly\s+)*class\b")
_METHODS = regex(r"methods\s*:\s*(\[[^\]]*\]?|[\"'][A-Z|]+[\"'])")
_PREFIXED = regex(r"^\s+prefix\s*:", re.MULTILINE)
_CONTROLLERS, _ROUTING, _APPLICATION = (
    "src/Controller",
    "config/routes.yaml",
    ("config/routes.php", "app/routes.php", "src/routes.php"),
)
_PAGES = ("health.php", "healthz.php", "health/index.php")
_MOST = 60


def health(tree: Tree, framework: Framework | None, root: str | None) -> Chosen | None:
    """The route, with its place."""
    if framework == LARAVEL:
        return next(_of_laravel(tree), None)
    if framework == SYMFONY:
        return next(_of_symfony(tree), None)
    front = f"{root}/index.php" if root else "index.php"
    paths = (front, *_APPLICATION) if root is not None else ()
    if any(source(tree, path).search(_BASE_PATH) for path in paths):
        return None
    found = next((one for path in paths for one in _matching(tree, path, _ON_APPLICATION)), None)
    if found or framework or root is None:
        return found
    page = next((one for one in _PAGES if tree.is_file(f"{root}/{one}" if root else one)), None)
    if page:
        path = f"{root}/{page}" if root else page
        return Chosen("health", f"/{page.removesuffix('index.php')}", path, Span(path))
    return hints.health(tree, (front,))


def _of_laravel(tree: Tree) -> Iterator[Chosen]:
    own = "bootstrap/app.php"
    yield from _matching(tree, own, _LARAVEL_OWN)
    for path, prefix in (("routes/web.php", "/"), ("routes/api.php", "/api/")):
        if prefix == "/" or not source(tree, own).search(_API_PREFIX):
            yield from _matching(tree, path, _LARAVEL_ROUTE, prefix)


def _of_symfony(tree: Tree) -> Iterator[Chosen]:
    if _PREFIXED.search(tree.read(_ROUTING) or ""):
        return
    for entry in tree.entries(_CONTROLLERS)[:_MOST]:
        path = f"{_CONTROLLERS}/{entry}"
        if not entry.endswith(".php") or source(tree, path).search(_OF_CLASS):
            continue
        code = source(tree, path)
        for match in code.finditer(_ATTRIBUTE):
            methods = _METHODS.search(match[2])
            if methods is None or "GET" in methods[1]:
                line = code.line(match.start())
                yield Chosen("health", match[1], f"{path}:{line}", Span(path, line, code.column(match.start())))


def _matching(tree: Tree, path: str, pattern: re.Pattern[str], prefix: str = "") -> Iterator[Chosen]:
    for line in source(tree, path).lines():
        if match := line.search(pattern):
            yield Chosen(
                "health", prefix + match[1], f"{path}:{line.number}", Span(path, line.number, match.start(1) + 1)
            )
