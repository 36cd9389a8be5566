"""The labels by which objects are found."""

from __future__ import annotations

from speccompile.realise.kubernetes.kinds import Pod

WORKLOAD = "app.kubernetes.io/name"
APP = "app.kubernetes.io/part-of"
COMPONENT = "app.kubernetes.io/component"
DOOR = "speccompile.io/ingress-controller"


def selector(app: str, workload: str) -> dict[str, str]:
    """Those of a workload's pods."""
    return {WORKLOAD: workload, APP: app}


def member(app: str, pod: Pod) -> dict[str, str]:
    """Those of what belongs to a workload."""
    return {**selector(app, pod.name), COMPONENT: pod.component.value}
