"""Which files and directories of a service go into its image: what git tracks, but for what is known not to be wanted."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace

from speccompile.codes.stacks import UNNAMEABLE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.project.unwanted import is_never_wanted, is_unwanted
from speccompile.record import record
from speccompile.regex import regex
from speccompile.secret_names import is_secret
from speccompile.source import Span

SCRIPT_CODE = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx")

# Directories without code that programs read all the same.
ASSETS = frozenset((
    "alembic", "assets", "conf", "config", "content", "data", "drizzle", "emails", "fixtures", "fonts", "i18n",
    "images", "locale", "locales", "migrations", "prisma", "proto", "public", "resources", "schema", "schemas",
    "sql", "static", "styles", "templates", "views",
))  # fmt: skip

_UNNAMEABLE = regex(r"[*?\[\]\\\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ue000-\uf8ff]|^\s|\s$|^-")


@record()
class Sources:
    """The allowed directories and files at the top of a service, and names that had to be left out. Sorted, no
    trailing slashes."""

    directories: tuple[str, ...]
    files: tuple[str, ...]
    problems: tuple[Diagnostic, ...] = ()

    def only(self, *, directories: Iterable[str], suffixes: tuple[str, ...]) -> Sources:
        """Those of *directories*, and the files with one of *suffixes*."""
        kept = frozenset(directories)
        return Sources(
            tuple(name for name in self.directories if name in kept),
            tuple(name for name in self.files if name.endswith(suffixes)),
        )

    def without(self, names: Iterable[str]) -> Sources:
        """All but *names*."""
        gone = frozenset(names)
        return replace(
            self,
            directories=tuple(name for name in self.directories if name not in gone),
            files=tuple(name for name in self.files if name not in gone),
        )

    def has(self, path: str) -> bool:
        """Whether *path* is among the files, or below one of the directories."""
        return path in self.files or path.partition("/")[0] in self.directories


def sources(tree: Tree, also: Iterable[str] = ()) -> Sources:
    """What of *tree* belongs into an image: what git tracks at its top, but for what is known not to be wanted and is
    named by no source; *also* are names allowed whatever they are."""
    spared = tree.about("spared", "")
    # A directory that is called like secrets is one of code when there is code in it.
    called = (first for one in spared if is_secret(first := one.partition("/")[0]))
    wanted = frozenset((*also, *tree.about("named", ""), *spared, *called))
    directories, files, problems = [], [], []
    for entry in tree.about("tracked", ""):
        name = entry.rstrip("/")
        if is_never_wanted(name) or (is_unwanted(name) and name not in wanted):
            continue
        if _UNNAMEABLE.search(name):
            problems.append(_left_out(name))
        elif entry.endswith("/"):
            directories.append(name)
        else:
            files.append(name)
    return Sources(tuple(directories), tuple(files), tuple(problems))


def data(tree: Tree, found: Sources, code: tuple[str, ...]) -> Sources:
    """What of *found* a program still reads that is compiled from files with the suffixes *code*: what is none of these,
    and directories that hold none of these or have a name for data."""
    return replace(
        found,
        directories=tuple(
            name
            for name in found.directories
            if name.lower() in ASSETS or not frozenset(code).intersection(tree.about("suffixes", name))
        ),
        files=tuple(name for name in found.files if not name.lower().endswith(code)),
    )


def belongs(name: str) -> bool:
    """Whether a file or directory called *name* may go into an image though no source names it."""
    return not is_unwanted(name) and not _UNNAMEABLE.search(name)


def nameable(path: str) -> bool:
    """Whether COPY, an ignore file and a command line can name *path*, and it stays inside."""
    inside = posixpath.normpath(path)
    return not (
        inside.startswith("-") or _UNNAMEABLE.search(path) or inside.startswith(("../", "/")) or inside in (".", "..")
    )


def _left_out(name: str) -> Diagnostic:
    return UNNAMEABLE.at(Span(name), f"{quoted(name)} was left out of the image: COPY cannot name it", fix="rename it")
