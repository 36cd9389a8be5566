"""packages.lock.json, one a project: whether all that is compiled together is locked, and whether anything floats that is not."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from speccompile.codes.stacks import LOCK_STALE, LOCK_UNREADABLE
from speccompile.codes.stacks_compiled import FLOATING
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.dotnet.msbuild import Package, Project
from speccompile.stacks.manifest import json_fault, json_table, table

LOCK = "packages.lock.json"
_MAKE = (
    f"set RestorePackagesWithLockFile to true in Directory.Build.props, run `dotnet restore` and commit every {LOCK}"
)


@record(kw_only=True)
class Locked:
    """The locks' paths, whether NuGet is to insist on them, what is to be told, and what stands in the way."""

    paths: tuple[str, ...]
    insisted: bool
    notes: tuple[Diagnostic, ...]
    problems: tuple[Diagnostic, ...]


def read(tree: Tree, projects: Iterable[Project]) -> Locked:
    """The locks of *projects*, which are compiled together."""
    every = tuple(projects)
    there = tuple(one for one in every if tree.is_file(_beside(one)))
    insisted = bool(there) and all(one in there for one in every if one.packages)
    return Locked(
        paths=tuple(_beside(one) for one in there),
        insisted=insisted,
        notes=() if insisted else tuple(_loose(every, there)),
        problems=tuple(found for one in there for found in _faults(tree, one)) if insisted else (),
    )


def _beside(project: Project) -> str:
    return posixpath.join(project.directory, LOCK)


def _loose(every: tuple[Project, ...], there: tuple[Project, ...]) -> Iterator[Diagnostic]:
    """The first package whose release may be another one tomorrow, and a lock that is in vain."""
    floating = next((one for project in every for one in project.packages if _floats(one)), None)
    if floating:
        yield FLOATING.at(
            floating.span,
            f"{floating.name} is wanted in version {quoted(floating.version or '')}, which is resolved anew at every build",
            fix=f"write an exact version of it; or {_MAKE}",
        )
    if there:
        without = next(one for one in every if one.packages and one not in there)
        yield FLOATING.at(
            Span(without.path),
            f"{_beside(there[0])} is not followed, for {without.path} has packages and no {LOCK}",
            fix=_MAKE,
        )


def _floats(package: Package) -> bool:
    """Whether NuGet takes the newest that fits, rather than the lowest: a star, and none but that
    (https://learn.microsoft.com/nuget/concepts/dependency-resolution#floating-versions)."""
    return "*" in (package.version or "")


def _faults(tree: Tree, project: Project) -> Iterator[Diagnostic]:
    path = _beside(project)
    text = tree.read(path)
    found = json_table(text)
    again = "run `dotnet restore --force-evaluate` and commit it"
    if found is None:
        yield LOCK_UNREADABLE.at(json_fault(path, text), f"{path} is not a JSON object", fix=f"delete it, {again}")
        return
    known = {name.lower() for names in table(found, "dependencies").values() for name in table(names)}
    lost = next((one for one in project.packages if one.name not in known), None)
    if lost:
        yield LOCK_STALE.at(lost.span, f"{path} does not know {quoted(lost.name)}", fix=again)
