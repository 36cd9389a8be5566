"""What deploy.yaml gives units of its own accord: by the workload that a unit is of, as its units are called otherwise where they lie over those of
fewer instances."""

from __future__ import annotations

from speccompile.plan.given import Given
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Workload


def of_unit(plan: Plan, unit: str) -> Given | None:
    """What the workload of *unit* is given by name."""
    found = _workload(plan, unit)
    return found.given if found else None


def network_of_another(plan: Plan, unit: str) -> str | None:
    """The network that *unit* has as a sidecar: that of the instance of its service with its own number; None where it is none."""
    found = _workload(plan, unit)
    if found is None or found.beside is None:
        return None
    _, line, number = unit.partition("_")
    return f"{plan.app}-{found.beside.name}{line}{number}.container"


def _workload(plan: Plan, unit: str) -> Workload | None:
    """No name of a workload has such a line in it, which is before an instance's number."""
    name = unit.removeprefix(f"{plan.app}-").partition("_")[0]
    built = [one for service in plan.services for one in service.workloads]
    every = [*built, *(one for store in plan.stores for one in store.workloads)]
    return next((one for one in every if one.name == name), None)
