"""Scripts that a package runs when it is installed: patches that must be in what is shipped, and what else would be missing there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.codes.stacks_js import SCRIPT_NOT_RUN
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.stacks.facts import moved
from speccompile.stacks.javascript import launchers
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.scripts import commands
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.manifest import json_table, table
from speccompile.stacks.sources import nameable

PATCHES = "patch-package"
_USUAL = "patches"
_INSTALLS = ("install", "postinstall", "prepare", "postprepare")
# What sets up a checkout, generates code that the build takes in, or says something: nothing of it is missing where the program runs.
_HARMLESS = frozenset((
    "echo", "exit", "true", "test", "[", "husky", "lefthook", "simple-git-hooks", "is-ci", "only-allow", "git", "lerna", "nuxt", "nuxi",
    "svelte-kit", "prisma", "tsc", "ts-patch", "playwright", "postinstall-postinstall", "ngcc", "electron-builder", "opencollective",
    "skip-postinstall", "panda", "turbo", "cd", "astro", "wrangler", "paraglide-js", "fumadocs-mdx", PATCHES,
))  # fmt: skip


def applied(package: PackageJson) -> tuple[tuple[str, ...], ...]:
    """The commands with which a package patches what is installed."""
    found = (words for name in _INSTALLS if name in package.scripts for words in commands(package, name))
    return tuple(dict.fromkeys(words for words in found if words[0] == PATCHES))


def directory(package: PackageJson) -> str:
    """Where the patches are, as seen from the package."""
    for words in applied(package):
        for flag, value in zip(words, (*words[1:], ""), strict=True):
            if flag == "--patch-dir" and value:
                return value
            if flag.startswith("--patch-dir="):
                return flag.partition("=")[2]
    return _USUAL


def patching(workspace: Workspace) -> tuple[str, ...]:
    """The packages of a workspace that patch what is installed: its root, and the one that it is seen from."""
    return tuple(place for place in dict.fromkeys(("", workspace.place)) if applied(workspace.manifest(place)))


def for_development(workspace: Workspace, place: str, locked: str) -> tuple[str, ...]:
    """The patches of packages that are there to develop with alone: patch-package refuses a patch of what is not installed. *locked* is the
    lock, of which npm's says of every package whether it is such a one."""
    package = workspace.manifest(place)
    below = directory(package)
    packages = table((json_table(locked) or {}).get("packages"))
    alone = package.all_dependencies - package.dependencies - workspace.root.dependencies
    entries = workspace.tree.entries(posixpath.normpath(posixpath.join(place, below)))
    found = []
    for entry in entries:
        name = _patched(entry)
        if name and (name in alone or table(packages.get(f"node_modules/{name}")).get("dev") is True):
            found.append(posixpath.join(below, entry))
    return tuple(path for path in found if nameable(path))


def _patched(file: str) -> str | None:
    """The package that a patch is of, of a nested one the outermost: ``@a+b++c+1.0.0.patch`` is one of ``@a/b``."""
    match = re.match(r"(@[^+]+\+)?([^+]+)\+", file) if file.endswith(".patch") else None
    return f"{(match[1] or '').replace('+', '/')}{match[2]}" if match else None


def not_run(workspace: Workspace, build: str | None) -> Iterator[Diagnostic]:
    """A warning for each script of an installation that is not run in what is shipped, and that may be missing there."""
    for place in dict.fromkeys(("", workspace.place)):
        package = workspace.manifest(place)
        for name in _INSTALLS:
            if name not in package.scripts or package.scripts[name] in (
                package.scripts.get(build or ""),
                f"npm run {build}",
            ):
                continue
            missing = next((words for words in commands(package, name) if _matters(words, package)), None)
            if missing and not launchers.BUILDS.match(package.scripts[name]):
                yield SCRIPT_NOT_RUN.at(
                    moved(package.at("scripts", name), workspace.outside if place != workspace.place else "."),
                    f"the script {name} runs {quoted(' '.join(missing))} when packages are installed; what the image has installed"
                    " is without it",
                    fix="move what it does into the build script, or have the program do it when it starts",
                )


def _matters(words: tuple[str, ...], package: PackageJson) -> bool:
    """Whether a command is the project's own, or of a package that is there to run."""
    program = words[0]
    if program in _HARMLESS or (program == "node" and "-e" in words):
        return False
    owner = launchers.owner(program)
    return owner in package.dependencies or owner not in package.all_dependencies
