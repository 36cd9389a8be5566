"""The sources of a Python distribution."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.detect.library.sources import PythonSources, import_name
from speccompile.lexing import Lexed, lex
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.manifest import table, toml_table, word

MANIFEST = "pyproject.toml"
_IDENTIFIER = regex(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_PINNED = regex(r"(3\.\d+)(?:\.\d+)?\s*\Z")
_ANNOTATED = regex(r"^[ \t]*(?:async\s+)?def\s+\w+\s*\([^#]*?\)\s*->", re.MULTILINE | re.DOTALL)
_READMES = ("README.md", "README.rst", "README.txt")


def python_sources(tree: Tree) -> PythonSources:
    """The distribution in *tree*."""
    text = tree.read(MANIFEST) or ""
    project = table(toml_table(text), "project")
    module = _module(tree, import_name(word(project.get("name")) or ""))
    package = module if module and not module.endswith(".py") else None
    marked = bool(package and tree.is_file(f"{package}/py.typed"))
    annotated = bool(package and not marked and any(code.search(_ANNOTATED) for code in _sources(tree, package)))
    pinned = None if "requires-python" in project else _PINNED.match(tree.read(".python-version") or "")
    return PythonSources(
        text=text,
        module=module,
        marked=marked,
        annotated=annotated,
        readme=next((name for name in _READMES if tree.is_file(name)), None),
        pinned=pinned[1] if pinned else None,
        legacy=tree.is_file("setup.py") or tree.is_file("setup.cfg"),
        locked=tree.read("uv.lock") is not None,
        tested=tree.is_directory("tests"),
    )


def _module(tree: Tree, wanted: str) -> str | None:
    """The directory of the import package, or the file of a single module: by name, else the only package below src."""
    for base in ("src/", "") if wanted else ():
        if tree.is_file(f"{base}{wanted}/__init__.py"):
            return f"{base}{wanted}"
        if tree.is_file(f"{base}{wanted}.py"):
            return f"{base}{wanted}.py"
    others = [
        entry.rstrip("/") for entry in tree.entries("src") if tree.is_file(f"src/{entry.rstrip('/')}/__init__.py")
    ]
    return f"src/{others[0]}" if len(others) == 1 and _IDENTIFIER.match(others[0]) else None


def _sources(tree: Tree, directory: str) -> Iterator[Lexed]:
    for name in tree.entries(directory):
        if name.endswith("/"):
            yield from _sources(tree, f"{directory}/{name.rstrip('/')}")
        elif name.endswith(".py"):
            yield lex(name, tree.read(f"{directory}/{name}") or "")
