"""Gradle's convention plugins: what a build applies by way of plugins that a build of its own makes, from scripts or from classes.

https://docs.gradle.org/current/userguide/implementing_gradle_plugins_precompiled.html
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.java import gradletext
from speccompile.stacks.java.gradletext import Script
from speccompile.stacks.java.layout import PLAIN

_USUAL = ("buildSrc", "build-logic", "buildLogic")
_SOURCES = ("src/main/kotlin", "src/main/groovy", "src/main/java")
_LARGEST = 200_000
_INCLUDED = regex(r"\bincludeBuild\b\s*\(?\s*[\"']([\w./-]{1,200})[\"']")
_PACKAGE = regex(r"^[ \t]*package[ \t]+([\w.]{1,200})", re.MULTILINE)
_REGISTERED = regex(r"\bid\s*=\s*[\"']([\w.-]{1,100})[\"'][\s;]*implementationClass\s*=\s*[\"']([\w.]{1,200})[\"']")
_APPLIED = regex(r"\bapply\s*\(?\s*(?:plugin\s*[:=]\s*)?[\"']([\w.-]{1,100})[\"']")
_MOST = 200
_DEEPEST = 8


@record(kw_only=True)
class Logic:
    """The builds in the ``directories`` that make plugins, the sources of the plugins by their ids, and what those builds depend on, with versions."""

    directories: tuple[str, ...]
    plugins: Mapping[str, str]
    versions: Mapping[str, str]


def read(tree: Tree) -> Logic:
    """The usual builds, and those that the settings include."""
    settings = next((name for name in gradletext.SETTINGS if tree.is_file(name)), "")
    named = (posixpath.normpath(each[1]) for each in source(tree, settings, _LARGEST).finditer(_INCLUDED))
    directories = tuple(
        path for path in dict.fromkeys((*_USUAL, *named)) if PLAIN.match(path) and tree.is_directory(path)
    )
    parts = [part for path in directories for part in _parts(tree, path)]
    plugins: dict[str, str] = {}
    versions: dict[str, str] = {}
    for part in parts:
        plugins |= dict(_scripts(tree, part)) | dict(_classes(tree, part))
        build = gradletext.script(tree, part)
        versions |= dict(gradletext.versions(build.code)) if build else {}
    return Logic(directories=directories, plugins=plugins, versions=versions)


def applied(tree: Tree, one: Script, logic: Logic) -> Script:
    """*one* with what its convention plugins apply and depend on."""
    plugins, declared, dependencies = dict(one.plugins), dict(one.declared), set(one.dependencies)
    for name in _followed(tree, one, logic):
        for each, version, is_applied in _said(tree, logic.plugins[name]):
            declared.setdefault(each, version)
            if is_applied:
                plugins.setdefault(each, version)
        dependencies |= gradletext.artifacts(source(tree, logic.plugins[name], _LARGEST))
    return replace(one, plugins=plugins, declared=declared, dependencies=frozenset(dependencies))


def codes(tree: Tree, one: Script, logic: Logic) -> tuple[tuple[str, Lexed], ...]:
    """The paths and the texts of the convention plugins that *one* applies."""
    paths = (logic.plugins[name] for name in _followed(tree, one, logic))
    return tuple((path, source(tree, path, _LARGEST)) for path in paths)


def _followed(tree: Tree, one: Script, logic: Logic) -> tuple[str, ...]:
    """The ids of the convention plugins that *one* applies, and those that these apply."""
    found: dict[str, None] = {}
    waiting = [name for name in one.plugins if name in logic.plugins]
    while waiting and len(found) < _MOST:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += [each for each, _, _ in _said(tree, logic.plugins[name]) if each in logic.plugins]
    return tuple(found)


def _said(tree: Tree, path: str) -> Iterator[tuple[str, str | None, bool]]:
    """The plugins that the one at *path* declares, with their versions, and whether it applies them."""
    text = source(tree, path, _LARGEST)
    yield from gradletext.plugins(text, {})
    if not path.endswith((".gradle", ".gradle.kts")):
        yield from ((each[1], None, True) for each in text.finditer(_APPLIED))


def _parts(tree: Tree, directory: str) -> Iterator[str]:
    """The build, and the modules that its own settings include."""
    yield directory
    _, modules = gradletext.included(tree.below(directory))
    yield from (f"{directory}/{name}" for name in modules if PLAIN.match(name))


def _scripts(tree: Tree, part: str) -> Iterator[tuple[str, str]]:
    """Scripts that are plugins: a script's name is the id, its package in front."""
    for sources in _SOURCES:
        for path in _files(tree, f"{part}/{sources}"):
            name = posixpath.basename(path)
            stem = name.removesuffix(".kts").removesuffix(".gradle")
            if name != stem and stem not in ("settings", "init"):
                package = source(tree, path, _LARGEST).search(_PACKAGE)
                yield f"{package[1]}.{stem}" if package else stem, path


def _classes(tree: Tree, part: str) -> Iterator[tuple[str, str]]:
    """Classes that the build script registers as plugins."""
    build = gradletext.script(tree, part)
    for each in build.code.finditer(_REGISTERED) if build else ():
        file = each[2].replace(".", "/")
        found = (
            path
            for sources in _SOURCES
            for name in (file, posixpath.basename(file))
            for ending in (".kt", ".groovy", ".java")
            if tree.is_file(path := f"{part}/{sources}/{name}{ending}")
        )
        if there := next(found, None):
            yield each[1], there


def _files(tree: Tree, directory: str, depth: int = 0) -> Iterator[str]:
    for name in tree.entries(directory)[:_MOST]:
        path = f"{directory}/{name}"
        if not name.endswith("/"):
            yield path
        elif depth < _DEEPEST:
            yield from _files(tree, path.rstrip("/"), depth + 1)
