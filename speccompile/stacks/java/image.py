"""Images of Java programs: built with a JDK in one stage, run by a JRE in the other.

No runtime is linked for one program alone: a JRE is a layer that images share, and a linked one lacks what is found by
reflection. Options of the virtual machine stand in the command, for JAVA_TOOL_OPTIONS would also reach the health probe.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.errors import Refused
from speccompile.plan.image import MAVEN_SETTINGS, SECRETS, Copy, Glob, ImageRecipe, Stage, Step
from speccompile.provenance import Wanted
from speccompile.stacks.java.facts import Builder, Form, JavaFacts, Product
from speccompile.stacks.request import Request
from speccompile.stacks.steps import DISTROLESS_USER, USER, Steps, by_folder, context
from speccompile.stacks.written import HOME

_DISTROLESS = "gcr.io/distroless/java{line}-debian12:nonroot"
_DISTROLESS_LINES = ("17", "21")
_OUT = "/out"
_HEALTH = "/health"
_JAVA = ("java", "-XX:MaxRAMPercentage=75.0", "-XX:+ExitOnOutOfMemoryError")
_PROBE = ("java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-cp", f"{HOME}/health", "Health")
_LAYERS = ("dependencies", "spring-boot-loader", "snapshot-dependencies", "application")
_ARCHIVE = f"{HOME}/app.jar"


def recipe(facts: JavaFacts, request: Request) -> ImageRecipe:
    """A server or a job on the JRE's image; a command line tool on a distroless one, where there is one of its line."""
    found = (*facts.obstacles, *facts.unstartable)
    if found or facts.builder is None or facts.product is None:
        raise Refused(found)
    steps = Steps.for_(facts, request)
    tool = request.archetype == "cli-tool"
    line = facts.runtime.value
    bare = tool and not request.runtime_packages and line in _DISTROLESS_LINES and not request.command
    argv = request.command.value if request.command else _command(facts.product)
    image = _DISTROLESS.format(line=line) if bare else f"eclipse-temurin:{line}-jre"
    env: dict[str, str | Wanted[str]] = {
        **{name: request.port.told(str(request.port.value)) for name in facts.port_names if request.port},
        **(dict(facts.settings) if request.port else {}),
    }
    final = steps.stage(
        "final",
        steps.base(image, facts.runtime),
        (
            steps.workdir(),
            *((steps.env(env),) if env else ()),
            *steps.packages(request.runtime_packages),
            *((Copy(sources=(f"{_HEALTH}/",), target="health/", stage="build", origin=request.origin),) if request.health else ()),
            *steps.tree(facts.opened),
            *_payload(facts.product, steps),
        ),
    )  # fmt: skip
    stages = (_build(facts, facts.builder, facts.product, request, steps), final)
    return ImageRecipe(
        stack="java",
        stages=stages,
        user=DISTROLESS_USER if bare else USER,
        entrypoint=argv if tool else (),
        command=() if tool else argv,
        context=context(stages),
        needs_init=bool(request.command),
        probe=_PROBE if request.health else (),
        language="java",
        origin=steps.origin,
    )


def _command(product: Product) -> tuple[str, ...]:
    match product.form:
        case Form.LAYERTOOLS:
            return (*_JAVA, product.loader)
        case Form.QUARKUS:
            return (*_JAVA, "-jar", f"{HOME}/quarkus-run.jar")
        case Form.CLASSPATH:
            return (*_JAVA, "-cp", f"{_ARCHIVE}:{HOME}/lib/*", product.main or "")
        case Form.DISTRIBUTION:
            return (*_JAVA, "-cp", f"{HOME}/lib/*", product.main or "")
        case Form.FAT if product.main:
            return (*_JAVA, "-cp", _ARCHIVE, product.main)
        case _:
            return (*_JAVA, "-jar", _ARCHIVE)


