"""Where a PHP program writes: what its framework does, and what its sources say in plain texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.codes.stacks_py import READ_ONLY_DATA
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.directories import inside
from speccompile.stacks.php.frameworks import Framework
from speccompile.stacks.sources import nameable

_HERE = r"""(?:__DIR__\s*\.\s*["']/|["'])((?:\.\./)*[\w-]+(?:/[\w.-]+)*/[\w.-]*)["']"""
_WRITTEN = re.compile(
    rf"\b(?:file_put_contents|mkdir|touch|move_uploaded_file\([^,()]+,|fopen)\(?\s*{_HERE}(?P<rest>[^\n]*)"
)
_SQLITE = re.compile(r"""["']sqlite:(?:["']\s*\.\s*__DIR__\s*\.\s*["'])?/?((?:\.\./)*[\w-]+(?:/[\w-]+)*)/[\w.-]+["']""")
_READ_ONLY = re.compile(r"""\s*,\s*["']r["b']""")
_MOST_FILES, _MOST_TOLD = 80, 3


def told(tree: Tree, framework: Framework | None) -> tuple[Diagnostic, ...]:
    """What is to be told of directories that the sources write into, and of a framework's for uploads."""
    found: dict[str, Span] = {}
    for path in _files(tree):
        for line in source(tree, path).lines():
            for match in (*line.finditer(_WRITTEN), *line.finditer(_SQLITE)):
                directory = _directory(path, match)
                if directory:
                    found.setdefault(directory, Span(path, line.number, match.start() + 1))
    kept = framework.kept if framework else ""
    uploads = (_uploads(framework, kept),) if framework and kept and tree.is_directory(kept) else ()
    others = [(directory, span) for directory, span in found.items() if not _covered(directory, framework)]
    return (*uploads, *(_lost(directory, span) for directory, span in others[:_MOST_TOLD]))


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


def _uploads(framework: Framework, kept: str) -> Diagnostic:
    return READ_ONLY_DATA.at(
        Span(kept),
        f"{framework.name} keeps what people upload in {quoted(kept)}, which is read-only in a container",
        fix=f"to keep it, declare it in specs/deploy.yaml: writable: [/app/{kept}]; or use a disk that is a store of objects",
    )


def _lost(directory: str, span: Span) -> Diagnostic:
    return READ_ONLY_DATA.at(
        span,
        f"{quoted(directory)} is written to, which is read-only in a container",
        fix=f"to keep what is written, declare it in specs/deploy.yaml: writable: [/app/{directory}]",
    )
