"""Gradle: how a build is run in an image, and what comes out of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator

from speccompile.codes.stacks_java import DYNAMIC_VERSIONS, SEVERAL_PROGRAMS
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.lexing import Lexed
from speccompile.plan.image import Glob
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.java import conventions, gradletext, layout, sources
from speccompile.stacks.java.conventions import Logic
from speccompile.stacks.java.facts import Builder, Form, Product
from speccompile.stacks.java.frameworks import server
from speccompile.stacks.java.gradletext import Script
from speccompile.stacks.java.layout import PLAIN
from speccompile.stacks.java.maven import spring_form
from speccompile.stacks.java.sources import Source
from speccompile.stacks.manifest import place, word
from speccompile.stacks.pins import Said

_PROPERTIES = "gradle/wrapper/gradle-wrapper.properties"
_WRAPPER = ("gradlew", "gradle/wrapper/gradle-wrapper.jar", _PROPERTIES)
_TOP = ("gradle.properties", "gradle.lockfile", "buildscript-gradle.lockfile", "settings-gradle.lockfile")
_HOME = "/gradle"
_BOOT = "org.springframework.boot"
_BOOT_PLUGIN = "spring-boot-gradle-plugin"
_STARTS = (
    _BOOT,
    "application",
    "io.quarkus",
    "io.micronaut.application",
    "io.ktor.plugin",
    "com.github.johnrengelman.shadow",
    "com.gradleup.shadow",
)
_DISTRIBUTION = regex(r"gradle-(\d{1,2}\.\d{1,2}(?:\.\d{1,3})?)-(?:bin|all)\.zip")
_MAIN = regex(r"\bmain(?:Class|ClassName|Name)?\s*(?:=|\.set\s*\()\s*[\"']([\w.$]{1,200})[\"']")
_MICRONAUT = "io.micronaut.application"
# https://micronaut-projects.github.io/micronaut-gradle-plugin/latest/
_RUNTIME = regex(r"\bruntime\s*(?:\(|=|\.set\(|[ \t])\s*[\"'](netty|jetty|tomcat|undertow)[\"']")
_LAYERED = regex(r"\blayered\b")
_SHARED = regex(r"\b(?:subprojects|allprojects)\b")
_NAME = regex(r"rootProject\.name\s*=\s*[\"']([^\"'\n]{1,100})[\"']")
_JAVA = (
    ("toolchain", regex(r"languageVersion\s*(?:=|\.set\s*\()\s*JavaLanguageVersion\.of\s*\(\s*[\"']?(\d{1,2})")),
    ("jvmToolchain", regex(r"jvmToolchain\s*\(\s*(\d{1,2})")),
    ("release", regex(r"\brelease\s*(?:=|\.set\s*\()\s*(\d{1,2})")),
    (
        "sourceCompatibility",
        regex(r"(?:source|target)Compatibility\s*=?\s*(?:JavaVersion\.(?:toVersion\()?)?[\"']?([\w.]{1,20})"),
    ),
)
# The first release of Gradle that runs on a line of Java, and the last line that older ones run on.
_RUNS_ON = (((9, 1), "25"), ((8, 5), "21"), ((7, 3), "17"), ((5, 0), "11"), ((0, 0), "8"))
_MOST_MODULES = 60


@record(kw_only=True)
class Program:
    """A module: its directory, what its script says (with what the root's says for all), its main class."""

    directory: str
    script: Script
    plugins: frozenset[str]
    dependencies: frozenset[str]
    boot: str | None
    main: Source | None


@record(kw_only=True)
class Build:
    """A Gradle build as it was found: the root, the module that is started, all the modules, and what makes plugins for them."""

    root: Program
    program: Program | None
    modules: tuple[Program, ...]
    logic: Logic
    name: str | None
    evidence: tuple[str, ...]
    wrapped: bool
    problems: tuple[Diagnostic, ...]


def read(tree: Tree) -> Build | None:
    """The build at the top of *tree*; None when there is none."""
    settings, directories = gradletext.included(tree)
    root = gradletext.script(tree, "")
    if root is None and not settings:
        return None
    empty = Script(
        path=settings,
        code=Lexed(""),
        plugins={},
        declared={},
        dependencies=frozenset(),
        projects=frozenset(),
        dynamic=(),
    )
    top = root or empty
    logic = conventions.read(tree)
    known = [path for path in directories if PLAIN.match(path)][:_MOST_MODULES]
    scripts = [(path, one) for path in known if (one := gradletext.script(tree, path))]
    modules = tuple(_program(tree, path, one, top, logic) for path, one in (("", top), *scripts))
    startable = sorted(
        (one for one in modules if one.plugins & set(_STARTS) and (one.main or "io.quarkus" in one.plugins)),
        key=lambda one: (server(one.dependencies) is None, modules.index(one)),
    )
    plain = [modules[0]] if modules[0].main and "java" in modules[0].plugins and not modules[0].dependencies else []
    programs = startable or plain
    wrapped, problems = layout.wrapper(tree, _WRAPPER[0], _WRAPPER[1:])
    evidence = tuple(dict.fromkeys(path for path in (top.path, programs[0].script.path if programs else "") if path))
    name = source(tree, settings).search(_NAME) if settings else None
    return Build(
        root=modules[0],
        program=programs[0] if programs else None,
        modules=modules,
        logic=logic,
        name=word(name[1]) if name else None,
        evidence=evidence,
        wrapped=wrapped,
        problems=(*_several(programs), *_dynamic(tree, modules), *problems),
    )


def versions(tree: Tree, build: Build) -> tuple[Said, ...]:
    """What the build says about Java, the most telling first; else what its Gradle runs on."""
    scripts = [one.script for one in (*((build.program,) if build.program else ()), build.root)]
    read = [(one.path, one.code) for one in scripts]
    read += [each for one in scripts for each in conventions.codes(tree, one, build.logic)]
    found = [
        Said(match[1], f"{path} {name}", Span(path, code.line(match.start()), 1))
        for name, pattern in _JAVA
        for path, code in read
        if (match := code.search(pattern))
    ]
    release = _release(tree) if build.wrapped else None
    if release:
        line = next(line for first, line in _RUNS_ON if tuple(map(int, release[0].split(".")[:2])) >= first)
        found.append(Said(min(line, "17", key=int), f"{_PROPERTIES} Gradle {release[0]}", release[1]))
    return tuple(found)


def tool(tree: Tree, build: Build, java: str) -> Chosen:
    """The release of Gradle: that of the wrapper, or the image's."""
    release = _release(tree) if build.wrapped else None
    return (
        Chosen("gradle", release[0], _PROPERTIES, release[1]) if release else Chosen("gradle", _image(java), "default")
    )


def builder(tree: Tree, build: Build, program: Program, java: str) -> Builder:
    """How *program* is built with *java*."""
    settings, _ = gradletext.included(tree)
    directories = [each.directory for each in build.modules]
    scripts = [path for each in build.modules if (path := each.script.path)]
    shared = [
        f"gradle/{name}" for name in tree.entries("gradle") if name.endswith((".toml", ".gradle", ".kts", ".lockfile"))
    ]
    locks = [posixpath.join(path, "gradle.lockfile") for path in directories if path]
    wrapped = _WRAPPER if build.wrapped else ()
    also = [path for path in (*_TOP, *locks) if tree.is_file(path)]
    manifests = tuple(dict.fromkeys((settings or scripts[0], *scripts, *also, *shared, *wrapped)))
    closure = _closure(build, program)
    taken = layout.taken(tree, closure, [path for path in directories if path], manifests, whole=False)
    logic = build.logic.directories
    gradle = (*(("sh", "./gradlew") if build.wrapped else ("gradle",)), "--no-daemon")
    prefix = f":{program.directory.replace('/', ':')}:" if program.directory else ":"
    return Builder(
        image=f"eclipse-temurin:{java}-jdk" if build.wrapped else f"gradle:{_image(java)}-jdk{java}",
        env=(("GRADLE_USER_HOME", _HOME),),
        cache=(_HOME, "gradle"),
        # Where the build's own logic is compiled first, only Gradle itself can be fetched without sources.
        fetch=(*gradle, "--version") if logic else (*gradle, f"{prefix}dependencies"),
        make=(*gradle, f"{prefix}{_task(program)}"),
        manifests=manifests,
        directories=tuple(dict.fromkeys((*logic, *taken.directories))),
        files=taken.files,
    )


def taken(build: Build) -> tuple[str, ...]:
    """The directories that the build of the program takes besides the root's: its modules, and what makes plugins for them."""
    modules = _closure(build, build.program) if build.program else []
    return tuple(path for path in (*modules, *build.logic.directories) if path)


def product(program: Program) -> Product | None:
    """What the build of *program* makes; None when it is nothing that can be started."""
    made = posixpath.join(program.directory, "build")
    match _task(program):
        case "bootJar":
            form, loader = spring_form(_line(program.boot))
            form = Form.FAT if program.script.code.search(_LAYERED) else form
            return Product(form=form, path=Glob(f"{made}/libs/*.jar"), loader=loader)
        case "quarkusBuild":
            return Product(form=Form.QUARKUS, path=f"{made}/quarkus-app")
        case _ if program.main is None:
            return None
        case "installDist":
            return Product(form=Form.DISTRIBUTION, path=Glob(f"{made}/install/*/lib"), main=program.main.class_name)
        case "shadowJar":
            return Product(form=Form.FAT, path=Glob(f"{made}/libs/*-all.jar"), main=program.main.class_name)
        case _:
            return Product(form=Form.FAT, path=Glob(f"{made}/libs/*.jar"), main=program.main.class_name)


def _program(tree: Tree, directory: str, alone: Script, root: Script, logic: Logic) -> Program:
    script = conventions.applied(tree, alone, logic)
    shared = root.code if root.code.search(_SHARED) and alone is not root else None
    named = {one.value for one in shared.strings} if shared else set()
    given = {*script.plugins, *(name for name in root.plugins if name in named)}
    declared = script.code.search(_MAIN)
    main = sources.of_class(tree, directory, declared[1]) if declared else None
    return Program(
        directory=directory,
        script=script,
        plugins=frozenset(given),
        dependencies=script.dependencies | (root.dependencies if shared else frozenset()) | _brought(script, given),
        boot=script.declared.get(_BOOT) or root.declared.get(_BOOT) or logic.versions.get(_BOOT_PLUGIN),
        main=main or sources.main(tree, directory),
    )


def _brought(script: Script, plugins: Collection[str]) -> frozenset[str]:
    """The server that Micronaut's plugin adds for its runtime, which no script names."""
    runtime = script.code.search(_RUNTIME) if _MICRONAUT in plugins else None
    return frozenset((f"micronaut-http-server-{runtime[1]}",)) if runtime else frozenset()


def _closure(build: Build, program: Program) -> list[str]:
    """The directories of the modules that *program* needs, itself included, in the order of all; the root's too."""
    wanted = {program.directory, ""}
    left = [program]
    while left:
        one = left.pop()
        needed = [
            each for each in build.modules if each.directory in one.script.projects and each.directory not in wanted
        ]
        wanted |= {each.directory for each in needed}
        left += needed
    return [each.directory for each in build.modules if each.directory in wanted]


def _task(program: Program) -> str:
    shadow = {"com.github.johnrengelman.shadow", "com.gradleup.shadow"}
    if _BOOT in program.plugins:
        return "bootJar"
    if "io.quarkus" in program.plugins:
        return "quarkusBuild"
    if program.plugins & {"application", "io.micronaut.application", "io.ktor.plugin"}:
        return "installDist"
    return "shadowJar" if program.plugins & shadow else "jar"


def _line(version: str | None) -> tuple[int, int] | None:
    match = re.match(r"(\d{1,2})\.(\d{1,2})(?:\.|\Z)", version or "")
    return (int(match[1]), int(match[2])) if match else None


def _release(tree: Tree) -> tuple[str, Span] | None:
    text = tree.read(_PROPERTIES)
    found = _DISTRIBUTION.search(text or "")
    return (found[1], place(_PROPERTIES, text, found[0])) if found else None


def _image(java: str) -> str:
    return "9.2" if java == "25" else "8.14"


def _several(programs: list[Program]) -> Iterator[Diagnostic]:
    rivals = [one for one in programs if bool(server(one.dependencies)) == bool(server(programs[0].dependencies))]
    if len(rivals) > 1:
        others = ", ".join(quoted(one.directory or ".") for one in rivals[1:8])
        yield SEVERAL_PROGRAMS.at(
            Span(rivals[0].script.path),
            f"the program in {quoted(rivals[0].directory or '.')} was taken; there is also {others}",
            fix="move each program into a build of its own, and name that as the `path` of a service in specs/deploy.yaml",
        )


def _dynamic(tree: Tree, modules: tuple[Program, ...]) -> Iterator[Diagnostic]:
    for one in modules:
        locked = tree.is_file(posixpath.join(one.directory, "gradle.lockfile"))
        if one.script.dynamic and not locked:
            artifact, version, span = one.script.dynamic[0]
            yield DYNAMIC_VERSIONS.at(
                span,
                f"{artifact} is wanted in version {quoted(version)}, which is resolved anew at every build",
                fix=f"write an exact version of {artifact}, or lock it: gradle dependencies --write-locks",
            )
            return
