"""What a program of .NET is compiled from: manifests first, then the sources of all projects that it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.dotnet import locks, sources
from speccompile.stacks.dotnet.facts import Made
from speccompile.stacks.dotnet.msbuild import ENDINGS
from speccompile.stacks.dotnet.releases import GLOBAL
from speccompile.stacks.dotnet.solution import SOLUTIONS, Program
from speccompile.stacks.opened import opened
from speccompile.stacks.sources import Sources, nameable

# Forms of publishing that want another image, or a compiler that the SDK's has not.
_FORMS = ("PublishAot", "PublishSelfContained", "SelfContained", "PublishSingleFile", "PublishTrimmed")
_CODE = (".cs", ".cshtml", ".fs", ".razor", ".vb")
_PUBLISHED = (".config", ".json")
_ZONES = regex(r"\bTimeZoneInfo\b")
_PAPERS = (*(one.lower() for one in (*ENDINGS, *SOLUTIONS)), ".dotsettings", ".user", "nuget.config")


def made(tree: Tree, program: Program, allowed: Sources, feeds: Iterable[str], *, pinned: bool) -> Made:
    """*program*, made of what of *tree* is *allowed*; ``pinned`` is whether the SDK is to read global.json."""
    locked = locks.read(tree, program.closure)
    above = (path for one in program.closure for path in one.above)
    projects = (one.path for one in program.closure)
    manifests = dict.fromkeys((*((GLOBAL,) if pinned else ()), *feeds, *sorted({*above}), *projects, *locked.paths))
    directories = _outermost([one.directory for one in program.closure if one.directory])
    linked = [one.path for project in program.closure for one in project.linked if nameable(one.path)]
    top = not all(one.directory for one in program.closure)
    besides = [path for path in linked if tree.is_directory(path)] + [path for path in allowed.directories if top]
    files = [path for path in linked if tree.is_file(path)] + [path for path in allowed.files if top]
    whole = _outermost([*directories, *besides])
    kept = (path for path in dict.fromkeys(files) if path not in manifests and not _is_within(path, whole))
    return Made(
        program=program,
        locked=locked,
        manifests=tuple(manifests),
        directories=whole,
        files=tuple(path for path in kept if path != GLOBAL and not path.lower().endswith(_PAPERS)),
        off=tuple(name for name in _FORMS if program.project.has(name)),
        cultures=not program.project.has("InvariantGlobalization") or _knows_zones(tree, program),
        opened=_opened(tree, program),
    )


def _opened(tree: Tree, program: Program) -> Sources:
    """What the program opens beside itself and publishing leaves out: that takes the settings in JSON and XML along by itself
    (https://learn.microsoft.com/aspnet/core/razor-pages/sdk#set-properties)."""
    own = program.project.directory
    found = opened(tree.below(own) if own else tree, _CODE)
    return replace(found, files=tuple(name for name in found.files if not name.lower().endswith(_PUBLISHED)))


def _outermost(directories: Iterable[str]) -> tuple[str, ...]:
    """Those that are in none of the others."""
    every = sorted(set(directories))
    return tuple(one for one in every if not _is_within(one, [other for other in every if other != one]))


def _is_within(path: str, directories: Iterable[str]) -> bool:
    return any(path.startswith(f"{one}/") for one in directories)


def _knows_zones(tree: Tree, program: Program) -> bool:
    every = (code for one in program.closure for _, code in sources.codes(tree, one.directory))
    return any(code.search(_ZONES) for code in every)
