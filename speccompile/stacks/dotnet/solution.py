"""Which projects there are, which of them are programs, and what each of these is made of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from enum import Enum

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.directories import inside
from speccompile.stacks.dotnet import msbuild
from speccompile.stacks.dotnet.msbuild import ENDINGS, Project, Reference
from speccompile.stacks.sources import nameable
from speccompile.stacks.xmltext import Element, parse

SOLUTIONS = (".sln", ".slnx")
_LISTED = regex(r'^Project\("\{[^}"\n]{1,64}\}"\)[^,\n]{1,300},\s*"([^"\n]{1,300})"', re.MULTILINE)
_TESTS = frozenset(("microsoft.net.test.sdk", "xunit", "xunit.v3", "nunit", "mstest.testframework", "tunit"))
_WEB, _WORKER, _PAGES = "Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Worker", "Microsoft.NET.Sdk.BlazorWebAssembly"
_SHARED = "Microsoft.AspNetCore.App"
_MOST = 80


class Kind(Enum):
    """What a program is: one that listens, one that runs until it is stopped, one that is called."""

    WEB = "web"
    WORKER = "worker"
    CONSOLE = "console"


@record(kw_only=True)
class Program:
    """A project that makes a program, with all projects that it needs (itself first); ``outside`` are references that lead nowhere in the tree."""

    project: Project
    kind: Kind
    closure: tuple[Project, ...]
    outside: tuple[Reference, ...]

    @property
    def web(self) -> bool:
        """Whether any part of it wants ASP.NET's shared framework."""
        return any(_wants_web(one) for one in self.closure)


@record(kw_only=True)
class Solution:
    """``first`` is the file that speaks for all of it; ``programs`` are those that run on Linux, servers first; ``projects`` are all, but for
    those that test. ``faults`` are files that cannot be read."""

    first: str
    projects: tuple[Project, ...]
    programs: tuple[Program, ...]
    faults: tuple[tuple[Span, str], ...]


def find(tree: Tree) -> Solution | None:
    """What is at the top of *tree*, in its solution, or below it; None where there is no project."""
    names = tree.entries("")
    here = [name for name in names if name.endswith(ENDINGS)]
    solution = next((name for ending in SOLUTIONS for name in names if name.endswith(ending)), None)
    paths = here or (list(_listed(tree, solution)) if solution else []) or list(_below(tree))
    found = [msbuild.read(tree, path) for path in dict.fromkeys(paths[:_MOST]) if tree.is_file(path) and nameable(path)]
    if not found:
        return None
    projects = tuple(one for one in found if isinstance(one, Project) and not _is_test(one))
    programs = tuple(program for one in projects if (program := _program(tree, one)))
    first = here[0] if here else solution or next(iter(paths))
    faults = tuple(one for one in found if not isinstance(one, Project))
    return Solution(first=first, projects=projects, programs=_ranked(programs), faults=faults)


def _listed(tree: Tree, solution: str) -> Iterator[str]:
    """The projects of a solution, in either of its formats, in its order."""
    text = tree.read(solution) or ""
    if solution.endswith(".slnx"):
        root = parse(solution, text)
        said = [one.attributes.get("Path", "") for one in root.anywhere("Project")] if isinstance(root, Element) else []
    else:
        said = _LISTED.findall(text)
    for path in said:
        plain = posixpath.normpath(path.replace("\\", "/"))
        if plain.endswith(ENDINGS) and not plain.startswith(("..", "/")):
            yield plain


def _below(tree: Tree) -> Iterator[str]:
    for folder in inside(tree, ""):
        yield from (posixpath.join(folder, name) for name in tree.entries(folder) if name.endswith(ENDINGS))


def _is_test(one: Project) -> bool:
    return one.has("IsTestProject") or any(package.name in _TESTS for package in one.packages)


def _program(tree: Tree, one: Project) -> Program | None:
    kind = _kind(one)
    if kind is None:
        return None
    closure, outside = _closure(tree, one)
    if kind is Kind.CONSOLE and any(_wants_web(each) for each in closure):
        kind = Kind.WEB
    return Program(project=one, kind=kind, closure=closure, outside=outside)


def _kind(one: Project) -> Kind | None:
    """What it makes; None for libraries, and for what runs elsewhere: in browsers, on Windows, beside developers."""
    output = (one.says("OutputType") or "").lower()
    elsewhere = one.has("IsAspireHost") or any(name == _PAGES or name.startswith("Aspire.AppHost") for name in one.sdks)
    if elsewhere or output in ("library", "winexe", "module") or _is_windows(one):
        return None
    if _WEB in one.sdks:
        return Kind.WEB
    if _WORKER in one.sdks:
        return Kind.WORKER
    return Kind.CONSOLE if output == "exe" else None


def _is_windows(one: Project) -> bool:
    return one.has("UseWPF") or one.has("UseWindowsForms") or one.has("UseMaui") or not one.sdks


def _wants_web(one: Project) -> bool:
    return _WEB in one.sdks or _SHARED in one.frameworks


def _closure(tree: Tree, one: Project) -> tuple[tuple[Project, ...], tuple[Reference, ...]]:
    """*one* and all that it refers to, and what of that is not there."""
    found, outside, left = {one.path: one}, {}, [*one.projects]
    while left and len(found) < _MOST:
        reference = left.pop(0)
        if reference.path in found or reference.path in outside:
            continue
        there = nameable(reference.path) and tree.is_file(reference.path)
        needed = msbuild.read(tree, reference.path) if there else None
        if isinstance(needed, Project):
            found[needed.path] = needed
            left += needed.projects
        else:
            outside[reference.path] = reference
    return tuple(found.values()), tuple(outside.values())


def _ranked(programs: tuple[Program, ...]) -> tuple[Program, ...]:
    """Servers, then workers, then the others; of each kind in their order."""
    return tuple(sorted(programs, key=lambda one: list(Kind).index(one.kind)))
