"""The networks of a host: an internal one for what workloads say to each other, and one with a way out, for them and for what comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speccompile.plan.workload import Workload
from speccompile.provenance import merged
from speccompile.realise.compose_plan import Attach, Container, Network

BACKEND, EDGE = "backend", "edge"


def attached(workload: Workload) -> Iterator[Attach]:
    """Those that *workload* is attached to."""
    if workload.inside:
        yield Attach(network=BACKEND, origin=workload.inside.origin)
    if workload.egress:
        yield Attach(network=EDGE, origin=workload.egress.origin)


def joined(workload: Workload) -> Iterator[Attach]:
    """Those of others that *workload* is attached to."""
    for one in workload.given.networks if workload.given else ():
        yield Attach(network=one.name, external=True, origin=one.origin)


def networks(containers: Iterable[Container]) -> Iterator[Network]:
    """Those that *containers* are attached to."""
    every = [attach for container in containers for attach in container.networks]
    for name, internal in ((BACKEND, True), (EDGE, False)):
        origins = [attach.origin for attach in every if attach.network == name and not attach.external]
        if origins:
            yield Network(name=name, internal=internal, origin=merged(origins))
    for name in sorted({attach.network for attach in every if attach.external}):
        origins = [attach.origin for attach in every if attach.network == name]
        yield Network(name=name, internal=False, external=True, origin=merged(origins))
