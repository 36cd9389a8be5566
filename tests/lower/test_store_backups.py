"""`backup` of a store in deploy.yaml: a job copies it, as often and for as long as is said there, whatever assertions say."""

from __future__ import annotations

from typing import Any

import pytest

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.diagnostics import errors
from speccompile.errors import Refused
from speccompile.pipeline import Compilation

TEXT = "Orders are shown to their customers"
DAY = 1440


def _compiled(store: dict[str, Any], text: str = TEXT) -> Compilation:
    deploy = {"version": 1, "services": {"app": {"path": ".", "needs": ["db"]}, "db": store}}
    return compiled(BUN_WEB, manifest("web-service", assertion(1, text)), deploy)


def _job(backup: dict[str, Any], text: str = TEXT) -> tuple[str, int]:
    """The cron fields of the job that copies the store, and for how many minutes it keeps copies."""
    compilation = _compiled({"uses": "postgres", "backup": backup}, text)
    (store,) = compilation.plan.stores
    assert store.backup is not None
    kept = {one.name: one.value for one in store.backup.workload.environment if hasattr(one, "value")}
    return store.backup.schedule.cron, int(kept["KEEP_MINUTES"])


@pytest.mark.parametrize(
    ("backup", "cron", "minutes"),
    [
        ({"every": "daily", "keep": 14}, "0 3 * * *", 14 * DAY),
        ({"every": "hourly", "keep": 48}, "0 * * * *", 2 * DAY),
        ({"every": "weekly", "keep": "90d"}, "0 3 * * 0", 90 * DAY),
        ({"every": "6h"}, "0 */6 * * *", 30 * DAY),
        ({"keep": 7}, "0 3 * * *", 7 * DAY),
        ({"keep": 4, "every": "monthly"}, "0 3 1 * *", 120 * DAY),
    ],
)
def test_the_store_is_copied_as_is_said(backup: dict[str, Any], cron: str, minutes: int) -> None:
    assert _job(backup) == (cron, minutes)


def test_more_is_kept_where_an_assertion_wants_more() -> None:
    assert _job({"every": "weekly", "keep": "90d"}, "The database is backed up every hour") == ("0 * * * *", 90 * DAY)


def test_the_key_is_cited() -> None:
    compilation = _compiled({"uses": "postgres", "backup": {"every": "daily"}})
    (store,) = compilation.plan.stores
    assert store.backup
    assert [cause.span.path for cause in store.backup.origin.causes] == ["specs/deploy.yaml"]


@pytest.mark.parametrize(
    ("store", "code", "found"),
    [
        ({"uses": "kafka", "backup": {}}, "SC231", "nothing here copies a kafka"),
        ({"uses": "postgres", "external": True, "backup": {}}, "SC231", "has no use for `backup`"),
        ({"uses": "postgres", "backup": {"keep": 0}}, "SC228", "a number of copies is expected"),
        ({"uses": "postgres", "backup": {"every": "often"}}, "SC218", "not a duration"),
    ],
)
def test_what_copies_nothing_is_refused(store: dict[str, Any], code: str, found: str) -> None:
    with pytest.raises(Refused) as refused:
        _compiled(store)
    (one,) = errors(refused.value.diagnostics)
    assert found in one.message
    assert (one.code, one.span.path) == (code, "specs/deploy.yaml")
