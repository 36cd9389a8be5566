"""The modules of a Maven build: which there are, which of them is a program, what that one is made of."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks_java import DYNAMIC_VERSIONS, SEVERAL_PROGRAMS
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.java import pom, sources
from speccompile.stacks.java.frameworks import server
from speccompile.stacks.java.layout import PLAIN
from speccompile.stacks.java.pom import Pom
from speccompile.stacks.java.sources import Source

_MOST_MODULES = 60
MAIN_ELEMENTS = ("mainClass", "Main-Class")
"""How the configurations of plugins name the class that is started."""
_MAIN_PROPERTIES = ("exec.mainClass", "main.class", "mainClass", "start-class", "main-class", "mainclass")


@record(kw_only=True)
class Program:
    """A module that can be started, and the class that is started, with its source where that is in the tree."""

    pom: Pom
    main: Source | None


@record(kw_only=True)
class Reactor:
    """The modules (the root first), the program that was chosen, and what there is to say about all that."""

    modules: tuple[Pom, ...]
    program: Program | None
    problems: tuple[Diagnostic, ...]

    @property
    def closure(self) -> tuple[Pom, ...]:
        """The modules that the program needs, itself and their parents included, in the order of all."""
        wanted: dict[str, Pom] = {}
        left = [self.program.pom] if self.program else []
        while left:
            one = left.pop()
            if one.directory not in wanted:
                wanted[one.directory] = one
                needed = {each.artifact for each in one.dependencies}
                left += [each for each in self.modules if each.artifact in needed]
        parents = {each.directory for one in wanted.values() for each in one.lineage}
        return tuple(each for each in self.modules if each.directory in wanted or each.directory in parents)


def read(tree: Tree, root: Pom) -> Reactor:
    """The build of *root*."""
    modules = _modules(tree, root)
    programs = [one for each in modules if (one := _program(tree, each))]
    ranked = sorted(programs, key=lambda one: (_rank(one), modules.index(one.pom)))
    problems = _dynamic(modules)
    if len(ranked) > 1 and _rank(ranked[0]) == _rank(ranked[1]):
        problems = (_several(ranked), *problems)
    return Reactor(modules=modules, program=ranked[0] if ranked else None, problems=problems)


def _modules(tree: Tree, root: Pom) -> tuple[Pom, ...]:
    found = {root.directory: root}
    left = [*root.modules]
    while left and len(found) < _MOST_MODULES:
        directory = left.pop(0)
        one = pom.read(tree, directory) if PLAIN.match(directory) and directory not in found else None
        if isinstance(one, Pom):
            found[directory] = one
            left += one.modules
    return tuple(found.values())


def _program(tree: Tree, one: Pom) -> Program | None:
    if one.packaging not in ("jar", "war", "quarkus", "bundle"):
        return None
    declared = next(
        (found for name in _declared(one.lineage) if (found := sources.of_class(tree, one.directory, name))), None
    )
    own = next((found for name in _declared((one,)) if (found := sources.of_class(tree, one.directory, name))), None)
    # What a parent names may be another module's; what the module itself names may be in a dependency.
    main = declared if declared and declared.path else sources.main(tree, one.directory) or own
    return Program(pom=one, main=main) if main or one.plugin("quarkus-maven-plugin") else None


def _declared(poms: tuple[Pom, ...]) -> Iterator[str]:
    """The classes that the build itself names, the nearest first."""
    for one in poms:
        for name in _MAIN_PROPERTIES:
            if value := poms[0].value(one.root.says("properties", name)):
                yield value
        for name in MAIN_ELEMENTS:
            for element in one.root.anywhere(name):
                if value := poms[0].value(element.text):
                    yield value


def _rank(program: Program) -> int:
    """Servers before what runs once."""
    names = frozenset(each.artifact for each in program.pom.dependencies)
    return 0 if server(names) else 1


def _several(ranked: list[Program]) -> Diagnostic:
    names = [one.pom.directory or "." for one in ranked]
    shown = ", ".join(map(quoted, names[1:8]))
    return SEVERAL_PROGRAMS.at(
        ranked[0].pom.root.span,
        f"the program in {quoted(names[0])} was taken; there is also {shown}",
        fix="move each program into a build of its own, and name that as the `path` of a service in specs/deploy.yaml",
    )


def _dynamic(modules: tuple[Pom, ...]) -> tuple[Diagnostic, ...]:
    """The first dependency whose version is not exact; those between modules of this build are."""
    own = {each.artifact for each in modules}
    for one in modules:
        for each in one.dependencies:
            version = each.version or ""
            loose = version.startswith(("[", "(")) or version in ("LATEST", "RELEASE") or version.endswith("-SNAPSHOT")
            if loose and each.artifact not in own:
                return (
                    DYNAMIC_VERSIONS.at(
                        each.span,
                        f"{each.artifact} is wanted in version {quoted(version)}, which is resolved anew at every build",
                        fix=f"write an exact version of {each.artifact}",
                    ),
                )
    return ()
