"""Whether all that a package.json makes are pages for browsers, and then where they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import configuration, source
from speccompile.stacks.javascript import adapters, angular, bases, generators, nextjs, nitro
from speccompile.stacks.javascript.generators import GENERATORS, Generator
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.scripts import commands
from speccompile.stacks.manifest import json_table, table, word
from speccompile.stacks.sources import nameable

_SCRIPTS = ("build", "generate", "export", "docs:build", "site:build", "build:prod", "build:production")

# Programs that show pages while these are written, or files as they are: nothing of them is needed to serve the pages.
_PREVIEWS = frozenset((
    "angular-http-server", "browser-sync", "expo", "five-server", "http-server", "light-server", "lite-server",
    "live-server", "local-web-server", "netlify", "python", "python3", "serve", "servor", "sirv", "static-server",
    "superstatic", "webpack-dev-server", "ws", "nuxt", "nuxi", "react-router-serve",
    *(program for generator in GENERATORS for program in generator.programs),
))  # fmt: skip

# What answers requests; with one of these among the dependencies a build of pages is half of the program.
_SERVERS = frozenset((
    "@apollo/server", "@hapi/hapi", "@nestjs/core", "apollo-server", "apollo-server-express", "elysia", "express",
    "fastify", "hono", "koa", "polka", "restify", "socket.io", "ws",
))  # fmt: skip
_SERVER_FILES = ("server", "server/index", "server/server", "server/app", "src/server", "src/server/index", "api/index")

# Frameworks on Vite that answer requests themselves, and what is shown in a window of its own.
_NOT_PAGES = frozenset((
    "@builder.io/qwik-city", "@redwoodjs/core", "@remix-run/dev", "@solidjs/start", "@tanstack/react-start",
    "@tanstack/start", "@analogjs/platform", "electron", "laravel-vite-plugin", "vike", "vinxi",
    "@crxjs/vite-plugin", "wxt",
))  # fmt: skip
_NO_SERVER = regex(r"\bssr\s*:\s*false\b")
_SERVER = regex(r"""\boutput\s*:\s*["'](?:server|hybrid)["']""")
_ROOT = regex(r"""^[ \t]*root\s*:\s*(?:[\w.]+\([^()"']{0,80})?["'](?:\./)?([\w./-]{1,80})["']""", re.MULTILINE)
_ROOT_RENDERED = regex(r"""\bprerender\s*:\s*(?:true\b|\[[^\]]{0,400}["'`]/["'`])""")
_LIBRARY = regex(r"\blib\s*:\s*\{")
_FALLBACK = regex(r"""\bfallback\s*:\s*["']([\w-]+\.html)["']""")
_SCRIPT_SOURCE = regex(r"""<script\b[^>]{0,200}\bsrc\s*=\s*["']?(?:\./|/)?([\w./-]{1,120})""", re.IGNORECASE)
_LARGEST = 100_000


@record()
class Built:
    """Pages that a *script* of package.json makes: by which generator, in which directory, and the page that answers for
    all paths, where there is one. ``sure`` is whether the directory could be read off; ``base`` is the path that their
    addresses begin with, "" where that is the root. ``usable`` is whether that directory is a place for pages."""

    generator: Generator
    script: str
    output: str
    page: str | None
    span: Span
    sure: bool
    base: str = ""
    usable: bool = True


def built(tree: Tree, package: PackageJson) -> Built | None:
    """The pages that the package's build makes; None when it makes none, or half of a program that answers requests."""
    script = next((name for name in _SCRIPTS if name in package.scripts), None)
    if script is None:
        return None
    if script == "build" and package.all_dependencies & nitro.BUILDS and nitro.makes_pages(tree, package):
        return Built(generators.NITRO, script, generators.NITRO.output, None, package.at("scripts", script), sure=True)
    if package.all_dependencies & _NOT_PAGES or _serves(tree, package):
        return None
    run = commands(package, script)
    if any("--ssr" in words for words in run):
        return None
    for words in run:
        for generator in GENERATORS:
            if words[0] in generator.programs and (not generator.verbs or set(generator.verbs) & set(words)):
                found = _built(tree, package, generator, words)
                if found is None:
                    return None
                base = bases.base(tree, package, found.generator.name, words)
                return replace(found, script=script, span=package.at("scripts", script), base=base)
    return None


def for_browsers(tree: Tree, package: PackageJson, entry: str | None) -> bool:
    """Whether there is nothing to run: the build makes pages, the start script shows some, or *entry* is a script of
    one."""
    if built(tree, package):
        return True
    page = next((path for path in ("index.html", "public/index.html") if tree.is_file(path)), None)
    if page is None:
        return False
    loaded = {match[1] for match in source(tree, page, _LARGEST).finditer(_SCRIPT_SOURCE)}
    started = commands(package, "start")
    return (bool(started) and started[-1][0] in _PREVIEWS) or (not started and entry in loaded)


def _serves(tree: Tree, package: PackageJson) -> bool:
    """Whether the package's start script, or without one a server of its own, answers requests."""
    started = [words[0] for words in commands(package, "start")]
    server = bool(package.dependencies & _SERVERS)
    if started and started[-1] in _PREVIEWS and not any(name in ("node", "nodemon", "tsx", "bun") for name in started):
        return False
    if started:
        return True
    endings = (".ts", ".js", ".mjs", ".cjs")
    return server and any(tree.is_file(stem + end) for stem in (*_SERVER_FILES, "index", "app") for end in endings)


def _built(tree: Tree, package: PackageJson, generator: Generator, words: tuple[str, ...]) -> Built | None:
    """What *generator*, called by *words*, makes: its own rules first, where it has some."""
    if generator is generators.ANGULAR:
        return _angular(tree, generator)
    if generator is generators.VITE and "@sveltejs/kit" in package.all_dependencies:
        return _sveltekit(tree, package)
    config = configuration(tree, generator.files)
    if not _makes_pages(config, package, generator, words):
        return None
    root = _root(config, generator, words)
    if generator.page and not tree.is_file(posixpath.normpath(posixpath.join(root, generator.page))):
        return None
    output, sure = _output(config, generator, words)
    if generator is generators.REACT_ROUTER and output != generator.output:
        output = posixpath.join(output, "client")
    path = posixpath.normpath(posixpath.join(root, output))
    single = generator.single and words[0] != "vite-ssg" and len(list(_pages(tree, root))) < 2
    # What is rendered by the build may have the name of the page for all other paths, which is then given one of its own.
    page = (
        "/__spa-fallback.html"
        if generator is generators.REACT_ROUTER and config.search(_ROOT_RENDERED)
        else "/index.html"
    )
    return _at(path, generator, page if single else None, sure=sure)


def _makes_pages(config: Lexed, package: PackageJson, generator: Generator, words: tuple[str, ...]) -> bool:
    """Whether the tool, which can do other things too, is told to make pages."""
    match generator.name:
        case "Vite":
            return not config.search(_LIBRARY)
        case "Next.js":
            return nextjs.output(config) == "export"
        case "React Router":
            return config.search(_NO_SERVER) is not None
        case "Astro":
            return not (config.search(adapters.OF_ASTRO) or config.search(_SERVER))
        case "webpack":
            return "html-webpack-plugin" in package.all_dependencies and "serve" not in words
        case "Parcel":
            return ".html" in f"{words} {(json_table(package.text) or {}).get('source')}"
        case _:
            return True


def _at(path: str, generator: Generator, page: str | None, *, sure: bool) -> Built | None:
    """Pages at *path*, which may be beside the package."""
    if not sure:
        return Built(generator, "", generator.output, page, Span("package.json"), sure=False)
    within = nameable(path) and path.partition("/")[0] not in ("node_modules", "src")
    beside = nameable(path.lstrip("./")) and path.startswith("../")
    return Built(generator, "", path, page, Span("package.json"), sure=True, usable=within or beside)


def _root(config: Lexed, generator: Generator, words: tuple[str, ...]) -> str:
    """The directory that the generator works in, as its command or its configuration names it."""
    if not generator.nested:
        return ""
    verb = next((n for n, each in enumerate(words) if each in generator.verbs), len(words))
    after = words[verb + 1 : verb + 2]
    if after and not after[0].startswith("-"):
        return posixpath.normpath(after[0])
    match = config.search(_ROOT)
    return posixpath.normpath(match[1]) if match and generator is generators.VITE else ""


def _output(config: Lexed, generator: Generator, words: tuple[str, ...]) -> tuple[str, bool]:
    """Where the pages are written, and whether that is sure."""
    for number, each in enumerate(words):
        flag, equals, value = each.partition("=")
        if flag in generator.flags:
            return (value if equals else next(iter(words[number + 1 :]), generator.output)), True
    match = config.search(generator.key)
    if match:
        return match[1], True
    name = generator.key.pattern.partition(r"\b(?:")[2].partition(")")[0]
    return generator.output, config.search(re.compile(rf"\b(?:{name})\s*[:=]")) is None


def _pages(tree: Tree, root: str) -> Iterator[str]:
    yield from (name for name in tree.entries(root) if name.endswith(".html") and name != "404.html")


def _sveltekit(tree: Tree, package: PackageJson) -> Built | None:
    """Pages where the static adapter makes them; the page that answers for all paths is an option of the adapter."""
    generator = generators.SVELTEKIT
    config = configuration(tree, generator.files)
    if "@sveltejs/adapter-static" not in package.all_dependencies or "adapter-static" not in config.code:
        return None
    match = config.search(_FALLBACK)
    page = f"/{match[1]}" if match and match[1] != "404.html" else None
    output, sure = _output(config, generator, ())
    return _at(posixpath.normpath(output), generator, page, sure=sure)


def _angular(tree: Tree, generator: Generator) -> Built | None:
    """As angular.json has it: the first application; what a server would render is no site."""
    found = angular.application(tree)
    if found is None or angular.renders(found[1]):
        return None
    name, build = found
    browser = table(table(build, "options").get("outputPath")).get("browser", "browser")
    below = browser if (word(build.get("builder")) or "").endswith(":application") and isinstance(browser, str) else ""
    path = posixpath.join(angular.output(name, build), below)
    return _at(posixpath.normpath(path), generator, "/index.html", sure=True)
