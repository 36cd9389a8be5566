"""Nitro, which makes the servers of Nuxt, SolidStart and TanStack Start: which of its presets the build is told.

As Nitro 2 and 3 have them (https://nitro.build/deploy). A preset is named in a configuration, by a flag, or by a variable in front of the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks_js import NO_ADAPTER
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.javascript.adapters import SUFFIXES
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.manifest import place

_PRESET = regex(r"""\bpreset\s*:\s*["']([A-Za-z][\w-]{1,40})["']""")
_IN_SCRIPT = regex(r"""(?:\b(?:NITRO|SERVER)_PRESET=|--preset(?:=|\s+))["']?([A-Za-z][\w-]{1,40})""")
_FILES = ("nitro.config", "nuxt.config", "app.config", "vite.config")

# Those that are Node.js' own, or that differ from it in what they write beside the server.
BUILDS = frozenset((
    "nuxt", "nitro", "nitro-nightly", "vinxi", "nitropack", "@tanstack/nitro-v2-vite-plugin", "@solidjs/vite-plugin-nitro-2",
))  # fmt: skip
"""Packages that bring it."""
VERSION_3 = frozenset(("nitro", "nitro-nightly"))
_SERVERS = frozenset((
    "alwaysdata", "cleavr", "digital-ocean", "flight-control", "heroku", "koyeb", "node-cluster", "node-server", "platform-sh",
    "render-com", "zerops",
))  # fmt: skip
# Version 3 has this name for its server, version 2 for a listener.
_RENAMED = "node"
# Their pages are in ``.output/public``, and nothing else is made.
_PAGES = frozenset(("github-pages", "gitlab-pages", "static"))
# What hosting services alone run, and listeners: functions for another server to call.
_SERVICES = frozenset((
    "aws-amplify", "aws-lambda", "azure", "azure-functions", "azure-swa", "base-worker", "cli", "cloudflare", "cloudflare-durable",
    "cloudflare-module", "cloudflare-module-legacy", "cloudflare-pages", "cloudflare-pages-static", "cloudflare-worker", "deno-deploy", "edgeone",
    "edgeone-pages", "edgio", "firebase", "firebase-app-hosting", "genezio", "iis", "iis-handler", "iis-node", "layer0", "netlify",
    "netlify-builder", "netlify-edge", "netlify-legacy", "netlify-static", "node-listener", "node-middleware", "service-worker", "standard",
    "stormkit", "vercel", "vercel-edge", "vercel-static", "winterjs", "zeabur", "zeabur-static", "zerops-static",
))  # fmt: skip
_RUNTIMES = {
    "bun": "Bun", "deno": "Deno", "deno-server": "Deno", "deno-server-legacy": "Deno", "node": "Node.js",
}  # fmt: skip
_GENERATES = regex(r"\b(?:nuxt|nuxi)\s+(?:generate\b|build\b[^&|;]*\s--prerender\b)")
_INSTEAD = "name `node-server`, or no preset at all"


@record()
class Preset:
    """A preset: its name with hyphens between the words, as it is written, and where."""

    name: str
    written: str
    span: Span


def makes_pages(tree: Tree, package: PackageJson) -> bool:
    """Whether the build makes pages and no server."""
    if _GENERATES.search(package.scripts.get("build", "")):
        return True
    named = preset(tree, package)
    return named is not None and named.name in _PAGES


def refused(tree: Tree, package: PackageJson, interpreter: str) -> Diagnostic | None:
    """Why *interpreter* cannot start what the named preset makes, if that is so."""
    named = preset(tree, package)
    modern = bool(VERSION_3 & package.all_dependencies)
    if named is None or named.name in _SERVERS or named.name == interpreter == "bun":
        return None
    if modern and named.name == _RENAMED:
        return None
    other = _RUNTIMES.get(named.name)
    if other and named.name != _RENAMED:
        message = f"Nitro's preset {quoted(named.written)} makes a server for {other}, and {_RUNTIMES[interpreter]} is to run it"
        more = "; or lock with Bun (`bun install`)" if other == "Bun" else ""
        return NO_ADAPTER.at(named.span, message, fix=_INSTEAD + more)
    message = f"Nitro's preset {quoted(named.written)} makes nothing that a container could start"
    return NO_ADAPTER.at(named.span, message, fix=_INSTEAD)


def runtime(tree: Tree, package: PackageJson, interpreter: str) -> str:
    """What runs the server that a build under *interpreter* makes.

    Version 3 makes one for Bun where Bun builds it. Version 2 makes Node.js' unless it is told otherwise, and beside it are the files of packages that
    Node.js would load: Bun looks for others (https://github.com/TanStack/router/issues/2180).
    """
    named = preset(tree, package)
    if interpreter != "bun" or (named and named.name == "bun"):
        return interpreter
    return interpreter if named is None and VERSION_3 & package.all_dependencies else "node"


def preset(tree: Tree, package: PackageJson) -> Preset | None:
    """The preset that the build is told; None where it decides by itself. Other tools have presets, too: only Nitro's names count."""
    known = _SERVERS | _PAGES | _SERVICES | _RUNTIMES.keys()
    return next((one for one in _named(tree, package) if one.name in known), None)


def _named(tree: Tree, package: PackageJson) -> Iterator[Preset]:
    if match := _IN_SCRIPT.search(package.scripts.get("build", "")):
        yield Preset(_hyphenated(match[1]), match[1], package.at("scripts", "build"))
    for path in (f"{stem}.{suffix}" for stem in _FILES for suffix in SUFFIXES):
        if tree.is_file(path):
            config = source(tree, path)
            for match in config.finditer(_PRESET):
                yield Preset(_hyphenated(match[1]), match[1], place(path, config.text, match[0]))


def _hyphenated(name: str) -> str:
    """``cloudflareModule`` and ``cloudflare_module`` are ``cloudflare-module``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).replace("_", "-").lower()
