"""Where a program writes, by the literal paths in its sources: databases in files, uploads, files, directories that it makes.

What is in memory or in /tmp needs no place; what is only written about, in a comment or a text, is none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.paths import can_be_written
from speccompile.stacks.sources import nameable
from speccompile.stacks.writing_forms import DATABASE, DIRECTORY, FORMS, HERE, PRISMA, ROOT, UPLOADS, Form, Place
from speccompile.stacks.written import HOME, Written

_WORD = regex(r"""["'`]([^"'`\n]+)["'`]""")
_HERE, _ROOT = regex(HERE), regex(ROOT)
_SOURCE_IS_COMPILED = (".ts", ".cts", ".mts", ".tsx", ".java", ".kt", ".go", ".rs")
# What is there without anybody's help: memory, devices, what a process reads of itself.
_NO_PLACE = ("/tmp", "/dev", "/proc", "/sys")  # noqa: S108  # in the container
_ENVIRONMENT = regex(r"\b(?:environ|getenv|Getenv|env)\b")
_LINE = 200
_IN_MEMORY = regex(r":memory:|\bmode=memory\b|\bmem:")
# Directories that are called like what must be kept, whoever writes there.
_KEPT = frozenset(
    [
        "attachments",
        "data",
        "database",
        "databases",
        "db",
        "files",
        "instance",
        "media",
        "public-uploads",
        "storage",
        "store",
        "upload",
        "uploads",
    ]
)

Free: TypeAlias = Callable[[str], bool]
"""Tells of a directory below the working directory whether the image has nothing in it."""


def written(sources: Iterable[tuple[str, Lexed]], free: Free, top: str = "") -> tuple[Written, ...]:
    """What *sources* (paths and code) write into; *top* is the project's own directory there, for sources that begin with it."""
    found: dict[tuple[str | None, str], Written] = {}
    for path, code in sources:
        for place in _in(path, code, free, top):
            found.setdefault((place.directory, place.what), place)
    return tuple(found.values())


def below(tree: Tree) -> Free:
    """Of directories of *tree*, whether memory or a volume there would hide nothing of the image."""
    return lambda directory: is_free(tree, directory)


def is_free(tree: Tree, directory: str) -> bool:
    """Whether nothing of *tree* lies in *directory*."""
    return nameable(directory) and not any(not entry.startswith(".") for entry in tree.entries(directory))


def place(named: str, what: str, span: Span, free: Free, *, directory: bool) -> Written | None:
    """What is written into where sources name the path *named*; None where that needs no place, or none can be told."""
    path = re.sub(r"\A(?:file:)?(?://(?=/))?", "", named).partition("?")[0]
    if _IN_MEMORY.search(named) or "://" in path or not re.match(r"[\w./@]", path) or path.startswith("~"):
        return None
    path = posixpath.normpath(path)
    path = posixpath.relpath(path, HOME) if path.startswith(f"{HOME}/") else path
    if path.startswith("..") or any(path == one or path.startswith(f"{one}/") for one in _NO_PLACE):
        return None
    where = path if directory else posixpath.dirname(path)
    where = "" if where in (".", "/") else where
    lasting = what in (DATABASE, UPLOADS) or any(part.lower() in _KEPT for part in where.split("/"))
    possible = bool(where) and can_be_written(posixpath.join(HOME, where))
    return Written(
        directory=where,
        what=what,
        named=path,
        lasting=lasting,
        free=possible and (where.startswith("/") or free(where)),
        span=span,
    )


def _in(path: str, code: Lexed, free: Free, top: str) -> Iterator[Written]:
    suffix = posixpath.splitext(path)[1].lower()
    for form in (one for one in FORMS if suffix in one.suffixes):
        for there in form.found(code):
            named = _named(path, form, there.said, top)
            span = Span(path, code.line(there.start), 1)
            found = place(named, form.what, span, free, directory=form.directory) if named else None
            # To make a directory that is there writes nothing.
            if found and (found.directory or not form.directory) and (found.free or form.what != DIRECTORY):
                yield replace(found, default=_ENVIRONMENT.search(_line(code, there)) is not None)


def _line(code: Lexed, there: Place) -> str:
    """The line in which a place begins, as far as it is before its end; of a long one the end of that."""
    begin = max(code.code.rfind("\n", max(there.start - _LINE, 0), there.start) + 1, there.start - _LINE, 0)
    return code.code[begin : there.end]


def _named(path: str, form: Form, said: str, top: str) -> str | None:
    """The path that is *said*, from the working directory; None where that depends on how the source is compiled."""
    words = _WORD.findall(said)
    if not words:
        return posixpath.join(posixpath.dirname(path), said) if form.suffixes == PRISMA else said
    inner = posixpath.join(*words)
    if not _HERE.search(said):
        return posixpath.join(top, inner.lstrip("/")) if _ROOT.search(said) else inner
    if path.endswith(_SOURCE_IS_COMPILED) and not inner.startswith(".."):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), inner))
