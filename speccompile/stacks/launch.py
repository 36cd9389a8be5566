"""From a script in package.json to an argument vector that starts the same program without a shell and a package
manager."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Mapping
from dataclasses import replace

from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.stacks.packagejson import PackageJson

# What /bin/sh would act on. A script with one of these is not a plain command.
SHELL = re.compile(r"[|&;<>()$`*?\[\]{}~!#\n\\]")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)\Z", re.DOTALL)
SECRET = re.compile(r"PASSWORD|PASSWD|TOKEN|SECRET|CREDENTIAL|(\b|_)KEY(\b|_)", re.IGNORECASE)
# The image is built before it is started.
_BUILDS_FIRST = re.compile(
    r"\A\s*(?:(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?build|tsc(?:\s+-[pb]\s+[\w./-]+|\s+-b)?)\s*&&\s*"
)
_MANAGERS = frozenset(("npm", "pnpm", "yarn", "bun"))
_RUNNERS = frozenset(("npx", "bunx", "pnpx"))
_DEEPEST = 8

# Interpreters of scripts; Bun stands in for each of them.
_INTERPRETERS = frozenset(("node", "bun", "tsx", "ts-node", "nodemon"))
_DEVELOPMENT = frozenset(("nodemon", "ts-node-dev", "vite", "tsc", "concurrently", "webpack", "pm2"))
_WITH_VALUE = frozenset(
    ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--preload", "--cwd")
)
_ONLY_DEVELOPMENT = re.compile(r"(--watch|--hot|--watch-path=.*|--env-file(-if-exists)?=.*|--inspect(-brk)?(=.*)?)\Z")

# Programs whose package has another name.
_PACKAGES = {
    "nest": "@nestjs/cli",
    "remix-serve": "@remix-run/serve",
    "react-router-serve": "@react-router/serve",
    "fastify": "fastify-cli",
    "strapi": "@strapi/strapi",
    "medusa": "@medusajs/cli",
    "apollo": "@apollo/server",
}


@record()
class Launch:
    """How a program is started: argument vector, what the script sets in the environment, and the file it starts,
    where it does."""

    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()
    entry: str | None = None


@record()
class NotPlain:
    """Why a script is no argument vector, as the end of a sentence, and what to do about it."""

    why: str
    fix: str = "make the script one plain command, or set the service's `command` in specs/deploy.yaml to a list of words"


def of_script(name: str, package: PackageJson, interpreter: str) -> Launch | NotPlain:
    """What the script *name* starts; scripts that run scripts are followed. *interpreter* is ``node`` or ``bun``."""
    return _of_text(package.scripts[name], package, interpreter, _DEEPEST)


def of_file(path: str, interpreter: str) -> Launch:
    """Start one file."""
    return Launch((interpreter, path), entry=inside(path))


def inside(path: str) -> str:
    """*path* without ``./`` and the like."""
    return posixpath.normpath(path)


def _of_text(text: str, package: PackageJson, interpreter: str, depth: int) -> Launch | NotPlain:
    if depth == 0:
        return NotPlain("it runs itself")
    text = _BUILDS_FIRST.sub("", text)
    if SHELL.search(text):
        return NotPlain(f"{quoted(text)} needs a shell")
    try:
        words = shlex.split(text)
    except ValueError:
        return NotPlain(f"{quoted(text)} has an open quote")
    env, words = _environment(words)
    if not words:
        return NotPlain("it runs nothing")
    secret = next((name for name in env if SECRET.search(name)), None)
    if secret:
        why = f"it sets {secret}, and a secret does not belong into an image"
        return NotPlain(why, f"take it out of the script (and change the secret, if it was real) and write `secrets: [{secret}]`")
    found = _of_words(words, package, interpreter, depth)
    return replace(found, env=tuple(sorted({**dict(found.env), **env}.items()))) if isinstance(found, Launch) else found


def _environment(words: list[str]) -> tuple[Mapping[str, str], list[str]]:
    """Leading assignments, with or without ``cross-env`` or ``env`` in front, and the rest."""
    env: dict[str, str] = {}
    while words and ((match := _ASSIGNMENT.match(words[0])) or words[0] in ("cross-env", "env", "exec")):
        if match:
            env[match[1]] = match[2]
        words = words[1:]
    return env, words


def _of_words(words: list[str], package: PackageJson, interpreter: str, depth: int) -> Launch | NotPlain:
    program, *rest = words
    if program in _MANAGERS:
        followed = _followed(program, rest, package)
        if followed is not None:
            script, extra = followed
            found = _of_text(package.scripts[script], package, interpreter, depth - 1)
            return replace(found, argv=(*found.argv, *extra)) if isinstance(found, Launch) else found
        if program == "bun":
            rest = rest[1:] if rest[:1] == ["run"] else rest
    if program in _RUNNERS or (program == "bun" and rest[:1] == ["x"]):
        rest = [word for word in rest if word not in ("x", "-y", "--yes", "--bun", "--no-install")]
        return (
            _of_words(rest, package, interpreter, depth - 1)
            if rest and depth
            else NotPlain(f"{quoted(' '.join(words))} runs nothing")
        )
    if program == interpreter or (interpreter == "bun" and program in _INTERPRETERS):
        return _interpreted(rest, package, interpreter)
    return _installed(program, rest, package)


def _followed(program: str, rest: list[str], package: PackageJson) -> tuple[str, list[str]] | None:
    """The script that ``npm start``, ``npm run x``, ``yarn x`` or ``bun run x`` means, and the arguments for it."""
    words = [word for word in rest if word not in ("run", "run-script", "--silent", "-s", "--bun")]
    if not words or words[0] not in package.scripts:
        return None
    if program == "npm" and rest[0] not in ("run", "run-script", "start", "--silent", "-s"):
        return None
    return words[0], [word for word in words[1:] if word != "--"]


def _interpreted(rest: list[str], package: PackageJson, interpreter: str) -> Launch | NotPlain:
    """``node [flags] file [arguments]``, without flags that are for development only."""
    flags: list[str] = []
    words = [word for word in rest if not _ONLY_DEVELOPMENT.match(word)]
    while words and words[0].startswith("-"):
        count = 2 if words[0] in _WITH_VALUE else 1
        flags, words = [*flags, *words[:count]], words[count:]
    if not words:
        return NotPlain(f"{interpreter} is given no file")
    file = (package.main or "index.js") if words[0] in (".", "./") else words[0]
    return Launch((interpreter, *flags, file, *words[1:]), entry=inside(file))


def _installed(program: str, rest: list[str], package: PackageJson) -> Launch | NotPlain:
    """A program of a package that is installed in production; it starts by its shebang line, from node_modules/.bin."""
    name = program.removeprefix("./").removeprefix("node_modules/.bin/")
    if "/" in name or name in _DEVELOPMENT:
        return NotPlain(f"{quoted(name)} is not made for production")
    owner = _PACKAGES.get(name, name)
    if owner in package.dependencies:
        return Launch((f"/app/node_modules/.bin/{name}", *rest))
    if owner in package.all_dependencies:
        return NotPlain(f"{quoted(name)} is among the devDependencies, which are not installed in production")
    return NotPlain(f"{quoted(name)} is no program of a package among the dependencies")
