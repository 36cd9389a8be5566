"""What the stacks that have a package.json share: their facts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from speccompile.codes.stacks import ENTRY_MISSING, NO_START, NOT_BUILT, OUTPUT_UNKNOWN, START_NOT_PLAIN, WORKSPACES
from speccompile.diagnostics import Diagnostic, Severity, errors, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks import hints, jslocks, launch
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.jslocks import Locking
from speccompile.stacks.jsoutput import outputs
from speccompile.stacks.jssite import for_browsers
from speccompile.stacks.launch import Launch, NotPlain
from speccompile.stacks.packagejson import PATH, PackageJson
from speccompile.stacks.sources import SCRIPT_CODE, Sources, nameable, sources
from speccompile.stacks.versions import Runtime, Said, choose

TYPESCRIPT = (".ts", ".cts", ".mts", ".tsx")
_ENTRIES = tuple(
    f"{folder}{stem}{suffix}"
    for folder in ("", "src/")
    for stem in ("index", "server", "app", "main", "cli")
    for suffix in (".ts", ".js", ".mjs", ".cjs", ".tsx")
)
_PORT_FLAG = re.compile(r"(?:--port|-p)(?:=|\Z)(\d{2,5})?\Z")
_USUAL_PORT = "3000"


@record(kw_only=True)
class JsFacts(Facts):
    """Facts of a package.json.

    ``start`` is what runs, where that could be told; ``program`` and ``program_file`` the name and the file of its
    command line tool, ``program_source`` the source that this file is or is compiled from; ``made`` the directories
    that the build makes; ``locks`` the lock files that are there.
    """

    package: PackageJson
    locks: tuple[str, ...]
    configuration: tuple[str, ...]
    sources: Sources
    start: Launch | None
    program: str
    program_file: str | None
    program_source: str | None
    made: tuple[str, ...]

    @property
    def program_runs(self) -> bool:
        """Whether the command line tool's file is there, or made by the build."""
        return self.program_file is not None and (
            self.sources.has(self.program_file) or self.program_file.partition("/")[0] in self.made
        )

    @property
    def started_is_made(self) -> bool:
        """Whether what runs comes from the build, so that the sources are not needed to run it."""
        return self.entry is not None and self.entry.partition("/")[0] in self.made


@record(kw_only=True)
class Flavour:
    """What tells one stack with a package.json from another, for one tree.

    ``reason`` is why it was recognised; ``pins`` and ``ranges`` are what the manifest says about the runtime's version;
    ``configuration`` are files that its package manager reads.
    """

    stack: str
    reason: str
    runtime: Runtime
    pins: tuple[Said, ...]
    ranges: tuple[Said, ...]
    locking: Locking
    locks: tuple[str, ...]
    configuration: tuple[str, ...] = ()


def facts(tree: Tree, package: PackageJson, flavour: Flavour) -> JsFacts:
    """Everything about *package* in *tree*."""
    interpreter = flavour.runtime.name
    version, complaints = choose(tree, flavour.runtime, flavour.pins, flavour.ranges)
    started = _start(tree, package, interpreter)
    start = started if isinstance(started, Launch) else None
    entry = start.entry if start else None
    program, program_file = _program(package, entry)
    build = "build" if "build" in package.scripts else None
    made = outputs(tree, package, build, entry or program_file) if build else ()
    committed = [
        path.partition("/")[0] for path in (entry, program_file) if path and tree.is_file(path) and nameable(path)
    ]
    allowed = sources(tree, SCRIPT_CODE, also=committed).without(made)
    read = _source_files(tree, entry, program_file)
    return JsFacts(
        stack=flavour.stack,
        reason=flavour.reason,
        evidence=_evidence(package, flavour.locks, start),
        name=package.name,
        version=package.version,
        description=package.description,
        licenses=package.licenses,
        url=package.url,
        dependencies=package.dependencies,
        runtime=version,
        listens=_port(tree, package, start, read),
        health=hints.health(tree, read),
        entry=entry,
        source=_source_of(tree, entry),
        build=build,
        runnable=start is not None and not for_browsers(tree, package, entry),
        diagnostics=(
            *allowed.problems,
            *((_unknown_output(package),) if build and not made else ()),
            *warnings(complaints),
        ),
        obstacles=(
            *package.problems,
            *((_workspace(package),) if package.workspaces else ()),
            *jslocks.problems(tree, package, flavour.locking),
            *errors(complaints),
        ),
        unstartable=(started,)
        if isinstance(started, Diagnostic)
        else _unrunnable(tree, package, version, started, made),
        package=package,
        locks=flavour.locks,
        configuration=flavour.configuration,
        sources=allowed,
        start=start,
        program=program,
        program_file=program_file,
        program_source=_source_of(tree, program_file),
        made=made,
    )


