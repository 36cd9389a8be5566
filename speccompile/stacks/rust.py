"""Rust with Cargo: what is known about the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.codes.stacks_rust import CONFIGURATION, LOOPBACK, SEVERAL_PROGRAMS
from speccompile.diagnostics import Diagnostic, Severity, errors, quoted
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks import cargoconfig, cargolibraries, cargolock, cargosources, cargoworkspace, hints, rustimage
from speccompile.stacks.cargolock import LOCK, Lock
from speccompile.stacks.cargomanifest import PATH, Package, Target
from speccompile.stacks.cargosources import texts
from speccompile.stacks.cargoworkspace import Workspace
from speccompile.stacks.facts import Chosen
from speccompile.stacks.manifest import place
from speccompile.stacks.rustfacts import Program, RustFacts
from speccompile.stacks.rusthints import Listening, listening
from speccompile.stacks.stack import Stack
from speccompile.stacks.versions import RUST, choose

# Web frameworks by crate, with the port that they take by themselves.
FRAMEWORKS = {
    "axum": "3000", "actix-web": "8080", "rocket": "8000", "warp": "3030", "poem": "3000", "salvo": "5800", "tide": "8080",
    "ntex": "8080", "gotham": "7878", "loco-rs": "5150", "viz": "3000", "trillium": "8080", "thruster": "4321",
    "pavex": "8000", "hyper": "3000", "tiny_http": "8000", "rouille": "8000", "iron": "3000", "nickel": "6767",
    "graphul": "8000", "xitca-web": "8080", "dropshot": "8080", "may_minihttp": "8080", "tonic": "50051",
}  # fmt: skip
_TOOLS = ("clap", "structopt", "argh", "pico-args", "lexopt", "bpaf", "gumdrop", "docopt")
_PIPELINES = ("polars", "datafusion", "deltalake", "arrow", "parquet", "csv")
_USUAL_PORT = "3000"
_USUAL_NAMES = ("server", "api", "web", "app", "backend", "service", "main")
_LISTENS = re.compile(r"\bTcpListener::bind\(|\bServer::bind\(|HttpServer::new\(|axum::serve\(|Server::http\(")
_ROCKET = (("ROCKET_ADDRESS", "0.0.0.0"), ("ROCKET_PORT", "{port}"), ("ROCKET_CLI_COLORS", "false"))  # noqa: S104


def detect(tree: Tree) -> RustFacts | None:
    """A Cargo.toml at the top: of a package or of a workspace."""
    workspace = cargoworkspace.read(tree)
    if workspace is None:
        return None
    lock, stale = cargolock.read(tree, workspace.packages)
    programs = tuple(_programs(tree, workspace, lock))
    taken, ambiguous = _taken(tree, programs)
    package = taken.package if taken else next(iter(workspace.members), None)
    lines = tuple(texts(tree, taken.package)) if taken else ()
    bound = listening(_of_program(lines, taken)) if taken else Listening(None, (), None)
    configuration = cargoconfig.read(tree)
    version, complaints = choose(tree, RUST, *cargoconfig.toolchain(tree, package))
    framework = _framework(taken)
    return RustFacts(
        stack="rust",
        reason=f"{PATH} and {LOCK} are there" if tree.is_file(LOCK) else f"{PATH} is there",
        evidence=(Span(PATH), *((Span(LOCK),) if tree.is_file(LOCK) else ())),
        name=package.name if package else None,
        version=package.version if package else None,
        description=package.description if package else None,
        licenses=package.licenses if package else None,
        url=package.url if package else None,
        dependencies=frozenset().union(*(one.names for one in (taken.packages if taken else workspace.members))),
        runtime=version,
        listens=bound.port or Chosen("port", FRAMEWORKS.get(framework or "", _USUAL_PORT), "default"),
        health=hints.health(tree, (path for path, _ in lines)),
        entry=taken.target.path if taken else None,
        source=taken.target.path if taken else None,
        build="cargo build --release",
        runnable=taken is not None,
        suggests=_suggested(taken, lines, framework),
        diagnostics=(
            *(taken.material.problems if taken else ()),
            *(one for one in complaints if one.severity is not Severity.ERROR),
            *((_loopback(bound.loopback),) if bound.loopback and framework != "rocket" else ()),
            *((_left_out(configuration),) if configuration.foreign else ()),
        ),
        obstacles=(*workspace.problems, *errors(complaints), *stale),
        unstartable=ambiguous or (() if taken or not workspace.packages else (_no_program(tree),)),
        program=taken,
        programs=programs,
        packages=workspace.packages,
        configured=None if configuration.foreign else configuration.path,
        libraries=cargolibraries.needed(lock),
        authorities=cargolibraries.asks_for_authorities(lock),
        settings=tuple(_settings(lock)),
    )


def _programs(tree: Tree, workspace: Workspace, lock: Lock) -> Iterator[Program]:
    """Every program of the members, those of one package with the same material."""
    for package in workspace.members:
        if not package.programs:
            continue
        packages = workspace.needs(package)
        material = cargosources.built(tree, workspace, packages)
        assets = cargosources.read(tree, package, lock)
        lines = tuple(texts(tree, package))
        prepared = any(path.endswith((".sqlx", "sqlx-data.json")) for path in (*material.directories, *material.files))
        for target in package.programs:
            mine = tuple((path, text) for path, text in lines if _belongs(path, target, package))
            env = _ROCKET if "rocket" in package.names else listening(mine).variables
            yield Program(
                package=package,
                target=target,
                packages=packages,
                material=material,
                assets=assets,
                env=tuple((name, value) for name, value in env),
                prepared=prepared,
            )


def _belongs(path: str, target: Target, package: Package) -> bool:
    """Whether the source at *path* can be part of *target*: it is none with which another program begins."""
    return path == target.path or all(path != other.path for other in package.programs)


def _of_program(lines: tuple[tuple[str, str], ...], program: Program) -> tuple[tuple[str, str], ...]:
    mine = [one for one in lines if _belongs(one[0], program.target, program.package)]
    return tuple(sorted(mine, key=lambda one: one[0] != program.target.path))


def _taken(tree: Tree, programs: tuple[Program, ...]) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program that is the service: of the one that several signs speak for the first sign that decides counts."""
    left = programs
    signs = (
        lambda one: one.target.name == one.package.default_run,
        lambda one: one.package.directory == "",
        lambda one: bool(one.package.names & FRAMEWORKS.keys()),
        lambda one: one.target.name == one.package.name,
        lambda one: _LISTENS.search(tree.read(one.target.path) or "") is not None,
        lambda one: one.target.name in _USUAL_NAMES or one.package.name in _USUAL_NAMES,
    )
    for sign in signs:
        speaks = tuple(one for one in left if sign(one))
        left = speaks or left
    if len(left) == 1:
        return left[0], ()
    return None, (_several(left),) if left else ()


