"""Plan → manifests (Kubernetes 1.37's API), one object a file, and the kustomization that lists them."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.kubernetes.controllers import claim, controller, scaler
from speccompile.backends.kubernetes.ground import account, namespace
from speccompile.backends.kubernetes.kustomization import kustomization
from speccompile.backends.kubernetes.network import allowed, budget, denied, ingress, listener
from speccompile.backends.yaml import Entry, render
from speccompile.plan.plan import Plan
from speccompile.realise.kubernetes.kinds import Controller, CronJob, Job, KubernetesPlan
from speccompile.realise.kubernetes.realisation import realised

TARGET = "kubernetes"
DIRECTORY = "kubernetes/base"


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The manifests of *plan*; nothing where nothing in it runs."""
    realisation = realised(plan)
    if realisation is None:
        return ()
    made = dict(sorted(objects(realisation), key=lambda pair: pair[0]))
    files = [(name, entry.origin) for name, entry in made.items()]
    made["kustomization.yaml"] = kustomization(realisation, files)
    return tuple(_artifact(plan, name, entry) for name, entry in made.items())


def _artifact(plan: Plan, name: str, entry: Entry) -> Artifact:
    path = f"{DIRECTORY}/{name}"
    text, origins = render(entry, [(line, plan.origin) for line in header.lines(path)])
    return Artifact(path, text, origins, TARGET)


def objects(plan: KubernetesPlan) -> Iterator[tuple[str, Entry]]:
    """Every object by the name of its file."""
    yield "namespace.yaml", namespace(plan)
    yield "serviceaccount.yaml", account(plan)
    yield "networkpolicy.yaml", denied(plan)
    if door := ingress(plan):
        yield "ingress.yaml", door
    yield from ((f"{_kind(one)}-{_workload(one)}.yaml", controller(plan, one)) for one in plan.controllers)
    yield from ((f"persistentvolumeclaim-{one.name}.yaml", claim(plan, one)) for one in plan.claims)
    yield from ((f"service-{one.name}.yaml", listener(plan, one)) for one in plan.listeners)
    yield from ((f"networkpolicy-{one.workload}.yaml", allowed(plan, one)) for one in plan.allowed)
    yield from ((f"poddisruptionbudget-{one.name}.yaml", budget(plan, one)) for one in plan.budgets)
    yield from ((f"horizontalpodautoscaler-{one.name}.yaml", scaler(plan, one)) for one in plan.scalers)


def _kind(one: Controller) -> str:
    return type(one).__name__.lower()


def _workload(one: Controller) -> str:
    return (one.run.pod if isinstance(one, Job | CronJob) else one.pod).name
