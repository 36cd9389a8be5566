"""What platforms do not hold of workloads that are to have the network of another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.codes.neighbours import APART
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Beside, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.loss import Loss

_POD = "choose kubernetes for it, where a pod holds both (`targets:` in deploy.yaml)"


def of(plan: Plan) -> tuple[tuple[Workload, Beside], ...]:
    """The sidecars of *plan*, each with what it is beside of."""
    return tuple((store.workload, store.workload.beside) for store in plan.stores if store.workload.beside)


def left_out(plan: Plan, why: str) -> Iterator[Loss]:
    """That no sidecar runs on a platform, as *why* says."""
    found = of(plan)
    if found:
        fix = "take `beside` out, so that it is a service with a name of its own; or choose kubernetes, compose or quadlet (`targets:` in deploy.yaml)"
        yield _lost(
            [one for one, _ in found], "is not there", why, fix, [beside.origin for _, beside in found], whole=True
        )


def started_after(plan: Plan, engine: str) -> Iterator[Loss]:
    """That *engine* starts a sidecar after its service, also where the service needs it."""
    for one, beside in of(plan):
        if beside.first:
            yield _lost(
                [one],
                f"starts after {beside.name}, which needs it",
                f"{engine} lends it the network of a container that runs",
                f"let {beside.name} ask again until it answers; or {_POD}",
                [beside.first],
            )


def beside_the_first(plan: Plan) -> Iterator[Loss]:
    """That there is one sidecar alone, where its service runs several times."""
    for one, beside in of(plan):
        if one.replicas.several:
            yield _lost(
                [one],
                f"is beside the first container of {beside.name} alone",
                "compose lends the network of a service's first container, whoever asks",
                f"let `speccompile deploy` start it, which puts one beside each, as quadlet has it; or let one {beside.name} run (`replicas`), or {_POD}",
                [one.replicas.origin],
            )


def cut_off(plan: Plan) -> Iterator[Loss]:
    """That a sidecar keeps a network that is gone, once the engine alone has started its service again."""
    for one, beside in of(plan):
        yield _lost(
            [one],
            f"is cut off when {beside.name} has ended and the engine starts it again",
            "a container keeps the network that it was started in, and the one that is started again has another",
            f"`docker compose restart {one.name}` then, or deploy again, where `speccompile deploy` started it; or {_POD}",
            [beside.origin],
        )


def _lost(
    workloads: Sequence[Workload], what: str, why: str, fix: str, origins: Sequence[Origin], *, whole: bool = False
) -> Loss:
    names = tuple(one.name for one in workloads)
    return Loss(code=APART, of=names, what=what, why=why, fix=fix, whole=whole, origin=merged(origins))
