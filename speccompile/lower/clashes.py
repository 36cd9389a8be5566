"""Names that would be given twice: of variables, of containers, of stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.codes.lowering import NAME_TAKEN, VARIABLE_TWICE
from speccompile.diagnostics import Diagnostic, Related, quoted
from speccompile.lower.draft import Draft, StoreNeed
from speccompile.lower.rules import environment
from speccompile.lower.subject import Subject
from speccompile.plan.container import Container
from speccompile.plan.plan import Service, Store
from speccompile.plan.proxy import Proxy
from speccompile.provenance import Origin


def clashes(services: Iterable[Service]) -> Iterator[Diagnostic]:
    """One finding for each variable that a service would get a second time, at what deploy.yaml says of it if it does."""
    for service in services:
        taken: dict[str, Origin] = {}
        for name, origin in _variables(service.container) if service.container else ():
            other = taken.setdefault(name, origin)
            if other is not origin:
                yield _clash(service.name, name, other, origin)


def names_taken(services: Sequence[Service], backing: Sequence[Store], front: Proxy | None) -> Iterator[Diagnostic]:
    """Containers that would be called like a service that is built here."""
    taken = {container.name: container.origin for service in services for container in service.containers}
    for name, origin in [(one.name, one.origin) for s in backing for one in s.containers] + (
        [(front.container.name, front.origin)] if front else []
    ):
        if name in taken:
            yield NAME_TAKEN.at(
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


def _variables(container: Container) -> Iterator[tuple[str, Origin]]:
    yield from ((entry.name, entry.origin) for entry in container.environment)
    yield from ((use.variable, use.origin) for use in container.secrets if use.variable)


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
