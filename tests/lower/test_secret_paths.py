"""Programs that open the file of a secret themselves: it is mounted where they look for it."""

from __future__ import annotations

import pytest
from test_handover import _deploy, _node, _of, _result


@pytest.mark.parametrize(
    ("source", "variable"),
    [
        ("open('/run/secrets/stripe-api-key')", "STRIPE_API_KEY_FILE"),
        ("// open('/run/secrets/stripe-api-key')\nprocess.env.STRIPE_API_KEY", "STRIPE_API_KEY"),
    ],
)
def test_a_secret_is_where_it_is_opened(source: str, variable: str) -> None:
    """A path that is only written about decides nothing."""
    given = _of(_result(_node(source), _deploy(secrets=["STRIPE_API_KEY"])), "api")
    assert {*given} - {"PORT"} == {variable}
    assert variable == "STRIPE_API_KEY" or given[variable] == "file stripe-api-key"


def test_a_store_s_password_is_where_it_is_opened() -> None:
    """The program and the store get the same file."""
    result = _result(_node('const password = read("/run/secrets/postgres-password");', "pg"), _deploy("postgres"))
    assert _of(result, "api")["POSTGRES_PASSWORD_FILE"] == "file postgres-password"
    assert _of(result, "postgres")["POSTGRES_PASSWORD_FILE"] == "file postgres-password"
