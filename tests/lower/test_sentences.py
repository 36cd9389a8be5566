"""What the rules make of sentences as people write them: what they ask of a deployment, and what they do not."""

from __future__ import annotations

from typing import Any

import pytest

from projects import BUN_WEB, PYTHON_JOB, assertion, compiled, manifest
from speccompile.diagnostics import errors
from speccompile.errors import Refused
from speccompile.plan.plan import Plan

Effects = dict[str, Any]


def _plan(archetype: str, *assertions: dict[str, Any], **fields: Any) -> Plan:
    sources = BUN_WEB if archetype == "web-service" else PYTHON_JOB
    plan: Plan = compiled(sources, manifest(archetype, *assertions, **fields)).plan
    return plan


def _effects(plan: Plan) -> Effects:
    """What rules can do to the only service of *plan*."""
    (service,) = plan.services
    assert service.workload
    box = service.workload
    found: Effects = {
        "secrets": [secret.name for secret in plan.secrets],
        "stores": [store.kind for store in plan.stores],
        "grace": box.stop.grace,
        "memory": box.limits.memory // 2**20,
        "volumes": [volume.target for volume in box.volumes],
        "exclusive": box.replicas.exclusive,
        "schedule": service.schedule.cron if service.schedule else None,
        "health": (service.health.probe.path, service.health.probe.strict) if service.health else None,
    }
    if plan.ingress:
        (route,) = plan.ingress.routes
        found |= {
            "rate": route.rate and (route.rate.requests, route.rate.per, route.rate.burst),
            "timeout": route.timeouts.exchange,
            "body": route.body.size,
        }
    return found


def _changed(archetype: str, sentence: str) -> Effects:
    """What *sentence* changes in comparison to one that asks for nothing."""
    before = _effects(_plan(archetype, assertion(1, "Balances are correct")))
    after = _effects(_plan(archetype, assertion(1, sentence)))
    return {name: effect for name, effect in after.items() if before[name] != effect}


@pytest.mark.parametrize(
    "sentence",
    [
        "Passwords are hashed with argon2",
        "Tokens expire after 15 minutes",
        "Access tokens expire after 15 minutes",
        "API keys are never logged",
        "API keys are rotated every 90 days",
        "The admin password is never stored in plain text",
        "Users can reset their password",
        "p99 latency below 200ms",
        "Retries happen at most 3 times within 30 seconds",
        "The cache is invalidated within 5 seconds",
        "Session timeout after 30 minutes of inactivity",
        "Transfers time out after 24 hours",
        "Calls to the payment provider time out after 5 seconds",
        "Upstream queries time out after 2 seconds in each request",
        "No more than 5 login attempts per minute per user",
        "Login is throttled to 3 requests per second",
        "The service handles 500 requests per second",
        "At least 1000 req/s are served",
        "Rate limiting is not applied to health checks",
        "The response body is at most 2 MB",
        "Files are 5 MB chunks of the export",
        "The service remembers at most 10 MB of uploads in memory",
        "Each request uses at most 1 MB of memory",
        "Health data of patients is confidential",
        "A healthy account has a positive balance",
        "Patients' health records are kept for 10 years at /records",
        "Users can view the status of orders at /orders/status",
        "Errors are handled gracefully",
        "Data is encrypted in flight",
        "Import jobs drain the queue within 2 hours",
        "Postgres is not used",
        "Unlike MySQL, the ledger never loses writes",
        "Data is stored in a SQLite database",
        "Sessions are kept in an in-memory database",
    ],
)
def test_these_ask_nothing_of_a_web_service(sentence: str) -> None:
    """They are about the program, or about somebody else."""
    assert _changed("web-service", sentence) == {}


