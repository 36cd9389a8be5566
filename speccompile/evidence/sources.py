"""What stands with a test in its source: its docstring, its markers or attributes, the comment above it.

Tools tell names and little else, so the test is looked for by its function's name. One whose name stands in several files that could be
meant is left alone: nothing is said of a test that may be another.
"""

from __future__ import annotations

import ast
import posixpath
import re
import warnings
from collections.abc import Iterator, Sequence

from speccompile.evidence.cases import Case
from speccompile.project.tree import Tree
from speccompile.regex import regex

_FUNCTIONS = {
    ".go": regex(r"^func\s+(\w+)\s*\(", re.MULTILINE),
    ".rs": regex(r"^\s*(?:pub\s+)?(?:async\s+)?fn\s+(\w+)\s*\(", re.MULTILINE),
    ".java": regex(r"^\s*(?:@\w+\s+)*(?:public\s+|protected\s+)?void\s+(\w+)\s*\(", re.MULTILINE),
    ".kt": regex(r"^\s*fun\s+(\w+)\s*\(", re.MULTILINE),
}
_ABOVE = regex(r"\s*(?://|/\*|\*|#\[|@)")
_MOST = 40  # lines above a function that are looked at


class Sources:
    """The files of a service in which tests may be: *paths*, from the root of *tree*."""

    def __init__(self, tree: Tree, paths: Sequence[str]) -> None:
        self._tree = tree
        self._paths = paths
        self._known: dict[str, list[tuple[str, str]]] | None = None

    def beside(self, case: Case) -> str:
        """What stands with *case*; nothing where that cannot be told."""
        owner = _owner(case.name)
        found = self._functions().get(_function(case.name), [])
        meant = [said for path, said in found if _is_meant(path, case.file, owner)] or [said for _, said in found]
        return meant[0] if len(meant) == 1 else ""

    def _functions(self) -> dict[str, list[tuple[str, str]]]:
        """By name of a function, each file that has one, and what stands with it."""
        if self._known is None:
            self._known = {}
            for path in self._paths:
                suffix = posixpath.splitext(path)[1]
                if suffix == ".py" or suffix in _FUNCTIONS:
                    text = self._tree.read(path) or ""
                    for name, said in _documented(text) if suffix == ".py" else _commented(text, _FUNCTIONS[suffix]):
                        self._known.setdefault(name, []).append((path, said))
        return self._known


def _function(name: str) -> str:
    """The name of the function in a test's: what is last, without parameters and subtests."""
    found = re.search(r"([A-Za-z_]\w*)(?:\[.*\]|\s*\(.*\)|/.*)?$", re.split(r"::| > ", name)[-1])
    return found[1] if found else ""


def _owner(name: str) -> str:
    """What holds the function: a module's or a class's dotted name, a package's path."""
    return re.split(r"::| > ", name)[0] if "::" in name else ""


def _is_meant(path: str, file: str | None, owner: str) -> bool:
    """Whether a source may be the one that a tool speaks of by *file* or by the name of the *owner*."""
    if file:
        return path == file or path.endswith(f"/{file}") or file.endswith(f"/{path}")
    stem = posixpath.splitext(path)[0]
    dotted = owner.replace(".", "/")
    folder = posixpath.dirname(path)
    return bool(owner) and (
        dotted.endswith(stem) or stem.endswith(dotted) or f"/{dotted}/".endswith(f"/{folder}/" if folder else "/")
    )


def _documented(text: str) -> Iterator[tuple[str, str]]:
    """By function the docstring and the markers of each of a Python source, and those of the class that it is in."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from _functions(tree.body, "")


def _functions(body: Sequence[ast.stmt], around: str) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            said = " ".join((ast.get_docstring(node) or "", *map(ast.unparse, node.decorator_list)))
            if isinstance(node, ast.ClassDef):
                yield from _functions(node.body, f"{around} {said}")
            else:
                yield node.name, f"{around} {said}"


def _commented(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """By function the comments and attributes right above it."""
    for found in pattern.finditer(text):
        kept: list[str] = []
        for line in reversed(text[: found.start(1)].split("\n")[-_MOST:-1]):
            if not _ABOVE.match(line):
                break
            kept.append(line)
        yield found[1], "\n".join(reversed(kept))
