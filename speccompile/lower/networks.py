"""The networks of a project: an internal one that all share, and one with a way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.plan.container import Network
from speccompile.plan.plan import Service, Store
from speccompile.plan.proxy import Proxy
from speccompile.provenance import merged

BACKEND, EDGE = "backend", "edge"


def networks(services: Sequence[Service], backing: Sequence[Store], front: Proxy | None) -> Iterator[Network]:
    """Those that the containers of *services*, *backing* and *front* are attached to."""
    containers = [one for s in services for one in s.containers] + [one for s in backing for one in s.containers]
    attached = [attach for c in (*containers, *([front.container] if front else [])) for attach in c.networks]
    for name, internal in ((BACKEND, True), (EDGE, False)):
        origins = [attach.origin for attach in attached if attach.network == name]
        if origins:
            yield Network(name=name, internal=internal, origin=merged(origins))