@pytest.mark.parametrize(
    ("sentence", "effects"),
    [
        ("requests larger than 10MB are rejected", {"body": 10 * 2**20}),
        ("Request bodies over 2 megabytes are refused", {"body": 2 * 2**20}),
        ("Requests are limited to 100 per minute per IP address", {"rate": (100, "m", 100)}),
        ("No more than 100 requests per minute are accepted per client", {"rate": (100, "m", 100)}),
        ("Rate limit: 1,000 requests per hour per user", {"rate": (17, "m", 1000)}),
        ("A user can make 10000 requests per day", {"rate": (7, "m", 1000)}),
        ("Must not exceed 10 requests per second", {"rate": (10, "s", 20)}),
        ("Request timeout is 5 seconds", {"timeout": 5}),
        ("Requests time out after 1 minute 30 seconds", {"timeout": 90}),
        ("Requests that take longer than thirty seconds are cancelled", {"timeout": 30}),
        ("GET /Health-Check returns 200 (health check)", {"health": ("/Health-Check", True)}),
        ("The endpoint /up reports readiness", {"health": ("/up", True)}),
        ("No request is lost when the process shuts down", {"grace": 30}),
        ("Graceful shutdown takes no longer than 20 s", {"grace": 25}),
        ("Requests without a bearer token are rejected with 401", {"secrets": ["bearer-token"]}),
        ("Each request carries a JWT signed with RS256", {"secrets": ["jwt-secret"]}),
        ("Sessions are not stored in memory but in Redis", {"stores": ["redis"]}),
        ("No data is lost when redis restarts", {"stores": ["redis"]}),
        ("The shared cache is warm after a restart", {"stores": ["redis"]}),
        (
            "Orders are kept in MySQL; analytics are kept in Postgres",
            {"stores": ["mysql", "postgres"]},
        ),
        ("Data is persisted in a database", {"stores": ["postgres"]}),
    ],
)
def test_these_ask_something_of_a_web_service(sentence: str, effects: Effects) -> None:
    """And nothing else than that."""
    assert _changed("web-service", sentence) == effects


_ALONE: Effects = {"exclusive": True}


@pytest.mark.parametrize(
    ("sentence", "effects"),
    [
        ("The job is scheduled at 02:30 UTC every day", {"schedule": "30 2 * * *"}),
        ("Runs at 3am on weekdays", {"schedule": "0 3 * * 1-5"}),
        ("Runs every Monday at 6 pm", {"schedule": "0 18 * * 1"}),
        ("Runs at midnight", {"schedule": "0 0 * * *"}),
        ("Runs twice a day", {"schedule": "0 3,15 * * *"}),
        ("The nightly export is complete", {"schedule": "0 3 * * *"}),
        ("Runs every 30 min", {"schedule": "*/30 * * * *"}),
        ("Runs every 7 minutes", {}),
        ("Runs at 25:00 every day", {}),
        ("The export never runs daily", {}),
        ("The pipeline must not run more than once a day", {}),
        ("The report starts with the weekly summary", {}),
        ("Runs concurrently with the nightly backup", {}),
        ("Import runs may run concurrently", {}),
        ("Concurrent runs are rejected", _ALONE),
        ("Runs must not overlap", _ALONE),
        ("Each record is processed exactly once", {}),
        ("Applicants' resumes are parsed", {}),
        ("The watermark is printed on every page", {}),
        ("Processing resumes where it stopped", {"volumes": ["/var/lib/state"]}),
    ],
)
def test_sentences_about_pipelines(sentence: str, effects: Effects) -> None:
    """Schedules, exclusive runs and state."""
    assert _changed("data-pipeline", sentence) == effects


@pytest.mark.parametrize(
    ("boundary", "names"),
    [
        ("rest-api", []),
        ("api", []),
        ("public HTTP API", []),
        ("stripe-api", ["stripe-api"]),
        ("payment-gateway", ["payment-gateway"]),
        ("weather API", ["weather-api"]),
    ],
)
def test_the_systems_own_api_is_none_of_somebody_else(boundary: str, names: list[str]) -> None:
    """Its edge needs no URL that an operator would have to supply."""
    assert [external.name for external in _plan("web-service", boundaries=[boundary]).externals] == names


