"""Nitro, which makes the servers of Nuxt, SolidStart and TanStack Start: which of its presets the build is told.

As Nitro 2 and 3 have them (https://nitro.build/deploy). A preset is named in a configuration, by a flag, or by a variable in front of the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks_js import NO_ADAPTER
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.javascript.adapters import SUFFIXES
from speccompile.stacks.javascript.packagejson import PackageJson

_PRESET = re.compile(r"""\bpreset\s*:\s*["']([A-Za-z][\w-]{1,40})["']""")
_IN_SCRIPT = re.compile(r"""(?:\b(?:NITRO|SERVER)_PRESET=|--preset(?:=|\s+))["']?([A-Za-z][\w-]{1,40})""")
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
# Version 3 has this name for what version 2 calls a listener: a function for another server.
_RENAMED = "node"
# Their pages are in ``.output/public``, and nothing else is made.
_PAGES = frozenset(("github-pages", "gitlab-pages", "static"))
_GENERATES = re.compile(r"\b(?:nuxt|nuxi)\s+(?:generate\b|build\b[^&|;]*\s--prerender\b)")
_INSTEAD = "name `node-server`, or no preset at all"


def makes_pages(tree: Tree, package: PackageJson) -> bool:
    """Whether the build makes pages and no server."""
    if _GENERATES.search(package.scripts.get("build", "")):
        return True
    named = preset(tree, package)
    return named is not None and named[0] in _PAGES


def refused(tree: Tree, package: PackageJson, interpreter: str, *, modern: bool) -> Diagnostic | None:
    """Why *interpreter* cannot start what the named preset makes, if that is so; *modern* is whether Nitro is version 3."""
    named = preset(tree, package)
    if named is None:
        return None
    name, span = named
    if name in _SERVERS or name == interpreter == "bun" or (modern and name == _RENAMED):
        return None
    if name == "bun":
        return NO_ADAPTER.at(
            span,
            "Nitro's preset bun makes a server for Bun, and Node.js is to run it",
            fix=f"{_INSTEAD}; or lock with Bun",
        )
    return NO_ADAPTER.at(
        span, f"Nitro's preset {quoted(name)} makes nothing that a container could start", fix=_INSTEAD
    )


def runtime(tree: Tree, package: PackageJson, interpreter: str) -> str:
    """What runs the server that a build under *interpreter* makes.

    Version 3 makes one for Bun where Bun builds it. Version 2 makes Node.js' unless it is told otherwise, and beside it are the files of packages that
    Node.js would load: Bun looks for others (https://github.com/TanStack/router/issues/2180).
    """
    named = preset(tree, package)
    if interpreter != "bun" or (named and named[0] == "bun"):
        return interpreter
    return interpreter if named is None and VERSION_3 & package.all_dependencies else "node"


def preset(tree: Tree, package: PackageJson) -> tuple[str, Span] | None:
    """The preset, its words joined by hyphens, and where it stands; None where the build decides by itself."""
    return next(_named(tree, package), None)


def _named(tree: Tree, package: PackageJson) -> Iterator[tuple[str, Span]]:
    if match := _IN_SCRIPT.search(package.scripts.get("build", "")):
        yield _hyphenated(match[1]), package.at("scripts", "build")
    for path in (f"{stem}.{suffix}" for stem in _FILES for suffix in SUFFIXES):
        if tree.is_file(path):
            config = source(tree, path)
            if match := config.search(_PRESET):
                yield _hyphenated(match[1]), Span(path, config.line(match.start()))


def _hyphenated(name: str) -> str:
    """``cloudflareModule`` and ``cloudflare_module`` are ``cloudflare-module``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).replace("_", "-").lower()
