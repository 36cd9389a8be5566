"""Deno (2.x): deno.json, its tasks and its lock; packages of JSR and npm.

``deno compile`` is not used: it fetches another program that no lock knows the digest of.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.stacks import ENTRY_MISSING, NO_START, START_NOT_PLAIN, VERSION_UNREADABLE
from speccompile.diagnostics import Diagnostic, errors, quoted
from speccompile.errors import Refused
from speccompile.lexing import Lexed
from speccompile.plan.image import Copy, ImageRecipe, Stage, Step
from speccompile.project.tree import Tree
from speccompile.provenance import Wanted
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import hints
from speccompile.stacks.code import source
from speccompile.stacks.deno import denojson, launch
from speccompile.stacks.deno.denojson import DenoConfig
from speccompile.stacks.deno.launch import DenoLaunch
from speccompile.stacks.facts import Chosen, Facts, Suggestion
from speccompile.stacks.javascript import health, lockfiles, packagejson, writes
from speccompile.stacks.javascript.launch import NotPlain
from speccompile.stacks.javascript.listening import loopback
from speccompile.stacks.javascript.reached import reached
from speccompile.stacks.request import Request
from speccompile.stacks.sources import Sources, nameable, sources
from speccompile.stacks.stack import Stack
from speccompile.stacks.steps import QUIET, USER, Steps, context

_IMAGE = "denoland/deno:{version}"
_USUAL = Chosen("deno", "2.9.8", "default")
_CACHE = "/deno-dir"
# What of it is made of TypeScript, the service's own included. Databases beside it Deno makes anew, in memory where it may not write.
_TRANSLATED = "gen"
_TASKS = ("start", "serve", "preview", "prod", "production")
_ENTRIES = tuple(
    f"{folder}{stem}{suffix}"
    for folder in ("", "src/")
    for stem in ("main", "server", "app", "index", "cli", "mod")
    for suffix in (".ts", ".tsx", ".js", ".mjs")
)
_DENO_CODE = regex(r"\bDeno\.|[\"'](?:jsr:|npm:|https://(?:deno\.land|jsr\.io|esm\.sh))")
_SPECIFIER = regex(
    r"[\"'](?:(?:npm|jsr):/?((?:@[\w.-]{1,60}/)?[\w.-]{1,80})|https?://deno\.land/x/([\w-]{1,60})[@/])[^\"'\n]{0,200}[\"']"
)
_SERVERS = frozenset(("$fresh", "@fresh/core", "@oak/oak", "fresh", "hono", "@hono/hono", "oak"))
_PIN = regex(r"v?(\d{1,3}\.\d{1,4}\.\d{1,4})\Z")
_PINS = (".deno-version", ".dvmrc")
# What a program uses, and the permission that it then needs. Nothing is asked for: nobody is there to answer.
_USES = (
    (regex(r"\bDeno\.(?:write|mkdir|remove|create|rename|open|truncate|openKv)|[\"']node:fs"), "--allow-write"),
    (regex(r"\bDeno\.Command|[\"']node:child_process"), "--allow-run"),
    (regex(r"\bDeno\.dlopen"), "--allow-ffi"),
    (
        regex(r"\bDeno\.(?:hostname|osRelease|systemMemoryInfo|networkInterfaces|loadavg)|[\"']npm:|[\"']node:os"),
        "--allow-sys",
    ),
)
# The health module reads the kernel's files and may end a process: Deno grants these by all or nothing, and the module is reviewed.
_PROBE = ("deno", "run", "--no-config", "--no-lock", "--no-prompt", "--allow-all")


@record(kw_only=True)
class DenoFacts(Facts):
    """Facts of a project for Deno. ``made`` is the directory that the task ``build`` makes what runs in, ``allowed`` the
    permissions that the sources speak for."""

    config: DenoConfig
    manifests: tuple[str, ...]
    sources: Sources
    start: DenoLaunch | None
    made: str | None
    allowed: tuple[str, ...]


def detect(tree: Tree) -> DenoFacts | None:
    """deno.json, deno.jsonc or deno.lock; or without any manifest a program that speaks of Deno."""
    config = denojson.read(tree)
    file = next((path for path in _ENTRIES if tree.is_file(path)), None)
    package = packagejson.read(tree)
    signs = tuple(path for path in (config.path, config.locked) if path and tree.is_file(path))
    if not signs and (package or file is None or not source(tree, file).search(_DENO_CODE)):
        return None
    version, complaints = _version(tree)
    started = _start(config, file)
    start = started if isinstance(started, DenoLaunch) else None
    entry = start.entry if start else None
    read = hints.with_imports(tree, entry) if entry and tree.is_file(entry) else ()
    modules = reached(tree, read[0]) if read else ()
    imported = frozenset(name for path in read for name in _imported(source(tree, path)))
    made = entry.partition("/")[0] if entry and not tree.is_file(entry) and "build" in config.tasks else None
    # Of a package.json with a lock of its own Node.js or Bun is what runs it, unless a task says otherwise.
    others = bool(package) and any(lockfiles.present(tree, one) for one in (lockfiles.NPM, lockfiles.BUN))
    files = sources(tree, also=(*signs, *((entry.partition("/")[0],) if read and entry else ())))
    return DenoFacts(
        stack="deno",
        reason=f"{' and '.join(signs)} {'are' if len(signs) > 1 else 'is'} there" if signs else f"{file} is for Deno",
        evidence=tuple(Span(path) for path in signs or (file or ".",)),
        name=config.name,
        version=config.version,
        licenses=config.licenses,
        dependencies=frozenset(denojson.dependencies(tree, config).values()) | imported,
        runtime=version,
        listens=_port(tree, start, read),
        health=health.health(modules),
        entry=entry,
        source=entry if read else None,
        build="build" if made else None,
        runnable=start is not None and not (others and not config.tasks),
        suggests=_suggested(config, start, imported),
        diagnostics=(
            *files.problems,
            *loopback(modules, frozenset()),
            *(one for one in complaints if one not in errors(complaints)),
        ),
        obstacles=(
            *config.problems,
            *((denojson.workspace_problem(config),) if config.workspace else ()),
            *denojson.lock_problems(tree, config),
            *errors(complaints),
        ),
        unstartable=(started,) if isinstance(started, Diagnostic) else _unrunnable(tree, config, started, made),
        written=writes.writes(tree, modules),
        config=config,
        manifests=_manifests(tree, config),
        sources=files.without((made,) if made else ()),
        start=start,
        made=made,
        allowed=tuple(sorted({flag for path in read for uses, flag in _USES if source(tree, path).search(uses)})),
    )


def recipe(found: DenoFacts, request: Request) -> ImageRecipe:
    """Everything that runs is fetched in the build, and nothing later: the final stage has the cache, read-only."""
    refused = (*found.obstacles, *(found.unstartable if request.command is None else ()))
    if refused:
        raise Refused(refused)
    steps = Steps.for_(found, request)
    own = _argv(found, found.start, request) if found.start else ()
    argv = request.command.value if request.command else own
    stages = (_build(found, request, steps), _final(found, request, steps))
    tool = request.archetype == "cli-tool"
    return ImageRecipe(
        stack="deno",
        stages=stages,
        user=USER,
        entrypoint=argv if tool else (),
        command=() if tool else argv,
        context=context(stages),
        needs_init=True,
        probe=request.probe(*_PROBE),
        language="typescript",
        origin=steps.origin,
    )


def _start(config: DenoConfig, file: str | None) -> DenoLaunch | Diagnostic:
    """A task that starts it for good; Fresh's ``start`` is for development where there is a ``preview``."""
    names = [name for name in _TASKS if name in config.tasks]
    if "preview" in names and "dev.ts" in config.tasks.get("start", ""):
        names = ["preview"]
    if names:
        found = launch.of_task(names[0], config.tasks)
        if isinstance(found, NotPlain):
            span = config.at("tasks", names[0])
            return START_NOT_PLAIN.at(
                span, f"the task {names[0]} cannot start it in an image: {found.why}", fix=found.fix
            )
        return found
    path = file or config.exports
    if path and nameable(path):
        return DenoLaunch(serve=False, flags=(), entry=posixpath.normpath(path))
    return NO_START.at(
        config.at(),
        "there is no task `start`, and no main, server, app, index, cli or mod file at the top or in src",
        fix='add a task `"start": "deno run --allow-net main.ts"` to deno.json, or set the service\'s `command`',
    )


