"""Which files of a Java build go into its image: manifests first, then the sources without tests."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from speccompile.codes.stacks_java import WRAPPER_UNUSABLE
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.sources import nameable, sources

_WRAPPERS = ("mvnw", "gradlew")
_TESTS = regex(r"(?:tests?|it|e2e|jmh|.*test(?:-?fixtures)?|integration-?tests?)\Z", re.IGNORECASE)
_BUILDS = regex(r"pom\.xml\Z|(?:build|settings)\.gradle|gradle\.properties\Z")
_NOT_SOURCES = frozenset(("gradle", "buildsrc", "src"))
PLAIN = regex(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*\Z")
"""A path below the service that a shell need not quote: the directory of a module, the name of an archive."""


@record(kw_only=True)
class Taken:
    """Directories and files of the service, and names that had to be left out."""

    directories: tuple[str, ...]
    files: tuple[str, ...]
    problems: tuple[Diagnostic, ...]


def taken(tree: Tree, modules: Iterable[str], others: Iterable[str], manifests: Iterable[str], whole: bool) -> Taken:
    """The sources of *modules* (directories), but for *manifests*, which are there already, and what belongs to
    *others*, which are modules too. ``src`` goes without its tests, unless the build takes the *whole* of it."""
    directories: list[str] = []
    files: list[str] = []
    problems: list[Diagnostic] = []
    mine = tuple(modules)
    tops = {other[: slash.start()] for other in others for slash in re.finditer(r"/|\Z", other)}
    for module in mine:
        found = sources(tree.below(module) if module else tree)
        problems += found.problems if not module else ()
        names = [name for name in found.directories if name.lower() not in _NOT_SOURCES]
        inside = [posixpath.join(module, name) for name in names]
        directories += [path for path in inside if path not in tops and nameable(path)]
        directories += _of_src(tree, posixpath.join(module, "src"), whole)
        files += [path for name in found.files if nameable(path := posixpath.join(module, name))]
    there = frozenset(manifests)
    left = tuple(
        path
        for path in dict.fromkeys(files)
        if path not in there and path not in _WRAPPERS and not _BUILDS.match(posixpath.basename(path))
    )
    return Taken(directories=tuple(dict.fromkeys(directories)), files=left, problems=tuple(problems))


def wrapper(tree: Tree, script: str, needed: tuple[str, ...]) -> tuple[bool, tuple[Diagnostic, ...]]:
    """Whether a wrapper's *script* can be used, with the files that it needs; a warning when it is there in vain."""
    text = tree.read(script)
    if text is None:
        return False, ()
    missing = [path for path in needed if not tree.is_file(path)]
    if "\r\n" not in text and not missing:
        return True, ()
    what = f"{missing[0]} is missing" if missing else "its lines end with CR LF"
    fix = f"commit {missing[0]}" if missing else f'write "{script} text eol=lf" into .gitattributes, and commit it so'
    return False, (
        WRAPPER_UNUSABLE.at(
            Span(script), f"{script} is there, but {what}; the image's own build tool is used", fix=fix
        ),
    )


def _of_src(tree: Tree, path: str, whole: bool) -> list[str]:
    entries = tree.entries(path)
    if not entries:
        return []
    if whole or any(not entry.endswith("/") for entry in entries if not entry.startswith(".")):
        return [path]
    names = (entry.rstrip("/") for entry in entries if entry.endswith("/"))
    return [f"{path}/{name}" for name in names if not _TESTS.match(name) and nameable(f"{path}/{name}")]
