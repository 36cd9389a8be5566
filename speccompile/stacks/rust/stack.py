"""Rust with Cargo: what is known about the sources."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.codes.stacks_rust import CONFIGURATION, LOOPBACK
from speccompile.diagnostics import Diagnostic, Severity, errors, quoted
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks import writing
from speccompile.stacks.facts import Chosen, Suggestion
from speccompile.stacks.manifest import place
from speccompile.stacks.remembered import Remembered
from speccompile.stacks.rust import config, image, libraries, lockfile, workspaces
from speccompile.stacks.rust.facts import Program, RustFacts
from speccompile.stacks.rust.hints import Listening, code, configured, listening
from speccompile.stacks.rust.lockfile import LOCK, Lock
from speccompile.stacks.rust.manifest import PATH
from speccompile.stacks.rust.programs import FRAMEWORKS, LISTENS, every, framework_of, of_program, taken_of
from speccompile.stacks.rust.sources import texts
from speccompile.stacks.stack import Stack
from speccompile.stacks.versions import RUST, choose
from speccompile.vocabulary import ArchetypeName

_BY_CRATES: tuple[tuple[ArchetypeName, tuple[str, ...]], ...] = (
    ("cli-tool", ("clap", "structopt", "argh", "pico-args", "lexopt", "bpaf", "gumdrop", "docopt")),
    ("data-pipeline", ("polars", "datafusion", "deltalake", "arrow", "parquet", "csv")),
)
_USUAL_PORT = "3000"


def detect(tree: Tree) -> RustFacts | None:
    """A Cargo.toml at the top: of a package or of a workspace."""
    tree = Remembered(tree)
    workspace = workspaces.read(tree)
    if workspace is None:
        return None
    lock, stale = lockfile.read(tree, workspace.packages)
    programs = tuple(every(tree, workspace, lock))
    taken, ambiguous = taken_of(tree, workspace, programs)
    package = taken.package if taken else next(iter(workspace.members), None)
    lines = tuple(texts(tree, taken.package)) if taken else ()
    bound = listening(of_program(lines, taken)) if taken else Listening(None, (), None)
    configuration = config.read(tree)
    version, complaints = choose(tree, RUST, *config.toolchain(tree, package))
    framework = framework_of(taken) if taken else None
    return RustFacts(
        stack="rust",
        reason=f"{PATH} and {LOCK} are there" if tree.is_file(LOCK) else f"{PATH} is there",
        evidence=(_named(tree, taken), *((Span(LOCK),) if tree.is_file(LOCK) else ())),
        name=package.name if package else None,
        version=package.version if package else None,
        description=package.description if package else None,
        licenses=package.licenses if package else None,
        url=package.url if package else None,
        dependencies=taken.dependencies
        if taken
        else frozenset().union(*(one.names | one.chosen for one in workspace.members)),
        runtime=version,
        listens=bound.port
        or configured(tree)
        or Chosen("port", FRAMEWORKS.get(framework or "", _USUAL_PORT), "default"),
        health=taken.health if taken else None,
        entry=taken.target.path if taken else None,
        source=taken.target.path if taken else None,
        build="cargo build --release",
        runnable=taken is not None,
        suggests=_suggested(taken, programs, tree),
        diagnostics=(
            *(taken.material.problems if taken else ()),
            *(one for one in complaints if one.severity is not Severity.ERROR),
            *((_loopback(bound.loopback),) if bound.loopback and framework != "rocket" else ()),
            *((_left_out(configuration),) if configuration.foreign else ()),
        ),
        obstacles=(*workspace.problems, *errors(complaints), *stale),
        unstartable=ambiguous or (() if taken or not workspace.packages else (_no_program(tree),)),
        written=writing.written(
            ((path, code(path, text)) for path, text in of_program(lines, taken)), writing.below(tree)
        )
        if taken
        else (),
        program=taken,
        binaries=programs,
        packages=workspace.packages,
        configured=None if configuration.foreign else configuration.path,
        libraries=libraries.needed(lock, workspace.features),
        authorities=libraries.asks_for_authorities(lock),
        settings=tuple(_settings(lock)),
    )


def _suggested(taken: Program | None, programs: tuple[Program, ...], tree: Tree) -> Suggestion:
    """What the program speaks for; where it is unclear which one is meant, the first that a web framework is in."""
    program = taken or next((one for one in programs if framework_of(one)), next(iter(programs), None))
    if program is None:
        return ("library", "nothing is there to be run")
    path, name, wanted = program.target.path, program.package.name, program.package.names
    framework = framework_of(program)
    if framework:
        return ("web-service", f"{name} depends on {framework}")
    if any(text.search(LISTENS) for _, text in of_program(tuple(texts(tree, program.package)), program)):
        return ("web-service", f"{path} listens")
    for archetype, crates in _BY_CRATES:
        crate = next((one for one in crates if one in wanted), None)
        if crate:
            return (archetype, f"{name} depends on {crate}")
    return ("cli-tool", f"{path} runs and does not listen")


def _named(tree: Tree, taken: Program | None) -> Span:
    """The manifest at the top, where it names the program, if it does."""
    return place(PATH, tree.read(PATH), f'name = "{taken.target.name}"') if taken else Span(PATH)


def _settings(lock: Lock) -> Iterator[tuple[str, str]]:
    """What the build scripts of crates want to know where there is neither a repository nor a database."""
    if lock.has("vergen", "vergen-gitcl", "vergen-git2"):
        yield "VERGEN_IDEMPOTENT", "1"


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


def _left_out(configuration: config.Configuration) -> Diagnostic:
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
    recipe=image.recipe,
)
