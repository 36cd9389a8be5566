"""angular.json, as Angular 17 to 22 have it: which application is built, how, and where that is written."""

from __future__ import annotations

import posixpath

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.manifest import Table, items, jsonc_table, table, word
from speccompile.stacks.sources import nameable


@record()
class Built:
    """A server that Angular's build makes: its file, the directory of all that is made, and whether it needs no package besides."""

    entry: str
    output: str
    whole: bool


def application(tree: Tree) -> tuple[str, Table] | None:
    """The name of the first application, and its target ``build``; None where there is none."""
    workspace = jsonc_table(tree.read("angular.json")) or {}
    projects = table(workspace, "projects")
    named = word(workspace.get("defaultProject"))
    name = (
        named if named in projects else next((key for key in projects if _is_application(table(projects, key))), None)
    )
    if name is None:
        return None
    project = table(projects, name)
    return name, table(project, "architect", "build") or table(project, "targets", "build")


def renders(build: Table) -> bool:
    """Whether a server renders pages when they are asked for, besides those that the build renders."""
    options = table(build, "options")
    return bool(options.get("ssr")) and options.get("outputMode") != "static"


def output(name: str, build: Table) -> str:
    """The directory that is written, as it is named."""
    said = table(build, "options").get("outputPath")
    return word(said) or word(table(said).get("base")) or f"dist/{name}"


def server(tree: Tree) -> Built | None:
    """The server of the first application; None where nothing is rendered when it is asked for, or an older builder is used."""
    found = application(tree)
    if found is None or not (word(found[1].get("builder")) or "").endswith(":application") or not renders(found[1]):
        return None
    name, build = found
    path = posixpath.normpath(output(name, build))
    options = table(build, "options")
    inside = table(options.get("outputPath")).get("server", "server")
    if not nameable(path) or not isinstance(inside, str) or not nameable(inside):
        return None
    # All that is imported is in the bundle, unless it is called external.
    return Built(posixpath.join(path, inside, "server.mjs"), path, whole=not items(options.get("externalDependencies")))


def _is_application(project: Table) -> bool:
    return project.get("projectType", "application") == "application"
