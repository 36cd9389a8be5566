"""The only place where the stages meet: text in, a ``Compilation`` out. Nothing is written and no process started."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module

from speccompile.artifacts import Artifact
from speccompile.catalog import CATALOG
from speccompile.codes.unused import CODES as UNUSED
from speccompile.derived.memory import FORGETFUL, Memory
from speccompile.detect.seen import Detected
from speccompile.detect.services import detected
from speccompile.detect.units import COMPILED, SPECS, unit_of
from speccompile.diagnostics import Diagnostic, errors, in_order
from speccompile.errors import Refused
from speccompile.frontends.asked import asked
from speccompile.frontends.environment_values import nowhere, with_values
from speccompile.frontends.load import load
from speccompile.frontends.patches import Written
from speccompile.lower.environment_values import valued
from speccompile.lower.environments import only_within, values_in, variants
from speccompile.lower.keeping import ALL, Keep, T, anew
from speccompile.lower.layout import inside
from speccompile.lower.lower import Surroundings, lower
from speccompile.lower.settled import unsettled
from speccompile.overlays import overlaid
from speccompile.ownership import hidden
from speccompile.patching.overriding import Checks, Overrides, contradicted
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.project.tree import ProjectTree
from speccompile.proving import PROVED, UNPROVED, Proof, together, verify_files
from speccompile.realise.loss import Loss
from speccompile.record import record
from speccompile.requirements.said import Said, said
from speccompile.service_files import service_files
from speccompile.spec.project import EnvironmentValue, ProjectSpec
from speccompile.targets import DEFAULT, TARGETS, Platform, Target, chosen, lacking, of_platforms, platforms_of
from speccompile.verify.image_names import image_names
from speccompile.verify.losing import advised, lost, lost_there
from speccompile.verify.shortcomings import contradictions
from speccompile.verify.standings import Account, PlatformStandings, standings
from speccompile.verify.system.requests import asked_for
from speccompile.verify.weakened import weakened


@record()
class Compilation:
    """What a project compiles to: its spec, its plan, the artifacts in the order of their paths, and notes and warnings.

    ``variants`` are the plans of environments in which anything is other than usual.
    ``unchosen`` are the paths of the artifacts that the targets would give that were not chosen, ``targets`` those that were.
    ``platforms`` say what became of each assertion on each platform that these are for, as the artifacts are with what people changed
    about them: ``overrides``. What is listed there as somebody's own is no artifact.
    ``defects`` are findings about the artifacts themselves: our bugs. When there are any, nothing may be written.
    """

    spec: ProjectSpec
    plan: Plan
    variants: tuple[Variant, ...]
    targets: tuple[Target, ...]
    artifacts: tuple[Artifact, ...]
    overrides: Overrides
    unchosen: frozenset[str]
    platforms: tuple[PlatformStandings, ...]
    notes: tuple[Diagnostic, ...]
    defects: tuple[Diagnostic, ...]

    @property
    def standings(self) -> tuple[Account, ...]:
        """What became of each assertion on the first of the platforms."""
        return self.platforms[0].accounts

    @property
    def files(self) -> dict[str, str]:
        """Text by path, relative to the output directory."""
        return {artifact.path: artifact.text for artifact in self.artifacts}

    @property
    def there(self) -> frozenset[str]:
        """The paths of all files of the chosen targets, somebody's own among them."""
        return frozenset((*self.files, *(one.path for one in self.overrides.ejected)))


def compile_project(
    tree: ProjectTree,
    around: Surroundings,
    targets: tuple[str, ...] = (),
    memory: Memory = FORGETFUL,
    proof: Proof = PROVED,
) -> Compilation:
    """Load, detect, read, lower, emit and verify the project in *tree*; raises ``Refused`` when the input cannot be compiled.

    *targets* are those that the command line names; without them deploy.yaml chooses. What we write ourselves is no source: it is
    hidden from *tree* as soon as the specs have said where that is. What *memory* knows is not made anew. *proof* finds
    defects of the artifacts, which are kept in *memory* with them.
    """
    compilation = look_at_project(tree, around, targets, memory, proof)
    against = (
        *compilation.overrides.objections,
        *contradictions(one for platform in compilation.platforms for one in platform.accounts),
    )
    if against:
        raise Refused((*compilation.notes, *against))
    return compilation


