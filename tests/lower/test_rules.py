"""Each rule: a sentence that triggers it, one that denies it, one that is near but not it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projects import BUN_WEB, GO_WEB, HTML_WEB, JAVA_WEB, NODE_CLI, PYTHON_JOB, assertion, compiled, manifest
from speccompile.plan.ingress import Route
from speccompile.plan.plan import Plan, Service
from speccompile.plan.workload import RestartPolicy


def _plan(
    *naturals: str,
    archetype: str = "web-service",
    sources: dict[str, str] | None = None,
    deploy: Any = None,
    **fields: Any,
) -> Plan:
    numbered = [assertion(number, natural) for number, natural in enumerate(naturals, start=1)]
    chosen = sources or {"web-service": BUN_WEB, "cli-tool": NODE_CLI, "data-pipeline": PYTHON_JOB}[archetype]
    return compiled(chosen, manifest(archetype, *numbered, **fields), deploy).plan


def _service(plan: Plan) -> Service:
    (service,) = plan.services
    assert service.workload
    return service


def _route(plan: Plan) -> Route:
    assert plan.ingress
    return plan.ingress.routes[0]


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("Sessions live in Redis", {"redis"}),
        ("Orders are stored in PostgreSQL", {"postgres"}),
        ("Orders are kept in a relational database", {"postgres"}),
        ("Jobs are handed over through RabbitMQ and results cached in redis", {"rabbitmq", "redis"}),
        ("Orders are stored in postgres, old orders stay in mysql", {"postgres", "mysql"}),
        ("Search is served by Elasticsearch", {"elasticsearch"}),
        ("Documents are indexed in OpenSearch", {"opensearch"}),
        ("Query results are cached by Memcached", {"memcached"}),
        ("Order events go through Kafka", {"kafka"}),
        ("Sessions live in Valkey", {"valkey"}),
        ("Images are kept in S3", set()),
        ("Clicks are stored in ClickHouse", {"clickhouse"}),
        ("Card numbers are never stored in redis", set()),
        ("The rediscovery of old accounts is logged", set()),
        ("Balances are correct", set()),
    ],
)
def test_stores_are_named(sentence: str, kinds: set[str]) -> None:
    """A confirmed assertion that names a store, or a kind of store, needs it; a denial and a similar word do not."""
    assert {store.kind for store in _plan(sentence).stores} == kinds


@pytest.mark.parametrize(
    ("boundary", "kinds"), [("postgres", {"postgres"}), ("message-queue", {"rabbitmq"}), ("customers", set())]
)
def test_boundaries_name_stores(boundary: str, kinds: set[str]) -> None:
    """So do boundaries."""
    assert {store.kind for store in _plan(boundaries=[boundary]).stores} == kinds


_LASTING = assertion(
    1, "Balance never goes negative", type="invariant", category="structure", entity="Account", property="balance"
)


def test_lasting_state_implies_a_store() -> None:
    """State of an entity must outlive the process; the sources' client decides which store, else it is postgres."""
    assert [s.kind for s in compiled(BUN_WEB, manifest("web-service", _LASTING)).plan.stores] == ["postgres"]
    package = json.loads(BUN_WEB["package.json"]) | {"dependencies": {"mongodb": "6.0.0"}}
    lock = BUN_WEB["bun.lock"].replace("hono", "mongodb").replace("4.6.0", "6.0.0")
    mongo = {**BUN_WEB, "package.json": json.dumps(package), "bun.lock": lock}
    assert [s.kind for s in compiled(mongo, manifest("web-service", _LASTING)).plan.stores] == ["mongodb"]


@pytest.mark.parametrize("fields", [{"constraints": ["stateless"]}, {"boundaries": ["redis"]}])
def test_a_store_is_not_implied(fields: dict[str, Any]) -> None:
    """Not where a constraint says so, nor where a store is there already."""
    plan = compiled(BUN_WEB, manifest("web-service", _LASTING, **fields)).plan
    assert "postgres" not in {store.kind for store in plan.stores}


