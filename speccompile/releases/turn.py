"""What stands in a store while somebody deploys: who, how long it holds, and what tells one holder from another.

It is read strictly: whoever can write to the store could put anything there. It carries no time of a client's clock. How old it is the store's own clock
says, which dates both it and what it is compared with; so a machine whose clock is wrong neither loses its turn nor takes another's.
"""

from __future__ import annotations

import time
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from speccompile.releases.record import Line, Model, parsed

LONGEST = 24 * 60 * 60
"""Seconds that a turn can be asked for: what a stranger writes must not keep everybody away for ever."""
GRACE = 2.0
"""Seconds: object stores and HTTP date to the second, so that two times may look so much closer or farther apart than they are."""


class Turn(Model):
    """A turn to deploy: ``nonce`` is new for each, ``count`` goes up with each renewal; ``over`` is a turn that was given back."""

    version: Literal[1] = 1
    holder: Line
    nonce: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    seconds: Annotated[int, Field(ge=1, le=LONGEST)]
    count: Annotated[int, Field(ge=0)] = 0
    over: bool = False

    def has_run_out(self, age: float) -> bool:
        """Whether it no longer counts, when it was written *age* seconds ago by the store's clock."""
        return self.over or age > self.seconds + GRACE


def turn_in(content: bytes, place: str) -> Turn:
    """The turn that *content* tells of; raises ``Refused`` (SC700)."""
    return parsed(Turn, content, place)


class Deadline:
    """When a holder must stop to believe that it is its turn, by its own clock that no one sets (CLOCK_MONOTONIC).

    Counted from before a request was sent, it ends before the store's own count does.
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds

    def passed(self) -> bool:
        """Whether it is over."""
        return time.monotonic() >= self._ends

    def anew(self) -> Deadline:
        """The deadline of a turn that is renewed now."""
        return Deadline(self._seconds)