def look_at_project(
    tree: ProjectTree,
    around: Surroundings,
    targets: tuple[str, ...] = (),
    memory: Memory = FORGETFUL,
    proof: Proof = PROVED,
) -> Compilation:
    """The same for who wants to see what would follow: assertions that are contradicted do not stand in the way, nor do patches that cannot be
    applied, which are left out."""
    project, sources = _looked_at(tree, around, memory)
    recipes = {f"recipe {one.spec.name}": one.recipe for one in project.seen.services}
    told = tuple(
        replace(one, recipe=partial(memory.call, name, recipe))
        for one, (name, recipe) in zip(project.seen.services, recipes.items(), strict=True)
    )
    project = replace(project, seen=replace(project.seen, services=told))
    return memory.last(
        COMPILED,
        _key(project, around, targets, memory),
        sources,
        lambda _: _compiled(project, around, targets, tree, memory, proof),
        {"spec": project.spec, **recipes, **{f"target {target.name}": target for target in TARGETS}},
    )


def sketch_project(tree: ProjectTree, around: Surroundings, targets: tuple[str, ...], name: str) -> Compilation:
    """The same for who asks about one file, called *name*: of the artifacts there are those alone that can be called so, nothing is verified, and
    nobody asks what they hold. Where people change what is generated there are all: a change may be of any."""
    project, _ = _looked_at(tree, around, FORGETFUL)
    if project.changes.files or project.changes.ejected:
        return look_at_project(tree, around, targets, FORGETFUL, UNPROVED)
    plan, _ = _lowered(project, around)
    there = variants(project.spec, project.seen, project.spoken, around)
    asked_by_specs, wanted = _wanted(project.spec, targets)
    some = tuple(target for target in wanted if target.gives(name))
    of_services = service_files(plan, some, FORGETFUL, UNPROVED.of_service).artifacts
    of_all = (one for target in some if not target.apart for one in target.emit(plan))
    overlays, _ = overlaid(plan, there, some, asked_by_specs)
    made = tuple(sorted((*of_services, *of_all, *overlays), key=lambda artifact: artifact.path))
    overrides = _unchanged(project.changes, made)
    return Compilation(project.spec, plan, there, some, made, overrides, frozenset(), (), (), ())


def _looked_at(tree: ProjectTree, around: Surroundings, memory: Memory) -> tuple[_Project, ProjectTree]:
    """What is known of the project in *tree* when all of it has been read, and its sources."""
    written = memory.stage(SPECS, "", tree, asked)
    changes = written.changes
    spec = with_values(written.spec, changes.values)
    strays, values = tuple(nowhere(spec, changes.values)), values_in(spec, around.environment)
    spec = only_within(spec, around.environment) if around.environment else spec
    output = inside("", spec.output if around.output is None else around.output)
    spoken = said(spec)
    sources = tree.hiding(hidden(output, (*around.own, *changes.own, *written.spec.recorded)))
    seen = detected(spec, spoken, sources, output, memory)
    doubts = (*changes.findings, *strays, *(() if around.allow_unverified else unsettled(spec)), *seen.diagnostics)
    if errors(doubts):
        raise Refused((*written.notes, *doubts))
    return _Project(spec, values, written.notes, changes, spoken, seen), sources


