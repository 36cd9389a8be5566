"""Schedule: when a pipeline runs, for how long, and how often again.

deploy.yaml's ``schedule``; else a confirmed assertion that says how often and when runs are («runs at 02:30 every day»); at three
o'clock, unless it names the time. A run that an assertion bounds is ended then (the shortest time where several do). A failed run is started
again as often as assertions say where the engine does that, which is where ``up`` runs the job: what cron starts runs again when it is due.
"""

from __future__ import annotations

import math
from dataclasses import replace

from speccompile.lower.draft import Draft, RunDeadline
from speccompile.lower.subject import Subject
from speccompile.plan.container import Restart, RestartPolicy
from speccompile.plan.plan import Schedule
from speccompile.provenance import because
from speccompile.requirements import kinds

CODE = "SC342"
TITLE = "schedule"

_MOST_TIMES = 1000


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the schedule of a pipeline, the time that a run has, and what follows when it fails."""
    if subject.role != "job":
        return draft
    schedule = _schedule(subject)
    restart = draft.restart if schedule else _again(subject, draft.restart)
    return replace(draft, schedule=schedule, deadline=_deadline(subject), restart=restart)


def _schedule(subject: Subject) -> Schedule | None:
    if subject.deploy and subject.deploy.schedule:
        return Schedule(cron=subject.deploy.schedule, origin=because(CODE, subject.deployed("schedule")))
    for one in subject.asks(kinds.Schedule):
        return Schedule(cron=one.requirement.cron, origin=because(CODE, one.cause))
    return None


def _deadline(subject: Subject) -> RunDeadline | None:
    shortest = min(subject.asks(kinds.RunDeadline), key=lambda one: one.requirement.seconds, default=None)
    if shortest is None:
        return None
    return RunDeadline(seconds=max(1, math.ceil(shortest.requirement.seconds)), origin=because(CODE, shortest.cause))


def _again(subject: Subject, usual: Restart) -> Restart:
    """The fewest times that somebody names; never, where that is said."""
    counted = [one for one in subject.asks(kinds.Retries) if one.requirement.count is not None]
    if not counted:
        return usual
    fewest = min(counted, key=lambda one: one.requirement.count or 0)
    origin, times = because(CODE, fewest.cause), min(fewest.requirement.count or 0, _MOST_TIMES)
    if times == 0:
        return Restart(policy=RestartPolicy.NEVER, origin=origin)
    return Restart(policy=RestartPolicy.ON_FAILURE, times=times, origin=origin)
