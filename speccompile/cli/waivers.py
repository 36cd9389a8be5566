"""Waivers of which the day is over: the only thing about assertions that depends on when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from speccompile.codes.standing import WAIVER_OVER
from speccompile.diagnostics import Diagnostic
from speccompile.plan.assertions import Waived
from speccompile.plan.plan import Plan


def over(plan: Plan) -> Iterator[Diagnostic]:
    """A finding for each waiver of *plan* of which the last day (in UTC) is over."""
    for one in plan.assertions:
        if one.waived and is_over(one.waived):
            yield WAIVER_OVER.at(
                one.waived.origin.causes[0].span,
                f"{one.assertion} was waived until {one.waived.until}",
                fix="have it held, or waive it until another day",
            )


def is_over(waived: Waived) -> bool:
    """Whether its last day (in UTC) is over."""
    return waived.until is not None and waived.until < datetime.now(UTC).date().isoformat()


def last_day(plan: Plan) -> str:
    """The last day on which no waiver of *plan* is over; "" where that day never comes."""
    return min((one.waived.until for one in plan.assertions if one.waived and one.waived.until), default="")