def _unrunnable(tree: Tree, config: DenoConfig, start: DenoLaunch, made: str | None) -> tuple[Diagnostic, ...]:
    if (nameable(start.entry) and (tree.is_file(start.entry) or made)) or start.entry.startswith(("jsr:", "npm:")):
        return ()
    message = f"{quoted(start.entry)} is to be started, but it is neither in the tree nor made by a task `build`"
    return (
        ENTRY_MISSING.at(config.at("tasks"), message, fix="correct the task, or add one called `build` that makes it"),
    )


def _imported(code: Lexed) -> Iterator[str]:
    """The packages that a source imports with where they are from in the specifier, which no manifest needs to name."""
    yield from (match[1] or match[2] for match in code.finditer(_SPECIFIER))


def _suggested(config: DenoConfig, start: DenoLaunch | None, imported: frozenset[str]) -> Suggestion | None:
    if start and start.serve:
        return "web-service", "its task runs `deno serve`"
    server = next((name for name in sorted({*config.imports, *imported}) if name.rstrip("/") in _SERVERS), None)
    if server:
        return "web-service", f"it imports {server}"
    # What JSR is given has a version; the module that only others import is called mod (https://docs.deno.com/runtime/contributing/style_guide).
    module = posixpath.splitext(posixpath.basename(config.exports or ""))[0] == "mod"
    published = module and config.version is not None and config.tasks.keys().isdisjoint(_TASKS)
    return ("library", f"{config.path} exports {config.exports}, and no task starts it") if published else None


