"""The packages of a workspace that a service is made of: their sources, and what building them makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from speccompile.record import record
from speccompile.stacks.javascript import output
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.sources import SCRIPT_CODE, Sources, data, sources

# What a build takes in, so that nothing reads it where the program runs.
_COMPILED = (
    *SCRIPT_CODE, ".vue", ".svelte", ".astro", ".mdx", ".scss", ".sass", ".less", ".styl", ".sh", ".patch",
)  # fmt: skip
_BUILDS = ("build", "build:prod", "build:production", "build:server", "compile", "bundle", "transpile")


@record(kw_only=True)
class Part:
    """A package: its directory in the workspace, its sources, those of them that are still read when they have been
    compiled, the script that builds it, and the directories that this makes."""

    directory: str
    package: PackageJson
    sources: Sources
    read: Sources
    build: str | None
    made: tuple[str, ...]


def build_script(package: PackageJson) -> str | None:
    """The script that builds a package."""
    return next((name for name in _BUILDS if name in package.scripts), None)


def parts(workspace: Workspace) -> tuple[Part, ...]:
    """What a service needs of its workspace, each after what it needs itself."""
    return tuple(part(workspace, directory, _made(workspace, directory)) for directory in workspace.needed if directory)


def part(
    workspace: Workspace, directory: str, made: tuple[str, ...], also: Iterable[str] = (), mixed: Iterable[str] = ()
) -> Part:
    """The package in *directory*, whose build makes *made*; *also* are names of sources that are always taken, *mixed* those of *made* that have
    sources in them before."""
    view = workspace.tree.below(directory) if directory else workspace.tree
    package = workspace.manifest(directory)
    tops = [path.partition("/")[0] for path in made if path not in mixed]
    others = [other for other in workspace.members if other != directory and _below(other, directory)]
    inside = [other.removeprefix(f"{directory}/" if directory else "").partition("/")[0] for other in others]
    taken = sources(view, also).without((*tops, *inside))
    return Part(
        directory=directory,
        package=package,
        sources=taken,
        read=data(view, taken, _COMPILED),
        build=build_script(package),
        made=made,
    )


def shared_files(workspace: Workspace) -> tuple[str, ...]:
    """Files at the workspace's root that building a member may read, such as a configuration that its own extends."""
    found = sources(workspace.tree)
    return replace(found, directories=()).files


def _below(other: str, directory: str) -> bool:
    return not directory or other.startswith(f"{directory}/")


def _made(workspace: Workspace, directory: str) -> tuple[str, ...]:
    package = workspace.manifest(directory)
    script = build_script(package)
    if script is None:
        return ()
    view = workspace.tree.below(directory)
    exported = package.main or package.module
    return output.outputs(view, package, script, exported if exported and not view.is_file(exported) else None)
