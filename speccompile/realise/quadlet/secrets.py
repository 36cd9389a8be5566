"""Secrets of Podman's: files under their names, and whole values of variables, as Podman puts none together of parts.

Whatever workloads are told the same value share one secret, which is called after the first that is told it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from speccompile.plan.plan import ACCESSORY, Plan
from speccompile.plan.workload import Parameter, Supplied, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.quadlet import names
from speccompile.realise.quadlet.quadlet_plan import Container, SecretForm, SecretMade


class Whole(NamedTuple):
    """A value: that of a parameter, between what stands before and after it."""

    parameter: str
    before: str
    after: str


def wholes(app: str, workloads: Iterable[Workload], parameters: Mapping[str, Parameter]) -> dict[Whole, str]:
    """What Podman calls the secret with each value that a variable of *workloads* holds."""
    found: dict[Whole, str] = {}
    for workload in workloads:
        for one in workload.environment:
            if isinstance(one, Supplied) and parameters[one.parameter].secret:
                whole = whole_of(one)
                parts = (workload.name, one.name) if one.before or one.after else (one.parameter,)
                found.setdefault(whole, names.secret(app, *parts))
    return found


def whole_of(variable: Supplied) -> Whole:
    """The value of *variable*."""
    return Whole(variable.parameter, variable.before, variable.after)


def made(plan: Plan, units: Iterable[Container], parameters: Mapping[str, Parameter]) -> Iterator[SecretMade]:
    """What the operator creates for *units*: for each parameter the secrets that its value makes."""
    origins: dict[Whole, dict[str, list[Origin]]] = {}
    files = {names.secret(plan.app, one.name): one.parameter for one in plan.secrets}
    for unit in units:
        for file in unit.secrets:
            origins.setdefault(Whole(files[file.name], "", ""), {}).setdefault(file.name, []).append(file.origin)
        for one in unit.secret_variables:
            whole = Whole(one.parameter, one.before, one.after)
            origins.setdefault(whole, {}).setdefault(one.name, []).append(one.origin)
    for parameter in sorted({whole.parameter for whole in origins}):
        forms = tuple(
            SecretForm(name=name, before=whole.before, after=whole.after, origin=merged(why))
            for whole, named in sorted(origins.items())
            for name, why in sorted(named.items())
            if whole.parameter == parameter
        )
        yield SecretMade(
            parameter=parameters[parameter],
            made_up=parameter in _made_up(plan),
            forms=forms,
            origin=merged(form.origin for form in forms),
        )


def _made_up(plan: Plan) -> set[str]:
    """The parameters of passwords that nobody has to know: those of stores that are started here."""
    files = {one.name: one.parameter for one in plan.secrets}
    stores = [one.workload for one in plan.stores if one.kind != ACCESSORY]
    found = {files[use.name] for workload in stores for use in workload.secrets}
    return found | {one.parameter for store in stores for one in store.environment if isinstance(one, Supplied)}
