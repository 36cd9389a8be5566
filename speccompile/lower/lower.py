"""Spec and source tree → Plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from speccompile.codes.lowering import NAME_TAKEN, SEVERAL_STACKS, UNSETTLED
from speccompile.codes.stacks_js import OF_IMAGES
from speccompile.detect import reading
from speccompile.detect.demands import demands
from speccompile.detect.detection import Detection, detect
from speccompile.diagnostics import Diagnostic, Related, errors, quoted
from speccompile.errors import Refused
from speccompile.lower import accessories, defaults, outside, repository, slots
from speccompile.lower.backing import stores
from speccompile.lower.clashes import clashes
from speccompile.lower.coverage import concerning, constraints, covered
from speccompile.lower.credentials import credentials
from speccompile.lower.draft import Draft, StoreNeed
from speccompile.lower.evidence import not_verified, standing
from speccompile.lower.handover import Access, accesses, handovers, notes, of_secrets
from speccompile.lower.labels import labels
from speccompile.lower.layout import layout
from speccompile.lower.left_out import left_out
from speccompile.lower.library import package_of
from speccompile.lower.naming import slug
from speccompile.lower.networks import BACKEND, EDGE
from speccompile.lower.proxy import problems, proxy, routes
from speccompile.lower.readiness import unproven
from speccompile.lower.rules import RULES
from speccompile.lower.service import build
from speccompile.lower.shipped import shipped
from speccompile.lower.statement import exclusions, wishes
from speccompile.lower.subject import Subject
from speccompile.lower.together import together
from speccompile.lower.version_control import kept_out
from speccompile.lower.wiring import url_variable, wire
from speccompile.plan.container import Network
from speccompile.plan.handover import Handover
from speccompile.plan.package import Package
from speccompile.plan.plan import External, Layout, Plan, Service, Store, Version
from speccompile.plan.proxy import Proxy
from speccompile.project.tree import Tree
from speccompile.provenance import Origin, because, merged
from speccompile.record import record
from speccompile.requirements.asked import asked
from speccompile.spec.archetypes import LIBRARY
from speccompile.spec.project import ProjectSpec, ServiceSpec
from speccompile.stacks import steps


@record()
class Surroundings:
    """What the plan needs to know besides the project's own text.

    ``output`` is the output directory as seen from the project (None: what deploy.yaml says), ``ancestors`` the names of the
    directories down to the project's own, which is the last resort for a name; ``own`` the files in the project that we wrote.
    """

    output: str | None
    ancestors: tuple[str, ...]
    allow_unverified: bool
    own: tuple[str, ...] = ()


@record()
class _Seen:
    """A service with what its source tree says."""

    spec: ServiceSpec
    root: Tree
    tree: Tree
    detection: Detection


@record()
class _Handed:
    """How the services get at their stores, and at their other secrets: by service, then by variable."""

    accesses: tuple[Access, ...]
    secrets: Mapping[str, Mapping[str, Handover]]


def lower(spec: ProjectSpec, tree: Tree, around: Surroundings) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan for *spec* on *tree*, and notes; raises ``Refused`` with all that stands in the way."""
    found = [] if around.allow_unverified else list(_unsettled(spec))
    seen = []
    for service in spec.services:
        below = tree.below(service.directory) if service.directory else tree
        detection = _detected(service, below)
        found += (*_of_use(service, detection), *_unreleased(service, detection), *_plausible(service, detection))
        seen.append(_Seen(service, tree, below, detection))
    if errors(found):
        raise Refused(found)
    own_name = spec.app or _package_name(seen)
    app = slug(own_name or around.ancestors[-1])
    drafts = tuple(_drafted(_subject(app, spec, one)) for one in seen)
    found += [note for _, draft in drafts for note in draft.notes]
    found += [
        one.note for subject, _ in drafts for one in subject.facts.withheld if not one.variables <= subject.supplied
    ]
    plan, notes = _assemble(app, spec, tuple(seen), drafts, _layout(spec, drafts, around, 0 if own_name else 1))
    found += notes
    if plan.secrets or plan.slots:
        found += kept_out(plan.layout, tree)
    if errors(found):
        raise Refused(found)
    return plan, tuple(found)


def _of_use(service: ServiceSpec, detection: Detection) -> Iterator[Diagnostic]:
    """What detection has to say, without what concerns images alone where none is made."""
    for one in detection.diagnostics:
        if service.archetype != LIBRARY or one.code not in OF_IMAGES:
            yield one


def _detected(service: ServiceSpec, below: Tree) -> Detection:
    wanted = service.deploy.stack if service.deploy else None
    asked = service.deploy.at("stack") if service.deploy and wanted else None
    return detect(below, wanted, service.directory, asked)


def _unreleased(service: ServiceSpec, detection: Detection) -> tuple[Diagnostic, ...]:
    """What a server's sources have for a release, and deploy.yaml has not."""
    released = service.role != "server" or bool(service.deploy and service.deploy.release)
    return () if detection.taken is None or released else detection.facts.unreleased


