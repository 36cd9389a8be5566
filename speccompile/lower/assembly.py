"""The drafts of all services → one plan: what each of them gets of the others, what they share, what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module

from speccompile.detect.seen import PageText, Seen
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.lower import (
    accessories,
    backups,
    defaults,
    error_pages,
    files,
    heartbeat,
    neighbours,
    outside,
    parameters,
    repository,
    sidecars,
)
from speccompile.lower.backing import stores
from speccompile.lower.clashes import clashes, names_taken, parameters_taken, stores_taken
from speccompile.lower.coverage import constraints, covered, shown_by
from speccompile.lower.deliveries import deliveries
from speccompile.lower.draft import Draft, ExternalNeed
from speccompile.lower.evidence import not_verified
from speccompile.lower.external_address import called_port
from speccompile.lower.followed import followed
from speccompile.lower.handover import Access, accesses, handovers, notes, of_secrets
from speccompile.lower.ingress import canaries, ingress, problems, redirects, routes
from speccompile.lower.keeping import ALL, Keep
from speccompile.lower.labels import labels
from speccompile.lower.promised import promised
from speccompile.lower.readiness import unproven
from speccompile.lower.service import build
from speccompile.lower.subject import Subject
from speccompile.lower.together import together
from speccompile.lower.transport import misnamed
from speccompile.lower.unset import unset
from speccompile.lower.wiring import Wired, url_variable, wire
from speccompile.plan.handover import Handover
from speccompile.plan.package import Package
from speccompile.plan.plan import External, Layout, Plan, Service, Store, Version
from speccompile.provenance import Cause, Origin, because, merged
from speccompile.record import record
from speccompile.spec.archetypes import LIBRARY
from speccompile.spec.project import ProjectSpec
from speccompile.stacks import steps


@record()
class Drafted:
    """A service with what the rules decided about it, and what its sources say."""

    subject: Subject
    draft: Draft
    seen: Seen


@record()
class _Handed:
    """How the services get at their stores, and at their other secrets: by service, then by variable."""

    accesses: tuple[Access, ...]
    secrets: Mapping[str, Mapping[str, Handover]]


def assembled(
    app: str, spec: ProjectSpec, drafts: tuple[Drafted, ...], where: Layout, shown: tuple[PageText, ...], keep: Keep
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan for the *drafts* of the services of *spec*, in which errors look like the pages *shown*, and notes; raises ``Refused`` with what
    stands in the way of any image. What *keep* knows is not made anew."""
    running = tuple((one.subject, one.draft) for one in drafts if one.subject.archetype != LIBRARY)
    handed = _handed(drafts)
    chosen = handovers(handed.accesses, (one for of in handed.secrets.values() for one in of.values()))
    backing = _backing(app, spec, running, handed)
    pages = error_pages.pages(spec, shown)
    found = routes(running, pages)
    sent = redirects(running)
    entry = ingress(found, sent, spec, running, pages)
    servers = [subject.name for subject, _ in running if subject.server]
    elsewhere = (*outside.parameters(handed.accesses, servers=servers), *accessories.parameters(spec.accessories))
    packages, package_notes = _packages(drafts)
    services, service_notes = _services(drafts, where, handed, keep)
    backing = sidecars.besides(spec, services, backing)
    judgements = {one.subject.name: one.seen.judged for one in drafts}
    plan = Plan(
        app=app,
        layout=where,
        services=services,
        stores=backing,
        externals=tuple(sorted((*_externals(running), *outside.externals(handed.accesses)), key=lambda one: one.name)),
        ingress=entry,
        packages=packages,
        secrets=parameters.secrets(chosen, backing, entry),
        handovers=chosen,
        parameters=parameters.parameters(
            running, chosen, backing, entry, repository.parameters(services), services, elsewhere
        ),
        versions=tuple(_versions(drafts)),
        assertions=tuple(shown_by(one, judgements) for one in keep("assertions", ALL, lambda: tuple(covered(spec)))),
        constraints=tuple(constraints(spec)),
        evidence=tuple(judgements[name].lacks for name in sorted(judgements)),
        deliveries=tuple(deliveries(spec)),
        followed=tuple(followed(spec)),
        origin=merged((*(one.draft.origin for one in drafts), *_named(spec))),
    )
    taken = (
        *names_taken(services, backing, entry),
        *stores_taken(running),
        *backups.uncopied(spec.stores),
        *parameters_taken(plan, repository.parameters(services)),
    )
    built = {service.name for service in services}
    unsent = (note for one in drafts if one.subject.name in built for note in one.seen.contents.left_out)
    said = (
        *accessories.notes(spec.accessories),
        *neighbours.notes(spec),
        *sidecars.objections(spec, services),
        *unproven(services),
        *notes(handed.accesses, (pair for of in handed.secrets.values() for pair in of.items())),
        *package_notes,
        *service_notes,
        *unsent,
    )
    of_routes = (*problems(found, sent, spec), *misnamed(entry), *canaries(running), *files.problems(running))
    return plan, (*of_routes, *taken, *clashes(services), *said)


