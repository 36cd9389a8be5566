"""Installing what a package.json depends on: manifests and lock first, exactly as locked, and nothing else."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.plan.image import Base, Copy, Mount, Run, Stage, Step
from speccompile.stacks.javascript import lockfiles, patches, prisma
from speccompile.stacks.javascript.making import Making
from speccompile.stacks.javascript.packagejson import PATH, PackageJson
from speccompile.stacks.javascript.parts import Part
from speccompile.stacks.written import HOME

MANIFESTS, INSTALL, _NEEDED = "manifests", "install", "deps"
_BUILT = "/built"


def manifests(making: Making) -> Iterator[Stage]:
    """A stage with all that the installation of a workspace's member reads: the others start from it."""
    if making.facts.workspace.shared:
        dropped = tuple(_scriptless(making))
        runs = (making.steps.run(*dropped),) if dropped else ()
        steps = (*making.opened(), *_copies(making), *runs)
        yield making.steps.stage(MANIFESTS, making.base(making.tools.build_image), steps)


def begun(making: Making, name: str, steps: Iterable[Step]) -> Stage:
    """A stage in which tools run: it starts from the manifests where these are a stage of their own."""
    if making.facts.workspace.shared:
        return after(making, MANIFESTS, name, steps)
    return making.steps.stage(name, making.base(making.tools.build_image), (*making.opened(), *steps))


def after(making: Making, base: str, name: str, steps: Iterable[Step]) -> Stage:
    """A stage that goes on from another one."""
    return making.steps.stage(name, Base(reference=base, origin=making.steps.origin), steps)


def installed(making: Making, commands: tuple[tuple[str, ...], ...]) -> tuple[Step, ...]:
    """What *commands* install, before any source is there."""
    facts = making.facts
    steps = making.steps.because_of(*facts.evidence)
    mounts = (steps.cache(*making.tools.cache),)
    if facts.workspace.shared:
        return (steps.fetch(*commands, mounts=mounts),)
    return (*_copies(making), steps.fetch(*_scriptless(making), *commands, mounts=mounts))


def builds(making: Making) -> bool:
    """Whether something is built of which it is known where it goes."""
    return any(part.build and part.made for part in making.facts.parts)


def once(making: Making) -> bool:
    """Whether what runs has what is left of the installation that builds, so that nothing is installed twice."""
    facts = making.facts
    return bool((builds(making) or generates(making)) and needed(making) and (facts.everything or making.tools.prune))


def everything(making: Making) -> Iterator[Stage]:
    """The one installation, of which an edit of the sources changes nothing."""
    if once(making):
        yield begun(making, INSTALL, installed(making, making.tools.install))


def dependencies(making: Making) -> Iterator[Stage]:
    """A stage with what is needed to run, without what is needed to build."""
    if not needed(making):
        return
    generated = tuple(step for part in making.facts.parts for step in _generated(making, part))
    steps = (*_patched(making), *generated)
    if not once(making):
        tools = making.tools
        commands = tools.install if making.facts.everything else tools.install_production
        yield begun(making, _NEEDED, (*installed(making, (*commands, *_directories(making))), *steps))
    elif left := (*_left(making), *steps):
        yield after(making, INSTALL, _NEEDED, left)


def needed(making: Making) -> bool:
    """Whether installed packages are needed to run: a server that brings its own needs none."""
    facts = making.facts
    wanted = facts.package.all_dependencies if facts.everything else facts.dependencies
    return not facts.whole and bool(wanted or facts.workspace.shared)


def holder(making: Making) -> str:
    """The stage that has what is needed to run."""
    return next((stage.name for stage in dependencies(making)), INSTALL)


def modules(making: Making) -> tuple[str, ...]:
    """The directories that installed packages are in: a workspace's members may each have one."""
    if not making.facts.workspace.shared:
        return ("node_modules",)
    places = ("", *(part.directory for part in carried(making)))
    return tuple(dict.fromkeys(posixpath.join(place, "node_modules") for place in places))


def carried(making: Making) -> tuple[Part, ...]:
    """The parts that the service needs to run, itself the last."""
    workspace = making.facts.workspace
    return (*(part for part in making.facts.parts[:-1] if part.directory in workspace.carried), making.own)


def generates(making: Making) -> bool:
    """Whether the stage of what is needed to run takes a program from the one that builds."""
    return any(_borrows(making, part) for part in making.facts.parts) or _borrows_patches(making)


def _left(making: Making) -> Iterator[Step]:
    """What takes away from the one installation all that is not needed to run."""
    commands = (*(() if making.facts.everything else making.tools.prune), *_directories(making))
    if commands:
        steps = making.steps.because_of(*making.facts.evidence)
        yield steps.run(*commands, mounts=(steps.cache(*making.tools.cache),))


