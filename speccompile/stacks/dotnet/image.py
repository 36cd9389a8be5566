"""Images of .NET's programs: published by the SDK in one stage, run by the shared runtime in the other.

The runtime's image is Ubuntu's, chiseled: no shell, no package manager, nothing but what .NET itself loads; with ICU and time zones (``-extra``) unless
the project says that it does without. What wants Debian's packages, and a job, which is locked by a program of Ubuntu's, has the image that is not
chiseled (https://github.com/dotnet/dotnet-docker/blob/main/documentation/image-variants.md).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from speccompile.errors import Refused
from speccompile.plan.image import Copy, ImageRecipe, Stage, Step
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks import probe
from speccompile.stacks.dotnet.facts import DotnetFacts, Made
from speccompile.stacks.dotnet.solution import Kind
from speccompile.stacks.request import Request
from speccompile.stacks.steps import DISTROLESS_USER, USER, Steps, by_folder

_IMAGES = "mcr.microsoft.com/dotnet"
_OUT = "/out"
_CACHE = ("/root/.nuget/packages", "nuget")
_SILENT = {"DOTNET_CLI_TELEMETRY_OPTOUT": "1"}


@record()
class _Making:
    facts: DotnetFacts
    request: Request
    made: Made
    steps: Steps

    @property
    def bare(self) -> bool:
        """Whether the image has nothing but the runtime."""
        locked = self.request.archetype == "data-pipeline" and self.made.program.kind is not Kind.WORKER
        return not (self.request.runtime_packages or locked)

    @property
    def image(self) -> str:
        """The runtime's image."""
        framework = "aspnet" if self.made.program.web else "runtime"
        variant = ("-chiseled-extra" if self.made.cultures else "-chiseled") if self.bare else ""
        return f"{_IMAGES}/{framework}:{self.facts.runtime.value}-noble{variant}"


def recipe(facts: DotnetFacts, request: Request) -> ImageRecipe:
    """A server, a worker, a job or a command line tool; a program without the runtime's image is refused."""
    made, argv = _started(facts, request)
    problems = (*facts.obstacles, *(() if made else facts.unstartable), *(made.locked.problems if made else ()))
    if made is None or problems:
        raise Refused(problems)
    making = _Making(facts, request, made, Steps.for_(facts, request))
    stages = (*probe.compiled(making.steps, request, probe.COMPILER), _build(making), _final(making))
    return making.steps.image(
        request,
        stages,
        argv,
        stack="dotnet",
        user=DISTROLESS_USER if making.bare else USER,
        needs_init=bool(request.command),
        probe=probe.argv(request),
        language=probe.LANGUAGE,
    )


def _started(facts: DotnetFacts, request: Request) -> tuple[Made | None, tuple[str, ...]]:
    """The program, and how it is called: as deploy.yaml's command says, which may begin with a program's name."""
    asked = request.command.value if request.command else ()
    named = next((one for one in facts.made if asked and asked[0] in (one.name, f"{one.name}.dll")), None)
    if named:
        return named, (*_called(named), *asked[1:])
    web = request.archetype == "web-service"
    fits = (one for one in facts.made if (one.program.kind is Kind.WEB) is web)
    made = next(fits, facts.made[0] if facts.made else None)
    return made, asked or (_called(made) if made else ())


def _called(made: Made) -> tuple[str, ...]:
    return ("dotnet", f"{made.name}.dll")


def _build(making: _Making) -> Stage:
    facts, request, made = making.facts, making.request, making.made
    locked = making.steps.because_of(*facts.evidence)
    compiled = making.steps.because_of(Span(made.program.project.path))
    cache = (locked.cache(*_CACHE),)
    manifests = (*facts.admitted(request.supplied), *made.manifests)
    restore = ("dotnet", "restore", made.program.project.path, *(("--locked-mode",) if made.locked.insisted else ()))
    return making.steps.stage(
        "build",
        making.steps.base(f"{_IMAGES}/sdk:{facts.release.sdk.value}-noble", facts.release.sdk),
        (
            making.steps.workdir(),
            making.steps.env({**_SILENT, "DOTNET_NOLOGO": "1"}),
            *making.steps.packages(request.build_packages),
            *(locked.files(files, folder) for folder, files in by_folder(manifests)),
            locked.fetch(restore, mounts=cache),
            *(making.steps.files(files, folder) for folder, files in by_folder(made.files)),
            *(making.steps.directory(path) for path in made.directories),
            # The cache may be gone while the layers are there: then packages are fetched again.
            compiled.fetch(restore, _publish(making), mounts=cache),
        ),
    )


def _publish(making: _Making) -> tuple[str, ...]:
    made, moniker = making.made, making.facts.release.moniker
    off = (*(f"-p:{name}=false" for name in ("UseAppHost", *made.off)),)
    framework = ("-f", moniker) if moniker else ()
    return (
        "dotnet",
        "publish",
        made.program.project.path,
        "-c",
        "Release",
        "--no-restore",
        *framework,
        *off,
        "-o",
        _OUT,
    )


def _final(making: _Making) -> Stage:
    request, steps = making.request, making.steps
    content: tuple[Step, ...] = (
        # Nothing is reported: what starts a program does not do so in any case.
        *steps.head({**request.port_as("ASPNETCORE_HTTP_PORTS", "PORT"), **_SILENT}, request.runtime_packages),
        *probe.brought(request),
        Copy(sources=(f"{_OUT}/",), target="./", stage="build", origin=steps.origin),
        *_opened(making),
    )
    return steps.stage("final", steps.base(making.image, making.facts.runtime), content)


def _opened(making: _Making) -> Iterator[Step]:
    """What the program opens beside itself: its project's directory is the working directory of whoever develops it."""
    found, directory, steps = making.made.opened, making.made.program.project.directory, making.steps
    if found.files:
        yield steps.files([posixpath.join(directory, name) for name in found.files])
    for name in found.directories:
        yield replace(steps.directory(posixpath.join(directory, name)), target=f"{name}/")
