"""What keeps images of this state of the project from being built, as a step to take before that."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.cli.gate import Gate, unheld, unshown
from speccompile.cli.workspace import Compiled
from speccompile.codes.lowering import UNSETTLED
from speccompile.plan.assertions import Standing

_SHOWN = 5
_SHORT = (Standing.LOST, Standing.NOT_UNDERSTOOD)


def is_allowed(compiled: Compiled) -> bool:
    """Whether somebody has let builds of these specs on this machine go on without."""
    return Gate(strict=False, allowed=False).opened_by(compiled) is not None


def stops(compiled: Compiled, who: str) -> Iterator[str]:
    """What *who* (builds stop) does without, each with what does away with it."""
    missing = unshown(compiled, ())
    if any(one.code != UNSETTLED.id for one in missing):
        yield f"speccompile verify, then speccompile generate, and commit the verification.json of the specs: {who} without evidence that holds"
    if any(one.code == UNSETTLED.id for one in missing):
        yield f"speccompile settle: {who} while assertions are not settled"
    if unheld(compiled, ()):
        names = dict.fromkeys(
            one.assertion.assertion
            for on in compiled.compilation.platforms
            for one in on.accounts
            if one.standing in _SHORT
        )
        yield (
            f"let something hold {_listed(list(names))}, or waive it in deploy.yaml with a reason (`assertions: {{{next(iter(names))}: {{waive: …}}}}`): "
            f"{who} at what is lost or not understood"
        )


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
