"""Gradle's build scripts, Groovy and Kotlin: programs, of which only what stands there literally is read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.manifest import table, texts, toml_table, word

SCRIPTS = ("build.gradle", "build.gradle.kts")
SETTINGS = ("settings.gradle", "settings.gradle.kts")
CATALOG = "gradle/libs.versions.toml"
_LARGEST = 200_000
_PLUGIN = regex(
    r"\bid\s*\(?\s*[\"']([\w.-]{1,100})[\"']\s*\)?(?:\s*\.?version\s*\(?\s*[\"']([\w.$-]{1,60})[\"']\)?)?(\s*\.?apply\s*\(?\s*false)?"
)
_ALIAS = regex(r"\balias\s*\(\s*\w+\.plugins\.([\w.]{1,100})\s*\)(\s*\.?apply\s*\(?\s*false)?")
_APPLIED = regex(r"apply\s*\(?\s*plugin\s*[:=]\s*[\"']([\w.-]{1,100})[\"']")
_BLOCK = regex(r"\bplugins\s*\{([^{}]*)\}")
_BARE = regex(r"(?m)(?:^|;)[ \t]*`?(application|java|java-library|war|groovy|scala)`?[ \t]*(?=;|$)")
_KOTLIN = regex(r"\bkotlin\s*\(\s*\"([\w.]+)\"\s*\)")
_DEPENDENCY = regex(
    r"[\"']?\b(implementation|api|runtimeOnly|compile|runtime)\b[\"']?\s*[(,]?\s*(?:(?:enforcedPlatform|platform)\s*\(\s*)?"
    r"[\"']([\w.-]{1,100}):([\w.-]{1,100})(?::([^\"']{1,60}))?[\"']"
)
_MAP = regex(
    r"\b(?:implementation|api|runtimeOnly)\s*\(?\s*group\s*[:=]\s*[\"']([\w.-]+)[\"']\s*,\s*name\s*[:=]\s*[\"']([\w.-]+)[\"']"
)
_ACCESSOR = regex(
    r"\b(?:implementation|api|runtimeOnly)\s*\(?\s*(?:(?:enforcedPlatform|platform)\s*\(\s*)?libs\.([\w.]{1,100})"
)
_PROJECT = regex(r"\bproject\s*\(\s*(?:path\s*[:=]\s*)?[\"']:([\w:.-]{1,200})[\"']|\bprojects\.([\w.]{1,100})")
_INCLUDE = regex(r"\binclude\b\s*\(?((?:\s*[\"'][\w:./-]{1,200}[\"']\s*,?)+)")


@record(kw_only=True)
class Script:
    """A build script: its code, the plugins that it applies with their versions (those that it only
    declares are in ``declared``), the artifacts it depends on at run time, modules that it names, dynamic versions."""

    path: str
    code: Lexed
    plugins: Mapping[str, str | None]
    declared: Mapping[str, str | None]
    dependencies: frozenset[str]
    projects: frozenset[str]
    dynamic: tuple[tuple[str, str, Span], ...]


def script(tree: Tree, directory: str) -> Script | None:
    """The build script of the module in *directory*."""
    path = next((path for name in SCRIPTS if tree.is_file(path := posixpath.join(directory, name))), None)
    if path is None:
        return None
    text = source(tree, path, _LARGEST)
    catalog = toml_table(tree.read(CATALOG)) or {}
    every = tuple(plugins(text, catalog))
    return Script(
        path=path,
        code=text,
        plugins={name: version for name, version, applied in every if applied},
        declared={name: version for name, version, _ in every},
        dependencies=artifacts(text) | frozenset(_of_catalog(text, catalog)),
        projects=frozenset((one[1] or one[2]).replace(":", "/").replace(".", "/") for one in text.finditer(_PROJECT)),
        dynamic=tuple(_dynamic(path, text)),
    )


def included(tree: Tree) -> tuple[str, tuple[str, ...]]:
    """The path of the settings ("" when there are none), and the directories of the modules that they include."""
    path = next((name for name in SETTINGS if tree.is_file(name)), "")
    text = source(tree, path, _LARGEST)
    names = (name for each in text.finditer(_INCLUDE) for name in re.findall(r"[\"']([^\"']+)[\"']", each[1]))
    return path, tuple(dict.fromkeys(name.strip(":").replace(":", "/") for name in names))


def artifacts(text: Lexed) -> frozenset[str]:
    """The artifacts that *text* depends on at run time by their coordinates."""
    return frozenset({each[3] for each in text.finditer(_DEPENDENCY)} | {each[2] for each in text.finditer(_MAP)})


def versions(text: Lexed) -> Iterator[tuple[str, str]]:
    """The artifacts that *text* depends on by their coordinates, with the versions that stand there."""
    yield from ((each[3], each[4]) for each in text.finditer(_DEPENDENCY) if each[4])


def plugins(text: Lexed, catalog: Mapping[str, object]) -> Iterator[tuple[str, str | None, bool]]:
    """The plugins that *text* names: their ids, their versions, whether they are applied."""
    for each in text.finditer(_PLUGIN):
        yield each[1], each[2], not each[3]
    for each in text.finditer(_ALIAS):
        name, version = _aliased(each[1], catalog)
        if name:
            yield name, version, not each[2]
    for each in text.finditer(_APPLIED):
        yield each[1], None, True
    for block in text.finditer(_BLOCK):
        for each in _BARE.finditer(block[1]):
            yield each[1], None, True
        for each in _KOTLIN.finditer(block[1]):
            yield f"org.jetbrains.kotlin.{each[1]}", None, True


def _aliased(accessor: str, catalog: Mapping[str, object]) -> tuple[str | None, str | None]:
    """The plugin that a catalogue's accessor stands for, and its version."""
    for key, value in table(catalog, "plugins").items():
        if key.replace("-", ".").replace("_", ".") == accessor:
            if isinstance(value, str):
                name, _, version = value.partition(":")
                return word(name), word(version)
            entry = table(value)
            reference = word(table(entry, "version").get("ref"))
            plain = word(entry.get("version")) or word(table(catalog, "versions").get(reference or ""))
            return word(entry.get("id")), plain
    return None, None


def _of_catalog(text: Lexed, catalog: Mapping[str, object]) -> Iterator[str]:
    """The artifacts that the catalogue's accessors stand for; a bundle stands for several."""
    libraries = table(catalog, "libraries")
    wanted = {each[1].removesuffix(".get") for each in text.finditer(_ACCESSOR)}
    for name, value in table(catalog, "bundles").items():
        if f"bundles.{name}".replace("-", ".") in wanted and isinstance(value, list):
            wanted |= {str(each).replace("-", ".").replace("_", ".") for each in value}
    for key, value in libraries.items():
        if key.replace("-", ".").replace("_", ".") in wanted:
            entry = texts(value)
            module = entry.get("module") or (value if isinstance(value, str) else "")
            name = entry.get("name") or (module.split(":")[1] if ":" in module else "")
            if word(name):
                yield name


def _dynamic(path: str, text: Lexed) -> Iterator[tuple[str, str, Span]]:
    for each in text.finditer(_DEPENDENCY):
        version = each[4] or ""
        if version.endswith(("+", "-SNAPSHOT")) or version.startswith(("latest.", "[", "(")):
            yield each[3], version, Span(path, text.line(each.start()), text.column(each.start()))
