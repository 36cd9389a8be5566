"""Prisma: its client is generated from a schema, usually into node_modules."""

from __future__ import annotations

import posixpath
import re

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.sources import nameable

GENERATE = ("prisma", "generate")
_USUAL = ("prisma/schema.prisma", "schema.prisma", "prisma/schema", "src/prisma/schema.prisma")
_CONFIGURATIONS = tuple(f"prisma.config.{end}" for end in ("ts", "mts", "cts", "js", "mjs", "cjs"))
_PATH = r"(?:(?:\w+\.)?(?:join|resolve)\(([^()\n]{1,200})\)|([\"'`][^\"'`\n$]{1,200}[\"'`]))"
# What prisma.config.ts says (https://www.prisma.io/docs/orm/reference/prisma-config-reference).
_SCHEMA = regex(r"\bschema\s*:\s*" + _PATH)
_MIGRATIONS = regex(r"\bmigrations\s*:\s*\{[^{}]{0,300}?\bpath\s*:\s*" + _PATH)
_WORD = regex(r"[\"'`]([^\"'`\n$]+)[\"'`]")
_SOURCE = regex(r"^[ \t]*datasource\b", re.MULTILINE)
_OUTPUT = regex(r"""^[ \t]*output\s*=""", re.MULTILINE)


@record(kw_only=True)
class Schema:
    """Where a package's schema is: the file or directory at the package's top that it is in, and whether the client goes
    into node_modules. ``told`` is the whole path, where only prisma.config.ts has it: that imports what need not be there when the client is
    generated."""

    top: str
    directory: bool
    into_modules: bool
    told: str | None = None

    @property
    def generate(self) -> tuple[str, ...]:
        """What generates the client."""
        return (*GENERATE, *(("--schema", self.told) if self.told else ()))


def file(workspace: Workspace, place: str) -> str | None:
    """The file that is the schema of the package at *place*, as seen from there; None where there is none, or none of several has a database."""
    package = workspace.manifest(place)
    view = workspace.tree.below(place) if place else workspace.tree
    found = schema_of(view, package) if {"prisma", "@prisma/client"} & package.all_dependencies else None
    if found is None or view.is_file(found):
        return found
    parts = [f"{found}/{name}" for name in view.entries(found) if name.endswith(".prisma")]
    return next((path for path in parts if source(view, path).search(_SOURCE)), None)


def schema_of(view: Tree, package: PackageJson) -> str | None:
    """Where the schema of *package* in *view* is, a file or a directory of several."""
    return next((path for path in _places(view, package) if view.is_file(path) or view.is_directory(path)), None)


def migrations(view: Tree, package: PackageJson) -> str | None:
    """Where the migrations of *package* in *view* are, which may not be there."""
    told = _told(view, _MIGRATIONS)
    if told:
        return told
    found = schema_of(view, package)
    if found is None:
        return None
    return posixpath.join(found if view.is_directory(found) else posixpath.dirname(found), "migrations")


def _places(view: Tree, package: PackageJson) -> tuple[str, ...]:
    """Where the schema may be: where the configuration says, else package.json, else where it usually is."""
    several = (_told(view, _SCHEMA), package.schema, *_USUAL)
    return tuple(posixpath.normpath(path) for path in several if path and nameable(path))


def _told(view: Tree, pattern: re.Pattern[str]) -> str | None:
    """The path that the configuration has by *pattern*."""
    match = next((found for path in _CONFIGURATIONS if (found := source(view, path).search(pattern))), None)
    words = _WORD.findall(match[1] or match[2]) if match else []
    path = posixpath.normpath(posixpath.join(*words)) if words else ""
    return path if path and nameable(path) else None


def schema(workspace: Workspace, place: str) -> Schema | None:
    """The schema of the package at *place*; None where Prisma is not used."""
    package = workspace.manifest(place)
    if not {"prisma", "@prisma/client"} & package.all_dependencies:
        return None
    view = workspace.tree.below(place) if place else workspace.tree
    path = schema_of(view, package)
    if path is None:
        return None
    top = path.partition("/")[0]
    texts = [path] if view.is_file(path) else [f"{path}/{name}" for name in view.entries(path)]
    into_modules = not any(source(view, one).search(_OUTPUT) for one in texts)
    told = path if path not in (package.schema, *_USUAL) else None
    return Schema(top=top, directory=view.is_directory(top), into_modules=into_modules, told=told)


def generated_by(package: PackageJson, build: str | None) -> bool:
    """Whether the package's own scripts generate the client when it is built."""
    names = ("postinstall", *((f"pre{build}", build) if build else ()))
    return any("prisma generate" in package.scripts.get(name, "") for name in names)