def _framework(program: Program | None) -> str | None:
    names = program.package.names if program else frozenset()
    return next((name for name in FRAMEWORKS if name in names), None)


def _suggested(
    program: Program | None, lines: tuple[tuple[str, str], ...], framework: str | None
) -> tuple[str, str] | None:
    if program is None:
        return ("library", "nothing is there to be run")
    path = program.target.path
    if framework:
        return ("web-service", f"{program.package.name} depends on {framework}")
    if any(_LISTENS.search(text) for _, text in _of_program(lines, program)):
        return ("web-service", f"{path} listens")
    tool = next((name for name in _TOOLS if name in program.package.names), None)
    if tool:
        return ("cli-tool", f"{program.package.name} depends on {tool}")
    pipeline = next((name for name in _PIPELINES if name in program.package.names), None)
    if pipeline:
        return ("data-pipeline", f"{program.package.name} depends on {pipeline}")
    return ("cli-tool", f"{path} runs and does not listen")


def _settings(lock: Lock) -> Iterator[tuple[str, str]]:
    """What the build scripts of crates want to know where there is neither a repository nor a database."""
    if lock.has("vergen", "vergen-gitcl", "vergen-git2"):
        yield "VERGEN_IDEMPOTENT", "1"


def _several(programs: tuple[Program, ...]) -> Diagnostic:
    names = sorted({one.target.name for one in programs})
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return SEVERAL_PROGRAMS.at(
        programs[0].package.span,
        f"there are several programs: {shown}",
        fix=f"set the service's `command` in specs/deploy.yaml, for instance [{names[0]}], or `default-run` in Cargo.toml",
    )


def _no_program(tree: Tree) -> Diagnostic:
    return NO_START.at(
        place(PATH, tree.read(PATH), "[package]"),
        "no package has a program: there is neither a src/main.rs, nor a src/bin, nor a [[bin]]",
        fix="add src/main.rs, or set the archetype to library",
    )


def _loopback(span: Span) -> Diagnostic:
    return LOOPBACK.at(
        span,
        "the server is bound to the loopback address, where nothing outside of its container gets through to it",
        fix='bind it to 0.0.0.0, or read the address from the environment: std::env::var("HOST")',
    )


def _left_out(configuration: cargoconfig.Configuration) -> Diagnostic:
    return CONFIGURATION.at(
        configuration.span,
        f"{configuration.path} sets {quoted(configuration.foreign)}, which the image does not have; the file was left out",
        fix="move what is for one machine to the configuration in its home directory; flags for all belong in `rustflags` alone",
    )


STACK: Stack[RustFacts] = Stack(
    name="rust",
    language="rust",
    recognised_by="Cargo.toml (with Cargo.lock)",
    detect=detect,
    recipe=rustimage.recipe,
)
