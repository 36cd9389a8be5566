"""From a script in package.json to an argument vector that starts the same program without a package manager, and
without a shell wherever one command is enough."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Collection, Mapping
from dataclasses import replace

from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.javascript import launchers
from speccompile.stacks.javascript.packagejson import PackageJson

PORT = "${PORT}"
"""Stands in an argument vector for the port that the server is given."""
_SHELL = ("/bin/sh", "-c")

# What /bin/sh would act on. A script with one of these is not a plain command.
SHELL = regex(r"[|&;<>()$`*?\[\]{}~!#\n\\]")
_PORT = regex(r"\$\{PORT(?::?-(\d{2,5}))?\}|\$PORT\b")
_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)\Z", re.DOTALL)
SECRET = regex(r"PASSWORD|PASSWD|TOKEN|SECRET|CREDENTIAL|(\b|_)KEY(\b|_)", re.IGNORECASE)
_DEEPEST = 8
_WITH_VALUE = frozenset(
    ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--preload", "--cwd")
)
_DEVELOPMENT_WITH_VALUE = frozenset(("--env-file", "--env-file-if-exists", "--watch-path"))
_LOADING = frozenset(("-r", "--require", "--import", "--loader", "--experimental-loader", "--preload"))
_ONLY_DEVELOPMENT = regex(r"(--watch|--hot|--watch-path=.*|--env-file(-if-exists)?=.*|--inspect(-brk)?(=.*)?)\Z")


@record()
class Launch:
    """How a program is started: argument vector, what the script sets in the environment, and the file it starts,
    where it does.

    ``loader`` is the program that runs a file which the interpreter alone cannot; ``missing`` are packages that it
    takes and that are not among the production dependencies (a loader may be in no manifest at all).
    """

    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()
    entry: str | None = None
    loader: str | None = None
    missing: tuple[str, ...] = ()


@record()
class NotPlain:
    """Why a script is no argument vector, as the end of a sentence, and what to do about it."""

    why: str
    fix: str = (
        "make the script one plain command, or set the service's `command` in specs/deploy.yaml to a list of words"
    )


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
    commands = [part.strip() for part in launchers.PRETTY_PRINTER.sub("", text).split("&&")]
    # The image is built before it is started.
    kept = [part for part in commands[:-1] if not launchers.BUILDS.match(part)] + commands[-1:]
    found = [_of_command(part, package, interpreter, depth) for part in kept[-1:]]
    if len(kept) == 1:
        return found[0]
    return _chained(kept[:-1], found[0], text, package, interpreter, depth)


def _chained(
    before: list[str], last: Launch | NotPlain, text: str, package: PackageJson, interpreter: str, depth: int
) -> Launch | NotPlain:
    """Commands one after the other: the shell runs them, and then becomes the last."""
    if isinstance(last, NotPlain):
        return last
    words: list[str] = []
    directory = ""
    missing = last.missing
    for part in before:
        found = _of_command(part, package, interpreter, depth)
        if isinstance(found, Launch) and found.entry != inside("."):
            words += (_line(found), "&&")
            missing = (*missing, *found.missing)
        elif (match := launchers.HARMLESS.match(part)) and not SHELL.search(part):
            directory = inside(posixpath.join(directory, match["directory"])) if match["directory"] else directory
            words += (part, "&&")
        else:
            return NotPlain(f"{quoted(text)} needs a shell")
    script = f"{' '.join(words)} exec {_line(last)}"
    entry = inside(posixpath.join(directory, last.entry)) if last.entry else None
    return replace(last, argv=(*_SHELL, script), env=last.env, entry=entry, missing=tuple(sorted({*missing})))


def without(launch: Launch, steps: Collection[tuple[str, ...]]) -> Launch:
    """*launch* without those of its commands that are among *steps*, which a release runs: every instance would run them again as it starts."""
    if launch.argv[:2] != _SHELL:
        return launch
    *before, last = launch.argv[2].split(" && ")
    known = {(_program(step[0]), *step[1:]) for step in steps if step}
    kept = [part for part in before if not _is_step(part, known)]
    if len(kept) == len(before):
        return launch
    argv = (*_SHELL, " && ".join((*kept, last))) if kept else tuple(shlex.split(last.removeprefix("exec ")))
    return replace(launch, argv=argv)


def _is_step(part: str, known: Collection[tuple[str, ...]]) -> bool:
    words = shlex.split(part)
    return bool(words) and (_program(words[0]), *words[1:]) in known


def _program(word: str) -> str:
    return word.rpartition("/")[2]


def _line(launch: Launch) -> str:
    return " ".join(word if word == PORT else shlex.quote(word) for word in launch.argv)


def _of_command(text: str, package: PackageJson, interpreter: str, depth: int) -> Launch | NotPlain:
    default = next((match[1] for match in _PORT.finditer(text) if match[1]), None)
    if SHELL.search(_PORT.sub("", text)) and not launchers.SEQUENCE.match(text):
        return NotPlain(f"{quoted(text)} needs a shell")
    try:
        words = [_PORT.sub(PORT, word) for word in shlex.split(text)]
    except ValueError:
        return NotPlain(f"{quoted(text)} has an open quote")
    env, words = _environment(words)
    if default and PORT in words:
        env = {"PORT": default, **env}
    env = {name: value for name, value in env.items() if PORT not in value}
    if not words:
        return NotPlain("it runs nothing")
    secret = next((name for name in env if SECRET.search(name)), None)
    if secret:
        why = f"it sets {secret}, and a secret does not belong into an image"
        return NotPlain(
            why, f"take it out of the script (and change the secret, if it was real) and write `secrets: [{secret}]`"
        )
    found = _of_words(words, package, interpreter, depth)
    return replace(found, env=tuple(sorted({**dict(found.env), **env}.items()))) if isinstance(found, Launch) else found


def _environment(words: list[str]) -> tuple[Mapping[str, str], list[str]]:
    """Leading assignments, with or without what sets them in front, and the rest."""
    env: dict[str, str] = {}
    while words:
        match = _ASSIGNMENT.match(words[0])
        rest = words[1:] if match else launchers.unwrapped(words)
        if rest == words:
            break
        if match:
            env[match[1]] = match[2]
        words = rest
    return env, words


def _of_words(words: list[str], package: PackageJson, interpreter: str, depth: int) -> Launch | NotPlain:
    program, *rest = words
    if program in launchers.MANAGERS:
        followed = _followed(program, rest, package)
        if followed is not None:
            script, extra = followed
            found = _of_text(package.scripts[script], package, interpreter, depth - 1)
            return replace(found, argv=(*found.argv, *extra)) if isinstance(found, Launch) else found
        if program == "bun":
            rest = rest[1:] if rest[:1] == ["run"] else rest
        elif rest[:1] in (["exec"], ["node"]) or (program == "yarn" and rest and not rest[0].startswith("-")):
            rest = rest[1:] if rest[0] in ("exec", "run") else rest
            rest = rest[1:] if rest[:1] == ["--"] else rest
            return _of_words(rest, package, interpreter, depth - 1) if rest and depth else NotPlain("it runs nothing")
    if program in launchers.RUNNERS or (program == "bun" and rest[:1] == ["x"]):
        rest = [word for word in rest if word not in ("x", "-y", "--yes", "--bun", "--no-install")]
        return (
            _of_words(rest, package, interpreter, depth - 1)
            if rest and depth
            else NotPlain(f"{quoted(' '.join(words))} runs nothing")
        )
    if launchers.SEQUENCE.match(" ".join(words)) and not {"-p", "--parallel"} & {*rest}:
        text = " && ".join(f"npm run {name}" for name in launchers.scripts(rest, package))
        return _of_text(text, package, interpreter, depth - 1) if text else NotPlain(f"{quoted(program)} runs nothing")
    name = (
        posixpath.basename(program) if program.startswith(("node_modules/.bin/", "./node_modules/.bin/")) else program
    )
    if name == interpreter or (interpreter == "bun" and name in ("node", "bun")):
        return _interpreted(rest, package, interpreter)
    if name in launchers.LOADERS or name in launchers.KEEPERS:
        return _tool(name, rest, package, interpreter, depth)
    return _installed(name, rest, package)


def _followed(program: str, rest: list[str], package: PackageJson) -> tuple[str, list[str]] | None:
    """The script that ``npm start``, ``npm run x``, ``yarn x`` or ``bun run x`` means, and the arguments for it."""
    words = [word for word in rest if word not in ("run", "run-script", "--silent", "-s", "--bun")]
    if not words or words[0] not in package.scripts:
        return None
    if program == "npm" and rest[0] not in ("run", "run-script", "start", "--silent", "-s"):
        return None
    return words[0], [word for word in words[1:] if word != "--"]


def _interpreted(rest: list[str], package: PackageJson, interpreter: str) -> Launch | NotPlain:
    """``node [flags] file [arguments]``, without flags that are for development only, or that load what is not
    there."""
    flags: list[str] = []
    missing: list[str] = []
    words = [word for word in rest if not _ONLY_DEVELOPMENT.match(word)]
    while words and words[0].startswith("-"):
        count = 2 if words[0] in _WITH_VALUE else 1
        if words[0] in _DEVELOPMENT_WITH_VALUE:
            words = words[2:]
            continue
        taken, words = words[:count], words[count:]
        loaded = launchers.package_of(taken[-1]) if taken[0] in _LOADING and len(taken) == 2 else None
        if loaded and loaded not in package.dependencies and loaded in package.all_dependencies:
            if loaded == "dotenv":  # the engine sets the environment
                continue
            missing.append(loaded)
        flags += taken
    if not words:
        return NotPlain(f"{interpreter} is given no file")
    file = (package.main or "index.js") if words[0] in (".", "./") else words[0]
    return Launch((interpreter, *flags, file, *words[1:]), entry=inside(file), missing=tuple(missing))


def _tool(name: str, rest: list[str], package: PackageJson, interpreter: str, depth: int) -> Launch | NotPlain:
    """A program that runs a file: one that translates it on the way, or one that watches over it."""
    file, arguments, runs = launchers.file_of(name, rest, package)
    if runs:
        return _of_text(" ".join((runs, *([file] if file else []), *arguments)), package, interpreter, depth - 1)
    if file is None:
        return NotPlain(f"{quoted(name)} is given no file")
    if launchers.CONFIGURES_PM2.search(file):
        if "pm2" not in package.dependencies:
            return NotPlain(f"{quoted(file)} configures pm2, which is not among the dependencies")
        return Launch(("/app/node_modules/.bin/pm2-runtime", "start", file), (("PM2_HOME", "/tmp/.pm2"),))  # noqa: S108
    if interpreter == "bun":
        return Launch((interpreter, file, *arguments), entry=inside(file))
    loader = launchers.loader(name, file, package)
    if loader is None:
        return Launch((interpreter, file, *arguments), entry=inside(file))
    owner = launchers.owner(loader)
    missing = () if owner in package.dependencies else (owner,)
    return Launch(
        (f"/app/node_modules/.bin/{loader}", file, *arguments), entry=inside(file), loader=loader, missing=missing
    )


def _installed(name: str, rest: list[str], package: PackageJson) -> Launch | NotPlain:
    """A program of an installed package; it starts by its shebang line, from node_modules/.bin."""
    if "/" in name or launchers.is_development(name, rest):
        return NotPlain(f"{quoted(' '.join((name, *rest[:1])))} is not made for production")
    owner = launchers.owner(name)
    if owner not in package.all_dependencies:
        return NotPlain(f"{quoted(name)} is no program of a package among the dependencies")
    missing = () if owner in package.dependencies else (owner,)
    argv = (f"/app/node_modules/.bin/{name}", *launchers.with_address(name, rest, PORT))
    file = launchers.served(name, rest)
    return Launch(argv, entry=inside(file) if file else None, missing=missing)