def test_a_declared_store_cites_all_who_want_it() -> None:
    """deploy.yaml's store and the assertion's are one, and it cites both."""
    deploy = {"version": 1, "services": {"api": {"needs": ["db"]}, "db": {"uses": "postgres", "version": "15"}}}
    (store,) = compiled(BUN_WEB, manifest("web-service", assertion(7, "Orders are in postgres")), deploy).plan.stores
    assert store.workload.name == "db"
    assert "15" in store.base.reference
    assert store.origin.assertions == ("A-007",)
    assert {cause.span.path for cause in store.origin.causes} == {"specs/assertions.json", "specs/deploy.yaml"}


def test_external_apis_get_a_slot() -> None:
    """A boundary that is an external API becomes a required slot; one that deploy.yaml declares keeps its name and URL."""
    plan = _plan(boundaries=["external-payment-processor"])
    assert {e.parameter for e in plan.externals} == {"EXTERNAL_PAYMENT_PROCESSOR_URL"}
    assert next(s for s in plan.parameters if s.name == "EXTERNAL_PAYMENT_PROCESSOR_URL").default is None
    deploy = {
        "version": 1,
        "services": {
            "api": {"needs": ["payments"]},
            "payments": {"uses": "external", "url": "https://pay.example.com"},
        },
    }
    declared = _plan(boundaries=["external-payment-processor"], deploy=deploy)
    assert [(e.name, e.parameter) for e in declared.externals] == [("payments", "PAYMENTS_URL")]


def test_secrets_have_slots_and_no_value() -> None:
    """A token that requests carry becomes a secret file."""
    plan = _plan("Requests carry a valid API token")
    assert [s.name for s in plan.secrets] == ["api-token"]
    container = _service(plan).workload
    assert container
    assert [(use.name, use.variable) for use in container.secrets] == [("api-token", "API_TOKEN_FILE")]


@pytest.mark.parametrize(
    ("sentence", "path", "strict"),
    [
        ("GET /healthz returns 200 when healthy", "/healthz", True),
        ("The health endpoint always responds", "/health", True),
        ("Balances are correct", "/", False),
    ],
)
def test_health(sentence: str, path: str, strict: bool) -> None:
    """The promised path, strictly; else the root, leniently."""
    health = _service(_plan(sentence)).health
    assert health
    assert (health.probe.path, health.probe.strict) == (path, strict)


@pytest.mark.parametrize(
    ("sentence", "grace"),
    [
        ("In-flight requests finish within 20 seconds of SIGTERM", 25),
        ("Shuts down gracefully", 30),
        ("Balances are correct", 10),
    ],
)
def test_shutdown(sentence: str, grace: int) -> None:
    """The grace period follows the promise."""
    container = _service(_plan(sentence)).workload
    assert container
    assert container.stop.grace == grace


@pytest.mark.parametrize(
    ("sentence", "memory"),
    [
        ("Uses at most 256 MB of memory", 256 * 2**20),
        ("Heap stays below 1 GiB", 2**30),
        ("Uploads of 5 MB are accepted", 512 * 2**20),
    ],
)
def test_memory(sentence: str, memory: int) -> None:
    """A bound on memory is the limit; a size of something else is not."""
    container = _service(_plan(sentence)).workload
    assert container
    assert container.limits.memory == memory


@pytest.mark.parametrize(
    ("sentence", "rate", "exchange", "body"),
    [
        ("Rate limiting allows 100 requests per minute", (100, "m"), 60, 2**20),
        ("Rate limiting prevents abuse", (10, "s"), 60, 2**20),
        ("Requests time out after 7 seconds", None, 7, 2**20),
        ("Uploads are at most 5 MB", None, 60, 5 * 2**20),
        ("Every transfer eventually completes", None, 60, 2**20),
    ],
)
def test_traffic(sentence: str, rate: tuple[int, str] | None, exchange: int, body: int) -> None:
    """Rates, timeouts and body limits get to the proxy."""
    route = _route(_plan(sentence))
    assert (route.rate and (route.rate.requests, route.rate.per)) == rate
    assert (route.timeouts.exchange, route.body.size) == (exchange, body)


