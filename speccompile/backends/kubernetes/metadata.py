"""Names and labels of objects."""

from __future__ import annotations

from speccompile.backends.kubernetes.entries import block, plain
from speccompile.backends.yaml import Entry
from speccompile.provenance import Origin
from speccompile.realise.kubernetes.kinds import Component

NAME, PART, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/part-of", "app.kubernetes.io/component"
DOOR = "speccompile.io/ingress-controller"
"""The label of the namespace from which requests come in: whoever runs the cluster puts it there."""


def metadata(name: str, app: str, origin: Origin, labels: Entry | None = None) -> Entry:
    """An object's name and labels, in the namespace of the application."""
    own = labels or block(origin, {PART: plain(app, origin)})
    return block(origin, {"name": plain(name, origin), "namespace": plain(app, origin), "labels": own})


def labels(app: str, workload: str, component: Component, origin: Origin) -> Entry:
    """The labels of what belongs to a workload."""
    return block(
        origin,
        {
            NAME: plain(workload, origin),
            PART: plain(app, origin),
            COMPONENT: plain(component.value, origin),
        },
    )


def selector(app: str, workload: str, origin: Origin) -> Entry:
    """The labels by which the pods of a workload are found."""
    return block(origin, {NAME: plain(workload, origin), PART: plain(app, origin)})


def matching(app: str, workload: str, origin: Origin) -> Entry:
    """A selector of the API for the pods of a workload."""
    return block(origin, {"matchLabels": selector(app, workload, origin)})
