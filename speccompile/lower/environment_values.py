"""The system as it is where variables have values of their own (``patches/NAME.env``): each stands in the place of the usual one, the operator's too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from speccompile.codes.values import NOT_TAKEN
from speccompile.diagnostics import Diagnostic, Related, quoted
from speccompile.errors import Refused
from speccompile.lower.external_address import called_port
from speccompile.lower.rules import environment
from speccompile.plan.plan import ACCESSORY, External, Plan, Service
from speccompile.plan.workload import Literal, Supplied, Workload
from speccompile.provenance import Cause, because
from speccompile.record import record
from speccompile.spec.project import EnvironmentValue

CODE = "SC485"


@record()
class _Place:
    """A variable of a workload; ``free`` is whether people decide about its value, and not the compiler."""

    workload: str
    variable: Literal | Supplied
    free: bool


def valued(plan: Plan, values: Sequence[EnvironmentValue]) -> Plan:
    """*plan* with *values*; raises ``Refused`` with each that nothing takes, or that changes nothing."""
    if not values:
        return plan
    if found := tuple(_objections(plan, values)):
        raise Refused(found)
    services = tuple(_service(one, plan, values) for one in plan.services)
    stores = tuple(
        replace(one, workload=_workload(one.workload, plan, values)) if one.kind == ACCESSORY else one
        for one in plan.stores
    )
    externals = tuple(_external(one, values) for one in plan.externals)
    made = replace(plan, services=services, stores=stores, externals=externals)
    gone = _supplied(plan) - _supplied(made)
    return replace(made, parameters=tuple(one for one in plan.parameters if one.name not in gone))


def _external(one: External, values: Sequence[EnvironmentValue]) -> External:
    there = next((value.value for value in values if value.variable == one.parameter), None)
    return replace(one, port=called_port(one.name, there)) if there else one


def _service(service: Service, plan: Plan, values: Sequence[EnvironmentValue]) -> Service:
    workload = _workload(service.workload, plan, values) if service.workload else None
    processes = tuple(replace(one, workload=_workload(one.workload, plan, values)) for one in service.processes)
    return replace(service, workload=workload, processes=processes)


def _workload(workload: Workload, plan: Plan, values: Sequence[EnvironmentValue]) -> Workload:
    free = {one.variable.name for one in _places(plan) if one.workload == workload.name and one.free}
    told = {one.variable: one for one in values if one.variable in free}
    there = tuple(_literal(told[one.name]) if one.name in told else one for one in workload.environment)
    return replace(workload, environment=there)


def _literal(value: EnvironmentValue) -> Literal:
    return Literal(name=value.variable, value=value.value, origin=because(CODE, Cause(value.at)))


def _places(plan: Plan) -> Iterator[_Place]:
    secret = _secrets(plan)
    for service in plan.services:
        for workload in service.workloads:
            for one in workload.environment:
                plain = one.origin.rules == (environment.CODE,)
                yield _Place(workload.name, one, _plainly_supplied(one, secret) or (isinstance(one, Literal) and plain))
    for store in plan.stores:
        for one in store.workload.environment:
            free = store.kind == ACCESSORY and (isinstance(one, Literal) or _plainly_supplied(one, secret))
            yield _Place(store.workload.name, one, free)


def _plainly_supplied(one: Literal | Supplied, secret: frozenset[str]) -> bool:
    """Whether the operator gives the whole value, and it is no secret."""
    return isinstance(one, Supplied) and one.parameter not in secret and not (one.before or one.after)


def _secrets(plan: Plan) -> frozenset[str]:
    return frozenset(one.name for one in plan.parameters if one.secret)


def _supplied(plan: Plan) -> set[str]:
    """The parameters that variables are made of."""
    return {one.variable.parameter for one in _places(plan) if isinstance(one.variable, Supplied)}


def _objections(plan: Plan, values: Sequence[EnvironmentValue]) -> Iterator[Diagnostic]:
    """Values that nothing takes, or that are the usual ones."""
    places = tuple(_places(plan))
    for value in values:
        having = [one for one in places if one.variable.name == value.variable]
        if not any(one.free for one in having):
            yield _untaken(value, having, places, _secrets(plan))
        elif all(isinstance(one.variable, Literal) and one.variable.value == value.value for one in having):
            message = f"{value.variable} is {quoted(value.value)} in every environment"
            related = tuple(Related("it is so here", one.span) for one in having[0].variable.origin.causes[:1])
            fix = "take the line out, or write the value that is meant"
            yield NOT_TAKEN.at(value.at, message, fix=fix, related=related)


def _untaken(
    value: EnvironmentValue, having: Sequence[_Place], places: Sequence[_Place], secret: frozenset[str]
) -> Diagnostic:
    name = value.variable
    if any(isinstance(one.variable, Supplied) and one.variable.parameter in secret for one in having):
        message = f"{name} is a secret, or has one in it"
        fix = (
            "take the line out, and give the secret to the operator: in the file that `values` of the environment names"
        )
    elif having:
        message = f"the compiler works out what {name} of {having[0].workload} is, so that nobody else can"
        fix = (
            f"take the line out, and change what it follows from: `speccompile explain {having[0].workload}` says that"
        )
    else:
        message = f"no service has a variable {name}"
        known = sorted({one.variable.name for one in places if one.free})
        close = get_close_matches(name[:64], known, n=1)
        otherwise = f"add it to `env` of the service that reads it, in specs/deploy.yaml: env: {{{name[:40]}: VALUE}}"
        fix = f"write {close[0]} in the place of {name[:40]}, if that is meant" if close else otherwise
    return NOT_TAKEN.at(value.at, message, fix=fix, found=name, expected="a variable that people set")
