"""Images of the stacks that have a package.json. Bun and npm differ in a few words, which are a ``Toolchain``."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.errors import Refused
from speccompile.plan.image import Base, Copy, Env, ImageRecipe, Run, Stage, Step
from speccompile.record import record
from speccompile.stacks.javascript import JsFacts
from speccompile.stacks.packagejson import PATH
from speccompile.stacks.sources import ASSETS, Sources
from speccompile.stacks.stack import Request
from speccompile.stacks.steps import DISTROLESS_USER, HOME, QUIET, USER, Steps, context

# Tools that call home, and the variable that stops each of them.
_TELEMETRY = {
    "@nestjs/cli": "NEST_TELEMETRY_DISABLED",
    "@strapi/strapi": "STRAPI_TELEMETRY_DISABLED",
    "astro": "ASTRO_TELEMETRY_DISABLED",
    "gatsby": "GATSBY_TELEMETRY_DISABLED",
    "next": "NEXT_TELEMETRY_DISABLED",
    "nuxt": "NUXT_TELEMETRY_DISABLED",
}
_DATA = (".json", ".yaml", ".yml", ".toml", ".sql", ".html", ".csv")
_TOOL_FILES = (
    "tsconfig", "jsconfig", "nest-cli", "bunfig", "wrangler", "angular", "nodemon", "typedoc", "api-extractor"
)  # fmt: skip


@record(kw_only=True)
class Toolchain:
    """The words of a package manager. Argument vectors; ``cache`` is its target and name."""

    stack: str
    language: str
    build_image: str
    run_image: str
    interpreter: str
    install: tuple[tuple[str, ...], ...]
    install_production: tuple[tuple[str, ...], ...]
    run_script: tuple[str, ...]
    cache: tuple[str, str]


@record()
class Making:
    """An image being made: what is known, what is asked for, and the words of the package manager."""

    facts: JsFacts
    request: Request
    tools: Toolchain

    @property
    def steps(self) -> Steps:
        """Steps that say why they are there."""
        return Steps.for_(self.facts, self.request)

    def base(self, image: str) -> Base:
        """*image* with the version of the runtime in it."""
        return self.steps.base(image.format(version=self.facts.runtime.value), self.facts.runtime)

    def refuse(self) -> None:
        """Raise with everything that stands in the way of this image."""
        facts, request = self.facts, self.request
        started = request.command is None and not (request.archetype == "cli-tool" and facts.program_runs)
        found = (*facts.obstacles, *(facts.unstartable if started else ()))
        if found:
            raise Refused(found)


def server(making: Making) -> ImageRecipe:
    """A server or a job, or a tool that needs the runtime: installed, built where there is a build, run by the
    interpreter."""
    making.refuse()
    stages = (*dependencies(making), *built(making), _final(making))
    argv = _argv(making)
    tool = making.request.archetype == "cli-tool"
    return _recipe(making, stages, USER, entrypoint=argv if tool else (), command=() if tool else argv)


def tool(
    making: Making, stages: tuple[Stage, ...], base: Base, payload: tuple[Step, ...], argv: tuple[str, ...]
) -> ImageRecipe:
    """A command line tool: *base* and *payload* make its final stage, *argv* starts it.

    A final stage that needs Debian packages is made of the runtime's slim image, for a distroless one cannot install
    them.
    """
    steps = making.steps
    packages = steps.packages(making.request.runtime_packages)
    image = making.base(making.tools.run_image) if packages else base
    final = steps.stage("final", image, (steps.workdir(), *packages, *payload))
    return _recipe(making, (*stages, final), USER if packages else DISTROLESS_USER, entrypoint=argv, command=())


def dependencies(making: Making) -> Iterator[Stage]:
    """A stage with what is needed to run, without what is needed to build."""
    if making.facts.dependencies:
        packages = making.steps.packages(making.request.build_packages)
        install = _installed(making, making.tools.install_production)
        yield making.steps.stage("deps", making.base(making.tools.build_image), (*_opened(making), *packages, *install))


def built(making: Making) -> Iterator[Stage]:
    """A stage in which the build script has run, where there is one and it is known where it writes."""
    if making.facts.build and making.facts.made:
        yield build_stage(making)


def build_stage(making: Making, *after: Run, scripts: bool = True) -> Stage:
    """Everything installed, the sources, the package's own *scripts* for installation and build, and *after*."""
    facts, steps = making.facts, making.steps
    install = _installed(making, making.tools.install) if facts.package.all_dependencies else ()
    # An installation may have changed its copy of the manifest.
    there = (PATH, *facts.configuration) if install and not facts.package.at_install else ()
    names = [name for name in ("postinstall", facts.build) if scripts and name and name in facts.package.scripts]
    runs = [steps.because_of(facts.evidence[0]).run((*making.tools.run_script, name)) for name in names]
    packages = steps.packages(making.request.build_packages)
    content = (*_opened(making), *packages, *install, *steps.tree(facts.sources, already=there), *runs, *after)
    return steps.stage("build", making.base(making.tools.build_image), content)


