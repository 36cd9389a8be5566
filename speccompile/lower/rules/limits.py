"""Limits: memory, CPUs and processes.

deploy.yaml's ``resources``; else a confirmed assertion that bounds memory («uses at most 256 MB of memory»), the lowest where several
do, and likewise for processors. Else half a gibibyte, one CPU, 256 processes.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Limits
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
    usual = draft.limits
    memory = max(min(bound for bound, _ in bounds), _FLOOR) if bounds else usual.memory
    cpus = min((bound for bound, _ in shares), default=usual.cpus)
    because_of_memory, because_of_cpus = [cause for _, cause in bounds], [cause for _, cause in shares]
    if resources and resources.memory:
        memory, because_of_memory = resources.memory, [*because_of_memory, subject.deployed("resources", "memory")]
    if resources and resources.cpus:
        cpus, because_of_cpus = resources.cpus, [*because_of_cpus, subject.deployed("resources", "cpus")]
    limits = Limits(
        memory=memory,
        cpus=cpus,
        pids=usual.pids,
        cpus_origin=because(CODE, *because_of_cpus) if because_of_cpus else usual.origin,
        pids_origin=usual.origin,
        origin=because(CODE, *because_of_memory) if because_of_memory else usual.origin,
    )
    return replace(draft, limits=limits)
