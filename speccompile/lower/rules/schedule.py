"""Schedule: when a pipeline runs.

deploy.yaml's ``schedule``; else a confirmed assertion that says how often and when runs are («runs at 02:30 every day»); at three
o'clock, unless it names the time.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.plan import Schedule
from speccompile.provenance import because
from speccompile.requirements import kinds

CODE = "SC342"
TITLE = "schedule"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set the schedule of a pipeline."""
    if subject.role != "job":
        return draft
    if subject.deploy and subject.deploy.schedule:
        schedule = Schedule(cron=subject.deploy.schedule, origin=because(CODE, subject.deployed("schedule")))
        return replace(draft, schedule=schedule)
    for one in subject.asks(kinds.Schedule):
        return replace(draft, schedule=Schedule(cron=one.requirement.cron, origin=because(CODE, one.cause)))
    return draft
