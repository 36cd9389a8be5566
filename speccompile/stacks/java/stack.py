"""Java and Kotlin with Maven or Gradle: what is known about the sources."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.codes.stacks_java import PARENT_OUTSIDE
from speccompile.diagnostics import Diagnostic, Severity, errors, quoted
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.facts import Chosen, Suggestion
from speccompile.stacks.java import frameworks, gradle, image, maven, pom, releases, settings, writes
from speccompile.stacks.java.facts import JavaFacts
from speccompile.stacks.java.frameworks import Serving
from speccompile.stacks.java.sources import Source
from speccompile.stacks.manifest import prose
from speccompile.stacks.opened import opened
from speccompile.stacks.sources import Sources
from speccompile.stacks.stack import Stack

_CODE = (".groovy", ".java", ".kt", ".scala")
# What the image has beside the program by these names.
_OURS = ("app", "app.jar", "health", "lib", "quarkus", "quarkus-run.jar")
_LIBRARY: Suggestion = ("library", "nothing is there to be run")


def detect(tree: Tree) -> JavaFacts | None:
    """A pom.xml, or a build script or settings of Gradle's."""
    found = maven.read(tree)
    if isinstance(found, Diagnostic):
        return _unreadable(found)
    if found is not None:
        return _of_maven(tree, found)
    build = gradle.read(tree)
    return _of_gradle(tree, build) if build else None


def _unreadable(problem: Diagnostic) -> JavaFacts:
    return JavaFacts(
        stack="java",
        reason=f"{pom.NAME} is there",
        evidence=(Span(pom.NAME),),
        runtime=Chosen("java", "17", "default"),
        listens=Chosen("port", "8080", "default"),
        runnable=False,
        obstacles=(problem,),
        builder=None,
        product=None,
        opened=Sources((), ()),
    )


def _of_maven(tree: Tree, build: maven.Build) -> JavaFacts:
    program, root = build.program, build.root
    one = program.pom if program else root
    java, complaints = releases.chosen(tree, maven.versions(build))
    made = maven.product(program) if program else None
    names = frozenset(each.artifact for each in one.dependencies if each.at_run_time and each.artifact)
    serves = _serving(tree, one.directory, names, program.main if program else None)
    return JavaFacts(
        stack="java",
        reason=f"{pom.NAME} is there",
        evidence=tuple(dict.fromkeys((Span(pom.NAME), Span(one.path), *one.named))),
        name=one.artifact or None,
        version=one.version,
        description=prose(one.root.says("description") or root.root.says("description")),
        licenses=one.root.says("licenses", "license", "name"),
        url=one.root.says("url"),
        dependencies=names,
        runtime=java,
        tools=(maven.tool(tree, build),),
        listens=serves.listens,
        health=serves.health,
        entry=program.main.path or None if program and program.main else None,
        source=program.main.path or None if program and program.main else None,
        runnable=made is not None,
        suggests=serves.suggests if made else _LIBRARY,
        diagnostics=(
            *build.problems,
            *serves.problems,
            *(each for each in complaints if each.severity is not Severity.ERROR),
        ),
        obstacles=(*errors(complaints), *_parent_outside(build)),
        unstartable=() if made else (_nothing(Span(one.path), one.packaging),),
        builder=maven.builder(tree, build, java.value, made) if made else None,
        product=made,
        opened=opened(tree, _CODE, _OURS),
        written=writes.writes(tree, one.directory),
        port_names=serves.port_names,
        settings=serves.settings,
        modules=tuple(each.directory for each in build.reactor.closure if each.directory),
    )


def _of_gradle(tree: Tree, build: gradle.Build) -> JavaFacts:
    program = build.program
    java, complaints = releases.chosen(tree, gradle.versions(tree, build))
    names = frozenset(program.dependencies if program else build.root.dependencies)
    serves = _serving(tree, program.directory if program else "", names, program.main if program else None)
    made = gradle.product(program) if program else None
    return JavaFacts(
        stack="java",
        reason=f"{build.evidence[0]} is there",
        evidence=tuple(map(Span, build.evidence)),
        name=build.name,
        dependencies=names,
        runtime=java,
        tools=(gradle.tool(tree, build, java.value),),
        listens=serves.listens,
        health=serves.health,
        entry=program.main.path or None if program and program.main else None,
        source=program.main.path or None if program and program.main else None,
        runnable=made is not None,
        suggests=serves.suggests if made else _LIBRARY,
        diagnostics=(
            *build.problems,
            *serves.problems,
            *(each for each in complaints if each.severity is not Severity.ERROR),
        ),
        obstacles=errors(complaints),
        unstartable=() if made else (_nothing(Span(build.evidence[-1]), "jar"),),
        builder=gradle.builder(tree, build, program, java.value) if made and program else None,
        product=made,
        opened=opened(tree, _CODE, _OURS),
        written=writes.writes(tree, program.directory if program else ""),
        port_names=serves.port_names,
        settings=serves.settings,
        modules=gradle.taken(build),
    )


def _serving(tree: Tree, directory: str, names: frozenset[str], main: Source | None) -> Serving:
    return frameworks.serving(tree, directory, names, settings.read(tree, directory), main)


def _parent_outside(build: maven.Build) -> Iterator[Diagnostic]:
    span = pom.outside(build.root)
    if span:
        name = quoted(build.root.root.says("parent", "artifactId") or "")
        yield PARENT_OUTSIDE.at(
            span,
            f"the parent {name} is outside of the service's directory, from which alone the image is made",
            fix="set the service's `path` in specs/deploy.yaml to the directory of the parent, which knows its modules",
        )


def _nothing(span: Span, packaging: str) -> Diagnostic:
    if packaging == "war":
        message = "a war without Spring Boot needs a servlet container to run in"
        return NO_START.at(
            span, message, fix="embed one (Spring Boot, Jetty, Tomcat), and package the program as a jar"
        )
    return NO_START.at(
        span,
        "no class with a main method was found, or nothing in the build makes a program of it",
        fix="write a main method and, with Gradle, apply the plugin `application` with its mainClass; "
        "with Maven, name the class in the property exec.mainClass",
    )


STACK: Stack[JavaFacts] = Stack(
    name="java",
    language="java",
    recognised_by="pom.xml, build.gradle or build.gradle.kts",
    detect=detect,
    recipe=image.recipe,
)
