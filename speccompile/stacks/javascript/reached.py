"""The sources of a service that its entry reaches by imports, and what each calls the others."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.sources import SCRIPT_CODE

_FROM = regex(
    r"""\b(?:import|export)\s+(?:type\s+)?([\w$*{}\s,]{1,400}?)\s+from\s*["'](\.{1,2}(?:/[\w./@-]{0,160})?)["']"""
)
_REQUIRED = regex(
    r"""(?:\b(?:const|let|var)\s+([\w$]{1,60}|\{[\w$\s,:]{1,300}\})\s*=\s*)?(?:await\s+)?\b(?:require|import)\s*\(\s*["'](\.{1,2}(?:/[\w./@-]{0,160})?)["']\s*\)"""
)
_BARE = regex(r"""\bimport\s*["'](\.{1,2}/[\w./@-]{1,160})["']""")
_ENDINGS = ("", *SCRIPT_CODE, *(f"/index{suffix}" for suffix in SCRIPT_CODE))
_MOST_FILES, _LARGEST = 80, 60_000


@record()
class Module:
    """A source: its path, its code, and the files that its own names mean: what is imported from each, ``*`` for all of it."""

    path: str
    code: Lexed
    names: dict[str, tuple[str, str]]


def reached(tree: Tree, entry: str) -> tuple[Module, ...]:
    """The entry and what it imports, what these import, and so on, the closest first."""
    found: dict[str, Module] = {}
    waiting = [entry]
    while waiting and len(found) < _MOST_FILES:
        path = waiting.pop(0)
        if path in found or not tree.is_file(path):
            continue
        code = source(tree, path, _LARGEST)
        imported = list(_imported(tree, path, code))
        names = {own: (there, what) for there, pairs in imported for own, what in pairs}
        found[path] = Module(path, code, names)
        waiting += [there for there, _ in imported]
    return tuple(found.values())


def file_of(tree: Tree, importer: str, relative: str) -> str | None:
    """The file that *importer* means by a relative name; TypeScript's sources name each other as they will be called."""
    base = posixpath.normpath(posixpath.join(posixpath.dirname(importer), relative))
    stem, suffix = posixpath.splitext(base)
    guesses = [base + end for end in _ENDINGS] + ([stem + end for end in SCRIPT_CODE] if suffix in SCRIPT_CODE else [])
    return next((one for one in guesses if not one.startswith("../") and tree.is_file(one)), None)


def _imported(tree: Tree, path: str, code: Lexed) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for pattern, names, place in ((_FROM, 1, 2), (_REQUIRED, 1, 2), (_BARE, 0, 1)):
        for match in code.finditer(pattern):
            there = file_of(tree, path, match[place])
            if there:
                yield there, tuple(_bound(match[names] or "")) if names else ()


def _bound(clause: str) -> Iterator[tuple[str, str]]:
    """The names that an import gives, each with what it is in the other file."""
    whole, _, braced = clause.partition("{")
    for name in whole.split(","):
        bare = name.strip().removeprefix("* as ").strip()
        if bare:
            yield bare, "*"
    for one in braced.partition("}")[0].split(","):
        exported, _, own = one.strip().replace(":", " as ").partition(" as ")
        if exported.strip():
            yield (own or exported).strip(), exported.strip().removeprefix("type ")
