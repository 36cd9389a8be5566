"""Migrations of Ecto and of Entity Framework: what a release runs for the first, and whether a program applies the second by itself."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from speccompile.lower.naming import slug
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.dotnet import sources
from speccompile.stacks.dotnet.facts import DotnetFacts
from speccompile.stacks.elixir.facts import ElixirFacts
from speccompile.stacks.go.facts import GoFacts
from speccompile.stacks.java.facts import JavaFacts
from speccompile.stacks.python.facts import PyFacts
from speccompile.stacks.rust.facts import RustFacts
from speccompile.survey.found import Found, Step

_MIGRATES = regex(r"\.Database\.Migrate(?:Async)?\(|\bIMigrator\b[^;\n]{0,80}\.Migrate(?:Async)?\(")


@record()
class Migrations:
    """The directory of migrations, what applies them as the program starts, where anything does, and what to do where nothing does."""

    place: str
    applied: str | None
    otherwise: str


def migrations(service: Found) -> Iterator[Step]:
    """What a release of Elixir is told to run, where a module of it can be: it has no Mix."""
    facts = service.detection.facts
    if isinstance(facts, ElixirFacts) and facts.migrations and facts.migrator and facts.release and not facts.at_start:
        command = (facts.program, "eval", f"{facts.migrator}.migrate")
        yield Step(
            command, f"{posixpath.join(service.directory, facts.migrations)} is there, and {facts.migrator} applies it"
        )


def found(tree: Tree, service: Found) -> Migrations | None:
    """The migrations of *service* that no command was found for."""
    facts = service.detection.facts
    view = tree.below(service.directory) if service.directory else tree
    if isinstance(facts, ElixirFacts) and facts.migrations and not next(migrations(service), None):
        how = "write a module with `def migrate` (`mix phx.gen.release` does), and it is proposed"
        return Migrations(facts.migrations, facts.at_start, how)
    if not isinstance(facts, DotnetFacts) or not facts.made:
        return None
    directories = [one.directory for one in facts.made[0].program.closure]
    place = next((path for one in directories if _of_framework(view, path := posixpath.join(one, "Migrations"))), None)
    codes = (found for one in directories for found in sources.codes(view, one))
    calls = next((path for path, code in codes if code.search(_MIGRATES)), None) if place else None
    how = "call `Database.Migrate()` when the program starts, or write the command as `release:` into specs/deploy.yaml"
    return Migrations(place, calls, how) if place else None


def _of_framework(tree: Tree, directory: str) -> bool:
    """Whether Entity Framework wrote the directory: it keeps a picture of the model beside its migrations."""
    return any(name.endswith("ModelSnapshot.cs") for name in tree.entries(directory))


def directory(service: Found, program: str | None) -> str:
    """Where the sources of *program* of *service* are, None being the one that is taken."""
    facts = service.detection.facts
    made = facts.made if isinstance(facts, DotnetFacts) else ()
    below = next((one.program.project.directory for one in made if program in (None, one.name)), "")
    return posixpath.join(service.directory, below) if below else service.directory


def parts(root: Found | None) -> frozenset[str]:
    """The directories of what is compiled together at the *root*: the projects of a solution's programs, the applications of an umbrella, the modules
    of a program that Maven or Gradle builds, those of a workspace of Go of which one wants another, of
    Cargo's, and of uv's where there are several: their lock is at the root."""
    facts = root.detection.facts if root else None
    if isinstance(facts, DotnetFacts):
        return frozenset(one.directory for made in facts.made for one in made.program.closure if one.directory)
    if isinstance(facts, ElixirFacts) and facts.release:
        return frozenset(posixpath.dirname(path) for path in facts.manifests if "/" in path)
    if isinstance(facts, JavaFacts) and facts.product:
        return frozenset(facts.modules)
    if isinstance(facts, GoFacts):
        return frozenset(facts.linked)
    if isinstance(facts, RustFacts) and facts.binaries:
        return frozenset(one.directory for one in facts.packages if one.directory)
    if isinstance(facts, PyFacts) and facts.runnable and facts.workspace and len(facts.workspace.directories) > 1:
        return frozenset(facts.workspace.directories)
    return frozenset()


def named(root: Found, beside: Sequence[Found]) -> Found:
    """*root*, by the name of its program's package where others of its workspace are *beside* it."""
    facts = root.detection.facts
    program = facts.program if isinstance(facts, RustFacts) and beside else None
    place = program.package.directory if program else ""
    return replace(root, name=slug(posixpath.basename(place), program.target.name)) if program and place else root


def besides(root: Found | None, services: Iterable[Found]) -> Iterator[Found]:
    """Those of *services* that are programs of a workspace of Cargo, beside the one that is taken at its *root*: they are built there, by their names."""
    facts = root.detection.facts if root else None
    if root is None or not isinstance(facts, RustFacts):
        return
    within = parts(root)
    for one in services:
        own = one.detection.facts
        program = own.program.target.name if isinstance(own, RustFacts) and own.program else None
        if one.directory in within and program and not (facts.program and facts.program.target.name == program):
            taken = replace(root.detection.taken, facts=facts.of((program,))) if root.detection.taken else None
            yield replace(
                root,
                detection=replace(root.detection, taken=taken),
                name=slug(posixpath.basename(one.directory), program),
                command=(program,),
                archetype=one.archetype,
                role=one.role,
                reason=one.reason,
                why=one.why,
                listens=one.detection.facts.listens,
            )