def _plausible(service: ServiceSpec, detection: Detection) -> Iterator[Diagnostic]:
    """That the sources could be run as another stack too, where nobody has chosen."""
    if service.deploy and service.deploy.stack:
        return
    for other in detection.others:
        if other.facts.runnable:
            yield SEVERAL_STACKS.at(
                other.facts.evidence[0],
                f"{service.name} was taken for {detection.stack.name}, because {detection.facts.reason}; it could be "
                f"{other.stack.name}, because {other.facts.reason}",
                fix=f"write `stack: {detection.stack.name}` or `stack: {other.stack.name}` into deploy.yaml",
            )


def _unsettled(spec: ProjectSpec) -> Iterator[Diagnostic]:
    for service in spec.services:
        for assertion in service.manifest.assertions:
            if not assertion.is_settled():
                yield UNSETTLED.at(
                    assertion.at("status"),
                    f"{assertion.id} is {assertion.status}: {assertion.natural}",
                    fix="settle it: set its status to confirmed, denied, refined or deferred (or give --allow-unverified)",
                )


def _package_name(seen: Sequence[_Seen]) -> str | None:
    """The only service's own name for itself."""
    return seen[0].detection.facts.name if len(seen) == 1 else None


def _subject(app: str, spec: ProjectSpec, one: _Seen) -> Subject:
    manifest = concerning(spec, one.spec)
    return Subject(
        name=one.spec.name,
        app=app,
        spec=one.spec,
        project=spec,
        facts=one.detection.facts,
        demands=demands(one.root, one.spec.directory, (other.directory for other in spec.services))
        if _is_run(one)
        else (),
        wishes=wishes(manifest),
        exclusions=exclusions(manifest),
        asked=asked(manifest, one.spec.archetype),
    )


def _is_run(one: _Seen) -> bool:
    """Whether the service's own code runs in a container, where it could read a variable."""
    return one.spec.archetype != "library" and one.detection.facts.pages is None


def _drafted(subject: Subject) -> tuple[Subject, Draft]:
    draft = defaults.initial(subject)
    for rule in RULES:
        draft = rule.apply(subject, draft)
    return subject, draft


def _layout(spec: ProjectSpec, drafts: tuple[tuple[Subject, Draft], ...], around: Surroundings, names: int) -> Layout:
    output = spec.output if around.output is None else around.output
    return layout(output, around.ancestors, names, merged(draft.origin for _, draft in drafts))


