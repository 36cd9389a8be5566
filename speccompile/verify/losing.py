"""What the chosen platforms do not hold of what the plan says, said once each, at what wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from speccompile.codes.swarm import NOT_HELD, NOT_THERE
from speccompile.diagnostics import Diagnostic, Severity
from speccompile.plan.assertions import Standing
from speccompile.realise.loss import Loss
from speccompile.verify.standings import Account, PlatformStandings

_SHOWN = 5
_DEPLOY = ("deploy.yaml", "deploy.yml")
_UNHELD = (Standing.LOST, Standing.WAIVED)


def advised(told: PlatformStandings, losses: Sequence[Loss]) -> PlatformStandings:
    """*told*, in which an assertion that is lost because of one of the platform's *losses* has what can be done about it."""
    return replace(told, accounts=tuple(_advised(one, losses) for one in told.accounts))


def _advised(one: Account, losses: Sequence[Loss]) -> Account:
    because_of = next((loss for loss in losses if one.standing is Standing.LOST and _says(one, loss)), None)
    return replace(one, remedy=because_of.fix, elsewhere=because_of.elsewhere) if because_of else one


def _says(one: Account, loss: Loss) -> bool:
    """Whether the account of an assertion that is not held says what *loss* does."""
    kinds = {demand.kind for demand in one.assertion.demands}
    return one.assertion.assertion in loss.origin.assertions and bool(kinds & set(loss.kinds))


def lost(told: PlatformStandings, losses: Sequence[Loss]) -> Iterator[Diagnostic]:
    """A finding for each of a platform's *losses*, but for those of which an account is *told* that says it: of an assertion that is lost."""
    return _lost(f"on {told.platform}", told, losses)


def lost_there(
    name: str, told: PlatformStandings, losses: Sequence[Loss], usual: Sequence[Loss]
) -> Iterator[Diagnostic]:
    """The same of the environment *name*, of what is not lost as *usual*, which is said of the platform."""
    known = {(one.of, one.what, one.why) for one in usual}
    return _lost(
        f"in {name}, on {told.platform},", told, [one for one in losses if (one.of, one.what, one.why) not in known]
    )


def _lost(place: str, told: PlatformStandings, losses: Sequence[Loss]) -> Iterator[Diagnostic]:
    waived = [one for one in told.accounts if one.standing is Standing.WAIVED]
    unheld = [one for one in told.accounts if one.standing in _UNHELD]
    for loss in losses:
        code = loss.code or (NOT_THERE if loss.whole else NOT_HELD)
        stops = code.severity is Severity.ERROR
        demanded, settled = set(loss.origin.assertions), waived if stops else unheld
        if demanded and demanded <= {one.assertion.assertion for one in settled if loss.whole or _says(one, loss)}:
            continue
        message = f"{place} {_named(loss)} {loss.what}: {loss.why}"
        fix = f"{loss.fix}; or {loss.elsewhere}" if loss.elsewhere else loss.fix
        finding = code.at(loss.origin.causes[0].span, message, fix=fix)
        # What holds elsewhere without anybody's having asked for it, in a manifest or in deploy.yaml, is no more than a note.
        asked = demanded or loss.whole or stops or loss.origin.causes[0].span.path.endswith(_DEPLOY)
        yield finding if asked else replace(finding, severity=Severity.NOTE)


def _named(loss: Loss) -> str:
    more = len(loss.of) - _SHOWN
    return ", ".join(loss.of[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
