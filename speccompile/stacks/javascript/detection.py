"""What the stacks that have a package.json share: their facts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.codes.stacks import OUTPUT_UNKNOWN
from speccompile.codes.stacks_js import DEVELOPMENT_IN_IMAGE
from speccompile.diagnostics import Diagnostic, Severity, errors, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import hints
from speccompile.stacks.facts import Chosen, all_moved
from speccompile.stacks.javascript import (
    fileroutes,
    frameworks,
    health,
    launch,
    listening,
    lockfiles,
    migrating,
    native,
    parts,
    patches,
    platforms,
    prisma,
    redirecting,
    releases,
    starting,
    uncopied,
    writes,
)
from speccompile.stacks.javascript.config import configuration
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.frameworks import Server
from speccompile.stacks.javascript.launch import Launch
from speccompile.stacks.javascript.lockfiles import Locking
from speccompile.stacks.javascript.native import Native
from speccompile.stacks.javascript.output import outputs
from speccompile.stacks.javascript.packagejson import PATH, PackageJson
from speccompile.stacks.javascript.reached import Module, reached
from speccompile.stacks.javascript.site import for_browsers
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.pins import Said
from speccompile.stacks.sources import SCRIPT_CODE, nameable
from speccompile.stacks.versions import NODE, Runtime, choose

_PORT_FLAG = regex(r"(?:--port|-p)(?:=|\Z)(\d{2,5})?\Z")
_USUAL_PORT = "3000"
_USUAL_PORTS = {"@sveltejs/kit": "3000", "astro": "4321", "json-server": "3000"}


@record(kw_only=True)
class Flavour:
    """What tells one stack with a package.json from another, for one tree.

    ``reason`` is why it was recognised; ``pins`` and ``ranges`` are what the manifest says about the runtime's version;
    ``tools`` the other versions that were chosen; ``setup`` see ``JsFacts``; ``focuses`` is whether the manager can
    leave out devDependencies; ``diagnostics`` what there is to say about all this.
    """

    stack: str
    reason: str
    runtime: Runtime
    pins: tuple[Said, ...]
    ranges: tuple[Said, ...]
    locking: Locking
    locks: tuple[str, ...]
    tools: tuple[Chosen, ...] = ()
    setup: str = ""
    focuses: bool = True
    diagnostics: tuple[Diagnostic, ...] = ()


def facts(tree: Tree, workspace: Workspace, flavour: Flavour) -> JsFacts:
    """Everything about the package that *workspace* is seen from; *tree* is its directory."""
    package, interpreter = workspace.package, flavour.runtime.name
    version, complaints = choose(tree, flavour.runtime, flavour.pins, flavour.ranges)
    server = frameworks.found(tree, package, interpreter)
    started = starting.choose(tree, package, interpreter, server)
    start = started if isinstance(started, Launch) else None
    served = server if isinstance(server, Server) and start == server.launch else None
    entry = start.entry if start else None
    program, program_file = _program(package, entry)
    build = parts.build_script(package)
    made = served.made if served else outputs(tree, package, build, entry or program_file) if build else ()
    own = parts.part(workspace, workspace.place, made, _committed(tree, entry, program_file), _mixed(served))
    read = _source_files(tree, entry, program_file)
    modules = reached(tree, read[0]) if read else ()
    config = configuration(workspace, flavour.locking)
    found = JsFacts(
        stack=flavour.stack,
        reason=flavour.reason,
        evidence=_evidence(package, workspace, flavour.locks, start),
        name=package.name,
        version=package.version,
        description=package.description,
        licenses=package.licenses,
        url=package.url,
        dependencies=package.dependencies,
        runtime=version,
        tools=flavour.tools,
        listens=_port(tree, package, start, read),
        health=health.health(modules) or (fileroutes.health(tree, package, served.framework) if served else None),
        asked_over=redirecting.scheme(modules),
        entry=entry,
        source=_source_of(tree, entry),
        build=build,
        runnable=start is not None and not for_browsers(tree, package, entry),
        suggests=("web-service", f"{served.framework} builds a server") if served else None,
        diagnostics=(*own.sources.problems, *warnings(complaints), *flavour.diagnostics, *config.notes),
        obstacles=(*_unlocked(workspace, flavour), *config.obstacles, *errors(complaints)),
        withheld=config.withheld,
        unreleased=tuple(releases.unreleased(tree, package)),
        unstartable=() if served else _unstartable(tree, package, version, started, made),
        package=package,
        workspace=workspace,
        parts=(*parts.parts(workspace), own),
        manager=flavour.locking,
        setup=flavour.setup,
        locks=flavour.locks,
        configuration=config.files,
        sources=own.sources,
        start=start,
        server=served,
        program=program,
        program_file=program_file,
        program_source=_source_of(tree, program_file),
        made=made,
        written=writes.writes(tree, modules, prisma.file(workspace, workspace.place)),
        everything=bool(start and start.missing) or not flavour.focuses,
        native=_native(workspace, flavour),
    )
    return _run(tree, replace(found, diagnostics=(*found.diagnostics, *_told(tree, found, flavour, modules))))


def _run(tree: Tree, found: JsFacts) -> JsFacts:
    """*found*, with Node.js as what runs it where a server insists on that which another runtime has built."""
    if found.server is None or found.server.runtime in ("", found.runtime.name):
        return found
    wanted = found.package.engines.get("node")
    said = (Said(wanted, "package.json engines.node", found.package.at("engines", "node")),) if wanted else ()
    runs_on, complaints = choose(tree, NODE, (), said)
    return replace(
        found,
        runs_on=runs_on,
        tools=(*found.tools, runs_on),
        diagnostics=(*found.diagnostics, *warnings(complaints)),
        obstacles=(*found.obstacles, *errors(complaints)),
    )


def _told(tree: Tree, found: JsFacts, flavour: Flavour, modules: tuple[Module, ...]) -> Iterator[Diagnostic]:
    """What there is to say about how it is built, installed and started; *modules* are the sources of what is started."""
    package, server = found.package, found.server
    yield from warnings(migrating.told(found.workspace, found.build))
    if found.build and not found.made:
        yield _unknown_output(package, found.build)
    yield from _development(package, found.start, found.workspace, flavour)
    yield from platforms.problems(found.workspace, flavour.locking)
    if not (server and server.whole):
        yield from patches.not_run(found.workspace, found.build)
    if not server:
        yield from uncopied.uncopied(tree, package, found.build, found.made)
        yield from listening.loopback(modules, package.dependencies)


def _mixed(served: frameworks.Server | None) -> tuple[str, ...]:
    """The directories that the build makes which have sources in them before."""
    return served.mixed if served else ()


def _committed(tree: Tree, *paths: str | None) -> tuple[str, ...]:
    """The names at the top of the tree that started files are in."""
    return tuple(path.partition("/")[0] for path in paths if path and tree.is_file(path) and nameable(path))


def _unlocked(workspace: Workspace, flavour: Flavour) -> tuple[Diagnostic, ...]:
    """What is wrong with the manifests and the lock."""
    package, root = workspace.package, all_moved(workspace.root.problems, workspace.outside) if workspace.place else ()
    needing = errors(migrating.told(workspace, parts.build_script(package)))
    return (*package.problems, *root, *lockfiles.problems(workspace, flavour.locking), *needing)


def _unstartable(
    tree: Tree, package: PackageJson, version: Chosen, started: Launch | Diagnostic, made: tuple[str, ...]
) -> tuple[Diagnostic, ...]:
    """Why nothing is started, or why what was found would not run."""
    if isinstance(started, Diagnostic):
        return (started,)
    return starting.unrunnable(tree, package, version, started, made)


def warnings(complaints: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Those of *complaints* that do not stop a compilation."""
    return tuple(one for one in complaints if one.severity is not Severity.ERROR)