def payload(making: Making) -> tuple[Copy, ...]:
    """What runs: what others wrote, what was built, and what of the sources is read at run time."""
    facts, steps = making.facts, making.steps
    modules = (steps.made("deps", "node_modules"),) if facts.dependencies else ()
    made = tuple(steps.made("build", path) for path in facts.made) if facts.build else ()
    return (*modules, *made, *steps.tree(_at_run_time(facts)))


def _recipe(
    making: Making, stages: tuple[Stage, ...], user: str, *, entrypoint: tuple[str, ...], command: tuple[str, ...]
) -> ImageRecipe:
    return ImageRecipe(
        stack=making.tools.stack,
        stages=stages,
        user=user,
        entrypoint=entrypoint,
        command=command,
        context=context(stages),
        needs_init=True,
        probe=making.request.probe(making.tools.interpreter),
        language=making.tools.language,
        writable=(f"{HOME}/.next/cache",) if ".next" in making.facts.made else (),
        origin=making.steps.origin,
    )


def _argv(making: Making) -> tuple[str, ...]:
    facts, request = making.facts, making.request
    if request.command:
        return request.command
    if request.archetype == "cli-tool" and facts.program_runs:
        return (making.tools.interpreter, f"{HOME}/{facts.program_file}")
    return facts.start.argv if facts.start else ()


def _opened(making: Making) -> tuple[Step, ...]:
    """How every stage begins that runs tools."""
    return (making.steps.workdir(), _quiet(making))


def _quiet(making: Making, **more: str) -> Env:
    """The environment in which no tool calls home."""
    told = {_TELEMETRY[name]: "1" for name in sorted(_TELEMETRY) if name in making.facts.package.all_dependencies}
    return making.steps.env({**QUIET, **told, **more})


def _installed(making: Making, commands: tuple[tuple[str, ...], ...]) -> tuple[Step, ...]:
    """Manifest and lock first, then the installation."""
    facts = making.facts
    steps = making.steps.because_of(*facts.evidence)
    cache = steps.cache(*making.tools.cache)
    return (steps.files((PATH, *facts.locks, *facts.configuration)), steps.run(*commands, mounts=(cache,)))


def _final(making: Making) -> Stage:
    facts, request, steps = making.facts, making.request, making.steps
    # In its container a server must be reachable from outside.
    port = {"HOST": "0.0.0.0", "PORT": str(request.port)} if request.port else {}  # noqa: S104
    told = dict(facts.start.env) if facts.start and request.command is None else {}
    env = _quiet(making, **{"NODE_ENV": "production", **told, **port})
    packages = steps.packages(request.runtime_packages)
    content: tuple[Step, ...] = (steps.workdir(), env, *packages, *payload(making), *steps.health(request))
    return steps.stage("final", making.base(making.tools.run_image), content)


def _at_run_time(facts: JsFacts) -> Sources:
    """All sources, unless what runs is built from them: then data and templates only."""
    if not facts.started_is_made:
        return facts.sources
    read = facts.sources.only(directories=ASSETS, suffixes=_DATA)
    return read.without(name for name in read.files if name.startswith(_TOOL_FILES))
