"""Prisma: its client is generated from a schema, usually into node_modules."""

from __future__ import annotations

import posixpath
import re

from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.sources import nameable

GENERATE = ("prisma", "generate")
_USUAL = ("prisma/schema.prisma", "schema.prisma", "prisma/schema", "src/prisma/schema.prisma")
_OUTPUT = regex(r"""^[ \t]*output\s*=""", re.MULTILINE)


@record(kw_only=True)
class Schema:
    """Where a package's schema is: the file or directory at the package's top that it is in, and whether the client goes
    into node_modules."""

    top: str
    directory: bool
    into_modules: bool


def file(workspace: Workspace, place: str) -> str | None:
    """The file that is the schema of the package at *place*, as seen from there; None where there is none, or it is several."""
    package = workspace.manifest(place)
    view = workspace.tree.below(place) if place else workspace.tree
    paths = (package.schema, *_USUAL) if {"prisma", "@prisma/client"} & package.all_dependencies else ()
    return next((path for path in paths if path and nameable(path) and view.is_file(path)), None)


def schema(workspace: Workspace, place: str) -> Schema | None:
    """The schema of the package at *place*; None where Prisma is not used."""
    package = workspace.manifest(place)
    if not {"prisma", "@prisma/client"} & package.all_dependencies:
        return None
    view = workspace.tree.below(place) if place else workspace.tree
    for path in (package.schema, *_USUAL):
        if path and nameable(path) and (view.is_file(path) or view.is_directory(path)):
            inside = posixpath.normpath(path)
            top = inside.partition("/")[0]
            into_modules = source(view, path).search(_OUTPUT) is None
            return Schema(top=top, directory=view.is_directory(top), into_modules=into_modules)
    return None


def generated_by(package: PackageJson, build: str | None) -> bool:
    """Whether the package's own scripts generate the client when it is built."""
    names = ("postinstall", *((f"pre{build}", build) if build else ()))
    return any("prisma generate" in package.scripts.get(name, "") for name in names)