def test_long_boundaries_have_short_names() -> None:
    """Two that begin alike stay two; what is made of them is sound."""
    long = "external " + "a" * 3000
    result = compiled(BUN_WEB, manifest("web-service", boundaries=[long, f"{long}b"]))
    names = {external.name for external in result.plan.externals}
    assert len(names) == 2
    assert max(map(len, names)) <= 50
    assert result.defects == ()


def test_two_external_apis_are_two() -> None:
    """Though both are called external, and deploy.yaml declares a third of which the same is said."""
    deploy = {
        "version": 1,
        "services": {
            "api": {"needs": ["weather-api"]},
            "weather-api": {"uses": "external", "url": "https://w.example.com"},
        },
    }
    boundaries = ["external-payment-processor", "external-email-provider", "news API", "external weather provider"]
    plan = compiled(BUN_WEB, manifest("web-service", boundaries=boundaries), deploy).plan
    assert [external.name for external in plan.externals] == [
        "external-email-provider",
        "external-payment-processor",
        "news-api",
        "weather-api",
    ]


@pytest.mark.parametrize(
    ("constraint", "public", "stores"),
    [
        ("not-offline", True, 1),
        ("offline", False, 1),
        ("not-internal-only", True, 1),
        ("not-publicly-exposed", False, 1),
        ("must-not-be-public", False, 1),
        ("stateless", True, 0),
        ("not-stateless", True, 1),
        ("not-in-memory", True, 1),
    ],
)
def test_a_denied_constraint_is_none(constraint: str, public: bool, stores: int) -> None:
    """«Not offline» does not cut the network off."""
    lasting = assertion(1, "Names are unique", type="uniqueness", category="structure", entity="Name", property="text")
    plan = _plan("web-service", lasting, constraints=[constraint])
    assert (plan.ingress is not None, len(plan.stores)) == (public, stores)


def test_the_password_of_a_store_is_one_secret() -> None:
    """Whether or not deploy.yaml lists it among the secrets, under either name."""
    named = [{"name": name, "as": "file"} for name in ("DATABASE_PASSWORD", "DB_PASSWORD")]
    deploy = {
        "version": 1,
        "services": {
            "api": {"needs": ["db"], "secrets": named},
            "db": {"uses": "postgres"},
        },
    }
    result = compiled(BUN_WEB, manifest("web-service"), deploy)
    assert [secret.name for secret in result.plan.secrets] == ["db-password"]
    assert result.defects == ()
    (compose,) = [artifact.text for artifact in result.artifacts if artifact.path == "docker-compose.yml"]
    own = compose.split("\n  db:\n")[0]
    assert own.count("- db-password\n") == 1
    assert "DATABASE_PASSWORD_FILE: /run/secrets/db-password" in own
    assert "DB_PASSWORD_FILE: /run/secrets/db-password" in own


def test_services_may_not_call_different_stores_alike() -> None:
    """Neither silently takes the other's place."""
    deploy: dict[str, Any] = {
        "version": 1,
        "services": {
            "one": {"path": "one", "assertions": "one.json", "route": {"path": "/one"}},
            "two": {"path": "two", "assertions": "two.json"},
        },
    }
    sources = {f"{place}/{name}": text for place in ("one", "two") for name, text in BUN_WEB.items()}
    sources["one.json"] = manifest("web-service", assertion(1, "Orders are in MySQL"))
    sources["two.json"] = manifest("web-service", assertion(1, "Orders are in Postgres"))
    with pytest.raises(Refused) as refused:
        compiled(sources, manifest("web-service"), deploy)
    assert [finding.code for finding in errors(refused.value.diagnostics)] == ["SC364"]
    deploy["services"]["mysql"] = {"uses": "mysql"}
    assert {store.workload.name for store in compiled(sources, manifest("web-service"), deploy).plan.stores} == {
        "mysql",
        "db",
    }


def test_long_sentences_are_read_in_linear_time() -> None:
    """A sentence that denies ten thousand times over is done with as one that denies once."""
    assert _plan("web-service", assertion(1, "no redis " * 40_000)).stores == ()
