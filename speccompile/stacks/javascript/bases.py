"""Below which path a build's pages expect to be: every address in them begins with it, so that it is where they have to be served."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import configuration
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.manifest import json_table, jsonc_table, table, word

# A text, maybe the one for production of two.
_TEXT = (
    r"""(?:[^,;{}\n]{0,120}?(?:production|build|prod\b)[^,;{}\n?]{0,40}\?\s*|(?:process|import\.meta)\.env\.\w{1,60}\s*(?:\|\||\?\?)\s*)?"""
    r"""["'`](/[^"'`$\s]{0,120})["'`]"""
)
_VALUE = rf"\s*:\s*{_TEXT}"
_GIVEN = r"\b(?:const|let|var)\s+{name}\s*(?::\s*string\s*)?=\s*"
_SEGMENTS = regex(r"(?:/(?!\.)[A-Za-z0-9._~-]{1,60}){1,8}\Z")
_SUFFIXES = ("ts", "js", "mjs", "mts", "cjs")


@record()
class _Said:
    """Where a generator's base stands: the files that configure it, the pattern there, and the flags that say otherwise."""

    stems: tuple[str, ...]
    key: str
    flags: tuple[str, ...] = ()

    @property
    def pattern(self) -> re.Pattern[str]:
        """The key with a text."""
        return re.compile(rf"\b{self.key}{_VALUE}")

    @property
    def named(self) -> re.Pattern[str]:
        """The key with the name of a constant, or alone where that is called the same."""
        return re.compile(rf"(?<![.\w])(?:(?:{self.key})\s*:\s*([A-Za-z_$][\w$]{{0,60}})|({self.key}))\s*[,}}\n]")


_GENERATORS = {
    "Vite": _Said(("vite.config",), "base", ("--base",)),
    "Astro": _Said(("astro.config",), "base", ("--base",)),
    "VitePress": _Said((".vitepress/config", "docs/.vitepress/config", ".vitepress/config/index"), "base", ("--base",)),
    "VuePress": _Said((".vuepress/config", "docs/.vuepress/config"), "base"),
    "Vue CLI": _Said(("vue.config",), "(?:publicPath|baseUrl)"),
    "Next.js": _Said(("next.config",), "basePath"),
    "Nuxt": _Said(("nuxt.config",), "baseURL"),
    "SvelteKit": _Said(("svelte.config",), "base"),
    "Docusaurus": _Said(("docusaurus.config",), "baseUrl"),
    "React Router": _Said(("react-router.config",), "basename"),
    "Rsbuild": _Said(("rsbuild.config",), "base"),
    "Parcel": _Said((), "publicUrl", ("--public-url",)),
    "Angular": _Said((), "baseHref", ("--base-href",)),
}


def base(tree: Tree, package: PackageJson, generator: str, words: tuple[str, ...]) -> str:
    """The path, without a slash at its end; "" for the root, for addresses that are relative, and where it cannot be told."""
    if generator == "Create React App":
        return _plain(urlsplit(word((json_table(package.text) or {}).get("homepage")) or "").path)
    said = _GENERATORS.get(generator)
    if said is None:
        return ""
    by_flag = _flag(words, said.flags)
    if by_flag is not None:
        return _plain(by_flag)
    if generator == "Angular":
        return _plain(_of_angular(tree) or "")
    code = _configured(tree, said.stems)
    match = code.search(said.pattern)
    if match:
        return _plain(match[1])
    named = code.search(said.named)
    given = code.search(re.compile(_GIVEN.format(name=re.escape(named[1] or named[2])) + _TEXT)) if named else None
    return _plain(given[1]) if given else ""


def _configured(tree: Tree, stems: tuple[str, ...]) -> Lexed:
    return configuration(tree, (f"{stem}.{suffix}" for stem in stems for suffix in _SUFFIXES))


def _flag(words: tuple[str, ...], flags: tuple[str, ...]) -> str | None:
    for number, each in enumerate(words):
        name, equals, value = each.partition("=")
        if name in flags:
            return value if equals else next(iter(words[number + 1 :]), "")
    return None


def _of_angular(tree: Tree) -> str | None:
    projects = table(jsonc_table(tree.read("angular.json")), "projects")
    for project in projects.values():
        build = table(project, "architect", "build") or table(project, "targets", "build")
        configured = table(build, "configurations", "production").get("baseHref") or table(build, "options").get(
            "baseHref"
        )
        if path := word(configured):
            return path
    return None


def _plain(path: str) -> str:
    """*path* without a slash at its end, where it is one that a directory of pages can have; else ""."""
    bare = path.rstrip("/")
    return bare if _SEGMENTS.match(bare) else ""