def _build(facts: JavaFacts, builder: Builder, product: Product, request: Request, steps: Steps) -> Stage:
    cache = (steps.cache(*builder.cache),)
    manifests = steps.because_of(*facts.evidence)
    settings = (
        (builder.settings, f"{SECRETS}/{MAVEN_SETTINGS}")
        if builder.settings and MAVEN_SETTINGS in request.secrets
        else ()
    )
    return steps.stage(
        "build",
        steps.base(builder.image, facts.runtime),
        (
            steps.workdir(),
            *((steps.env(dict(builder.env)),) if builder.env else ()),
            *steps.packages(request.build_packages),
            *(manifests.files(files, folder) for folder, files in by_folder(builder.manifests)),
            manifests.fetch((*builder.fetch, *settings), mounts=cache),
            *(steps.files(files, folder) for folder, files in by_folder(builder.files)),
            *(steps.directory(path) for path in builder.directories),
            steps.fetch((*builder.make, *settings), *_unpacked(product), mounts=cache),
            *_probe(request, steps),
        ),
    )


def _unpacked(product: Product) -> Iterator[tuple[str | Glob, ...]]:
    """The commands that put what was made where the final stage finds it, where COPY cannot name it as it is."""
    match product.form:
        case Form.QUARKUS | Form.DISTRIBUTION:
            yield ("cp", "-r", product.path, _OUT)
        case Form.TOOLS:
            extract = ("extract", "--layers", "--application-filename", "app.jar", "--destination", _OUT)
            yield ("java", "-Djarmode=tools", "-jar", product.path, *extract)
        case Form.LAYERTOOLS:
            yield ("java", "-Djarmode=layertools", "-jar", product.path, "extract", "--destination", _OUT)
        case Form.CLASSPATH:
            yield ("mkdir", "-p", _dependencies(product))
            yield from _named(product)
        case Form.FAT:
            yield from _named(product)


def _named(product: Product) -> Iterator[tuple[str | Glob, ...]]:
    """An archive whose name only the build knows gets one that COPY can name."""
    if isinstance(product.path, Glob):
        yield ("install", "-D", "-m", "0644", product.path, f"{_OUT}/app.jar")


def _dependencies(product: Product) -> str:
    """Where Maven copies the dependencies: beside the archive."""
    path = product.path.pattern if isinstance(product.path, Glob) else product.path
    return posixpath.join(posixpath.dirname(path), "dependency")


def _payload(product: Product, steps: Steps) -> Iterator[Step]:
    """What changes least comes first."""
    archive = f"{_OUT}/app.jar" if isinstance(product.path, Glob) else f"{HOME}/{product.path}"
    match product.form:
        case Form.TOOLS | Form.LAYERTOOLS:
            yield from (_brought(steps, f"{_OUT}/{layer}/", "./") for layer in _LAYERS)
        case Form.QUARKUS:
            yield from (_brought(steps, f"{_OUT}/{part}/", f"{part}/") for part in ("lib", "quarkus", "app"))
            yield _brought(steps, f"{_OUT}/quarkus-run.jar", "./")
        case Form.DISTRIBUTION:
            yield _brought(steps, f"{_OUT}/", "lib/")
        case Form.CLASSPATH:
            yield _brought(steps, f"{HOME}/{_dependencies(product)}/", "lib/")
            yield _brought(steps, archive, "app.jar")
        case Form.FAT:
            yield _brought(steps, archive, "app.jar")


def _brought(steps: Steps, source: str, target: str) -> Copy:
    return Copy(sources=(source,), target=target, stage="build", origin=steps.origin)


def _probe(request: Request, steps: Steps) -> Iterator[Step]:
    """The health module, compiled."""
    if request.health is None:
        return
    source = request.health[0]
    yield Copy(sources=(source,), target=f"{_HEALTH}-source/", generated=True, origin=request.origin)
    yield steps.run(("javac", "-d", _HEALTH, f"{_HEALTH}-source/{posixpath.basename(source)}"))
