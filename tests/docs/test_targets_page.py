"""The page about platforms has a sentence of each kind of demand, which is read as that kind, and accounts that differ where platforms do."""

from __future__ import annotations

import pytest
from targets_page import EXAMPLES, standings

from speccompile.plan.assertions import Standing
from speccompile.targets import PLATFORMS
from speccompile.verify.held import READERS


def test_every_kind_has_a_sentence() -> None:
    assert sorted(EXAMPLES) == sorted(READERS)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_it_is_read_as_that_kind(kind: str) -> None:
    platforms = standings(kind)
    assert [one.platform for one in platforms] == [one.name for one in PLATFORMS]
    for one in platforms:
        (account,) = one.accounts
        assert kind in {demand.kind for demand in account.assertion.demands}
        assert account.standing is not Standing.NOT_UNDERSTOOD
        assert account.why


def test_what_one_platform_holds_another_may_lose() -> None:
    found = {one.platform: one.accounts[0].standing for one in standings("schedule")}
    assert (found["compose"], found["swarm"]) == (Standing.ENFORCED, Standing.LOST)
