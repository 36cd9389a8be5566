"""What of a package.json is started: a script, what a framework's build makes, a main file, a file with a usual
name."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from speccompile.codes.stacks import ENTRY_MISSING, NO_START, NOT_BUILT, START_NOT_PLAIN
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import hints
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.javascript import launch, launchers, output
from speccompile.stacks.javascript.frameworks import Server
from speccompile.stacks.javascript.launch import Launch, NotPlain
from speccompile.stacks.javascript.packagejson import PATH, PackageJson
from speccompile.stacks.sources import SCRIPT_CODE, nameable

# At the beginning of a line: what is loaded only in some case may well be missing.
_LOADS = regex(
    r"""^(?:import\b[^;"'\n]{0,300}|(?:(?:const|let|var)\s[^;"'\n=]{1,200}=\s*)?require\()\s*["']([\w@./-]{1,120})["']""",
    re.MULTILINE,
)
TYPESCRIPT = (".ts", ".cts", ".mts", ".tsx")
ENTRIES = tuple(
    f"{folder}{stem}{suffix}"
    for folder in ("", "src/")
    for stem in ("index", "server", "app", "main", "cli")
    for suffix in (".ts", ".js", ".mjs", ".cjs", ".tsx")
)
# What starts a service in production, where `start` does not; the last resort is to start it as developers do.
_PRODUCTION = ("start:prod", "start:production", "start:server", "prod", "production", "serve:prod", "server")
_DEVELOPMENT = ("serve", "dev", "start:dev", "develop", "watch")


def choose(
    tree: Tree, package: PackageJson, interpreter: str, server: Server | Diagnostic | None
) -> Launch | Diagnostic:
    """What starts the service, with what its sources load; or why nothing does."""
    found = _chosen(tree, package, interpreter, server)
    return _loading(tree, package, found) if isinstance(found, Launch) else found


def _chosen(
    tree: Tree, package: PackageJson, interpreter: str, server: Server | Diagnostic | None
) -> Launch | Diagnostic:
    scripts = [name for name in ("start", *_PRODUCTION, *_angular(package)) if name in package.scripts]
    read = {name: launch.of_script(name, package, interpreter) for name in scripts}
    compiled = {name: _compiled(tree, package, one) for name, one in read.items() if isinstance(one, Launch)}
    read |= {name: _not_there(one) for name, one in compiled.items() if not _loads(package, one)}
    found = [one for one in compiled.values() if _loads(package, one)]
    plain = next((one for one in found if not (one.loader or one.missing)), None)
    scripted = plain or (found[0] if found else None)
    if isinstance(server, Server) and (scripted is None or _same(scripted, server)):
        return server.launch
    if scripted:
        return scripted
    if isinstance(server, Diagnostic):
        return server
    if "start" in read and isinstance(refused := read["start"], NotPlain):
        return _nest(tree, package, interpreter) or _not_plain(package, refused)
    return (
        _file(tree, package, interpreter)
        or _nest(tree, package, interpreter)
        or _as_developed(tree, package, interpreter)
    )


def unrunnable(
    tree: Tree, package: PackageJson, version: Chosen, start: Launch, made: tuple[str, ...]
) -> tuple[Diagnostic, ...]:
    """Why what was found to start would not run."""
    entry = start.entry
    span = package.at("scripts", "start") if "start" in package.scripts else Span(PATH)
    if entry is None:
        return ()
    if not nameable(entry) or not (_there(tree, entry) or output.makes(made, entry)):
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


def _loading(tree: Tree, package: PackageJson, found: Launch) -> Launch:
    """The same, with what its sources load of the devDependencies, where these sources are what runs."""
    if found.entry is None or not found.entry.endswith((".js", ".cjs", ".mjs")) or not tree.is_file(found.entry):
        return found
    only_dev = package.all_dependencies - package.dependencies
    codes = (source(tree, path) for path in hints.with_imports(tree, found.entry))
    loaded = {name for code in codes for match in code.finditer(_LOADS) if (name := launchers.package_of(match[1]))}
    missing = tuple(sorted({*found.missing, *(loaded & only_dev)}))
    return replace(found, missing=missing)


def _angular(package: PackageJson) -> tuple[str, ...]:
    return tuple(name for name in package.scripts if name.startswith("serve:ssr"))


def _same(scripted: Launch, server: Server) -> bool:
    """Whether a script starts what the framework's server takes the place of, or that server itself."""
    program = posixpath.basename(scripted.argv[0])
    return program in server.programs or output.makes(server.made, scripted.entry or "")


def _compiled(tree: Tree, package: PackageJson, found: Launch) -> Launch:
    """TypeScript that a loader would translate at run time, as what the build makes of it; as it is where nothing is
    built of it."""
    if found.loader is None and not (found.entry or "").endswith(TYPESCRIPT):
        return found
    path = output.compiled(tree, package, found.entry) if found.entry else None
    if path is None or found.argv[0] == "/bin/sh" or found.argv[0] == "bun":
        return found
    rest = found.argv[2:] if found.loader else found.argv[found.argv.index(_word(found)) + 1 :]
    return replace(found, argv=("node", path, *rest), entry=path, loader=None, missing=())


def _loads(package: PackageJson, found: Launch) -> bool:
    """Whether what translates the entry at run time is installed at all."""
    return found.loader is None or launchers.owner(found.loader) in package.all_dependencies


def _not_there(found: Launch) -> NotPlain:
    return NotPlain(f"{quoted(found.loader or '')} is no program of a package among the dependencies")


def _word(found: Launch) -> str:
    """The word of the argument vector that names the entry."""
    return next(word for word in found.argv if launch.inside(word) == found.entry)


def _file(tree: Tree, package: PackageJson, interpreter: str) -> Launch | None:
    """What the manifest calls its main file; else its program; else a file with a usual name."""
    named = (package.module, package.main) if interpreter == "bun" else (package.main,)
    for path in named:
        if path and nameable(path) and (tree.is_file(launch.inside(path)) or "build" in package.scripts):
            return launch.of_file(launch.inside(path), interpreter)
    binary = next(iter(package.binaries.values()), None)
    if binary and nameable(binary):
        return launch.of_file(launch.inside(binary), interpreter)
    for path in ENTRIES:
        if tree.is_file(path):
            if interpreter == "bun" or not path.endswith(TYPESCRIPT):
                return launch.of_file(path, interpreter)
            made = output.compiled(tree, package, path)
            if made:
                return launch.of_file(made, interpreter)
    return None


def _nest(tree: Tree, package: PackageJson, interpreter: str) -> Launch | None:
    """NestJS compiles ``src/main.ts``; its own start command would compile again."""
    if "@nestjs/core" not in package.all_dependencies:
        return None
    made = output.compiled(tree, package, "src/main.ts")
    return launch.of_file(made, interpreter) if made else None


def _as_developed(tree: Tree, package: PackageJson, interpreter: str) -> Launch | Diagnostic:
    for name in _DEVELOPMENT:
        if name in package.scripts:
            found = launch.of_script(name, package, interpreter)
            if isinstance(found, Launch) and _loads(package, made := _compiled(tree, package, found)):
                return made
    typescript = next((path for path in ENTRIES if tree.is_file(path)), None)
    loader = next((one for one in ("tsx", "ts-node") if one in package.all_dependencies), None)
    if typescript and loader:
        missing = () if loader in package.dependencies else (loader,)
        return Launch(
            (f"/app/node_modules/.bin/{loader}", typescript), entry=typescript, loader=loader, missing=missing
        )
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
