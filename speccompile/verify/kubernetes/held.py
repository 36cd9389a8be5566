"""Demands of assertions, read back from manifests: one module a family, each kind with one reader."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import Plan
from speccompile.verify.held.outcome import Held, Outcome, lost
from speccompile.verify.kubernetes import held_pods, held_runs, held_surroundings
from speccompile.verify.kubernetes.view import Reader, View

_UNKNOWN = "no manifest says anything of it"
_INGRESS = "the API's Ingress has no word for it"
_NOWHERE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("rate", "body", "connections", "deadline", "idle", "origins", "cachecontrol"), _INGRESS),
        "transport": "the Ingress names no certificate: TLS ends where the ingress controller is told to end it",
        "metrics": "nothing that is generated collects them",
        "atrest": "volumes are as their storage class makes them: choose one that encrypts",
        "audit": "no place here takes records that their own writer cannot alter",
        "retention": "no place here keeps records that nobody can delete earlier, and nothing deletes them by age",
        "objective": "how fast it answers nothing here measures",
        "availability": "how long it is there nothing here measures",
        "rotation": "nothing that is generated replaces it",
    }
)

_READERS: Mapping[str, Reader] = MappingProxyType(
    {**held_pods.READERS, **held_runs.READERS, **held_surroundings.READERS}
)
_NO_POD = "nothing runs it in a pod"


def kubernetes(plan: Plan, files: Mapping[str, str]) -> Held:
    """What the manifests among *files* (path → text) say about a demand."""
    view = View(plan, files)

    def read(demand: Demand) -> Outcome:
        if demand.kind in _NOWHERE:
            return lost(_NOWHERE[demand.kind])
        pod = view.pod(demand.service)
        if pod is None:
            return lost(_NO_POD)
        return _READERS[demand.kind](view, demand, pod) if demand.kind in _READERS else lost(_UNKNOWN)

    return read
