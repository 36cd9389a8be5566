"""A Cargo project: a package, or a workspace with its members, and all that these need from the tree."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from speccompile.codes.stacks import MANIFEST
from speccompile.codes.stacks_rust import OUTSIDE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import Table, place, table, toml_fault, toml_table, word, words
from speccompile.stacks.rust.manifest import PATH, Dependency, Package, inherits, package
from speccompile.stacks.sources import nameable

_MOST = 90
"""Packages; each is a COPY, and an image has at most 127 layers."""


@record(kw_only=True)
class Workspace:
    """The packages that Cargo wants to see, sorted by directory; ``members`` are those whose programs are the project's,
    ``usual`` the directories of those that Cargo
    builds when nobody says what, where the root names some; ``patched`` the directories of crates that replace others."""

    packages: tuple[Package, ...]
    members: tuple[Package, ...]
    usual: frozenset[str]
    patched: tuple[str, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def features(self) -> frozenset[str]:
        """The features that packages ask for, of any crate."""
        return frozenset().union(*(one.features for package in self.packages for one in package.dependencies))

    def at(self, directory: str) -> Package | None:
        """The package in *directory*."""
        return next((one for one in self.packages if one.directory == directory), None)

    def needs(self, start: Package) -> tuple[Package, ...]:
        """*start* and the packages of the tree that its programs are made of, sorted by directory."""
        found: dict[str, Package] = {}
        waiting = [start.directory, *self.patched]
        while waiting:
            directory = waiting.pop()
            one = self.at(directory)
            if one is not None and directory not in found:
                found[directory] = one
                waiting += [
                    needed.directory
                    for needed in one.dependencies
                    if needed.kind != "dev" and needed.directory is not None
                ]
        return tuple(found[directory] for directory in sorted(found))


def read(tree: Tree) -> Workspace | None:
    """The project whose root is the root of *tree*; None when there is no Cargo.toml."""
    if not tree.is_file(PATH):
        return None
    text = tree.read(PATH)
    root = toml_table(text)
    if root is None:
        problem = MANIFEST.at(
            toml_fault(PATH, text), "Cargo.toml is not TOML", fix="correct it: `cargo metadata` says where"
        )
        return Workspace(packages=(), members=(), usual=frozenset(), patched=(), problems=(problem,))
    patched = tuple(_patched(root))
    members = tuple(sorted({*([""] if "package" in root else []), *_members(tree, root)}))
    found, problems = _reachable(tree, root, (*members, *patched))
    default = frozenset(_expanded(tree, words(table(root, "workspace").get("default-members"))))
    own = tuple(one for one in found if one.directory in members)
    if inherits(root):
        problems += (_no_root(text),)
    if not found:
        problems += (_nothing(text),)
    if len(found) > _MOST:
        problems += (_too_many(len(found)),)
    return Workspace(
        packages=found,
        members=own,
        usual=default,
        patched=patched,
        problems=problems,
    )


def _members(tree: Tree, root: Table) -> Iterator[str]:
    workspace = table(root, "workspace")
    excluded = {posixpath.normpath(path) for path in words(workspace.get("exclude"))}
    for directory in _expanded(tree, words(workspace.get("members"))):
        if not any(directory == one or directory.startswith(f"{one}/") for one in excluded):
            yield directory


def _expanded(tree: Tree, patterns: Iterable[str]) -> Iterator[str]:
    """The directories with a manifest that *patterns* name; ``*`` and ``?`` stand for parts of one name."""
    for pattern in patterns:
        found = [""]
        for part in posixpath.normpath(pattern).split("/"):
            if part == ".":
                continue
            found = [posixpath.join(folder, name) for folder in found for name in _matching(tree, folder, part)]
        yield from (folder for folder in found if tree.is_file(posixpath.join(folder, PATH)))


def _matching(tree: Tree, folder: str, part: str) -> tuple[str, ...]:
    if not any(mark in part for mark in "*?["):
        return (part,)
    names = (entry.rstrip("/") for entry in tree.entries(folder) if entry.endswith("/"))
    return tuple(name for name in names if fnmatchcase(name, part))


def _patched(root: Table) -> Iterator[str]:
    """The directories of the crates that stand in for others."""
    for entries in (*table(root, "patch").values(), table(root, "replace")):
        for entry in table(entries).values():
            path = word(table(entry).get("path"))
            if path:
                yield posixpath.normpath(path)


def _reachable(tree: Tree, root: Table, starts: tuple[str, ...]) -> tuple[tuple[Package, ...], tuple[Diagnostic, ...]]:
    """The packages at *starts* and all that they depend on in the tree; what is not there is told once."""
    found: dict[str, Package | None] = {}
    problems: dict[str, Diagnostic] = {}
    waiting: list[tuple[str, Dependency | None]] = [(start, None) for start in starts]
    while waiting:
        directory, wanted = waiting.pop()
        if directory in found or directory in problems:
            continue
        inside = directory == "" or nameable(directory)
        if not inside or not tree.is_file(posixpath.join(directory, PATH)):
            problems[directory] = _absent(directory, wanted)
            continue
        one = found[directory] = package(tree, directory, root)
        if one is None:
            problems[directory] = _unreadable(tree, directory)
        else:
            waiting += [(needed.directory, needed) for needed in one.dependencies if needed.directory is not None]
    packages = tuple(one for directory in sorted(found) if (one := found[directory]))
    return packages, tuple(problems[directory] for directory in sorted(problems))


def _absent(directory: str, wanted: Dependency | None) -> Diagnostic:
    what = f"{quoted(wanted.name)} is to come from" if wanted else "there is to be a package in"
    return OUTSIDE.at(
        wanted.span if wanted else Span(PATH),
        f"{what} {quoted(directory)}, which is not in the service's directory",
        fix="set the service's `path` in specs/deploy.yaml to a directory that has both, the root of the workspace",
    )


def _unreadable(tree: Tree, directory: str) -> Diagnostic:
    path = posixpath.join(directory, PATH)
    text = tree.read(path)
    if toml_table(text) is None:
        return MANIFEST.at(toml_fault(path, text), f"{path} is not TOML", fix="correct it: `cargo metadata` says where")
    return MANIFEST.at(
        place(path, text, "[package]"), f"{path} names no package", fix='write `name = "…"` below [package]'
    )


def _no_root(text: str | None) -> Diagnostic:
    return OUTSIDE.at(
        place(PATH, text, "workspace"),
        "Cargo.toml inherits from a workspace whose root is not in the service's directory",
        fix="set the service's `path` in specs/deploy.yaml to the root of the workspace, and `command` to the program's name",
    )


def _nothing(text: str | None) -> Diagnostic:
    return MANIFEST.at(
        place(PATH, text, "[workspace]"),
        "Cargo.toml has neither a package nor members that are there",
        fix="add a [package], or correct `members`",
    )


def _too_many(count: int) -> Diagnostic:
    return OUTSIDE.at(
        Span(PATH),
        f"the workspace has {count} packages; an image with a layer for each manifest takes {_MOST} at most",
        fix="make the service a workspace of its own, with the packages that it needs",
    )
