"""A container's variables: what stands in the manifest, what the operator supplies, and what is put together of both.

A cluster puts values together with ``$(NAME)`` (Kubernetes, "Define dependent environment variables"), where NAME is a variable that stands
before: so a part that is supplied becomes a variable of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.plan.image import SECRETS
from speccompile.plan.workload import Literal, Parameter, Supplied, Workload
from speccompile.realise.kubernetes.kinds import Composed, FromParameter, FromSecret, Plain, Variable


def environment(workload: Workload, parameters: Mapping[str, Parameter]) -> tuple[Variable, ...]:
    """The variables of *workload*, those first of which others are made. Where a secret's file is told wins over one of the same name."""
    told = {use.variable: use for use in workload.secrets if use.variable}
    taken = {one.name for one in workload.environment} | set(told)
    found: dict[str, Variable] = {}
    for one in workload.environment:
        if one.name not in told:
            found |= {variable.name: variable for variable in _variables(one, parameters, taken)}
    for name, use in told.items():
        found[name] = Plain(name=name, value=f"{SECRETS}/{use.name}", origin=use.origin)
    return tuple(sorted(found.values(), key=lambda one: (isinstance(one, Composed), one.name)))


def _variables(
    one: Literal | Supplied, parameters: Mapping[str, Parameter], taken: set[str]
) -> Iterator[FromParameter | FromSecret | Composed | Plain]:
    if isinstance(one, Literal):
        yield Plain(name=one.name, value=one.value, origin=one.origin)
        return
    parameter = parameters[one.parameter]
    kind = FromSecret if parameter.secret else FromParameter
    if not one.before and not one.after:
        yield kind(name=one.name, key=parameter.name, origin=one.origin)
        return
    part = parameter.name
    while part in taken:
        part = f"{part}_PART"
    yield kind(name=part, key=parameter.name, origin=one.origin)
    yield Composed(name=one.name, before=one.before, of=part, after=one.after, origin=one.origin)


def supplied(workload: Workload) -> Iterator[str]:
    """The parameters that its variables are made of."""
    return (one.parameter for one in workload.environment if isinstance(one, Supplied))
