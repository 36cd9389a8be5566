"""The programs that start scripts name: which only set something up, translate, watch or build, and how each is told
its address. Tables, and the little that it takes to read them."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.stacks.javascript.packagejson import PackageJson

MANAGERS = frozenset(("npm", "pnpm", "yarn", "bun"))
RUNNERS = frozenset(("npx", "bunx", "pnpx"))

# They run scripts one after the other; a star is theirs and not the shell's.
SEQUENCE = regex(r"(?:run-s|npm-run-all)\s[\w:*. '\"-]{1,200}\Z")
# They run a file that Node.js alone cannot, or not in all its versions.
LOADERS = frozenset((
    "tsx", "ts-node", "ts-node-esm", "ts-node-dev", "tsnd", "ts-node-transpile-only", "babel-node", "vite-node",
    "swc-node", "esno", "esr", "sucrase-node", "coffee",
))  # fmt: skip
# They start a file again and again, or several times: the engine does that.
KEEPERS = frozenset(("nodemon", "node-dev", "supervisor", "forever", "pm2", "pm2-runtime", "pm2-docker"))

# Commands in front of the one that serves, which the build has done already.
BUILDS = regex(
    r"(?:[A-Z_]+=\S*\s+|cross-env\s+)*(?:npx\s+|pnpm\s+exec\s+|yarn\s+exec\s+)?(?:"
    r"(?:npm|pnpm|yarn|bun)\s+(?:run\s+|--silent\s+)*(?:pre|re)?(?:build|compile|clean|generate|lint|bundle|typecheck|db:generate|prisma:generate)[\w:.-]*\Z|"
    r"(?:npm|pnpm|yarn|bun)\s+(?:i|ci|install)\b|"
    r"(?:tsc|tsc-alias|tsup|tsdown|swc|babel|esbuild|rollup|webpack|rimraf|del-cli|copyfiles|cpx|ncp|patch-package|eslint|nest\s+build|"
    r"(?:next|vite|nuxt|astro|remix|react-router|gatsby)\s+build|nuxt\s+prepare|svelte-kit\s+sync|prisma\s+generate)\b"
    r")"
)
HARMLESS = regex(r"(?:cd\s+(?P<directory>[\w./-]{1,100})|echo\b.*|sleep\s+\d{1,3}|true)\Z")
PRETTY_PRINTER = regex(r"\s*\|\s*(?:npx\s+)?(?:pino-pretty|pino-colada|bunyan|pino-tiny)\b[^|&;]*\Z")

_WRAPPERS = frozenset(
    ("cross-env", "cross-env-shell", "env", "exec", "dumb-init", "tini", "dotenvx", "dotenv", "env-cmd")
)
_WRAPPERS_WITH_VALUE = frozenset(("-e", "-f", "-c", "-v", "-p", "--file", "--env-file", "--env-keys-file"))
_FLAGS_WITH_VALUE = frozenset((
    "-e", "--ext", "-w", "--watch", "-i", "--ignore", "--delay", "-d", "-P", "--project", "-r", "--require", "--config",
    "-C", "--cwd", "--tsconfig", "--name", "-n", "--import", "--loader", "--cwd-mode", "--signal", "--max-memory-restart",
    "--env-file", "-O", "--compiler-options", "--presets", "--plugins", "--extensions", "-x",
))  # fmt: skip
CONFIGURES_PM2 = regex(r"(?:^|/)(?:ecosystem|processe?s?|pm2)\b[\w.-]*\.(?:c?js|json|ya?ml)\Z")
_RUNS = frozenset(("-x", "--exec"))
_PACKAGES = {
    "apollo": "@apollo/server",
    "babel-node": "@babel/node",
    "coffee": "coffeescript",
    "fastify": "fastify-cli",
    "medusa": "@medusajs/cli",
    "nest": "@nestjs/cli",
    "react-router-serve": "@react-router/serve",
    "remix-serve": "@remix-run/serve",
    "strapi": "@strapi/strapi",
    "sucrase-node": "sucrase",
    "swc-node": "@swc-node/register",
    "ts-node-esm": "ts-node",
    "ts-node-transpile-only": "ts-node",
    "tsnd": "ts-node-dev",
}
_DEVELOPMENT = frozenset((
    "concurrently", "webpack", "webpack-dev-server", "tsc", "tsc-watch", "turbo", "nx", "lerna", "parcel", "react-scripts",
    "react-app-rewired", "craco", "ng", "vue-cli-service", "expo", "storybook", "electron", "electron-forge", "wrangler",
    "rsbuild", "snowpack", "ember", "sls", "serverless", "onchange", "chokidar",
))  # fmt: skip
# Programs that serve only in one of their commands.
_SERVES = {
    "astro": "preview", "next": "start", "nuxt": "start", "nuxi": "preview", "vite": "preview", "gatsby": "serve",
    "nest": "", "react-router": "", "remix": "", "vinxi": "start",
}  # fmt: skip
# Those that listen on localhost, or on a port of their own, unless they are told; and how.
_ADDRESS = {
    ("vite", "preview"): ("--host", "--port"),
    ("astro", "preview"): ("--host", "--port"),
    ("gatsby", "serve"): ("--host", "--port"),
    ("json-server", ""): ("--host", "--port"),
    ("fastify", "start"): ("--address", "--port"),
}
_SHORT = {"--host": "-H", "--port": "-p", "--address": "-a"}


_FILES = regex(r"[\w./-]{1,100}\.[cm]?js\Z")
# They are given the file of the program that they serve.
_SERVE_A_FILE = frozenset(("fastify", "react-router-serve", "remix-serve"))


def served(program: str, arguments: list[str]) -> str | None:
    """The file that *program*, which has a server of its own, is given to serve; None where it is given none."""
    return next((word for word in arguments if _FILES.match(word)), None) if program in _SERVE_A_FILE else None


def unwrapped(words: list[str]) -> list[str]:
    """*words* without a program in front that only sets the environment for the rest; as they are when there is none."""
    if words[0] not in _WRAPPERS:
        return words
    rest = words[1:]
    rest = rest[1:] if words[0] == "dotenvx" and rest[:1] == ["run"] else rest
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in _WRAPPERS_WITH_VALUE else rest[1:]
    # Before version 9 env-cmd was given its file first.
    return rest[1:] if words[0] == "env-cmd" and rest and re.match(r"\.?/?\.env\b", rest[0]) else rest


def scripts(names: list[str], package: PackageJson) -> tuple[str, ...]:
    """The scripts that a program which runs several is given, with what stands for one part or for any number."""
    found = []
    for name in (word.strip("'\"") for word in names if not word.startswith("-")):
        pattern = re.escape(name).replace(r"\*\*", ".*").replace(r"\*", "[^:]*")
        found += [one for one in package.scripts if re.fullmatch(pattern, one)]
    return tuple(dict.fromkeys(found))


def package_of(module: str) -> str | None:
    """The package that a module is in; None for a file."""
    if module.startswith((".", "/", "node:", "data:", "file:")):
        return None
    return "/".join(module.split("/")[: 2 if module.startswith("@") else 1])


def owner(program: str) -> str:
    """The package that brings *program*."""
    return _PACKAGES.get(program, program)


def is_development(program: str, arguments: list[str]) -> bool:
    """Whether that is a development server, or serves nothing at all."""
    if program in _DEVELOPMENT:
        return True
    if program not in _SERVES:
        return False
    serves = _SERVES[program]
    said = next((word for word in arguments if not word.startswith("-")), "")
    alike = {serves, "preview", "start"} if program in ("nuxt", "nuxi") else {serves}
    return not serves or said not in alike or "--watch" in arguments


def with_address(program: str, arguments: list[str], port: str) -> tuple[str, ...]:
    """The arguments, and the flags for address and port where the program needs them and has none."""
    command = next((word for word in arguments if not word.startswith("-")), "")
    flags = _ADDRESS.get((program, command)) or _ADDRESS.get((program, ""))
    if flags is None:
        return tuple(arguments)
    more: tuple[str, ...] = ()
    for flag, value in zip(flags, ("0.0.0.0", port), strict=True):  # noqa: S104  # a container's own address
        if not any(word.split("=")[0] in (flag, _SHORT[flag]) for word in arguments):
            more += (flag, value)
    return (*arguments, *more)


def file_of(name: str, rest: list[str], package: PackageJson) -> tuple[str | None, list[str], str]:
    """The file that a loader or a keeper is given, the arguments for it, and what else is to run it (nodemon's
    ``--exec``)."""
    runs = ""
    words = rest[1:] if rest[:1] in (["start"], ["watch"]) else list(rest)
    while words and words[0].startswith("-"):
        flag = words[0]
        if name == "nodemon" and flag in _RUNS and len(words) > 1:
            runs = words[1]
        if flag.startswith("--exec="):
            runs = flag.partition("=")[2]
        words = words[2:] if flag in _FLAGS_WITH_VALUE or flag in _RUNS else words[1:]
    if not words and runs:
        return None, [], runs
    if not words:
        return (package.main if name in KEEPERS else None), [], ""
    more = words[1:]
    if name == "nodemon" and more[:1] and more[0] in _RUNS and len(more) > 1:
        runs, more = more[1], more[2:]
    return words[0], ([] if name in KEEPERS and any(word.startswith("-") for word in more) else more), runs


def loader(name: str, file: str, package: PackageJson) -> str | None:
    """The program that has to translate *file* while it runs; None when Node.js does without."""
    if name in KEEPERS:
        if not file.endswith((".ts", ".mts", ".cts", ".tsx")):
            return None
        return next((one for one in ("tsx", "ts-node") if one in package.all_dependencies), "ts-node")
    if name in ("ts-node-dev", "tsnd"):
        return next((one for one in ("tsx", "ts-node") if one in package.all_dependencies), "ts-node-dev")
    return name
