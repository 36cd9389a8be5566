"""Images of the stacks that have a package.json. Bun and the managers of Node.js differ in a few words, which are a
``Toolchain``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.plan.image import Base, Copy, ImageRecipe, Run, Stage, Step
from speccompile.provenance import Wanted
from speccompile.stacks.javascript import migrating, prisma
from speccompile.stacks.javascript.install import (
    INSTALL,
    after,
    begun,
    builds,
    carried,
    dependencies,
    everything,
    generates,
    holder,
    installed,
    manifests,
    modules,
    needed,
    once,
    root_patches,
)
from speccompile.stacks.javascript.launch import PORT
from speccompile.stacks.javascript.making import Making, Toolchain
from speccompile.stacks.javascript.output import makes
from speccompile.stacks.javascript.packagejson import PATH
from speccompile.stacks.javascript.parts import Part, shared_files
from speccompile.stacks.sources import Sources
from speccompile.stacks.steps import DISTROLESS_USER, USER, context
from speccompile.stacks.written import HOME

__all__ = ["Making", "Toolchain", "build_stage", "built", "dependencies", "payload", "server", "stages", "tool"]

_TOOL_FILES = (
    "tsconfig", "jsconfig", "nest-cli", "bunfig", "wrangler", "angular", "nodemon", "typedoc", "api-extractor"
)  # fmt: skip
_BINARIES = "/app/node_modules/.bin/"
_PORT_FLAGS = ("-p", "--port")


def server(making: Making) -> ImageRecipe:
    """A server or a job, or a tool that needs the runtime: installed, built where there is a build, run by the
    interpreter."""
    making.refuse()
    argv = _argv(making)
    tool = making.request.archetype == "cli-tool"
    before = tuple(stages(making))
    return _recipe(
        making, (*before, _final(making)), USER, entrypoint=argv if tool else (), command=() if tool else argv
    )


def tool(
    making: Making, stages: tuple[Stage, ...], base: Base, payload: tuple[Step, ...], argv: tuple[str, ...]
) -> ImageRecipe:
    """A command line tool: *base* and *payload* make its final stage, *argv* starts it.

    A final stage that needs Debian packages is made of the runtime's slim image, for a distroless one cannot install
    them.
    """
    steps = making.steps
    packages = making.runtime_packages()
    image = making.base(making.tools.run_image) if packages else base
    final = steps.stage("final", image, (steps.workdir(), *packages, *payload))
    return _recipe(making, (*stages, final), USER if packages else DISTROLESS_USER, entrypoint=argv, command=())


def stages(making: Making) -> Iterator[Stage]:
    """All but the final stage: what an installation reads, what is needed to run, what was built."""
    yield from manifests(making)
    yield from everything(making)
    # What is generated into installed packages may take the program that does it from where everything is installed.
    parts = (built, dependencies) if generates(making) else (dependencies, built)
    for part in parts:
        yield from part(making)


def built(making: Making) -> Iterator[Stage]:
    """A stage in which the build scripts have run, where there are some and it is known where they write; or which lends a program."""
    if once(making):
        if builds(making):
            yield after(making, INSTALL, "build", _building(making))
    elif builds(making) or generates(making):
        yield build_stage(making)


def build_stage(making: Making, *then: Run, scripts: bool = True) -> Stage:
    """Everything installed, the sources, the packages' own *scripts* for installation and build, and *then*."""
    needs = making.facts.workspace.shared or making.facts.package.all_dependencies
    install = installed(making, making.tools.install) if needs else ()
    return begun(making, "build", (*install, *_building(making, *then, scripts=scripts)))


def _building(making: Making, *then: Run, scripts: bool = True) -> Iterator[Step]:
    """All of it that comes after the installation."""
    facts, steps, own = making.facts, making.steps, making.own
    shared = facts.workspace.shared
    needs = shared or facts.package.all_dependencies
    # An installation may have changed its copy of the manifest.
    there = (PATH, *making.configuration) if needs and not (shared or facts.package.at_install) else ()
    patched = tuple(root_patches(making)) if needs else ()
    root = steps.files(common) if (common := _common(making)) and facts.workspace.place else None
    sources = [copy for part in facts.parts for copy in making.tree(part, part.sources, there if part is own else ())]
    others = [run for part in facts.parts[:-1] for run in _scripts(making, part)]
    runs = [*_scripts(making, own)] if scripts else []
    entered = (making.there(own.directory),) if shared and (runs or then) and not runs[:1] else ()
    yield from (*patched, *((root,) if root else ()), *sources, *others, *runs, *entered, *then)


