"""What a framework's configuration chooses its server with: adapters and plugins, told apart by what the configuration imports.

Those of hosting services make functions, workers and archives that the service alone runs: nothing that listens.
"""

from __future__ import annotations

from speccompile.codes.stacks_js import NO_ADAPTER
from speccompile.diagnostics import Diagnostic
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.code import configuration
from speccompile.stacks.javascript.packagejson import PackageJson

SUFFIXES = ("js", "mjs", "ts", "cjs", "mts")
_IMPORT = regex(r"""\b(?:from|import|require)\s*\(?\s*["']((?:@[\w.-]{1,60}/)?[\w.-]{1,80})[\w./-]{0,80}["']""")
OF_ASTRO = regex(r"\badapter\s*[:,}\n]")
"""Where Astro's configuration names an adapter, whichever: with one its build makes a server."""
_SERVICES = {
    "@astrojs/cloudflare": "Cloudflare",
    "@astrojs/netlify": "Netlify",
    "@astrojs/vercel": "Vercel",
    "@cloudflare/vite-plugin": "Cloudflare",
    "@deno/astro-adapter": "Deno",
    "@deno/svelte-adapter": "Deno",
    "@netlify/vite-plugin": "Netlify",
    "@netlify/vite-plugin-react-router": "Netlify",
    "@netlify/vite-plugin-tanstack-start": "Netlify",
    "@sveltejs/adapter-cloudflare": "Cloudflare",
    "@sveltejs/adapter-cloudflare-workers": "Cloudflare",
    "@sveltejs/adapter-netlify": "Netlify",
    "@sveltejs/adapter-vercel": "Vercel",
    "astro-sst": "AWS",
    "svelte-kit-sst": "AWS",
}


def configured(tree: Tree, *stems: str) -> Lexed:
    """The configuration called by the first of *stems* that is there, whatever the suffix."""
    return configuration(tree, (f"{stem}.{suffix}" for stem in stems for suffix in SUFFIXES))


def imported(config: Lexed) -> frozenset[str]:
    """The packages that a configuration imports."""
    return frozenset(match[1] for match in config.finditer(_IMPORT))


def service(config: Lexed) -> tuple[str, str] | None:
    """The adapter that a configuration imports for a hosting service, and whose that is; None where it imports none."""
    return next(((name, _SERVICES[name]) for name in sorted(imported(config)) if name in _SERVICES), None)


def hosted(package: PackageJson, what: str, whose: str, fix: str) -> Diagnostic:
    """That *what* builds for a hosting service (or a runtime), so that there is nothing for a container to start."""
    return NO_ADAPTER.at(
        package.at(what), f"{what} builds for {whose}, and nothing that a container could start", fix=fix
    )


def none(package: PackageJson, framework: str, adapter: str, where: str) -> Diagnostic:
    """That *framework* builds no server, and *where* its *adapter* is to be named."""
    return NO_ADAPTER.at(
        package.at(framework),
        f"{framework} builds no server for Node.js without {adapter}",
        fix=f"add {adapter} to the dependencies and name it {where}",
    )


def unserved(package: PackageJson, framework: str, server: str, fix: str) -> Diagnostic:
    """That nothing serves what *framework* builds: no *server* is among the dependencies."""
    return NO_ADAPTER.at(
        package.at(framework),
        f"{framework} builds what a server calls, and {server} is not among the dependencies",
        fix=fix,
    )
