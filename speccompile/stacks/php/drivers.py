"""The drivers of databases that a PHP program needs and composer.json need not name: PDO's are extensions, each by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.directories import inside

_DRIVERS = {
    "mariadb": "pdo_mysql",
    "mysql": "pdo_mysql",
    "pgsql": "pdo_pgsql",
    "postgres": "pdo_pgsql",
    "postgresql": "pdo_pgsql",
}
_NAMES = "mariadb|mysql|pgsql|postgres|postgresql"
_DSN = regex(rf"""["'](?:pdo[-_])?({_NAMES}):(?://|\w+=)""")
_DEFAULT = regex(rf"""\benv\(\s*["']DB_CONNECTION["']\s*,\s*["']({_NAMES})["']""")
_EXAMPLE = regex(
    rf"^[ \t]*(?:DB_CONNECTION\s*=\s*[\"']?({_NAMES})\b|DATABASE_URL\s*=\s*[\"']?({_NAMES})://)", re.MULTILINE
)
_EXAMPLES = (".env.example", ".env.dist", ".env.sample")
_DOCTRINE = regex(r"^[ \t]*driver[ \t]*:[ \t]*[\"']?(pdo_mysql|pdo_pgsql)\b", re.MULTILINE)
_MOST = 60


def wanted(tree: Tree) -> frozenset[str]:
    """The extensions that the sources, and the examples of their environment, speak for."""
    return frozenset(_found(tree))


def _found(tree: Tree) -> Iterator[str]:
    for path in _EXAMPLES:
        if match := _EXAMPLE.search(tree.read(path) or ""):
            yield _DRIVERS[match[1] or match[2]]
    if match := _DOCTRINE.search(tree.read("config/packages/doctrine.yaml") or ""):
        yield match[1]
    left = _MOST
    for folder in inside(tree, ""):
        for name in tree.entries(folder):
            if name.endswith(".php") and left > 0:
                left -= 1
                code = source(tree, f"{folder}/{name}" if folder else name)
                yield from (_DRIVERS[found[1]] for pattern in (_DSN, _DEFAULT) for found in code.finditer(pattern))
