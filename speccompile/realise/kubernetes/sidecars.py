"""Sidecars: containers that a pod starts before its own and ends after it (kubernetes.io/docs, "Sidecar Containers": an init container that is started
again whenever it ends; from Kubernetes 1.29 on)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from speccompile.plan.workload import Parameter, Workload
from speccompile.realise.kubernetes.kinds import Asked, Component, Image, Kept, Memory, Pod
from speccompile.realise.kubernetes.names import fresh, named
from speccompile.realise.kubernetes.pods import pod


def sidecar(workload: Workload, image: Image, kept: tuple[Kept, ...], parameters: Mapping[str, Parameter]) -> Pod:
    """The container of *workload*, which is beside another."""
    plain = pod(workload, image, Component.WORKER, kept, parameters)
    return replace(plain, asked=_asked(plain.asked, workload))


def _asked(asked: Asked | None, workload: Workload) -> Asked | None:
    """Only what its service needs is waited for: a sidecar may be well no sooner than its service is. As of a store, nothing tells apart whether it can
    serve and whether it has to be started again."""
    if asked is None:
        return None
    first = workload.beside and workload.beside.first
    return replace(asked, startup=asked.startup if first else None, liveness=None)


def with_sidecars(owner: Pod, lent: Iterable[Pod]) -> Pod:
    """*owner* with the sidecars *lent* to it: files belong to its group, in which all containers of a pod are, and no two volumes have one name."""
    beside: list[Pod] = []
    taken = {one.name for one in owner.mounted} | {owner.secrets_volume}
    for one in lent:
        taken |= {each.name for each in one.kept}
        memory: list[Memory] = []
        for each in one.memory:
            name = fresh(f"memory-{one.name}-{named(each.target)}", f"{one.name}:{each.target}", taken)
            taken.add(name)
            memory.append(replace(each, name=name))
        beside.append(replace(one, memory=tuple(memory)))
    reasons = [one.reaped for one in (owner, *beside) if one.reaped]
    return replace(
        owner,
        beside=tuple(beside),
        owned=any(one.owned for one in (owner, *beside)),
        reaped=reasons[0] if reasons else None,
    )
