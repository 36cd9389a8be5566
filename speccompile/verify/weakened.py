"""What an environment takes away: assertions that hold usually, and less there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from speccompile.codes.values import WEAKER
from speccompile.diagnostics import Diagnostic, Related
from speccompile.plan.assertions import Standing
from speccompile.plan.variant import Variant
from speccompile.verify.standings import Account

_RANK = MappingProxyType({
    Standing.ENFORCED: 3, Standing.STRICTER: 3, Standing.BY_DEFAULT: 3, Standing.EVIDENCED: 3, Standing.APPROXIMATED: 2, Standing.LOST: 1,
    Standing.CONTRADICTED: 1,
})  # fmt: skip
"""How much of an assertion is held; standings that say nothing of that are left out."""


def weakened(variant: Variant, usual: Sequence[Account], there: Sequence[Account]) -> Iterator[Diagnostic]:
    """A warning for each assertion that stands worse in the environment of *variant* (*there*) than it does *usual*ly."""
    for before, now in zip(usual, there, strict=True):
        if _RANK.get(now.standing, 9) < _RANK.get(before.standing, 0):
            id_ = now.assertion.assertion
            where = next((one.span for one in now.against), variant.origin.causes[0].span)
            yield WEAKER.at(
                where,
                f"in {variant.name} {id_} is {now.standing.value}, and {before.standing.value} elsewhere: {now.why}",
                fix=f"give {variant.name} what {id_} demands; or waive {id_} in deploy.yaml with a reason, which then holds everywhere",
                related=(Related(f"{id_} stands here", now.assertion.origin.causes[0].span),),
            )
