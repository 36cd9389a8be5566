"""Trying again, when what failed may work a moment later."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from speccompile.images.failures import Trouble, trouble
from speccompile.images.runner import Outcome
from speccompile.record import record

RESTS = (1.0, 2.0, 4.0, 8.0)
"""Seconds of rest before each new attempt."""

ENOUGH = 45.0
"""No new attempt is begun after this many seconds: docker has then tried again many times by itself."""


@record()
class Attempted:
    """The last outcome, what kind of trouble it was unless it went well, and the number of attempts."""

    outcome: Outcome
    trouble: Trouble | None
    attempts: int


def retried(
    action: Callable[[], Outcome],
    rests: Sequence[float] = RESTS,
    tell: Callable[[str], None] | None = None,
) -> Attempted:
    """Do *action*, again after each of *rests* as long as it fails for a transient reason; *tell* is told about it."""
    began = time.monotonic()
    for attempt in range(len(rests) + 1):
        outcome = action()
        if outcome.ok:
            return Attempted(outcome, None, attempt + 1)
        kind = trouble(outcome.errors + "\n" + outcome.output)
        if kind is not Trouble.TRANSIENT or attempt == len(rests) or time.monotonic() - began > ENOUGH:
            break
        if tell:
            tell(f"a transient failure, trying again in {rests[attempt]:g} s")
        time.sleep(rests[attempt])
    return Attempted(outcome, kind, attempt + 1)
