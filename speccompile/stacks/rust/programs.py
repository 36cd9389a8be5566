"""The programs of a Cargo project, and which of them is the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from speccompile.codes.stacks_rust import OUTSIDE, SEVERAL_PROGRAMS
from speccompile.diagnostics import Diagnostic
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.rust import routes, sources
from speccompile.stacks.rust.facts import Program
from speccompile.stacks.rust.hints import code, listening
from speccompile.stacks.rust.lockfile import Lock
from speccompile.stacks.rust.manifest import Package, Target
from speccompile.stacks.rust.sources import texts
from speccompile.stacks.rust.workspaces import Workspace

# Web frameworks by crate, with the port that they take by themselves.
FRAMEWORKS = {
    "axum": "3000", "actix-web": "8080", "rocket": "8000", "warp": "3030", "poem": "3000", "salvo": "5800", "tide": "8080",
    "ntex": "8080", "gotham": "7878", "loco-rs": "5150", "viz": "3000", "trillium": "8080", "thruster": "4321",
    "pavex": "8000", "hyper": "3000", "tiny_http": "8000", "rouille": "8000", "iron": "3000", "nickel": "6767",
    "graphul": "8000", "xitca-web": "8080", "dropshot": "8080", "may_minihttp": "8080",
}  # fmt: skip
LISTENS = regex(
    r"\bTcpListener::bind\(|\bServer::bind\(|HttpServer::new\(|axum::serve\(|Server::http\(|Server::builder\(|UnixListener::bind\("
)
"""What a server does, whatever its framework."""
_USUAL_NAMES = ("server", "api", "web", "app", "backend", "service", "main")
_ROCKET = (("ROCKET_ADDRESS", "0.0.0.0"), ("ROCKET_PORT", "{port}"), ("ROCKET_CLI_COLORS", "false"))  # noqa: S104
_CHECKED_QUERY = regex(r"\bquery(?:_file)?(?:_as|_scalar)?(?:_unchecked)?!\s*[({]")


def every(tree: Tree, workspace: Workspace, lock: Lock) -> Iterator[Program]:
    """Every program of the members, those of one package with the same material."""
    for package in workspace.members:
        if not package.programs:
            continue
        packages = workspace.needs(package)
        material = sources.built(tree, workspace, packages)
        assets = sources.read(tree, package, lock)
        lines = tuple(texts(tree, package))
        prepared = any(path.endswith((".sqlx", "sqlx-data.json")) for path in (*material.directories, *material.files))
        problems = () if prepared else tuple(_unprepared(tree, packages))[:1]
        for target in package.programs:
            mine = tuple((path, text) for path, text in lines if _belongs(path, target, package))
            env = _ROCKET if "rocket" in package.names else listening(mine).variables
            starts_with = sorted(mine, key=lambda one: one[0] != target.path)
            yield Program(
                package=package,
                target=target,
                packages=packages,
                material=material,
                assets=assets,
                env=tuple((name, value) for name, value in env),
                prepared=prepared,
                problems=problems,
                health=routes.health(tuple(starts_with)),
            )


def of_program(lines: tuple[tuple[str, Lexed], ...], program: Program) -> tuple[tuple[str, Lexed], ...]:
    """Those sources of its package that can be part of *program*, the one it begins with first."""
    mine = [one for one in lines if _belongs(one[0], program.target, program.package)]
    return tuple(sorted(mine, key=lambda one: one[0] != program.target.path))


def _belongs(path: str, target: Target, package: Package) -> bool:
    """Whether the source at *path* can be part of *target*: it is none with which another program begins."""
    return path == target.path or all(path != other.path for other in package.programs)


def framework_of(program: Program) -> str | None:
    """The web framework that its package depends on."""
    return next((name for name in FRAMEWORKS if name in program.package.names), None)


def taken_of(
    tree: Tree, workspace: Workspace, programs: tuple[Program, ...]
) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program that is the service: each sign leaves those that it speaks for, if it speaks for any."""
    left = programs
    signs: tuple[Callable[[Program], bool], ...] = (
        lambda one: one.package.directory in workspace.usual,
        lambda one: one.target.name == one.package.default_run,
        lambda one: one.package.directory == "",
        lambda one: framework_of(one) is not None,
        lambda one: one.target.name == one.package.name,
        lambda one: source(tree, one.target.path).search(LISTENS) is not None,
        lambda one: one.target.name in _USUAL_NAMES or one.package.name in _USUAL_NAMES,
    )
    for sign in signs:
        left = tuple(one for one in left if sign(one)) or left
    if len(left) == 1:
        return left[0], ()
    return None, (_several(left),) if left else ()


def _several(programs: tuple[Program, ...]) -> Diagnostic:
    names = sorted({one.target.name for one in programs})
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return SEVERAL_PROGRAMS.at(
        programs[0].package.span,
        f"there are several programs: {shown}",
        fix=f"set the service's `command` in specs/deploy.yaml, for instance [{names[0]}], or `default-run` in Cargo.toml",
    )


def _unprepared(tree: Tree, packages: tuple[Package, ...]) -> Iterator[Diagnostic]:
    """Queries that are checked against a database when they are compiled: in a build there is none."""
    for package in packages:
        for path, text in texts(tree, package) if "sqlx" in package.names else ():
            if match := code(path, text).search(_CHECKED_QUERY):
                at = match.start()
                yield OUTSIDE.at(
                    Span(path, text.line(at), text.column(at)),
                    "sqlx checks this query when it is compiled: against a database, or against what is prepared in .sqlx, "
                    "and that is not there",
                    fix="run `cargo sqlx prepare --workspace` beside a database, and commit .sqlx",
                )