def _with(*dependencies: str) -> dict[str, str]:
    package = json.loads(BUN_WEB["package.json"])
    package["dependencies"] = dict.fromkeys(dependencies, "4.6.0")
    lock = {
        "lockfileVersion": 1,
        "workspaces": {"": {"name": "bank", "dependencies": package["dependencies"]}},
        "packages": {name: [f"{name}@4.6.0", "", {}, "sha512-x"] for name in dependencies},
    }
    return {**BUN_WEB, "package.json": json.dumps(package), "bun.lock": json.dumps(lock)}


def test_a_silent_connection_is_kept_where_the_program_keeps_connections_open() -> None:
    """For an hour, because of what it uses; a deadline for requests holds all the same, which is said."""
    assert _route(_plan(sources=_with("ws"))).timeouts.exchange == 3600
    assert _route(_plan(sources=_with("wsx"))).timeouts.exchange == 60
    deadline = assertion(1, "Requests time out after 7 seconds")
    found = compiled(_with("hono", "socket.io"), manifest("web-service", deadline), None)
    assert _route(found.plan).timeouts.exchange == 7
    assert [(one.code, one.span.path) for one in found.notes if one.code == "SC386"] == [
        ("SC386", "specs/assertions.json")
    ]
    assert not [
        one for one in compiled(_with("hono"), manifest("web-service", deadline), None).notes if one.code == "SC386"
    ]


def test_who_is_trusted_is_the_proxys() -> None:
    """As deploy.yaml writes it, each with its place; nobody without it."""
    plan = _plan(deploy={"trusted_proxies": ["10.0.0.0/8", "2001:DB8::1"]})
    assert plan.ingress
    assert [one.network for one in plan.ingress.trusted] == ["10.0.0.0/8", "2001:db8::1/128"]
    assert all(one.origin.causes[0].span.path == "specs/deploy.yaml" for one in plan.ingress.trusted)
    nobody = _plan().ingress
    assert nobody
    assert nobody.trusted == ()


@pytest.mark.parametrize("constraint", ["not-public", "internal-only", "no-network"])
def test_private_services_are_not_published(constraint: str) -> None:
    """No route, no published port, internal networks alone."""
    plan = _plan(constraints=[constraint])
    assert plan.ingress is None
    assert all(one.egress is None for service in plan.services for one in service.workloads)


def test_a_route_may_be_without_its_path() -> None:
    """Where deploy.yaml says so; not by itself."""
    service = {"route": {"path": "/api", "strip": True}}
    assert _route(_plan(deploy={"services": {"app": service}})).strip
    assert not _route(_plan()).strip


def test_offline_tools_have_no_network() -> None:
    """A tool that must not use the network has none."""
    container = _service(_plan(archetype="cli-tool", constraints=["no-network"])).workload
    assert container
    assert (container.inside, container.egress) == (None, None)


def test_pipelines_run_once_and_alone() -> None:
    """No restart, a state volume, one at a time, a schedule."""
    plan = _plan(
        "A run that is interrupted resumes from its last checkpoint",
        "Only one run at a time exports records",
        "The export runs nightly",
        archetype="data-pipeline",
    )
    service = _service(plan)
    container = service.workload
    assert container
    assert container.restart.policy is RestartPolicy.NEVER
    assert [volume.target for volume in container.volumes] == ["/var/lib/state"]
    assert container.replicas.exclusive
    assert service.schedule
    assert service.schedule.cron == "0 3 * * *"
    assert container.probes is None


@pytest.mark.parametrize("sources", [BUN_WEB, GO_WEB, JAVA_WEB, HTML_WEB], ids=["bun", "go", "java", "html"])
def test_a_server_that_hangs_can_be_ended(sources: dict[str, str]) -> None:
    """Its check is the one that ends it, and it is not process 1, which nothing in its container could end."""
    service = _service(_plan("GET /healthz returns 200", sources=sources))
    assert service.workload
    assert service.workload.probes
    assert service.workload.probes.watch[-1] == "watchdog"
    assert service.workload.init


def test_nothing_is_claimed_without_evidence() -> None:
    """Every label about verification is false."""
    labels = {label.key: label.value for label in _service(_plan("Balances are correct")).labels}
    claims = {key: value for key, value in labels.items() if key.endswith("verified")}
    assert set(claims.values()) == {"false"}
    assert len(claims) == 3
