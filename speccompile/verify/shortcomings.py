"""What has to be said of assertions that are not held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speccompile.codes import standing as codes
from speccompile.diagnostics import Diagnostic, Related
from speccompile.plan.assertions import Standing
from speccompile.verify.standings import Account


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


def shortcomings(accounts: Iterable[Account]) -> Iterator[Diagnostic]:
    """A finding for each assertion that is lost, or not understood."""
    for one in accounts:
        id_, span = one.assertion.assertion, one.assertion.origin.causes[0].span
        waive = f"waive it in deploy.yaml with a reason (`assertions: {{{id_}: {{waive: …}}}}`)"
        if one.standing is Standing.LOST:
            fix = f"{_mended(one)}, {'or' if one.wanting else 'and'} {waive}"
            yield codes.LOST.at(span, f"nothing holds {id_}: {one.why}", fix=fix)
        elif one.standing is Standing.NOT_UNDERSTOOD:
            fix = f"say in {id_} what of the service is bounded, and by which number; or {waive}"
            yield codes.NOT_UNDERSTOOD.at(span, f"{id_} is not understood: {one.why}", fix=fix)


def _mended(one: Account) -> str:
    """What makes it held after all; choosing a target does so only where no target is missing any more."""
    if not one.wanting:
        return "let something else hold it"
    return f"choose {' and '.join(one.wanting)} too (`targets:` in deploy.yaml, or --target)"