def unheeded(tree: ProjectTree) -> tuple[Diagnostic, ...]:
    """What the sources of the project in *tree* say about how they are run, and its specs do not take up; nothing where they cannot be read."""
    try:
        spec, _ = load(tree, CATALOG)
        output = inside("", spec.output)
        seen = detected(spec, said(spec), tree.hiding(hidden(output, ())), output)
    except Refused:
        return ()
    told = {code.id for code in UNUSED}
    return in_order(one for service in seen.services for one in service.contents.left_out if one.code in told)


def _key(project: _Project, around: Surroundings, targets: tuple[str, ...], memory: Memory) -> str | None:
    """A key for all that follows from what was read; None where people change what is generated: their changes are read when it is."""
    if project.changes.files or project.changes.ejected:
        return None
    seen = project.seen
    units = (SPECS, *(unit_of(service) for service in project.spec.services))
    # What we wrote is hidden from the sources, which answer accordingly.
    others = (replace(around, own=()), targets, seen.diagnostics, seen.ignored, seen.pages)
    return memory.key(units, *map(repr, others))


@record()
class _Project:
    """What is known of a project when all of it has been read: its specs, the values that variables have in its environment, what was said of the specs,
    what people change, what each service promises, and what the sources say."""

    spec: ProjectSpec
    values: tuple[EnvironmentValue, ...]
    read_notes: tuple[Diagnostic, ...]
    changes: Written
    spoken: Mapping[str, Said]
    seen: Detected


def _compiled(
    project: _Project,
    around: Surroundings,
    targets: tuple[str, ...],
    tree: ProjectTree,
    memory: Memory,
    proof: Proof,
) -> Compilation:
    """Everything that follows from that."""
    spec, read_notes, changes = project.spec, project.read_notes, project.changes
    plan, lower_notes = _lowered(project, around, _keeping(project, around, memory))
    asked_by_specs, wanted = _wanted(spec, targets)
    there = variants(spec, project.seen, project.spoken, around)
    of_services = service_files(plan, wanted, memory, proof.of_service)
    of_all = (one for target in wanted if not target.apart for one in target.emit(plan))
    usual = (*of_services.artifacts, *of_all)
    overlays, overlay_notes = overlaid(plan, there, wanted, asked_by_specs)
    artifacts = tuple(sorted((*usual, *overlays), key=lambda artifact: artifact.path))
    files = {artifact.path: artifact.text for artifact in artifacts}
    whole = (*asked_by_specs, *of_platforms(tuple(one.name for one in platforms_of(wanted))))
    passed_over = (target for target in TARGETS if target in whole and target not in wanted)
    others = {artifact.path: artifact for target in passed_over for artifact in target.emit(plan)}
    defects = proof.of_all(plan, artifacts, wanted, there, of_services.findings)
    notes = in_order((*read_notes, *changes.findings, *lower_notes, *overlay_notes))
    if theirs := tuple(asked_for(defects, artifacts, plan.layout.output)):
        raise Refused((*notes, *theirs))
    unchosen = {path: one.target for path, one in others.items() if path not in files}
    everything = (*artifacts, *(one for path, one in others.items() if path not in files))
    checks = Checks(
        judge=lambda texts: (*verify_files(plan, texts, wanted, there), *image_names(plan, texts)),
        together=lambda texts: together(plan, texts, wanted),
    )
    overrides = _overridden(changes, everything, frozenset(files), (tree, plan.layout.output), checks)
    declared = {one.name: one.losses(plan) for one in platforms_of(wanted)}
    accounts = tuple(
        advised(_standings(one, plan, everything, overrides, unchosen), declared[one.name])
        for one in platforms_of(wanted)
    )
    elsewhere = _in_environments(there, accounts, declared, unchosen)
    losses = (one for told in accounts for one in lost(told, declared[told.platform]))
    useless = lacking((*asked_by_specs, *wanted), spec.chosen) if spec.chosen else ()
    lacks = (one for target in wanted for one in target.loses(plan))
    notes = in_order((*notes, *overrides.notes, *elsewhere, *losses, *useless, *lacks))
    if errors(notes):
        raise Refused(notes)
    made = tuple(one for one in overrides.artifacts if one.path in files)
    return Compilation(
        spec, plan, there, wanted, made, overrides, frozenset(unchosen), accounts, notes, in_order(defects)
    )


