"""Where a PHP program writes: what its framework does, and what its sources say in plain texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.directories import inside
from speccompile.stacks.php.frameworks import Framework
from speccompile.stacks.sources import nameable
from speccompile.stacks.written import Written

_HERE = r"""(?:__DIR__\s*\.\s*["']/|["'])((?:\.\./)*[\w-]+(?:/[\w.-]+)*/[\w.-]*)["']"""
_WRITTEN = regex(
    rf"\b(?:file_put_contents|mkdir|touch|move_uploaded_file\([^,()]+,|fopen)\(?\s*{_HERE}(?P<rest>[^\n]*)"
)
_SQLITE = regex(r"""["']sqlite:(?:["']\s*\.\s*__DIR__\s*\.\s*["'])?/?((?:\.\./)*[\w-]+(?:/[\w-]+)*)/[\w.-]+["']""")
_READ_ONLY = regex(r"""\s*,\s*["']r["b']""")
_MOST_FILES = 80


def written(tree: Tree, framework: Framework | None) -> tuple[Written, ...]:
    """What the sources write into, a directory once, and where a framework keeps uploads."""
    found: dict[str, Written] = {}
    kept = framework.kept if framework else ""
    if framework and kept and tree.is_directory(kept):
        found[kept] = _place(tree, kept, f"what people upload ({framework.name})", Span(kept), lasting=True)
    for path in _files(tree):
        for line in source(tree, path).lines():
            for match in (*line.finditer(_WRITTEN), *line.finditer(_SQLITE)):
                directory = _directory(path, match)
                if directory and not _covered(directory, framework):
                    what = "a database of SQLite" if "sqlite:" in match[0] else "files"
                    span = Span(path, line.number, match.start() + 1)
                    found.setdefault(directory, _place(tree, directory, what, span, lasting=what != "files"))
    return tuple(found.values())


def _place(tree: Tree, directory: str, what: str, span: Span, *, lasting: bool) -> Written:
    """Nothing is hidden by memory there where git tracks at most what keeps the directory."""
    free = not any(not entry.startswith(".") for entry in tree.entries(directory))
    return Written(directory=directory, what=what, named=directory, lasting=lasting, free=free, span=span)


def _directory(path: str, match: re.Match[str]) -> str | None:
    """The directory of the project that is written to: what begins at ``__DIR__`` is beside its source."""
    if "fopen" in match[0] and _READ_ONLY.match(match.groupdict().get("rest") or ""):
        return None
    base = posixpath.dirname(path) if "__DIR__" in match[0] else ""
    whole = posixpath.normpath(posixpath.join(base, match[1]))
    directory = posixpath.dirname(whole) if "sqlite:" not in match[0] and not match[1].endswith("/") else whole
    return directory if directory not in ("", ".") and nameable(directory) else None


def _covered(directory: str, framework: Framework | None) -> bool:
    known = (*framework.scratch, framework.kept) if framework else ()
    return any(one and (directory == one or directory.startswith(f"{one}/")) for one in known)


def _files(tree: Tree) -> Iterator[str]:
    left = _MOST_FILES
    for folder in inside(tree, ""):
        for entry in tree.entries(folder):
            if entry.endswith(".php") and left > 0:
                left -= 1
                yield f"{folder}/{entry}" if folder else entry