def _backing(
    app: str, spec: ProjectSpec, running: Sequence[tuple[Subject, Draft]], handed: _Handed
) -> tuple[Store, ...]:
    """The stores and the accessories, by their names."""
    pulled = (
        *stores(app, handed.accesses, backups.wanted(running, spec.stores)),
        *accessories.workloads(spec.accessories),
    )
    return tuple(sorted(pulled, key=lambda store: store.workload.name))


def _named(spec: ProjectSpec) -> tuple[Origin, ...]:
    return (because(defaults.CODE, Cause(spec.named)),) if spec.named else ()


def _handed(drafts: Sequence[Drafted]) -> _Handed:
    """How secrets get to the services."""
    wanting = [(one.subject, one.draft, one.seen.reading) for one in drafts if one.draft.stores or one.draft.secrets]
    found = accesses(wanting)
    return _Handed(found, {subject.name: of_secrets(subject, draft, read, found) for subject, draft, read in wanting})


def _services(
    drafts: tuple[Drafted, ...], where: Layout, handed: _Handed, keep: Keep
) -> tuple[tuple[Service, ...], tuple[Diagnostic, ...]]:
    """The services that are built, and notes; raises ``Refused`` with what stands in the way of any of them."""
    peers = {one.subject.name: one.draft for one in drafts if one.subject.archetype != LIBRARY}
    accesses_of: dict[str, list[Access]] = {}
    for access in handed.accesses:
        accesses_of.setdefault(access.service, []).append(access)
    built: list[Service] = []
    obstacles: list[Diagnostic] = []
    notes: list[Diagnostic] = []
    for one in drafts:
        subject, draft, seen = one.subject, one.draft, one.seen
        if subject.name not in peers:
            continue
        mine = accesses_of.get(subject.name, ())
        wired = wire(subject, draft, peers, mine, handed.secrets.get(subject.name, {}))
        make = partial(_built, one, wired, where, single=len(drafts) == 1)
        try:
            members = keep("built", subject.name, make, subject.app, wired, where)
        except Refused as refused:
            obstacles += refused.diagnostics
            continue
        obstacles += seen.contents.credentials
        notes += (each for each in members if isinstance(each, Diagnostic))
        built += (each for each in members if isinstance(each, Service))
    if obstacles:
        raise Refused(obstacles)
    ordered = tuple(sorted(built, key=lambda service: service.name))
    return together(ordered, {one.subject.name: one.subject for one in drafts}), tuple(notes)


def _built(one: Drafted, wired: Wired, where: Layout, *, single: bool) -> tuple[Service | Diagnostic, ...]:
    """A service, and notes about it; raises ``Refused``."""
    subject, seen = one.subject, one.seen
    service = build(subject, one.draft, wired, seen, where, single=single)
    denied, unseen = promised(subject, service, seen)
    return (
        replace(service, labels=labels(subject, seen.judged, single=single), denied=denied),
        *not_verified(subject.spec, seen.judged),
        *heartbeat.told(subject, service.image),
        *unseen,
        *unset(service, seen),
    )


def _packages(drafts: tuple[Drafted, ...]) -> tuple[tuple[Package, ...], tuple[Diagnostic, ...]]:
    libraries = [one for one in drafts if one.subject.archetype == LIBRARY]
    if not libraries:
        return (), ()
    package_of = import_module("speccompile.lower.library").package_of  # few projects are libraries
    made = [package_of(one.subject, one.seen.library, alone=len(drafts) == 1) for one in libraries]
    return tuple(p for p, _ in made), tuple(note for _, notes in made for note in notes)


def _externals(running: Sequence[tuple[Subject, Draft]]) -> Iterator[External]:
    wanted: dict[str, list[ExternalNeed]] = {}
    for _, draft in running:
        for need in draft.externals:
            wanted.setdefault(need.name, []).append(need)
    for name, needs in sorted(wanted.items()):
        url = next((need.url for need in needs if need.url), None)
        origin = merged(need.origin for need in needs)
        port = called_port(name, url)
        yield External(name=name, parameter=url_variable(name), port=port, assumed=url is None, origin=origin)


def _versions(drafts: Sequence[Drafted]) -> Iterator[Version]:
    for one in drafts:
        facts = one.seen.facts
        for chosen in facts.versions:
            name = f"{one.subject.name}.{chosen.name}"
            yield Version(
                name=name, value=chosen.value, source=chosen.source, origin=because(steps.CODE, *facts.causes)
            )
