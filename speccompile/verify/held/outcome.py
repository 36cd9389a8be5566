"""What reading a demand back from the artifacts gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from speccompile.plan.assertions import Demand, Standing
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.verify.held.view import Lines, View


@record()
class Outcome:
    """A standing, why it is that, and the lines that were read for it.

    ``blamed`` is what made the plan say otherwise than demanded, where it does: another place that is among it contradicts the demand.
    """

    standing: Standing
    why: str
    lines: Lines = ()
    blamed: tuple[Origin, ...] = ()


Reader: TypeAlias = Callable[[View, Demand], Outcome]
Held: TypeAlias = Callable[[Demand], Outcome]
"""What the artifacts of one platform say about a demand."""


def enforced(why: str, lines: Lines) -> Outcome:
    """The artifacts say what is demanded."""
    return Outcome(Standing.ENFORCED, why, lines)


def stricter(why: str, lines: Lines) -> Outcome:
    """They ask for more than that."""
    return Outcome(Standing.STRICTER, why, lines)


def lost(why: str, lines: Lines = (), *blamed: Origin) -> Outcome:
    """They do not, because of what is *blamed*."""
    return Outcome(Standing.LOST, why, lines, blamed)


def approximated(why: str, lines: Lines = ()) -> Outcome:
    """They say what comes near it."""
    return Outcome(Standing.APPROXIMATED, why, lines)


def by_default(why: str, lines: Lines) -> Outcome:
    """They say it whether it is demanded or not."""
    return Outcome(Standing.BY_DEFAULT, why, lines)


def programs(why: str) -> Outcome:
    """No deployment can hold it."""
    return Outcome(Standing.PROGRAM, why)


def of_interval(have: float | None, wanted: float, asked: Outcome, lines: Lines, origin: Origin) -> Outcome:
    """*asked*, which happens every *have* seconds (None: nobody says) where *wanted* is demanded."""
    if have is None or have > wanted:
        often = "nobody says how often" if have is None else f"every {have:g} s, not every {wanted:g}"
        return lost(f"{asked.why}: {often}", (*asked.lines, *lines), origin)
    make = enforced if have == wanted else stricter
    return make(f"{asked.why} every {have:g} s", (*asked.lines, *lines))


def nothing(why: str) -> Reader:
    """The reader of a kind that nothing holds which is generated."""

    def read(_view: View, _demand: Demand) -> Outcome:
        return lost(why)

    return read
