"""Which services an assertion of a shared manifest concerns, and that the others get nothing because of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.requirements.concern import concerned
from speccompile.spec.manifest import Assertion

ROLES = {"api": "server", "order-worker": "worker", "web": "server"}
ALL = set(ROLES)


def _assertion(text: str, **fields: Any) -> Assertion:
    return Assertion.model_validate(
        assertion(1, text) | {key: tuple(one) if isinstance(one, list) else one for key, one in fields.items()}
    )


@pytest.mark.parametrize(
    ("text", "fields", "names"),
    [
        ("Sessions live in Redis", {}, ALL),
        ("Sessions live in Redis", {"entity": "api"}, {"api"}),
        ("Sessions live in Redis", {"entity": "OrderWorker"}, {"order-worker"}),
        ("Sessions live in Redis", {"entity": "Session"}, ALL),
        ("Sessions live in Redis", {"tags": ["web", "performance"]}, {"web"}),
        ("Sessions live in Redis", {"tags": ["service:api"]}, {"api"}),
        ("Sessions live in Redis", {"tags": ["performance"]}, ALL),
        ("The api uses at most 300 MB", {"entity": "web"}, {"web"}),
        ("The api uses at most 300 MB", {}, {"api"}),
        ("The API uses at most 300 MB", {}, {"api"}),
        ("The order worker uses at most 300 MB", {}, {"order-worker"}),
        ("The OrderWorker uses at most 300 MB", {}, {"order-worker"}),
        ("`order-worker` uses at most 300 MB", {}, {"order-worker"}),
        ("The worker uses at most 300 MB", {}, {"order-worker"}),
        ("Background workers use at most 300 MB", {}, {"order-worker"}),
        ("Our web service uses at most 300 MB", {}, {"web"}),
        ("Memory of web server processes stays below 300 MB", {}, {"web"}),
        ("The api and order-worker share one queue", {}, {"api", "order-worker"}),
        ("The api, the web and the order worker need a token", {}, ALL),
        ("The api, web and order-worker need a token", {}, ALL),
        ("All services except the web read a queue", {}, {"api", "order-worker"}),
        ("Every service but the order worker answers requests", {}, {"api", "web"}),
        ("All but the web and the order worker are public", {}, {"api"}),
        ("Not only the api but the order worker logs in JSON", {}, {"api", "order-worker"}),
        ("Calls go to the Stripe API with a token", {}, ALL),
        ("The web of trust is kept", {}, {"web"}),
        ("A web browser may keep pages for an hour", {}, ALL),
        ("Every customer is informed by our partner's api gateway", {}, ALL),
        ("The social worker is informed", {}, ALL),
    ],
)
def test_who_is_concerned(text: str, fields: dict[str, Any], names: set[str]) -> None:
    """By entity, then tags, then words; else all."""
    assert set(concerned(_assertion(text, **fields), ROLES)) == names


def test_a_role_that_all_have_names_nobody() -> None:
    """«The worker» among workers is any of them."""
    assert set(concerned(_assertion("The worker retries"), {"mails": "worker", "bills": "worker"})) == {
        "mails",
        "bills",
    }


def test_the_only_service_is_always_meant() -> None:
    """Whatever its manifest names."""
    assert concerned(_assertion("The worker retries", entity="other"), {"api": "server"}) == ("api",)


def _three(*texts: Any) -> Any:
    numbered = [assertion(number, text, **fields) for number, (text, fields) in enumerate(texts, start=1)]
    sources = {f"{place}/{name}": content for place in ("api", "jobs", "web") for name, content in BUN_WEB.items()}
    services = {
        "api": {"path": "api", "route": {"path": "/a"}},
        "order-worker": {"path": "jobs", "role": "worker"},
        "web": {"path": "web", "route": {"path": "/w"}},
    }
    return compiled(sources, manifest("web-service", *numbered), {"version": 1, "services": services})


GIVEN = [
    ("Jobs wait in a Redis queue", {"entity": "order-worker"}, "redis", {"order-worker"}),
    ("The worker keeps jobs in a Redis queue", {}, "redis", {"order-worker"}),
    ("The api stores accounts in PostgreSQL", {}, "postgres", {"api"}),
    ("Requests to the api carry a valid API token", {}, "api-token", {"api"}),
    ("Requests carry a valid API token", {"tags": ["api"]}, "api-token", {"api"}),
    ("The web sends emails through an external SMTP server", {}, "smtp", {"web"}),
]


@pytest.mark.parametrize(("text", "fields", "what", "names"), GIVEN, ids=[row[0] for row in GIVEN])
def test_nobody_else_gets_anything(text: str, fields: dict[str, Any], what: str, names: set[str]) -> None:
    """No store, token or address for a service because another one's sentence shared the file: neither by name nor by variable."""
    compose = _three((text, fields)).files["docker-compose.yml"]
    blocks = re.findall(r"^  (api|order-worker|web):\n((?:    .*\n|\n)*)", compose, re.MULTILINE)
    assert {name for name, _ in blocks} == ALL
    spelt = re.compile(what.replace("-", "[-_]"), re.IGNORECASE)
    wanting = {name for name, block in blocks if spelt.search(re.sub(r"(?m)^.*com\.spec-driven.*$", "", block))}
    assert wanting == names


def test_state_of_an_entity_that_is_a_service_implies_a_store_for_it_alone() -> None:
    """An invariant of an entity that no service is called after is everybody's."""
    fields = {"type": "invariant", "entity": "Account", "property": "balance"}
    plan = _three(("The api keeps the balance of an account above zero", fields)).plan
    waits = {
        one.name
        for one in plan.services
        if one.workload and [dep for dep in one.workload.depends_on if dep.name == "db"]
    }
    assert waits == {"api"}


def test_what_is_unsettled_is_told_once() -> None:
    """However many services share the manifest."""
    with pytest.raises(Exception, match="SC360") as refused:
        _three(("Orders are kept", {"status": "pending"}))
    assert len([one for one in refused.value.diagnostics if one.code == "SC360"]) == 1  # type: ignore[attr-defined]
