"""Waivers of which the day is over: the only thing about assertions that depends on when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from speccompile.codes.standing import WAIVER_OVER
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan


def over(plan: Plan) -> Iterator[Diagnostic]:
    """A finding for each waiver of *plan* of which the last day (in UTC) is over."""
    today = datetime.now(UTC).date().isoformat()
    for one in plan.assertions:
        if one.waived and one.waived.until and one.waived.until < today:
            yield WAIVER_OVER.at(
                one.waived.origin.causes[0].span,
                f"{one.assertion} was waived until {one.waived.until}",
                fix="have it held, or waive it until another day",
            )


def dated(plan: Plan) -> bool:
    """Whether a day will come on which there is something to find."""
    return any(one.waived and one.waived.until for one in plan.assertions)