def _directories(making: Making) -> tuple[tuple[str, ...], ...]:
    """A member without packages of its own has no directory for them, and COPY wants one."""
    return (("mkdir", "-p", *modules(making)),) if making.facts.workspace.shared else ()


def _copies(making: Making) -> Iterator[Copy]:
    """The manifests, the lock, and what else the installation reads, each to its place."""
    facts, workspace = making.facts, making.facts.workspace
    places = workspace.members if making.tools.every_manifest else workspace.linked
    steps = making.steps.because_of(*facts.evidence)
    grouped: dict[str, list[str]] = {"": [PATH, *facts.locks]}
    for path in (*making.configuration, *(posixpath.join(place, PATH) for place in places)):
        files = grouped.setdefault(posixpath.dirname(path), [])
        if path not in files:
            files.append(path)
    for directory, paths in grouped.items():
        yield steps.files(paths, f"{directory}/" if directory else "./")


def _scriptless(making: Making) -> Iterator[tuple[str, ...]]:
    """The packages' own scripts would run before their sources are there: the manifests go without them."""
    workspace, words = making.facts.workspace, making.tools.scriptless
    if not words:
        return
    places = ("", *(workspace.members if making.tools.every_manifest else workspace.linked))
    for place in places if workspace.shared else ("",):
        package = workspace.manifest(place)
        if package.at_install:
            where = ("--prefix", place) if place else ()
            yield (words[0], *where, *words[1:], *(f"scripts.{name}" for name in package.at_install))


def _generated(making: Making, part: Part) -> tuple[Step, ...]:
    """Code that is generated into node_modules, from a schema that is copied when everything is installed."""
    workspace = making.facts.workspace
    schema = prisma.schema(workspace, part.directory)
    if schema is None or not schema.into_modules:
        return ()
    run = _lent(making, schema.generate) if _borrows(making, part) else _executed(making, schema.generate)
    # Relative to the package's own directory, in which Prisma looks for it.
    return (making.there(part.directory), _schema_copy(making, part, schema), run, making.there(""))


def _patched(making: Making) -> Iterator[Step]:
    """What is installed with the patches that the packages' own scripts apply."""
    workspace, lend = making.facts.workspace, _borrows_patches(making)
    for place in patches.patching(workspace):
        if place:
            yield making.there(place)
        locked = lockfiles.text(workspace.tree, making.facts.manager)
        if not making.facts.everything and (gone := patches.for_development(workspace, place, locked)):
            yield making.steps.run(("rm", "-f", *gone))
        for words in patches.applied(workspace.manifest(place)):
            yield _lent(making, words) if lend else _executed(making, words)
        if place:
            yield making.there("")


def root_patches(making: Making) -> Iterator[Step]:
    """The patches of a workspace's root, whose scripts nothing else runs where a member is built."""
    workspace = making.facts.workspace
    for words in patches.applied(workspace.root) if workspace.place else ():
        yield _executed(making, words)


def _executed(making: Making, words: tuple[str, ...]) -> Run:
    """A program of an installed package."""
    return making.steps.run(making.ran((*making.tools.execute, *words)))


def _lent(making: Making, words: tuple[str, ...]) -> Run:
    """A program of a package that is there only where everything is installed, run on what is here."""
    binaries = (posixpath.join(_BUILT, one, ".bin") for one in reversed(modules(making)))
    path = ":".join((*binaries, "/usr/local/bin:/usr/bin:/bin"))
    options = (("from", INSTALL if once(making) else "build"), ("source", HOME), ("target", _BUILT))
    mount = Mount(kind="bind", options=options, origin=making.steps.origin)
    return making.steps.run(("env", f"PATH={path}", *words), mounts=(mount,))


def _borrows_patches(making: Making) -> bool:
    """Whether patch-package is there only where everything is installed."""
    workspace = making.facts.workspace
    patching = [workspace.manifest(place) for place in patches.patching(workspace)]
    there = any(patches.PATCHES in one.dependencies for one in (*patching, workspace.root))
    return bool(patching) and not there and not making.facts.everything


def _schema_copy(making: Making, part: Part, schema: prisma.Schema) -> Copy:
    steps = replace(making.steps, prefix=posixpath.join(making.root, part.directory).rstrip("/"))
    return steps.directory(schema.top) if schema.directory else steps.files((schema.top,))


def _borrows(making: Making, part: Part) -> bool:
    """Whether Prisma's own program is there only where everything is installed."""
    facts = making.facts
    schema = prisma.schema(facts.workspace, part.directory)
    return bool(
        schema
        and schema.into_modules
        and not facts.everything
        and not _in_production(part.package, facts.workspace.root)
    )


def _in_production(*packages: PackageJson) -> bool:
    return any("prisma" in one.dependencies for one in packages)
