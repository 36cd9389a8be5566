"""Every assertion of the specs is in the plan, whatever follows from it, so that it can be told what became of it.

With it what it demands, and of which services: of the only service of its manifest, or of those that its entity, its tags or its words
name, or of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from speccompile.detect.judged import Judged
from speccompile.plan.assertions import Covered, Demand, Ignored, Shown, Waived
from speccompile.provenance import Cause, Origin, because
from speccompile.requirements.asked import Asked, constrained, demanded, sentence
from speccompile.requirements.beyond import beyond
from speccompile.requirements.concern import concerned
from speccompile.requirements.kinds import Requirement
from speccompile.requirements.reading import kind_of, value_of
from speccompile.requirements.sentence import Sentence
from speccompile.requirements.unread import is_unread
from speccompile.spec.manifest import Assertion, Manifest
from speccompile.spec.project import Bound, ProjectSpec, ServiceSpec

CODE = "SC303"
TITLE = "assertions"


def covered(spec: ProjectSpec) -> Iterator[Covered]:
    """The assertions of all manifests, each once, by manifest and then by id."""
    for manifest, services in _manifests(spec):
        sharing = {service.name: service.role for service in services}
        for assertion in sorted(manifest.assertions, key=lambda one: one.id):
            mine = concerned(assertion, sharing)
            bound = spec.bindings.get(assertion.id)
            yield _covered(assertion, [service for service in services if service.name in mine], bound)


def shown_by(one: Covered, judgements: Mapping[str, Judged]) -> Covered:
    """*one*, with what the evidence of the services shows of it."""
    shown = _shown(one, judgements)
    return replace(one, shown=shown) if shown else one


def _shown(one: Covered, judgements: Mapping[str, Judged]) -> Shown | None:
    """The tests and proofs that name *one*: of each of its services, since what one of them shows says nothing of another."""
    mine = [judgements[name] for name in one.services if name in judgements]
    by = tuple(dict.fromkeys(test for seen in mine for test in seen.named.get(one.assertion, ())))
    if not mine or not all(seen.named.get(one.assertion) for seen in mine):
        return None
    return Shown(by=by, origin=because(CODE, *(cause for seen in mine for cause in seen.causes)))


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


def _covered(assertion: Assertion, services: Sequence[ServiceSpec], bound: Bound | None) -> Covered:
    counts = assertion.is_active() or not assertion.is_settled()
    demands = tuple(
        _demand(one.asked, service.name, because(CODE, one.asked.cause), (one.begin, one.end))
        for service in services
        if counts
        for one in demanded(assertion, service.archetype, bound)
    )
    said = [sentence(assertion.natural, service.archetype, assertion.entity) for service in services]
    ignored = tuple(bound.says.ignore) if bound else ()
    return Covered(
        assertion=assertion.id,
        text=assertion.natural,
        status=assertion.status,
        services=tuple(service.name for service in services),
        demands=demands,
        unread=counts and not demands and not ignored and any(map(is_unread, said)),
        beyond=_beyond(said, demands),
        waived=_waived(bound),
        ignored=_ignored(bound),
        evidence=bound.says.evidence if bound else (),
        origin=because(CODE, Cause(assertion.at("natural"), assertion.id)),
    )


def _beyond(said: Sequence[Sentence], demands: Sequence[Demand]) -> tuple[str, ...]:
    """What the text says that none of *demands* has; nothing where deploy.yaml says what is demanded."""
    if any(demand.bound for demand in demands) or not said:
        return ()
    numbers = {
        float(value)
        for demand in demands
        for _, value in demand.value
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    return beyond(said[0], {demand.kind for demand in demands}, numbers)


def _waived(bound: Bound | None) -> Waived | None:
    if bound is None or bound.says.waive is None:
        return None
    return Waived(why=bound.says.waive, until=bound.says.until, origin=because(CODE, Cause(bound.at["waive"])))


def _ignored(bound: Bound | None) -> Ignored | None:
    if bound is None or bound.says.because is None:
        return None
    origin = because(CODE, Cause(bound.at["ignore"]))
    return Ignored(what=bound.says.ignore, why=bound.says.because, origin=origin)


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
