"""Schedule: when a pipeline runs, for how long, and how often again.

deploy.yaml's ``schedule``; else a confirmed assertion that says how often and when runs are («runs at 02:30 every day»); at three
o'clock, unless it names the time, in the zone that it names. A run that an assertion bounds is ended then (the shortest time where several do),
and a failed run is started again as often as assertions say, unless ``schedule`` has a ``deadline`` or ``retries`` of its own. What starts a run
again is the platform's: compose does so where ``up`` runs the job, and has no means for what cron starts.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Restart, RestartPolicy, RunDeadline, Schedule
from speccompile.provenance import Cause, Origin, because
from speccompile.requirements import kinds

if TYPE_CHECKING:
    from speccompile.spec.schedule import Schedule as Written

CODE = "SC342"
TITLE = "schedule"

_MOST_TIMES = 1000


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the schedule of a pipeline, the time that a run has, and what follows when it fails."""
    if subject.role != "job":
        return draft
    written = subject.deploy.schedule if subject.deploy else None
    return replace(
        draft,
        schedule=_schedule(subject, written),
        deadline=_deadline(subject, written),
        restart=_again(subject, written, draft.restart),
    )


def _at(subject: Subject, written: Written, key: str) -> Cause:
    """The cause of what deploy.yaml says of a schedule: a plain one is its cron fields."""
    return subject.deployed("schedule", key) if written.raw else subject.deployed("schedule")


def _schedule(subject: Subject, written: Written | None) -> Schedule | None:
    asked = subject.asks(kinds.Schedule)
    zoned = next(((one.requirement.zone, one.cause) for one in asked if one.requirement.zone), None)
    if written:
        if written.zone:
            zoned = (written.zone, _at(subject, written, "zone"))
        return _scheduled(written.cron, _at(subject, written, "cron"), zoned)
    for one in asked:
        return _scheduled(one.requirement.cron, one.cause, (one.requirement.zone, one.cause))
    return None


def _scheduled(cron: str, cause: Cause, zoned: tuple[str, Cause] | None) -> Schedule:
    zone, why = zoned or ("", cause)
    return Schedule(cron=cron, zone=zone, zone_origin=because(CODE, why) if zone else None, origin=because(CODE, cause))


def _deadline(subject: Subject, written: Written | None) -> RunDeadline | None:
    if written and written.deadline:
        return _bounded(written.deadline, because(CODE, _at(subject, written, "deadline")))
    shortest = min(subject.asks(kinds.RunDeadline), key=lambda one: one.requirement.seconds, default=None)
    return _bounded(shortest.requirement.seconds, because(CODE, shortest.cause)) if shortest else None


def _bounded(seconds: float, origin: Origin) -> RunDeadline:
    return RunDeadline(seconds=max(1, math.ceil(seconds)), origin=origin)


def _again(subject: Subject, written: Written | None, usual: Restart) -> Restart:
    """As often as deploy.yaml says, else the fewest times that somebody names; never, where that is said."""
    if written and written.retries is not None:
        return _tried(written.retries, because(CODE, _at(subject, written, "retries")))
    counted = [one for one in subject.asks(kinds.Retries) if one.requirement.count is not None]
    if not counted:
        return usual
    fewest = min(counted, key=lambda one: one.requirement.count or 0)
    return _tried(fewest.requirement.count or 0, because(CODE, fewest.cause))


def _tried(times: int, origin: Origin) -> Restart:
    if times == 0:
        return Restart(policy=RestartPolicy.NEVER, origin=origin)
    return Restart(policy=RestartPolicy.ON_FAILURE, times=min(times, _MOST_TIMES), origin=origin)