def _keeping(project: _Project, around: Surroundings, memory: Memory) -> Keep:
    """What is lowered of a service follows from the specs, from what is seen of it, and from where it is compiled."""
    place = repr(replace(around, own=()))
    keys = {service.name: memory.key((SPECS, unit_of(service)), place) for service in project.spec.services}
    keys[ALL] = memory.key((SPECS,), place)

    def keep(step: str, service: str, make: Callable[[], tuple[T, ...]], *others: object) -> tuple[T, ...]:
        key = keys[service]
        return make() if key is None else memory.part(f"{step} {service}", lambda _: make(), (key, *others))

    return keep


def _lowered(project: _Project, around: Surroundings, keep: Keep = anew) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan, and what there is to say of it."""
    try:
        plan, notes = lower(project.spec, project.seen, project.spoken, around, keep)
        return valued(plan, project.values), notes
    except Refused as refused:
        raise Refused((*project.read_notes, *refused.diagnostics)) from None


def _wanted(spec: ProjectSpec, targets: tuple[str, ...]) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
    """The targets that the specs ask for, and those that are wanted now."""
    asked_by_specs = of_platforms(spec.targets) if spec.targets else DEFAULT
    return asked_by_specs, chosen(targets) if targets else asked_by_specs


def _overridden(
    changes: Written,
    emitted: tuple[Artifact, ...],
    wanted: frozenset[str],
    where: tuple[ProjectTree, str],
    checks: Checks,
) -> Overrides:
    """What becomes of the artifacts by what people changed about them."""
    if not changes.files and not changes.ejected:
        return _unchanged(changes, emitted)
    # Few people change anything, and it is much to import.
    overridden: Overrides = import_module("speccompile.patching.together").overridden(
        changes, emitted, wanted, where, checks
    )
    return overridden


def _unchanged(changes: Written, emitted: tuple[Artifact, ...]) -> Overrides:
    files = {artifact.path: artifact.text for artifact in emitted}
    return Overrides(artifacts=emitted, files=files, inputs=changes.inputs)


def _standings(
    on: Platform, plan: Plan, emitted: Sequence[Artifact], overrides: Overrides, unchosen: Mapping[str, str]
) -> PlatformStandings:
    """What became of each assertion on a platform, by the artifacts as they will be; what only a change of them took away is contradicted by that."""
    now = standings(plan, on.held(plan, overrides.files), unchosen)
    if not overrides.applied and not overrides.ejected:
        return PlatformStandings(on.name, now)
    before = standings(plan, on.held(plan, {one.path: one.text for one in emitted}), unchosen)
    return PlatformStandings(on.name, contradicted(now, before, overrides))


def _in_environments(
    there: Sequence[Variant],
    usual: Sequence[PlatformStandings],
    declared: Mapping[str, Sequence[Loss]],
    unchosen: Mapping[str, str],
) -> Iterator[Diagnostic]:
    """What stands worse in an environment than usually, by the files as they are there: overlays have been verified to make these of the usual ones; and what
    its platform does not hold of what is so there alone."""
    accounts = {one.platform: one.accounts for one in usual}
    for variant in there:
        for platform in platforms_of(of_platforms((variant.on,))):
            if platform.name in accounts:
                made = (one for target in of_platforms((variant.on,)) for one in target.emit(variant.plan))
                held = platform.held(variant.plan, {one.path: one.text for one in made})
                now = standings(variant.plan, held, unchosen)
                yield from weakened(variant, accounts[platform.name], now)
                losses = platform.losses(variant.plan)
                told = PlatformStandings(platform.name, now)
                yield from lost_there(variant.name, told, losses, declared[platform.name])
