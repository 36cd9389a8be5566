"""Names that would be given twice: of variables, of containers, of stores, of what the operator is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.codes.lowering import NAME_TAKEN, VARIABLE_TWICE
from speccompile.codes.tls import PARAMETER_TAKEN
from speccompile.diagnostics import Diagnostic, Related, quoted
from speccompile.lower.draft import Draft, StoreNeed
from speccompile.lower.rules import environment
from speccompile.lower.subject import Subject
from speccompile.plan.ingress import Ingress
from speccompile.plan.plan import Plan, Service, Store
from speccompile.plan.workload import Parameter, Supplied, Workload
from speccompile.provenance import Origin
from speccompile.realise import front_door, published
from speccompile.realise.front_door import NAME as FRONT


def clashes(services: Iterable[Service]) -> Iterator[Diagnostic]:
    """One finding for each variable that a service would get a second time, at what deploy.yaml says of it if it does."""
    for service in services:
        taken: dict[str, Origin] = {}
        for name, origin in _variables(service.workload) if service.workload else ():
            other = taken.setdefault(name, origin)
            if other is not origin:
                yield _clash(service.name, name, other, origin)


def names_taken(services: Sequence[Service], backing: Sequence[Store], entry: Ingress | None) -> Iterator[Diagnostic]:
    """Containers that would be called like a service that is built here."""
    taken = {service.workload.name: service.origin for service in services if service.workload}
    for process in (process for service in services for process in service.processes):
        if process.workload.name in taken:
            yield _taken(process.workload.name, process.origin)
        taken[process.workload.name] = process.origin
    for name, origin in [(one.name, one.origin) for s in backing for one in s.workloads] + (
        [(FRONT, entry.origin)] if entry else []
    ):
        if name in taken:
            yield _taken(name, origin)


def _taken(name: str, origin: Origin) -> Diagnostic:
    return NAME_TAKEN.at(
        origin.causes[0].span,
        f"{quoted(name)} is the name of a service that is built here and of one that follows from this",
        fix=f"rename the service {quoted(name)} in deploy.yaml",
    )


def stores_taken(running: Sequence[tuple[Subject, Draft]]) -> Iterator[Diagnostic]:
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


def parameters_taken(plan: Plan, images: Iterable[Parameter]) -> Iterator[Diagnostic]:
    """Variables of programs that the operator supplies, under names that *plan* itself asks him by: for the front door, for ports and *images*."""
    entrance = (*front_door.parameters(front_door.front_door(plan.ingress)), *published.parameters(plan))
    ours = {one.name: one for one in (*entrance, *images)}
    for service in plan.services:
        seen: dict[str, Supplied] = {}
        for workload in service.workloads:
            for entry in workload.environment:
                if isinstance(entry, Supplied) and entry.parameter in ours:
                    seen.setdefault(entry.parameter, entry)
        for name, entry in sorted(seen.items()):
            yield _asked_twice(service.name, entry, ours[name])


def _asked_twice(service: str, theirs: Supplied, ours: Parameter) -> Diagnostic:
    return PARAMETER_TAKEN.at(
        theirs.origin.causes[0].span,
        f"{service} wants to be told {theirs.parameter}, which is what the operator is asked by for something else: {ours.purpose}",
        fix=f'give it a value in deploy.yaml (`env: {{{theirs.parameter}: "…"}}` of {service}), or let the program read another name',
        related=(Related("the deployment asks for it because of this", ours.origin.causes[0].span),),
    )


def _variables(workload: Workload) -> Iterator[tuple[str, Origin]]:
    yield from ((entry.name, entry.origin) for entry in workload.environment)
    yield from ((use.variable, use.origin) for use in workload.secrets if use.variable)


def _clash(service: str, name: str, one: Origin, other: Origin) -> Diagnostic:
    written, made = (one, other) if environment.CODE in one.rules else (other, one)
    return VARIABLE_TWICE.at(
        written.causes[0].span,
        f"{service} would get the variable {name} twice, with different values",
        fix="take it out of `env`"
        if environment.CODE in written.rules
        else "give one of the two another name in deploy.yaml; variables are called after names",
        related=(Related("this sets it too", made.causes[0].span),),
    )