def payload(making: Making) -> tuple[Step, ...]:
    """What runs: what others wrote, the health module where there is one, what of the sources is read at run time, and what
    was built, which every edit changes."""
    facts, steps = making.facts, making.steps
    parts = carried(making) if not facts.whole else facts.parts[-1:]
    taken = tuple(steps.made(holder(making), path) for path in modules(making)) if needed(making) else ()
    made = tuple(copy for part in parts if part.build for copy in _made(making, part))
    read = (copy for part in parts for copy in making.tree(part, _at_run_time(making, part)))
    there = (making.there(facts.workspace.place),) if facts.workspace.place else ()
    return (*taken, *steps.health(making.request), *steps.edited_last(read, facts.source), *made, *there)


def _common(making: Making) -> tuple[str, ...]:
    """Files at the root of a workspace that a member's build may read."""
    already = {PATH, *making.configuration}
    return tuple(path for path in shared_files(making.facts.workspace) if path not in already)


def _scripts(making: Making, part: Part) -> Iterator[Step]:
    """A part's own scripts for installation and build, where they are run."""
    steps = making.steps.because_of(making.facts.evidence[0])
    schema = prisma.schema(making.facts.workspace, part.directory)
    commands = []
    if "postinstall" in part.package.scripts:
        commands.append((*making.tools.run_script, "postinstall"))
    if schema and not prisma.generated_by(part.package, part.build):
        commands.append((*making.tools.execute, *prisma.GENERATE))
    if part.build:
        rest = migrating.left(making.facts.workspace, part.directory, part.build, making.tools.execute)
        commands += rest.kept if rest and rest.whole else ((*making.tools.run_script, part.build),)
    if commands and making.facts.workspace.shared:
        yield making.there(part.directory)
    if commands:
        yield steps.run(*(making.ran(command) for command in commands))


def _made(making: Making, part: Part) -> Iterator[Copy]:
    """What the build made of a part; a copy of the whole workspace goes to its root."""
    server = making.facts.server
    for path in part.made:
        whole = server is not None and path == server.standalone
        place = posixpath.join(part.directory, path)
        yield Copy(
            sources=(f"{HOME}/{place}/",),
            target="./" if whole else f"{place}/",
            stage="build",
            origin=making.steps.origin,
        )


def _at_run_time(making: Making, part: Part) -> Sources:
    """All sources, unless what runs is built from them: then data and templates only."""
    facts = making.facts
    own = part is making.own
    if facts.whole:
        public = ("public",) if facts.server and facts.server.standalone else ()
        return part.sources.only(directories=public, suffixes=())
    exported = posixpath.normpath(part.package.main or part.package.module or "dist")
    if not (facts.started_is_made if own else part.made and not part.sources.has(exported)):
        return part.sources
    tools = (name for name in part.read.files if name.startswith(_TOOL_FILES))
    return part.read.without((*tools, *(facts.server.mixed if own and facts.server else ())))


def _recipe(
    making: Making, stages: tuple[Stage, ...], user: str, *, entrypoint: tuple[str, ...], command: tuple[str, ...]
) -> ImageRecipe:
    next_cache = any(makes((".next",), path) for path in making.facts.made)
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
        writable=(f"{making.home}/.next/cache",) if next_cache else (),
        origin=making.steps.origin,
    )


def _argv(making: Making) -> tuple[str, ...]:
    facts, request = making.facts, making.request
    if request.command:
        return request.command.value
    if request.archetype == "cli-tool" and facts.program_runs:
        return (making.tools.interpreter, f"{making.home}/{facts.program_file}")
    if facts.start is None:
        return ()
    port = str(request.port.value if request.port else facts.port)
    words = [word.replace(PORT, port) for word in facts.start.argv]
    if facts.workspace.shared:
        # A program may be linked at the workspace's root or in the member's own directory: PATH knows both.
        words = [word.replace(_BINARIES, "") for word in words]
    for at, flag in enumerate(words[:-1]):
        if flag in _PORT_FLAGS and words[at + 1] == str(facts.port):
            words[at + 1] = port
    return tuple(words)


def _final(making: Making) -> Stage:
    facts, request, steps = making.facts, making.request, making.steps
    # In its container a server must be reachable from outside.
    port: dict[str, str | Wanted[str]] = {}
    if request.port:
        port = {"HOST": "0.0.0.0", "PORT": request.port.told(str(request.port.value))}  # noqa: S104
        # What a framework's server reads besides, or in place of these.
        port |= dict.fromkeys(facts.server.port, port["PORT"]) if facts.server else {}
    address = dict.fromkeys(facts.server.address, "0.0.0.0") if facts.server and request.port else {}  # noqa: S104
    told = dict(facts.start.env) if facts.start and request.command is None else {}
    places = dict.fromkeys((posixpath.join(making.home, "node_modules/.bin"), f"{HOME}/node_modules/.bin"))
    path = {"PATH": ":".join((*places, making.tools.path))} if facts.workspace.shared else {}
    env = making.quiet(**{"NODE_ENV": "production", **path, **making.runtime_environment(), **told, **port, **address})
    packages = making.runtime_packages()
    content: tuple[Step, ...] = (steps.workdir(), env, *packages, *payload(making))
    return steps.stage("final", making.run_base, content)
