"""Sources that are no text in the encoding that their language has: what is in them nobody can tell, and its compiler refuses them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from speccompile.codes.stacks_py import UNREADABLE
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.facts import Facts

F = TypeVar("F", bound=Facts)
_MOST = 400


@record()
class _Language:
    """Whose sources end so, where programs begin, and who refuses them; ``declares`` is how another encoding is declared, "" where it cannot be."""

    ending: str
    directories: tuple[str, ...]
    refuses: str
    declares: str = ""


# Python's are looked at where its modules are; those of other languages are read in any encoding (see ``encodings``).
_LANGUAGES = {
    "go": _Language(".go", ("", "cmd", "cmd/*"), "the compiler of Go"),
    "rust": _Language(".rs", ("src", "src/bin", "src/*"), "the compiler of Rust"),
    "elixir": _Language(".ex", ("lib", "lib/*"), "the compiler of Elixir"),
    "ruby": _Language(
        ".rb",
        ("", "lib", "app", "config"),
        "Ruby",
        ", or declare its encoding in the first line: `# encoding: iso-8859-1`",
    ),
}


def told(tree: Tree, facts: F) -> F:
    """*facts* of *tree*, with the sources that stand in the way because they are no text."""
    language = _LANGUAGES.get(facts.stack)
    found = tuple(_unreadable(tree, language)) if language else ()
    return replace(facts, obstacles=(*found, *facts.obstacles)) if found else facts


def _unreadable(tree: Tree, language: _Language) -> Iterator[Diagnostic]:
    for path in islice(_sources(tree, language), _MOST):
        if tree.is_file(path) and tree.read(path) is None and not tree.about("oversize", path):
            yield UNREADABLE.at(
                Span(path),
                f"{path} is not text in UTF-8: {language.refuses} refuses it",
                fix=f"save {path} as UTF-8{language.declares}",
            )


def _sources(tree: Tree, language: _Language) -> Iterator[str]:
    for pattern in language.directories:
        parent, _, every = pattern.rpartition("/")
        below = [one.rstrip("/") for one in tree.entries(parent) if one.endswith("/")] if every == "*" else []
        for directory in [posixpath.join(parent, one) for one in below] if every == "*" else [pattern]:
            yield from (
                posixpath.join(directory, one) for one in tree.entries(directory) if one.endswith(language.ending)
            )
