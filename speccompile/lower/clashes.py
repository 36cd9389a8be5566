"""Variables that a service would get twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speccompile.codes.lowering import VARIABLE_TWICE
from speccompile.diagnostics import Diagnostic, Related
from speccompile.lower.rules import environment
from speccompile.plan.container import Container
from speccompile.plan.plan import Service
from speccompile.provenance import Origin


def clashes(services: Iterable[Service]) -> Iterator[Diagnostic]:
    """One finding for each variable that a service would get a second time, at what deploy.yaml says of it if it does."""
    for service in services:
        taken: dict[str, Origin] = {}
        for name, origin in _variables(service.container) if service.container else ():
            other = taken.setdefault(name, origin)
            if other is not origin:
                yield _clash(service.name, name, other, origin)


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
