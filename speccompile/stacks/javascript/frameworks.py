"""Frameworks whose build makes a server: where it is, and how it is started. Searched for in manifests and
configuration; nothing is run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace

from speccompile.codes.stacks_js import NO_ADAPTER
from speccompile.diagnostics import Diagnostic
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.code import configuration
from speccompile.stacks.javascript.launch import Launch
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.manifest import json_table, table, word
from speccompile.stacks.sources import nameable

_STANDALONE = re.compile(r"""\boutput\s*:\s*(?:[^,\n]{0,80}[?&|:]\s*)?["']standalone["']""")
_EXPORT = re.compile(r"""\boutput\s*:\s*["']export["']""")
_SERVER_OUTPUT = re.compile(r"""\boutput\s*:\s*["'](?:server|hybrid)["']""")
_MIDDLEWARE = re.compile(r"""\bmode\s*:\s*["']middleware["']""")
_NO_SERVER = re.compile(r"\bssr\s*:\s*false\b")
_DIST = re.compile(r"""\bdistDir\s*:\s*["']([\w./-]{1,100})["']""")
_OUT = re.compile(r"""\b(?:out|outDir)\s*:\s*["']([\w./-]{1,100})["']""")
_BUILD_DIRECTORY = re.compile(r"""\bbuildDirectory\s*:\s*["']([\w./-]{1,100})["']""")
_NITRO = frozenset(
    (
        "nuxt",
        "nitro",
        "nitro-nightly",
        "vinxi",
        "nitropack",
        "@tanstack/nitro-v2-vite-plugin",
        "@solidjs/vite-plugin-nitro-2",
    )
)
_SUFFIXES = ("js", "mjs", "ts", "cjs", "mts")


@record(kw_only=True)
class Server:
    """A server that the build of a ``framework`` makes.

    ``made`` are the directories it is in; with ``whole`` it needs nothing else at run time, neither node_modules nor
    sources. ``standalone`` is the one of these that holds a copy of the whole workspace, to be put in its place.
    ``programs`` are the framework's own commands, of which this takes the place. ``address`` are names of variables
    that it reads its address from, besides HOST.
    """

    launch: Launch
    made: tuple[str, ...]
    framework: str = ""
    whole: bool = False
    standalone: str | None = None
    programs: tuple[str, ...] = ()
    address: tuple[str, ...] = ()


def found(tree: Tree, package: PackageJson, interpreter: str) -> Server | Diagnostic | None:
    """The server that building *package* makes; or what it lacks to make one."""
    if "build" not in package.scripts:
        return None
    for name, made in _FRAMEWORKS:
        answer = made(tree, package, interpreter) if name in package.all_dependencies else None
        if answer:
            return replace(answer, framework=name) if isinstance(answer, Server) else answer
    return None


def _next(tree: Tree, package: PackageJson, interpreter: str) -> Server | None:
    text = _configuration(tree, "next.config")
    if text.search(_EXPORT):
        return None
    out = _directory(text.search(_DIST), ".next")
    if text.search(_STANDALONE):
        return Server(
            launch=Launch((interpreter, "server.js"), entry="server.js"),
            made=(f"{out}/standalone", f"{out}/static"),
            whole=True,
            standalone=f"{out}/standalone",
            programs=("next",),
            address=("HOSTNAME",),
        )
    missing = () if "next" in package.dependencies else ("next",)
    start = Launch(("/app/node_modules/.bin/next", "start"), missing=missing)
    return Server(launch=start, made=(out,), programs=(), address=())


def _nitro(_: Tree, package: PackageJson, interpreter: str) -> Server | Diagnostic | None:
    """Nuxt, TanStack Start and SolidStart: their server is Nitro's, which on Vite is a plugin of its own."""
    if re.search(r"\b(?:nuxt|nuxi)\s+generate\b", package.scripts["build"]):
        return None
    if not _NITRO & package.all_dependencies:
        framework = next(name for name, made in _FRAMEWORKS if made is _nitro and name in package.all_dependencies)
        return _no_adapter(package, framework, "nitro", "among the plugins in vite.config.ts (`nitro()` of nitro/vite)")
    entry = ".output/server/index.mjs"
    start = Launch((interpreter, entry), entry=entry)
    return Server(launch=start, made=(".output",), whole=True, programs=("nuxt", "nuxi", "vinxi", "vite", "srvx"))


def _svelte(tree: Tree, package: PackageJson, interpreter: str) -> Server | Diagnostic | None:
    text = _configuration(tree, "svelte.config")
    if "@sveltejs/adapter-static" in package.all_dependencies and "adapter-static" in text.code:
        return None
    fit = ("@sveltejs/adapter-node", *(("svelte-adapter-bun",) if interpreter == "bun" else ()))
    if not any(name in package.all_dependencies for name in fit):
        return _no_adapter(package, "@sveltejs/kit", "@sveltejs/adapter-node", "in svelte.config.js")
    out = _directory(text.search(_OUT), "build")
    entry = f"{out}/index.js"
    return Server(launch=Launch((interpreter, entry), entry=entry), made=(out,), programs=("vite",))


def _astro(tree: Tree, package: PackageJson, interpreter: str) -> Server | Diagnostic | None:
    text = _configuration(tree, "astro.config")
    if "@astrojs/node" not in package.all_dependencies:
        needs = text.search(_SERVER_OUTPUT)
        return _no_adapter(package, "astro", "@astrojs/node", "as `adapter` in astro.config.mjs") if needs else None
    if text.search(_MIDDLEWARE):
        return None
    out = _directory(text.search(_OUT), "dist")
    entry = f"{out}/server/entry.mjs"
    return Server(launch=Launch((interpreter, entry), entry=entry), made=(out,), programs=("astro",))


def _routed(tree: Tree, package: PackageJson, _: str) -> Server | None:
    """Remix, and React Router as a framework."""
    modern = "@react-router/serve" in package.all_dependencies
    if any(_configuration(tree, stem).search(_NO_SERVER) for stem in ("react-router.config", "vite.config")):
        return None
    program, owner = ("react-router-serve", "@react-router/serve") if modern else ("remix-serve", "@remix-run/serve")
    vite = modern or any(tree.is_file(f"vite.config.{suffix}") for suffix in _SUFFIXES)
    out = _directory(_configuration(tree, "react-router.config").search(_BUILD_DIRECTORY), "build")
    entry = f"{out}/server/index.js" if vite else "build/index.js"
    missing = () if owner in package.dependencies else (owner,)
    made = (out,) if vite else ("build", "public")
    launch = Launch((f"/app/node_modules/.bin/{program}", entry), entry=entry, missing=missing)
    return Server(launch=launch, made=made, programs=(program,))


def _nx(tree: Tree, package: PackageJson, interpreter: str) -> Server | None:
    """A repository that is one application of Nx."""
    target = table(json_table(tree.read("project.json")), "targets", "build", "options")
    out = word(target.get("outputPath"))
    if "nx build" not in package.scripts["build"] or not out or not nameable(out):
        return None
    entry = (
        f"{posixpath.normpath(out)}/{posixpath.splitext(posixpath.basename(word(target.get('main')) or 'main'))[0]}.js"
    )
    launch = Launch((interpreter, entry), entry=entry)
    return Server(launch=launch, made=(posixpath.normpath(out),), programs=("nx",))


_FRAMEWORKS: tuple[tuple[str, Callable[[Tree, PackageJson, str], Server | Diagnostic | None]], ...] = (
    ("next", _next),
    ("nuxt", _nitro),
    ("@tanstack/react-start", _nitro),
    ("@tanstack/solid-start", _nitro),
    ("@solidjs/start", _nitro),
    ("@sveltejs/kit", _svelte),
    ("astro", _astro),
    ("@react-router/serve", _routed),
    ("@remix-run/serve", _routed),
    ("nx", _nx),
)


def _configuration(tree: Tree, stem: str) -> Lexed:
    return configuration(tree, (f"{stem}.{suffix}" for suffix in _SUFFIXES))


def _directory(match: re.Match[str] | None, usual: str) -> str:
    """The directory that a configuration names, where an image can have it in that place."""
    path = posixpath.normpath(match[1]) if match else usual
    return path if nameable(path) else usual


def _no_adapter(package: PackageJson, framework: str, adapter: str, where: str) -> Diagnostic:
    return NO_ADAPTER.at(
        package.at(framework),
        f"{framework} builds no server for Node.js without {adapter}",
        fix=f"add {adapter} to the dependencies and name it {where}",
    )