def _version(tree: Tree) -> tuple[Chosen, tuple[Diagnostic, ...]]:
    """What pins it, whole: images have no tag for less."""
    for path in (*_PINS, ".tool-versions"):
        for number, line in enumerate((tree.read(path) or "").splitlines(), 1):
            words = line.partition("#")[0].split()
            if not words or (path == ".tool-versions" and (words[0] != "deno" or len(words) < 2)):
                continue
            match = _PIN.match(words[-1] if path != ".tool-versions" else words[1])
            span = Span(path, number, 1)
            if match:
                return Chosen("deno", match[1], path, span), ()
            message = f"{path} says {quoted(line.strip())}, no whole version; {_USUAL.value} is taken"
            return _USUAL, (VERSION_UNREADABLE.at(span, message, fix=f"write a whole version, such as {_USUAL.value}"),)
    return _USUAL, ()


def _port(tree: Tree, start: DenoLaunch | None, read: tuple[str, ...]) -> Chosen:
    told = start and (start.port or dict(start.env).get("PORT"))
    if told and told.isdecimal() and 0 < int(told) < 65536:
        return Chosen("port", str(int(told)), "task")
    return hints.port(tree, read) or Chosen("port", "8000", "default")


def _manifests(tree: Tree, config: DenoConfig) -> tuple[str, ...]:
    found = (config.path, config.locked, config.import_map, packagejson.PATH)
    return tuple(dict.fromkeys(path for path in found if path and tree.is_file(path)))


