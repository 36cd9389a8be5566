"""Maven: how a build is run in an image, and what comes out of it.

Maven has no lock, and its local repository is both cache and installation: it is a cache mount, filled from the poms alone in
a layer of its own, so that an edit of a source fetches nothing. Tests are neither copied nor run.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.diagnostics import Diagnostic
from speccompile.plan.image import Glob
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.java import layout, modules, pom, releases
from speccompile.stacks.java.facts import Builder, Form, Product
from speccompile.stacks.java.layout import PLAIN
from speccompile.stacks.java.modules import MAIN_ELEMENTS, Program, Reactor
from speccompile.stacks.java.pom import Pom
from speccompile.stacks.manifest import place
from speccompile.stacks.pins import Said
from speccompile.stacks.sources import nameable
from speccompile.stacks.xmltext import Element

_WRAPPER = ("mvnw", ".mvn/wrapper/maven-wrapper.properties")
_ALSO = (".mvn/jvm.config", ".mvn/maven.config", ".mvn/extensions.xml", ".mvn/wrapper/maven-wrapper.jar")
_SETTINGS = regex(r"^(?:.*\s)?(?:-s|-gs|--(?:global-)?settings)(?:[\s=]+)([^\s\"']+)", re.MULTILINE)
_CACHE = ("/root/.m2", "maven")
_COPY_DEPENDENCIES = ("dependency:copy-dependencies", "-DincludeScope=runtime")
_MAVEN = Chosen("maven", "3.9", "default")
_DISTRIBUTION = regex(r"apache-maven-(\d[\w.-]{0,30}?)-bin\.(?:zip|tar\.gz)")
# Checks of style and the like need files that are no part of an image, or a repository: they are for whoever commits.
_CHECKS = (
    ("maven-checkstyle-plugin", "-Dcheckstyle.skip"),
    ("maven-pmd-plugin", "-Dpmd.skip"),
    ("spotbugs-maven-plugin", "-Dspotbugs.skip"),
    ("spotless-maven-plugin", "-Dspotless.check.skip"),
    ("license-maven-plugin", "-Dlicense.skip"),
    ("git-commit-id-maven-plugin", "-Dmaven.gitcommitid.skip"),
    ("spring-javaformat-maven-plugin", "-Dspring-javaformat.skip"),
)
_RELEASES = ("maven.compiler.release", "java.version", "maven.compiler.source", "maven.compiler.target", "jdk.version",
             "release.version", "java.release", "javaVersion", "java-version", "kotlin.compiler.jvmTarget")  # fmt: skip


@record(kw_only=True)
class Build:
    """A Maven build as it was found."""

    root: Pom
    reactor: Reactor
    wrapped: bool
    problems: tuple[Diagnostic, ...]

    @property
    def program(self) -> Program | None:
        """The module that is started."""
        return self.reactor.program


def read(tree: Tree) -> Build | Diagnostic | None:
    """The build at the top of *tree*; None when there is none."""
    root = pom.read(tree)
    if not isinstance(root, Pom):
        return root
    reactor = modules.read(tree, root)
    wrapped, problems = layout.wrapper(tree, _WRAPPER[0], _WRAPPER[1:])
    return Build(root=root, reactor=reactor, wrapped=wrapped, problems=(*reactor.problems, *problems))


def versions(build: Build) -> tuple[Said, ...]:
    """What the build says about Java, the most telling first."""
    one = build.program.pom if build.program else build.root
    found = [Said(value, f"{span.path} {name}", span) for name in _RELEASES[:1] for value, span in _property(one, name)]
    compiler = list(one.plugins("maven-compiler-plugin"))
    for key in ("release", "source", "target"):
        for each in compiler:
            element = each.first("configuration", key)
            value = one.value(element.text) if element else None
            if element and value:
                found.append(Said(value, f"{element.span.path} maven-compiler-plugin {key}", element.span))
    found += [
        Said(value, f"{span.path} {name}", span) for name in _RELEASES[1:] for value, span in _property(one, name)
    ]
    floor = tuple(_of_framework(one))
    least = int(floor[0].text) if floor else 0
    return (*(each for each in found if int(releases.lts(each.text) or least) >= least), *floor)


def tool(tree: Tree, build: Build) -> Chosen:
    """The release of Maven: that of the wrapper, or the line of the image."""
    text = tree.read(_WRAPPER[1]) if build.wrapped else None
    found = _DISTRIBUTION.search(text or "")
    return Chosen("maven", found[1], _WRAPPER[1], place(_WRAPPER[1], text, found[0])) if found else _MAVEN


def _settings(tree: Tree) -> Iterator[str]:
    """The files of settings that Maven is told of for every run (https://maven.apache.org/configure.html)."""
    for match in _SETTINGS.finditer(tree.read(_ALSO[1]) or ""):
        path = posixpath.normpath(match[1])
        if nameable(path) and tree.is_file(path):
            yield path


def builder(tree: Tree, build: Build, java: str, product: Product) -> Builder:
    """How the program of *build* is built with *java*."""
    program = build.program
    closure = [each.directory for each in build.reactor.closure]
    every = [each.directory for each in build.reactor.modules]
    wrapped = _WRAPPER if build.wrapped else ()
    also = tuple(path for path in _ALSO if tree.is_file(path) and (build.wrapped or "wrapper" not in path))
    also = (*also, *(path for path in _settings(tree) if path not in also))
    parents = {parent.path for each in build.reactor.modules for parent in each.lineage}
    poms = dict.fromkeys((*(each.path for each in build.reactor.modules), *sorted(parents)))
    manifests = (*poms, *wrapped, *also)
    whole = any(each.root.says("build", "sourceDirectory") for each in build.reactor.closure)
    taken = layout.taken(tree, closure, [path for path in every if path], manifests, whole)
    maven = (*(("sh", "./mvnw") if build.wrapped else ("mvn",)), "-B", "-ntp")
    several = len(every) > 1
    directory = program.pom.directory if program else ""
    chosen = ("-pl", directory, "-am") if directory else (("-N",) if several else ())
    checks = tuple(flag for name, flag in _CHECKS if program and program.pom.plugin(name))
    more = _COPY_DEPENDENCIES if product.form is Form.CLASSPATH else ()
    return Builder(
        image=f"eclipse-temurin:{java}-jdk" if build.wrapped else f"maven:{_MAVEN.value}-eclipse-temurin-{java}",
        env=(),
        cache=_CACHE,
        # Modules that need each other are not there yet: what cannot be fetched now is when they are built.
        fetch=(*maven, *(("-fn",) if several else ()), "dependency:go-offline"),
        make=(*maven, *chosen, "-DskipTests", *checks, "package", *more),
        manifests=manifests,
        directories=taken.directories,
        files=taken.files,
        settings="--settings",
    )


def product(program: Program) -> Product | None:
    """What the build of *program* makes; None when it is nothing that can be started."""
    one = program.pom
    target = posixpath.join(one.directory, "target")
    if one.plugin("quarkus-maven-plugin"):
        return Product(form=Form.QUARKUS, path=f"{target}/quarkus-app")
    boot = one.plugin("spring-boot-maven-plugin")
    if boot:
        return _spring(one, target, boot)
    if one.packaging == "war" or program.main is None:
        return None
    name = program.main.class_name
    if one.plugin("maven-shade-plugin") or any(artifact == "micronaut-parent" for artifact, _, _ in one.parents):
        shades = tuple(one.plugins("maven-shade-plugin"))
        declared = any(True for each in shades for name in MAIN_ELEMENTS for _ in each.anywhere(name)) or not shades
        return Product(form=Form.FAT, path=_shaded(one, target, shades), main=None if declared else name)
    assembly = one.plugin("maven-assembly-plugin")
    if assembly and "package" in [each.text for each in assembly.anywhere("phase")]:
        plain = any(each.text == "false" for each in assembly.anywhere("appendAssemblyId"))
        path = _archive(one, target, "" if plain else "-jar-with-dependencies")
        return Product(form=Form.FAT, path=path, main=name)
    return Product(form=Form.CLASSPATH, path=_archive(one, target), main=name)


def spring_boot(one: Pom) -> tuple[int, int] | None:
    """The release line of Spring Boot."""
    said = [version for artifact, version, _ in one.parents if artifact == "spring-boot-starter-parent"]
    said += [each.version for each in one.imported if each.artifact == "spring-boot-dependencies"]
    said += [one.value(each.says("version")) for each in one.plugins("spring-boot-maven-plugin")]
    match = next((found for each in said if each and (found := re.match(r"(\d{1,2})\.(\d{1,2})(?:\.|\Z)", each))), None)
    return (int(match[1]), int(match[2])) if match else None


def spring_form(boot: tuple[int, int] | None) -> tuple[Form, str]:
    """How an archive of that line is unpacked, and the class that loads it."""
    package = "org.springframework.boot.loader"
    if boot is None or boot < (2, 4):
        return Form.FAT, ""
    if boot < (3, 3):
        return Form.LAYERTOOLS, f"{package}.launch.JarLauncher" if boot >= (3, 2) else f"{package}.JarLauncher"
    return Form.TOOLS, ""


def _spring(one: Pom, target: str, boot: Element) -> Product:
    form, loader = spring_form(spring_boot(one))
    if one.packaging == "war" or next(boot.anywhere("layers"), None):
        form = Form.FAT
    classifier = next((value for each in boot.anywhere("classifier") if (value := one.value(each.text))), None)
    end = f"-{classifier}" if classifier and PLAIN.match(classifier) else ""
    return Product(form=form, path=_archive(one, target, end), loader=loader)


def _shaded(one: Pom, target: str, shades: tuple[Element, ...]) -> str | Glob:
    settings = {key: value for each in shades for key in ("finalName", "outputFile", "shadedArtifactAttached", "shadedClassifierName")
                for found in each.anywhere(key) if (value := one.value(found.text))}  # fmt: skip
    name = settings.get("finalName")
    if name and PLAIN.match(name):
        return f"{target}/{name}.jar"
    attached = settings.get("shadedArtifactAttached") == "true"
    classifier = settings.get("shadedClassifierName", "shaded")
    return _archive(one, target, f"-{classifier}" if attached and PLAIN.match(classifier) else "")


def _archive(one: Pom, target: str, end: str = "") -> str | Glob:
    """The archive of a module; where its name cannot be told, the only one there is."""
    kind = "war" if one.packaging == "war" else "jar"
    final = next((text for each in one.lineage if (text := each.root.says("build", "finalName"))), None)
    stem = one.value(final) if final else (f"{one.artifact}-{one.version}" if one.version else None)
    plain = stem is not None and PLAIN.match(stem) is not None
    return f"{target}/{stem}{end}.{kind}" if plain else Glob(f"{target}/*{end}.{kind}")


def _property(one: Pom, name: str) -> Iterator[tuple[str, Span]]:
    if found := one.setting(name):
        yield found


def _of_framework(one: Pom) -> Iterator[Said]:
    """The oldest Java that the framework runs on; what the build compiles for may be older still."""
    boot = spring_boot(one)
    if boot:
        yield Said("17" if boot >= (3, 0) else "8", f"{one.path} Spring Boot {boot[0]}.{boot[1]}", Span(one.path))
    for name in ("quarkus.platform.version", "quarkus.version"):
        for value, span in _property(one, name):
            yield Said("11" if value.startswith(("1.", "2.")) else "17", f"{span.path} {name}", span)
