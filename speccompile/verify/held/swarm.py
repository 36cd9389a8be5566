"""Demands, read back from the stack of a swarm.

A stack is written in compose's words, but for what a swarm schedules by (``deploy``), so the readers of compose read it through a view that finds
these keys where a stack has them. What a swarm holds in another way, or not, has a reader here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Dependency
from speccompile.realise.front_door import FrontDoor
from speccompile.realise.swarm import realised
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.held import READERS as COMPOSE
from speccompile.verify.held.outcome import Held, Outcome, Reader, approximated, by_default, enforced, lost, nothing
from speccompile.verify.held.view import Lines, View
from speccompile.verify.swarm import PATH

_CLOCK = "a swarm has no clock: nothing starts it"
_LIMITS = ("deploy", "resources", "limits")
# Keys of a service of compose, and where a stack has them.
_ELSEWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mem_limit": (*_LIMITS, "memory"),
        "cpus": (*_LIMITS, "cpus"),
        "restart": ("deploy", "restart_policy", "condition"),
    }
)
_RESTARTS = MappingProxyType({"any": "always", "on-failure": "on-failure", "none": "no"})


class StackView(View):
    """The stack, as the readers of compose look at it."""

    path = PATH

    @cached_property
    def front(self) -> FrontDoor | None:
        """The front door, whose configuration is the stack's own."""
        return realised(self.plan).front

    def box(self, name: str) -> dict[str, Any]:
        """A service, with compose's keys for what stands below ``deploy``."""
        body = super().box(name)
        if not body:
            return {}
        limits = entries(entries(entries(body.get("deploy")).get("resources")).get("limits"))
        condition = str(entries(entries(body.get("deploy")).get("restart_policy")).get("condition"))
        cpus = limits.get("cpus")
        told: dict[str, Any] = {
            "mem_limit": limits.get("memory"),
            "cpus": float(cpus) if isinstance(cpus, str) and cpus.replace(".", "", 1).isdigit() else None,
            "restart": _RESTARTS.get(condition),
            "secrets": [str(entries(one).get("source")) for one in items(body.get("secrets"))],
            # A stack starts nothing in an order; what a service depends on is what it is told the address of.
            "depends_on": {one.name: {} for one in self._needed(name)},
        }
        return {**body, **told}

    def key(self, service: str, *path: str | int) -> Lines:
        """The line of a key, wherever a stack has it."""
        found = self.at("services", service, *_ELSEWHERE.get(str(path[0]), (path[0],)), *path[1:])
        return found or (self.at("services", service, "networks") if path[0] == "depends_on" else ())

    def _needed(self, name: str) -> tuple[Dependency, ...]:
        workloads = [workload for service in self.plan.services for workload in service.workloads]
        return next((workload.depends_on for workload in workloads if workload.name == name), ())


def held(plan: Plan, files: Mapping[str, str]) -> Held:
    """What the stack among *files* (path → text) says about a demand."""
    return partial(_read, StackView(plan, files))


def _read(view: StackView, demand: Demand) -> Outcome:
    return READERS.get(demand.kind, COMPOSE[demand.kind])(view, demand)


def _there(view: View, demand: Demand) -> Outcome | None:
    """That it is lost, where the service is not in the stack."""
    return (
        None
        if view.box(demand.service)
        else lost(f"{demand.service} is not in the stack: it ends, and a swarm keeps services up")
    )


def replicas(view: View, demand: Demand) -> Outcome:
    """``deploy.replicas``."""
    if away := _there(view, demand):
        return away
    have = entries(view.box(demand.service).get("deploy")).get("replicas", 1)
    lines, service = view.key(demand.service, "deploy", "replicas"), view.service(demand.service)
    least, most = demand.get("least"), demand.get("most")
    if (least is not None and have < least) or (most is not None and have > most):
        blamed = [service.workload.replicas.origin] if service and service.workload else []
        return lost(f"{have} of it, not {least if least is not None and have < least else most}", lines, *blamed)
    if most is not None:
        return approximated(f"the swarm keeps {have}; `docker service scale` could start more", lines)
    return enforced(f"the swarm keeps {have}", lines)


def exclusive(view: View, demand: Demand) -> Outcome:
    """One, at most one on a node, and the old one ends first."""
    if away := _there(view, demand):
        return away
    deploy = entries(view.box(demand.service).get("deploy"))
    alone = entries(deploy.get("placement")).get("max_replicas_per_node") == 1 and deploy.get("replicas") == 1
    lines = (
        *view.key(demand.service, "deploy", "replicas"),
        *view.key(demand.service, "deploy", "placement", "max_replicas_per_node"),
    )
    if not alone:
        return lost("a second one could be started", lines)
    return approximated(
        "one, and the old one ends before a new one starts; a node that is cut off may still run one", lines
    )


def restart(view: View, demand: Demand) -> Outcome:
    """``restart_policy``: what ends is started again after 5 s."""
    lines = view.key(demand.service, "restart")
    if view.box(demand.service).get("restart") != "always":
        return lost("the swarm does not start it again")
    wanted = demand.get("seconds")
    if wanted is not None:
        return approximated(
            f"it is started again after 5 s, on a node that has room; {wanted:g} s are not promised", lines
        )
    return by_default("it is started again after 5 s, on a node that has room", lines)


def availability(view: View, demand: Demand) -> Outcome:
    """A share of time is measured; what is down is started again, and a bad version is rolled back."""
    lines = (
        *view.key(demand.service, "restart"),
        *view.key(demand.service, "deploy", "update_config", "failure_action"),
    )
    if view.box(demand.service).get("restart") == "always":
        return approximated(
            "measured, not held: what dies or hangs is started again, and a bad version is rolled back", lines
        )
    return lost("nothing that is generated keeps it up")


READERS: dict[str, Reader] = {
    "replicas": replicas,
    "exclusive": exclusive,
    "restart": restart,
    "availability": availability,
    "schedule": nothing(_CLOCK),
    "overlap": nothing(_CLOCK),
    "backup": nothing("a swarm has no clock, so no copy is made"),
    "rundeadline": nothing("a run ends, and a swarm keeps services up: it is not in the stack"),
    "retries": nothing("a run ends, and a swarm keeps services up: it is not in the stack"),
    "scale": nothing("a swarm keeps as many as it is told, whatever the load is"),
    "migrate": nothing("a swarm runs nothing before a new version serves"),
}