def _argv(found: DenoFacts, start: DenoLaunch, request: Request) -> tuple[str, ...]:
    """``deno run`` with the task's permissions, or those that follow from what the sources use; it can ask nobody for
    more, and fetches nothing."""
    usual = ("--allow-env", "--allow-read", *(() if request.archetype == "cli-tool" else ("--allow-net",)))
    allowed = () if start.permitted else tuple(sorted({*usual, *found.allowed}))
    serve = ("--host", "0.0.0.0", "--port", str(request.port.value)) if start.serve and request.port else ()  # noqa: S104
    if start.serve and not start.permitted:
        allowed = tuple(flag for flag in allowed if flag != "--allow-net")
    command = "serve" if start.serve else "run"
    return (
        "deno",
        command,
        "--no-prompt",
        "--cached-only",
        *allowed,
        *start.flags,
        *serve,
        start.entry,
        *start.arguments,
    )


def _quiet(steps: Steps, **more: str | Wanted[str]) -> Step:
    return steps.env({"DENO_NO_UPDATE_CHECK": "1", **QUIET, **more})


def _build(found: DenoFacts, request: Request, steps: Steps) -> Stage:
    """The packages by manifest and lock; then the sources, and what they name besides."""
    listed = steps.because_of(*found.evidence)
    manifests = (listed.files(found.manifests),) if found.manifests else ()
    install = (listed.fetch(("deno", "install", "--frozen")),) if found.dependencies and found.manifests else ()
    content: list[Step] = [
        steps.workdir(),
        _quiet(steps),
        *steps.packages(request.build_packages),
        *manifests,
        *install,
    ]
    content += steps.tree(found.sources, already=found.manifests)
    if found.made:
        content.append(steps.run(("deno", "task", "build")))
    entry = found.entry if found.start and request.command is None else found.source
    cached = (("deno", "cache", "--frozen", entry),) if entry else ()
    content.append(
        steps.run(*cached, ("mkdir", "-p", *(f"{_CACHE}/{name}" for name in (*_fetched(found), _TRANSLATED))))
    )
    return steps.stage("build", steps.base(_IMAGE.format(version=found.runtime.value), found.runtime), content)


def _final(found: DenoFacts, request: Request, steps: Steps) -> Stage:
    # Of an address in the environment `Deno.serve` takes notice whatever the program says.
    port: dict[str, str | Wanted[str]] = (
        {
            "DENO_SERVE_ADDRESS": request.port.told(f"tcp:0.0.0.0:{request.port.value}"),
            "HOST": "0.0.0.0",  # noqa: S104
            "PORT": request.port.told(str(request.port.value)),
        }
        if request.port
        else {}
    )
    told = dict(found.start.env) if found.start and request.command is None else {}
    content: tuple[Step, ...] = (
        steps.workdir(),
        _quiet(steps, **{"DENO_ENV": "production", **told, **port}),
        *steps.packages(request.runtime_packages),
        *(_kept(steps, name) for name in _fetched(found)),
        *_laid_out(found, steps),
        *((steps.files(found.manifests),) if found.manifests else ()),
        *steps.health(request),
        _kept(steps, _TRANSLATED),
        *steps.edited_last(steps.tree(found.sources, already=found.manifests), found.source),
    )
    return steps.stage("final", steps.base(_IMAGE.format(version=found.runtime.value), found.runtime), content)


def _fetched(found: DenoFacts) -> tuple[str, str]:
    """What of the cache is as it came: packages, and modules, whose directory Deno 2 calls otherwise."""
    return "npm", "deps" if found.runtime.value.partition(".")[0] == "1" else "remote"


def _kept(steps: Steps, name: str) -> Copy:
    """A directory of Deno's cache as the build left it. One by one, for an edit changes none of what was fetched."""
    place = f"{_CACHE}/{name}/"
    return Copy(sources=(place,), target=place, stage="build", origin=steps.origin)


def _laid_out(found: DenoFacts, steps: Steps) -> Iterator[Copy]:
    """What the build stage has put beside the sources."""
    if found.config.modules and found.dependencies:
        yield steps.made("build", "node_modules")
    if found.made:
        yield steps.made("build", found.made)


STACK: Stack[DenoFacts] = Stack(
    name="deno",
    language="typescript",
    recognised_by="deno.json, deno.jsonc or deno.lock",
    detect=detect,
    recipe=recipe,
)
