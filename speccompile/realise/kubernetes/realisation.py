"""Plan → what a cluster is told.

What comes in is an Ingress: every cluster's API has it, where the Gateway API's HTTPRoute is an extension that has to be installed, and that has
no words for most of the bounds of a route either (see ``losses``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from speccompile.once import once_each
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Parameter
from speccompile.provenance import Origin, merged
from speccompile.realise.kubernetes import names
from speccompile.realise.kubernetes.controllers import Member, claims, controllers, members
from speccompile.realise.kubernetes.environment import supplied
from speccompile.realise.kubernetes.kinds import Controller, Deployment, KubernetesPlan, Scaler, Setting, StatefulSet
from speccompile.realise.kubernetes.network import allowed, hosts, listeners
from speccompile.realise.kubernetes.network_kinds import Budget


@once_each
def realised(plan: Plan) -> KubernetesPlan | None:
    """What a cluster is told of *plan*; None where nothing in it runs."""
    found = members(plan)
    if not found:
        return None
    parameters = {one.name: one for one in plan.parameters}
    running = tuple(controllers(found, parameters))
    stateful = frozenset(one.pod.name for one in running if isinstance(one, StatefulSet))
    used = dict(_used(found))
    return KubernetesPlan(
        app=names.namespace(plan.app),
        controllers=running,
        claims=claims(found),
        listeners=tuple(listeners(found, plan.ingress, stateful)),
        allowed=tuple(allowed(found, plan.ingress)),
        budgets=tuple(_budgets(found)),
        scalers=tuple(_scalers(running)),
        hosts=tuple(hosts(plan.ingress)),
        settings=tuple(_settings(parameters[name] for name in sorted(used))),
        files=tuple(sorted({use.name for one in found for workload in one.workloads for use in workload.secrets})),
        values=tuple(sorted(name for name in used if parameters[name].secret)),
        origin=plan.origin,
    )


def _used(found: Iterable[Member]) -> Iterator[tuple[str, Origin]]:
    for one in found:
        for name in (each for workload in one.workloads for each in supplied(workload)):
            yield name, one.origin


def _budgets(found: Iterable[Member]) -> Iterator[Budget]:
    for one in found:
        replicas = one.workload.replicas
        if replicas.several:
            yield Budget(name=one.workload.name, origin=replicas.origin)


def _scalers(running: Iterable[Controller]) -> Iterator[Scaler]:
    """Where nobody says more: at seven tenths of what a pod may use there is time to start another one."""
    for one in running:
        if isinstance(one, Deployment) and one.replicas.most:
            cpu = max(1, math.floor(one.pod.resources.cpu * (one.replicas.busy or 70) / 100))
            why = one.replicas.origin
            yield Scaler(name=one.name, least=one.replicas.count, most=one.replicas.most, cpu=cpu, origin=why)


def _settings(parameters: Iterable[Parameter]) -> Iterator[Setting]:
    """Those that have a value without the operator."""
    for one in parameters:
        if not one.secret and one.default is not None:
            yield Setting(key=one.name, value=one.default, origin=merged((one.origin,)))
