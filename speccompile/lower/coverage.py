"""Every assertion of the specs is in the plan, whatever follows from it, so that it can be told what became of it.

With it what it demands, and of which services: of the only service of its manifest, or of those that its entity, its tags or its words
name, or of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from speccompile.plan.assertions import Covered, Demand, Waived
from speccompile.provenance import Cause, Origin, because
from speccompile.requirements.asked import Asked, constrained, read_assertion, sentence
from speccompile.requirements.concern import concerned
from speccompile.requirements.kinds import Requirement
from speccompile.requirements.reading import Reading, kind_of, value_of
from speccompile.requirements.unread import is_unread
from speccompile.spec.manifest import Assertion, Manifest
from speccompile.spec.project import ProjectSpec, ServiceSpec

CODE = "SC303"
TITLE = "assertions"


def covered(spec: ProjectSpec) -> Iterator[Covered]:
    """The assertions of all manifests, each once, by manifest and then by id."""
    waivers = {
        one.assertion: Waived(why=one.why, until=one.until, origin=because(CODE, Cause(one.at))) for one in spec.waivers
    }
    for manifest, services in _manifests(spec):
        names = tuple(service.name for service in services)
        for assertion in sorted(manifest.assertions, key=lambda one: one.id):
            mine = concerned(assertion, names)
            found = _covered(assertion, [service for service in services if service.name in mine])
            yield replace(found, waived=waivers.get(assertion.id))


def constraints(spec: ProjectSpec) -> Iterator[Demand]:
    """What the constraints of the manifests demand, of each service."""
    for service in spec.services:
        for one in constrained(service.manifest):
            yield _demand(one, service.name, because(CODE, one.cause), (0, 0))


def _manifests(spec: ProjectSpec) -> Iterator[tuple[Manifest, list[ServiceSpec]]]:
    by_path: dict[str, list[ServiceSpec]] = {}
    for service in spec.services:
        by_path.setdefault(service.manifest_path, []).append(service)
    for services in by_path.values():
        yield services[0].manifest, services


def _covered(assertion: Assertion, services: Sequence[ServiceSpec]) -> Covered:
    origin = because(CODE, Cause(assertion.at("natural"), assertion.id))
    counts = assertion.is_active() or not assertion.is_settled()
    demands = tuple(
        _demand(Asked(one.requirement, one.scope, origin.causes[0]), service.name, origin, _within(assertion, one))
        for service in services
        if counts
        for one in read_assertion(assertion, service.archetype)
    )
    said = [sentence(assertion.natural, service.archetype, assertion.entity) for service in services]
    return Covered(
        assertion=assertion.id,
        text=assertion.natural,
        status=assertion.status,
        services=tuple(service.name for service in services),
        demands=demands,
        unread=counts and not demands and any(map(is_unread, said)),
        origin=origin,
    )


def _within(assertion: Assertion, reading: Reading) -> tuple[int, int]:
    """The words of the sentence from which it was read: a formal constraint stands behind it."""
    end = len(assertion.natural)
    return min(reading.begin, end), min(reading.end, end)


def _demand(asked: Asked[Requirement], service: str, origin: Origin, where: tuple[int, int]) -> Demand:
    value = tuple(
        (name, tuple(one) if isinstance(one, list) else one) for name, one in value_of(asked.requirement).items()
    )
    return Demand(
        kind=kind_of(asked.requirement),
        value=value,
        of=asked.scope.of,
        path=asked.scope.path,
        begin=where[0],
        end=where[1],
        service=service,
        origin=origin,
    )