def _assemble(
    app: str,
    spec: ProjectSpec,
    seen: tuple[_Seen, ...],
    drafts: tuple[tuple[Subject, Draft], ...],
    where: Layout,
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    origin = merged(draft.origin for _, draft in drafts)
    running = tuple((subject, draft) for subject, draft in drafts if subject.archetype != "library")
    handed = _handed(seen, drafts)
    chosen = handovers(handed.accesses, (one for of in handed.secrets.values() for one in of.values()))
    pulled = (*stores(app, handed.accesses), *accessories.containers(spec.accessories))
    backing = tuple(sorted(pulled, key=lambda store: store.container.name))
    found = routes(running)
    front = proxy(found)
    servers = [subject.name for subject, _ in running if subject.server]
    elsewhere = (*outside.slots(handed.accesses, servers=servers), *accessories.slots(spec.accessories))
    packages, package_notes = _packages(seen, drafts)
    services, service_notes = _services(seen, drafts, where, handed)
    plan = Plan(
        app=app,
        layout=where,
        services=services,
        stores=backing,
        externals=tuple(sorted((*_externals(running), *outside.externals(handed.accesses)), key=lambda one: one.name)),
        proxy=front,
        packages=packages,
        networks=tuple(_networks(services, backing, front)),
        secrets=slots.secrets(chosen, backing),
        handovers=chosen,
        slots=slots.slots(running, chosen, backing, front, repository.slots(services), services, elsewhere),
        versions=tuple(_versions(seen)),
        assertions=tuple(covered(spec)),
        constraints=tuple(constraints(spec)),
        origin=origin,
    )
    taken = (*_names_taken(services, backing, front), *_stores_taken(running))
    odd = notes(handed.accesses, (pair for of in handed.secrets.values() for pair in of.items()))
    unsent = (note for service in services for note in _left_out(service, seen, where))
    said = (*accessories.notes(spec.accessories), *unproven(services), *odd, *package_notes, *service_notes, *unsent)
    return plan, (*problems(found), *taken, *clashes(services), *said)


def _handed(seen: Sequence[_Seen], drafts: Sequence[tuple[Subject, Draft]]) -> _Handed:
    """How secrets get to the services. The sources are searched only where there is something to hand over."""
    directories = [one.spec.directory for one in seen]
    wanting = [
        (subject, draft, reading.read(one.root, one.spec.directory, directories))
        for one, (subject, draft) in zip(seen, drafts, strict=True)
        if draft.stores or draft.secrets
    ]
    found = accesses(wanting)
    return _Handed(found, {subject.name: of_secrets(subject, draft, read, found) for subject, draft, read in wanting})


def _services(
    seen: tuple[_Seen, ...], drafts: tuple[tuple[Subject, Draft], ...], where: Layout, handed: _Handed
) -> tuple[tuple[Service, ...], tuple[Diagnostic, ...]]:
    """The services that are built, and notes; raises ``Refused`` with what stands in the way of any of them."""
    peers = {subject.name: draft for subject, draft in drafts if subject.archetype != "library"}
    built: list[Service] = []
    obstacles: list[Diagnostic] = []
    notes: list[Diagnostic] = []
    for one, (subject, draft) in zip(seen, drafts, strict=True):
        if subject.name in peers:
            settled = all(assertion.is_settled() for assertion in subject.spec.manifest.assertions)
            mine = tuple(access for access in handed.accesses if access.service == subject.name)
            wired = wire(subject, draft, peers, mine, handed.secrets.get(subject.name, {}))
            try:
                service = build(subject, draft, wired, one.detection.stack, where, one.root, single=len(seen) == 1)
            except Refused as refused:
                obstacles += refused.diagnostics
                continue
            obstacles += credentials(service.image, where.project_in_context, one.root)
            # What is asked of the tree is kept in the lock: not all directories of a project without evidence.
            files = shipped(service.image, where, one.root) if subject.spec.evidence else ()
            shown = standing(subject.spec, one.root.digest, files, settled)
            notes += not_verified(subject.spec, shown)
            built.append(replace(service, labels=labels(subject, shown, single=len(seen) == 1)))
    if obstacles:
        raise Refused(obstacles)
    ordered = tuple(sorted(built, key=lambda service: service.name))
    return together(ordered, {subject.name: subject for subject, _ in drafts}), tuple(notes)


def _left_out(service: Service, seen: tuple[_Seen, ...], where: Layout) -> Iterator[Diagnostic]:
    one = next(one for one in seen if one.spec.name == service.name)
    return left_out(service.image, one.root, one.spec, where)


def _packages(
    seen: tuple[_Seen, ...], drafts: tuple[tuple[Subject, Draft], ...]
) -> tuple[tuple[Package, ...], tuple[Diagnostic, ...]]:
    made = [
        package_of(subject, one.tree, alone=len(seen) == 1)
        for one, (subject, _) in zip(seen, drafts, strict=True)
        if subject.archetype == "library"
    ]
    return tuple(p for p, _ in made), tuple(note for _, notes in made for note in notes)


def _externals(running: Sequence[tuple[Subject, Draft]]) -> Iterator[External]:
    wanted: dict[str, list[Origin]] = {}
    for _, draft in running:
        for need in draft.externals:
            wanted.setdefault(need.name, []).append(need.origin)
    for name, origins in sorted(wanted.items()):
        yield External(name=name, slot=url_variable(name), origin=merged(origins))


def _networks(services: Sequence[Service], backing: Sequence[Store], front: Proxy | None) -> Iterator[Network]:
    containers = [one for s in services for one in s.containers] + [s.container for s in backing]
    attached = [attach for c in (*containers, *([front.container] if front else [])) for attach in c.networks]
    for name, internal in ((BACKEND, True), (EDGE, False)):
        origins = [attach.origin for attach in attached if attach.network == name]
        if origins:
            yield Network(name=name, internal=internal, origin=merged(origins))


def _names_taken(services: Sequence[Service], backing: Sequence[Store], front: Proxy | None) -> Iterator[Diagnostic]:
    taken = {container.name: container.origin for service in services for container in service.containers}
    for name, origin in [(s.container.name, s.origin) for s in backing] + (
        [(front.container.name, front.origin)] if front else []
    ):
        if name in taken:
            yield NAME_TAKEN.at(
                origin.causes[0].span,
                f"{quoted(name)} is the name of a service that is built here and of one that follows from this",
                fix=f"rename the service {quoted(name)} in deploy.yaml",
            )


def _stores_taken(running: Sequence[tuple[Subject, Draft]]) -> Iterator[Diagnostic]:
    """Stores of different kinds that services call alike: one would silently take the other's place."""
    first: dict[str, tuple[Subject, StoreNeed]] = {}
    for subject, draft in running:
        for need in draft.stores:
            other, before = first.setdefault(need.name, (subject, need))
            if before.kind != need.kind:
                yield NAME_TAKEN.at(
                    need.origin.causes[0].span,
                    f"{subject.name} needs {need.kind} as {quoted(need.name)}, which is the {before.kind} of {other.name}",
                    fix=f"declare it in deploy.yaml under a name of its own (`{need.kind}: {{uses: {need.kind}}}`)",
                    related=(Related(f"{other.name} needs this", before.origin.causes[0].span),),
                )


def _versions(seen: Sequence[_Seen]) -> Iterator[Version]:
    for one in seen:
        for chosen in one.detection.facts.versions:
            name = f"{one.spec.name}.{chosen.name}"
            yield Version(
                name=name,
                value=chosen.value,
                source=chosen.source,
                origin=because(steps.CODE, *one.detection.facts.causes),
            )
