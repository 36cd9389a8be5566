"""What a sentence says beyond what was read from it keeps it from being called held, until deploy.yaml says what is meant."""

from __future__ import annotations

from typing import Any

import pytest

from projects import BUN_WEB, PYTHON_JOB, assertion, compiled, manifest
from speccompile.plan.assertions import Standing
from speccompile.verify.standings import Account


def _account(text: str, binding: dict[str, Any] | None = None, *, job: bool = False) -> Account:
    deploy = {
        "version": 1,
        "services": {"app": {"path": "."}},
        **({"assertions": {"A-001": binding}} if binding else {}),
    }
    sources, archetype = (PYTHON_JOB, "data-pipeline") if job else (BUN_WEB, "web-service")
    (account,) = compiled(sources, manifest(archetype, assertion(1, text)), deploy).standings
    return account


@pytest.mark.parametrize(
    ("text", "job", "left"),
    [
        ("A failed run is tried again twice, five minutes apart", True, ("five minutes",)),
        ("Monitoring polls /healthz every ten seconds and pages after five minutes", False, ("five minutes",)),
        ("The Redis cache is limited to 256 MiB and evicts the least recently used keys", False, ("256 MiB",)),
    ],
)
def test_what_no_demand_has_is_named(text: str, job: bool, left: tuple[str, ...]) -> None:
    account = _account(text, job=job)
    assert account.assertion.beyond == left
    assert account.standing == Standing.APPROXIMATED
    assert f"it also says «{left[0]}», which is not read" in account.why


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("A failed run is tried again twice", True),
        ("GET /healthz answers 200 when the service is well", False),
        ("Requests time out after half a minute", False),
        ("Each client may send 20 requests in any 10 seconds", False),
        ("A second instance of the server must never be started", False),
    ],
)
def test_what_is_read_to_the_end_is_held(text: str, job: bool) -> None:
    account = _account(text, job=job)
    assert account.assertion.beyond == ()
    assert account.standing in (Standing.ENFORCED, Standing.STRICTER, Standing.BY_DEFAULT)


def test_deploy_yaml_says_all_that_is_meant() -> None:
    text = "A failed run is tried again twice, five minutes apart"
    account = _account(text, {"retries": 2}, job=True)
    assert (account.assertion.beyond, account.standing) == ((), Standing.ENFORCED)
