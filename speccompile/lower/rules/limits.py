"""Limits: memory, CPUs and processes.

deploy.yaml's ``resources``; else a confirmed assertion that bounds memory («uses at most 256 MB of memory»), the lowest where several
do, and likewise for processors. Else half a gibibyte, one CPU, 256 processes.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.container import Limits
from speccompile.provenance import because
from speccompile.requirements.kinds import Cpu, Memory

CODE = "SC331"
TITLE = "limits"

_FLOOR = 16 * 2**20


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the limits."""
    bounds = [
        (one.requirement.bytes, one.cause)
        for one in subject.asks(Memory)
        if one.requirement.bound == "most" and one.scope.of != "host"
    ]
    shares = [
        (one.requirement.cpus, one.cause)
        for one in subject.asks(Cpu)
        if one.requirement.bound == "most" and one.scope.of != "host"
    ]
    resources = subject.deploy.resources if subject.deploy else None
    causes = [cause for _, cause in (*bounds, *shares)]
    besides = draft.limits.origin
    memory = max(min(bound for bound, _ in bounds), _FLOOR) if bounds else draft.limits.memory
    cpus = min((bound for bound, _ in shares), default=draft.limits.cpus)
    if resources:
        told = [subject.deployed("resources", key) for key in ("memory", "cpus") if getattr(resources, key)]
        causes += told or [subject.deployed("resources")]
        besides = because(CODE, *(told or [subject.deployed("resources")]))
        memory, cpus = resources.memory or memory, resources.cpus or cpus
    if not causes:
        return draft
    limits = Limits(memory=memory, cpus=cpus, pids=draft.limits.pids, besides=besides, origin=because(CODE, *causes))
    return replace(draft, limits=limits)
