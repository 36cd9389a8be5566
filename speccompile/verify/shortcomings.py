"""What has to be said of assertions that are not held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.codes import standing as codes
from speccompile.diagnostics import Diagnostic, Related
from speccompile.plan.assertions import Standing
from speccompile.source import Span
from speccompile.verify.standings import Account, PlatformStandings


def contradictions(accounts: Iterable[Account]) -> tuple[Diagnostic, ...]:
    """An error for each assertion that is contradicted, with both places."""
    return tuple(_contradiction(one) for one in accounts if one.standing is Standing.CONTRADICTED)


def _contradiction(one: Account) -> Diagnostic:
    places = tuple(Related(f"{other.assertion or 'this'} says otherwise", other.span) for other in one.against)
    others = ", ".join(map(str, one.against))
    return codes.CONTRADICTED.at(
        one.assertion.origin.causes[0].span,
        f"{one.assertion.assertion} is contradicted by {others}: {one.why}",
        fix=f"change one of the two, or deny {one.assertion.assertion} (`status: denied`)",
        related=places,
    )


def shortcomings(platforms: Sequence[PlatformStandings]) -> Iterator[Diagnostic]:
    """A finding for each assertion that is lost, on each of the *platforms* where it is, or that is not understood."""
    several = len(platforms) > 1
    for one in platforms:
        yield from _lost(one.accounts, f" on {one.platform}" if several else "")
    yield from _not_understood(platforms[0].accounts)


def _lost(accounts: Iterable[Account], where: str) -> Iterator[Diagnostic]:
    for one in accounts:
        if one.standing is Standing.LOST:
            id_, either = one.assertion.assertion, "or" if one.wanting else "and"
            fix = f"{_mended(one)}, {either} {_waive(one)}" + (f"; or {one.elsewhere}" if one.elsewhere else "")
            yield codes.LOST.at(_place(one), f"nothing holds {id_}{where}: {one.why}", fix=fix)


def _not_understood(accounts: Iterable[Account]) -> Iterator[Diagnostic]:
    for one in accounts:
        if one.standing is Standing.NOT_UNDERSTOOD:
            id_ = one.assertion.assertion
            fix = f"say in {id_} what of the service is bounded, and by which number; or {_waive(one)}"
            yield codes.NOT_UNDERSTOOD.at(_place(one), f"{id_} is not understood: {one.why}", fix=fix)


def _place(one: Account) -> Span:
    return one.assertion.origin.causes[0].span


def _waive(one: Account) -> str:
    return f"waive it in deploy.yaml with a reason (`assertions: {{{one.assertion.assertion}: {{waive: …}}}}`)"


def _mended(one: Account) -> str:
    """What makes it held after all; choosing a target does so only where no target is missing any more."""
    if not one.wanting:
        return one.remedy or "let something else hold it"
    return f"choose {' and '.join(one.wanting)} too (`targets:` in deploy.yaml, or --target)"