def _native(workspace: Workspace, flavour: Flavour) -> tuple[Native, ...]:
    """Packages of the table that the manifests ask for, or that the lock has besides."""
    direct = (name for place in ("", *workspace.linked) for name in workspace.manifest(place).all_dependencies)
    return native.known(frozenset(direct), lockfiles.text(workspace.tree, flavour.locking))


def _evidence(
    package: PackageJson, workspace: Workspace, locks: Iterable[str], start: Launch | None
) -> tuple[Span, ...]:
    """The files that speak for the stack; the manifest at its start script, else at the program that it names."""
    named = package.main and start and start.entry == launch.inside(package.main)
    return (
        package.at("scripts", "start")
        if start and "start" in package.scripts
        else package.at("main")
        if named
        else Span(PATH),
        *(workspace.at(path) for path in locks),
    )


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
    found = found or next((path for path in starting.ENTRIES if tree.is_file(path)), None)
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
    return hints.port(tree, read) or Chosen("port", _usual_port(package), "default")


def _usual_port(package: PackageJson) -> str:
    return next((port for name, port in _USUAL_PORTS.items() if name in package.all_dependencies), _USUAL_PORT)


def _unknown_output(package: PackageJson, build: str) -> Diagnostic:
    return OUTPUT_UNKNOWN.at(
        package.at("scripts", build),
        f"cannot tell where the build script writes: {quoted(package.scripts[build])}",
        fix="name the output directory in the script (`--outdir dist`), or start a file that it makes",
    )


def _development(
    package: PackageJson, start: Launch | None, workspace: Workspace, flavour: Flavour
) -> Iterator[Diagnostic]:
    missing = start.missing if start else ()
    if missing:
        yield DEVELOPMENT_IN_IMAGE.at(
            package.at("devDependencies", missing[0]),
            f"what is started needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} among the"
            " devDependencies: all of these are in the image",
            fix=f"move {' and '.join(missing)} to the dependencies, or start what the build makes",
        )
    elif not flavour.focuses:
        yield DEVELOPMENT_IN_IMAGE.at(
            workspace.at(flavour.locks[0] if flavour.locks else PATH),
            "this yarn cannot leave out devDependencies without its plugin workspace-tools: they are in the image",
            fix="`yarn set version stable`, or `yarn plugin import workspace-tools`",
        )
