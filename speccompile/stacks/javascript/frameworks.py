"""Frameworks whose build makes a server: where it is, and how it is started. Searched for in manifests and
configuration; nothing is run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace

from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.javascript import adapters, angular, nextjs, nitro
from speccompile.stacks.javascript.launch import Launch
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.manifest import json_table, table, word
from speccompile.stacks.sources import nameable

_SERVER_OUTPUT = regex(r"""\boutput\s*:\s*["'](?:server|hybrid)["']""")
_MIDDLEWARE = regex(r"""\bmode\s*:\s*["']middleware["']""")
_NO_SERVER = regex(r"\bssr\s*:\s*false\b")
_OUT = regex(r"""\b(?:out|outDir)\s*:\s*["']([\w./-]{1,100})["']""")
_PREFIX = regex(r"""\benvPrefix\s*:\s*["']([A-Z][A-Z0-9_]{0,40})["']""")
_BUILD_DIRECTORY = regex(r"""\bbuildDirectory\s*:\s*["']([\w./-]{1,100})["']""")
_SERVE = {
    "@react-router/serve": "react-router-serve",
    "@remix-run/serve": "remix-serve",
}
# Their server is a program of the project's own, which a script starts.
_OWN_SERVER = frozenset(
    ("@react-router/architect", "@react-router/express", "@remix-run/architect", "@remix-run/express")
)


@record(kw_only=True)
class Server:
    """A server that the build of a ``framework`` makes.

    ``made`` are the directories it is in, ``mixed`` those of them that have sources in them before; with ``whole`` it needs nothing else at run
    time, neither node_modules nor sources. ``standalone`` is the one of these that holds a copy of the whole workspace, to be put in its place.
    ``programs`` are the framework's own commands, of which this takes the place. ``address`` are names of variables that it reads its address
    from, besides HOST; ``port`` those for its port, besides PORT. ``runtime`` is what it insists on, "" where that is the one that the stack has.
    """

    launch: Launch
    made: tuple[str, ...]
    mixed: tuple[str, ...] = ()
    framework: str = ""
    whole: bool = False
    standalone: str | None = None
    programs: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    runtime: str = ""


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
    config = adapters.configured(tree, "next.config")
    mode = nextjs.output(config)
    if mode == "export":
        return None
    out = _directory(config.search(nextjs.DIST), ".next")
    if mode == "standalone":
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


def _nitro(tree: Tree, package: PackageJson, interpreter: str) -> Server | Diagnostic | None:
    """Nuxt, TanStack Start and SolidStart: their server is Nitro's, which on Vite is a plugin of its own."""
    framework = next(name for name, made in _FRAMEWORKS if made is _nitro and name in package.all_dependencies)
    if nitro.makes_pages(tree, package):
        return None
    service = adapters.service(adapters.configured(tree, "vite.config"))
    used = nitro.BUILDS & package.all_dependencies
    if service and not used:
        plugin = "`nitro()` of nitro/vite among the plugins in vite.config.ts in its place"
        return adapters.hosted(package, *service, f"add nitro to the dependencies, and name {plugin}")
    if not used:
        return adapters.none(
            package, framework, "nitro", "among the plugins in vite.config.ts (`nitro()` of nitro/vite)"
        )
    refused = nitro.refused(tree, package, interpreter)
    if refused:
        return refused
    entry = ".output/server/index.mjs"
    runtime = nitro.runtime(tree, package, interpreter)
    return Server(
        launch=Launch((runtime, entry), entry=entry),
        made=(".output",),
        whole=True,
        programs=("nuxt", "nuxi", "vinxi", "vite", "srvx"),
        runtime=runtime,
    )


def _svelte(tree: Tree, package: PackageJson, interpreter: str) -> Server | Diagnostic | None:
    # From version 3 on it is configured where Vite is.
    config = adapters.configured(tree, "svelte.config", "vite.config")
    if "@sveltejs/adapter-static" in package.all_dependencies and "adapter-static" in config.code:
        return None
    fit = ("@sveltejs/adapter-node", *(("svelte-adapter-bun",) if interpreter == "bun" else ()))
    service = adapters.service(config)
    if service and not adapters.imported(config) & {*fit}:
        return adapters.hosted(
            package, *service, f"add {fit[0]} to the dependencies, and import the adapter from there in its place"
        )
    if not any(name in package.all_dependencies for name in fit):
        old = any(tree.is_file(f"svelte.config.{suffix}") for suffix in adapters.SUFFIXES)
        where = "in svelte.config.js" if old else "as `adapter` in `sveltekit()` of vite.config"
        return adapters.none(package, "@sveltejs/kit", fit[0], where)
    out = _directory(config.search(_OUT), "build")
    entry = f"{out}/index.js"
    prefix = match[1] if (match := config.search(_PREFIX)) else ""
    return Server(
        launch=Launch((interpreter, entry), entry=entry),
        made=(out,),
        programs=("vite",),
        address=(f"{prefix}HOST",) if prefix else (),
        port=(f"{prefix}PORT",) if prefix else (),
    )


def _astro(tree: Tree, package: PackageJson, interpreter: str) -> Server | Diagnostic | None:
    config = adapters.configured(tree, "astro.config")
    service = adapters.service(config)
    if service and "@astrojs/node" not in adapters.imported(config):
        return adapters.hosted(
            package,
            *service,
            'add @astrojs/node to the dependencies, and write `adapter: node({ mode: "standalone" })` in its place; '
            "to make pages alone, take out `adapter` and `output`",
        )
    if "@astrojs/node" not in package.all_dependencies or not config.search(adapters.OF_ASTRO):
        needs = config.search(_SERVER_OUTPUT)
        return adapters.none(package, "astro", "@astrojs/node", "as `adapter` in astro.config.mjs") if needs else None
    if config.search(_MIDDLEWARE):
        return None
    out = _directory(config.search(_OUT), "dist")
    entry = f"{out}/server/entry.mjs"
    return Server(launch=Launch((interpreter, entry), entry=entry), made=(out,), programs=("astro",))


def _routed(tree: Tree, package: PackageJson, interpreter: str) -> Server | Diagnostic | None:
    """Remix, and React Router as a framework."""
    if any(adapters.configured(tree, stem).search(_NO_SERVER) for stem in ("react-router.config", "vite.config")):
        return None
    out = _directory(adapters.configured(tree, "react-router.config").search(_BUILD_DIRECTORY), "build")
    if "react-router-hono-server" in package.all_dependencies:
        entry = f"{out}/server/index.js"
        return Server(launch=Launch((interpreter, entry), entry=entry), made=(out,), programs=("react-router",))
    owner = next((name for name in _SERVE if name in package.all_dependencies), None)
    service = adapters.service(adapters.configured(tree, "vite.config"))
    modern = "@react-router/dev" in package.all_dependencies or owner == "@react-router/serve"
    if owner is None and (service or not _OWN_SERVER & package.all_dependencies):
        wanted = "@react-router/serve" if modern else "@remix-run/serve"
        fix = f"add {wanted} to the dependencies" + (
            f", and take {service[0]} out of vite.config.ts" if service else ""
        )
        start = f'; `"start": "{_SERVE[wanted]} {out}/server/index.js"` starts what it serves'
        return _unserved(package, service, wanted, fix + start)
    if owner is None:
        return None
    vite = modern or any(tree.is_file(f"vite.config.{suffix}") for suffix in adapters.SUFFIXES)
    entry = f"{out}/server/index.js" if vite else "build/index.js"
    missing = () if owner in package.dependencies else (owner,)
    # Before Vite what browsers get was built into a directory of public/, beside what lies there (https://v2.remix.run/docs/file-conventions/remix-config).
    made, mixed = ((out,), ()) if vite else (("build", "public"), ("public",))
    launch = Launch((f"/app/node_modules/.bin/{_SERVE[owner]}", entry), entry=entry, missing=missing)
    # It is a program of Node.js', and so is what it loads: Bun has no `renderToPipeableStream` in React before 19.3
    # (https://github.com/remix-run/react-router/issues/12568).
    return Server(launch=launch, made=made, mixed=mixed, programs=(_SERVE[owner],), runtime="node")


def _unserved(package: PackageJson, service: tuple[str, str] | None, wanted: str, fix: str) -> Diagnostic:
    if service:
        return adapters.hosted(package, *service, fix)
    framework = "@react-router/dev" if wanted == "@react-router/serve" else "@remix-run/dev"
    return adapters.unserved(package, framework, wanted, fix)


def _angular(tree: Tree, _: PackageJson, interpreter: str) -> Server | None:
    """Angular's own server, which its build puts together with all that it imports."""
    found = angular.server(tree)
    if found is None:
        return None
    launch = Launch((interpreter, found.entry), entry=found.entry)
    return Server(launch=launch, made=(found.output,), whole=found.whole, programs=("ng",))


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
    ("@react-router/dev", _routed),
    ("@remix-run/dev", _routed),
    ("@angular/ssr", _angular),
    ("nx", _nx),
)

NAMES = frozenset(name for name, _ in _FRAMEWORKS)


def _directory(match: re.Match[str] | None, usual: str) -> str:
    """The directory that a configuration names, where an image can have it in that place."""
    path = posixpath.normpath(match[1]) if match else usual
    return path if nameable(path) else usual