def warnings(complaints: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Those of *complaints* that do not stop a compilation."""
    return tuple(one for one in complaints if one.severity is not Severity.ERROR)


def _evidence(package: PackageJson, locks: Iterable[str], start: Launch | None) -> tuple[Span, ...]:
    """The files that speak for the stack; the manifest at its start script, where it has one."""
    return (
        package.at("scripts", "start") if start and "start" in package.scripts else Span(PATH),
        *(Span(path) for path in locks),
    )


def _start(tree: Tree, package: PackageJson, interpreter: str) -> Launch | Diagnostic:
    """The start script; else what the manifest calls its main file; else a file with a usual name."""
    if "start" in package.scripts:
        found = launch.of_script("start", package, interpreter)
        return found if isinstance(found, Launch) else _not_plain(package, found)
    named = (package.module, package.main) if interpreter == "bun" else (package.main,)
    for path in named:
        if path and nameable(path) and (tree.is_file(launch.inside(path)) or "build" in package.scripts):
            return launch.of_file(launch.inside(path), interpreter)
    binary = next(iter(package.binaries.values()), None)
    if binary and nameable(binary):
        return launch.of_file(launch.inside(binary), interpreter)
    usual = next(
        (path for path in _ENTRIES if tree.is_file(path) and (interpreter == "bun" or not path.endswith(TYPESCRIPT))),
        None,
    )
    if usual:
        return launch.of_file(usual, interpreter)
    return NO_START.at(
        Span(PATH),
        "package.json has no start script and no main file, and there is no index, server, app, main or cli file at the"
        " top or in src",
        fix='add `"start"` to the scripts in package.json, or set the service\'s `command` in specs/deploy.yaml',
    )


def _not_plain(package: PackageJson, found: NotPlain) -> Diagnostic:
    return START_NOT_PLAIN.at(
        package.at("scripts", "start"),
        f"the start script cannot start the service in an image: {found.why}",
        fix=found.fix,
    )


def _unrunnable(
    tree: Tree, package: PackageJson, version: Chosen, start: Launch, made: tuple[str, ...]
) -> tuple[Diagnostic, ...]:
    """Why what was found to start would not run."""
    entry = start.entry
    span = package.at("scripts", "start") if "start" in package.scripts else Span(PATH)
    if entry is None:
        return ()
    if not nameable(entry) or not (_there(tree, entry) or entry.partition("/")[0] in made):
        message = f"{quoted(entry)} is to be started, but it is neither in the tree nor made by a build script"
        return (
            ENTRY_MISSING.at(
                span, message, fix='correct the start script, or add a `"build"` script that makes the file'
            ),
        )
    if (
        version.name == "node"
        and entry.endswith(TYPESCRIPT)
        and start.argv[0] == "node"
        and not _loads_types(start, package, version)
    ):
        message = f"{quoted(entry)} is TypeScript, and Node.js is to run it"
        return (NOT_BUILT.at(span, message, fix='add a `"build"` script (such as `tsc`) and start the compiled file'),)
    return ()


def _loads_types(start: Launch, package: PackageJson, version: Chosen) -> bool:
    """Whether TypeScript runs as it is: the start script brings a loader, or relies on Node.js to strip types (from
    22.18 on)."""
    loader = any(
        word.startswith(("--import", "--loader", "--experimental-strip-types", "-r", "--require"))
        for word in start.argv
    )
    return loader or ("start" in package.scripts and int(version.value.partition(".")[0]) >= 22)


def _there(tree: Tree, entry: str) -> bool:
    """Whether the interpreter finds *entry* in the tree; it may be named without its suffix, or be a directory."""
    return any(tree.is_file(entry + end) for end in ("", *SCRIPT_CODE, "/index.js", "/index.ts"))


def _program(package: PackageJson, entry: str | None) -> tuple[str, str | None]:
    """The command line tool: a name that is safe as a file's, and its file. Of several programs the one called like
    the package."""
    own = (package.name or "app").rpartition("/")[2]
    name = own if own in package.binaries else next(iter(package.binaries), own)
    file = package.binaries.get(name)
    safe = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.") or "app"
    return safe[:60], launch.inside(file) if file and nameable(file) else entry


def _source_files(tree: Tree, *entries: str | None) -> tuple[str, ...]:
    """The sources that the entries are (or are compiled from), and what these import."""
    found = next((path for entry in entries if (path := _source_of(tree, entry))), None)
    found = found or next((path for path in _ENTRIES if tree.is_file(path)), None)
    return hints.with_imports(tree, found) if found else ()


def _source_of(tree: Tree, path: str | None) -> str | None:
    """The source of *path*: itself where it is in the tree, or what it is compiled from (``src/cli.ts`` of
    ``dist/cli.js``)."""
    if path is None:
        return None
    stem = posixpath.splitext(path)[0]
    below = stem.partition("/")[2]
    bases = (stem, *((f"src/{below}", below) if below else ()), f"src/{stem}")
    guesses = (path, *(f"{base}{suffix}" for base in bases for suffix in SCRIPT_CODE))
    return next((guess for guess in guesses if tree.is_file(guess)), None)


def _port(tree: Tree, package: PackageJson, start: Launch | None, read: tuple[str, ...]) -> Chosen:
    """The start script's port; else the source's; else the usual one."""
    span = package.at("scripts", "start")
    if start:
        told = dict(start.env).get("PORT")
        for flag, value in zip(start.argv, (*start.argv[1:], ""), strict=True):
            match = _PORT_FLAG.match(flag)
            told = told or (match and (match[1] or value)) or None
        if told and told.isdecimal() and 0 < int(told) < 65536:
            return Chosen("port", str(int(told)), "start script", span)
    return hints.port(tree, read) or Chosen("port", _USUAL_PORT, "default")


def _unknown_output(package: PackageJson) -> Diagnostic:
    return OUTPUT_UNKNOWN.at(
        package.at("scripts", "build"),
        f"cannot tell where the build script writes: {quoted(package.scripts['build'])}",
        fix="name the output directory in the script (`--outdir dist`), or start a file that it makes",
    )


def _workspace(package: PackageJson) -> Diagnostic:
    return WORKSPACES.at(
        package.at("workspaces"),
        "package.json declares workspaces",
        fix="deploy a package that has a lock of its own: set `path` in specs/deploy.yaml to its directory",
    )
