"""What became of each assertion: nothing is called enforced that cannot be read back from the artifacts' text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from projects import BUN_WEB, PYTHON_JOB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, look_at_project
from speccompile.plan.assertions import Standing
from speccompile.project.memory import MemoryTree
from speccompile.requirements.kinds import Requirement
from speccompile.verify import held
from speccompile.verify.held import READERS
from speccompile.verify.standings import Account, standings


def _compiled(text: str, archetype: str = "web-service", deploy: Mapping[str, Any] | None = None) -> Compilation:
    sources = BUN_WEB if archetype == "web-service" else PYTHON_JOB
    compilation = compiled(sources, manifest(archetype, assertion(1, text)), deploy)
    assert compilation.defects == ()
    return compilation


def _only(accounts: tuple[Account, ...]) -> Account:
    (account,) = accounts
    return account


def _standing(text: str, archetype: str = "web-service", deploy: Mapping[str, Any] | None = None) -> Standing:
    return _only(_compiled(text, archetype, deploy).standings).standing


def test_every_kind_is_read_back() -> None:
    """A kind without a reader would be called nothing at all."""
    kinds = {kind.__name__.lower() for kind in Requirement.__args__}
    assert kinds == set(READERS)


ENFORCED = [
    ("web-service", "Requests time out after 45 seconds", "nginx.conf", "proxy_read_timeout 45s", "proxy_read_timeout 46s"),
    ("web-service", "Each client may send at most 30 requests per minute", "nginx.conf", "rate=30r/m", "rate=31r/m"),
    ("web-service", "The service accepts at most 50 requests per second", "nginx.conf", "$server_name zone", "$binary_remote_addr zone"),
    ("web-service", "Clients are throttled to 5 requests a second, bursts of 20 allowed", "nginx.conf", "burst=20", "burst=21"),
    ("web-service", "Uploads larger than 25 MB are rejected", "nginx.conf", "client_max_body_size 25m", "client_max_body_size 26m"),
    ("web-service", "The service uses at most 300 MB of memory", "docker-compose.yml", '"300m"', '"301m"'),
    ("web-service", "The service uses at most two CPU cores", "docker-compose.yml", "cpus: 2\n    init", "cpus: 3\n    init"),
    ("web-service", "There are always at least three instances of the service running", "docker-compose.yml", "replicas: 3", "replicas: 2"),
    ("web-service", "On SIGTERM in-flight requests finish within 25 seconds", "docker-compose.yml", '"30s"\n    stop_signal: SIGTERM', '"20s"\n    stop_signal: SIGTERM'),
    ("web-service", "Only one instance of the service runs at any time", "docker-compose.yml", "    container_name: bank-app\n", ""),
    ("web-service", "The service listens on port 9090", "Dockerfile", "EXPOSE 9090", "EXPOSE 9091"),
    ("web-service", "GET /status returns 200 when the service is healthy", "health.ts", '"/status"', '"/other"'),
    ("web-service", "The load balancer polls GET /status every 10 seconds", "docker-compose.yml", 'interval: "10s"', 'interval: "30s"'),
    ("web-service", "The service is only reachable from the internal network", "docker-compose.yml", "    networks:\n      - backend\n", "    ports:\n      - 3000\n    networks:\n      - backend\n"),
    ("web-service", "The service has no internet access", "docker-compose.yml", "    internal: true", "    internal: false"),
    ("web-service", "Emails are sent through an external SMTP server", "docker-compose.yml", "      SMTP_URL:", "      OTHER_URL:"),
    ("web-service", "Orders are stored in postgres", "docker-compose.yml", "image: postgres:", "build: postgres:"),
    ("web-service", "Background jobs are processed by a Redis queue", "docker-compose.yml", "image: redis:", "build: redis:"),
    ("web-service", "The signing key is read from a file", "docker-compose.yml", "      - signing-key\n", "      - another-key\n"),
    ("web-service", "Uploaded files are written to /data/uploads", "docker-compose.yml", "target: /data/uploads", "target: /data/else"),
    ("data-pipeline", "The export runs every 15 minutes", "crontab", "*/15 * * * *", "*/20 * * * *"),
    ("data-pipeline", "Two runs never overlap", "docker-compose.yml", "    container_name: ", "    hostname: "),
    ("data-pipeline", "A run that takes longer than 2 hours is stopped", "docker-compose.yml", '- "7200"', '- "7201"'),
    ("data-pipeline", "A run that takes longer than 2 hours is stopped", "docker-compose.yml", "      - timeout\n", "      - nice\n"),
    ("data-pipeline", "A failed run is retried at most three times", "docker-compose.yml", "on-failure:3", "on-failure:4"),
    ("data-pipeline", "Failed runs must not be retried", "docker-compose.yml", 'restart: "no"', "restart: on-failure:1"),
    ("data-pipeline", "An interrupted run continues where it stopped", "docker-compose.yml", "STATE_DIR: ", "STATE: "),
]  # fmt: skip
BY_DEFAULT = [
    ("web-service", "The process does not run as root", "docker-compose.yml", 'user: "10001:10001"', 'user: "0:0"'),
    ("web-service", "The container's file system is read-only", "docker-compose.yml", "read_only: true", "read_only: false"),
]  # fmt: skip


def _altered(archetype: str, text: str, path: str, old: str, new: str) -> tuple[Standing, Standing]:
    """The standing, and that with the artifact at *path* altered in its text."""
    compilation = _compiled(text, archetype)
    files = compilation.files
    assert old in files[path], files[path]
    altered = {**files, path: files[path].replace(old, new)}
    return _only(compilation.standings).standing, _only(
        standings(compilation.plan, held.compose(compilation.plan, altered))
    ).standing


@pytest.mark.parametrize(("archetype", "text", "path", "old", "new"), ENFORCED, ids=[row[1] for row in ENFORCED])
def test_enforced_is_what_is_read_back(archetype: str, text: str, path: str, old: str, new: str) -> None:
    """With another value in the artifact's text it is enforced no more, although the plan is the same."""
    before, after = _altered(archetype, text, path, old, new)
    assert before is Standing.ENFORCED
    assert after is not Standing.ENFORCED


@pytest.mark.parametrize(("archetype", "text", "path", "old", "new"), BY_DEFAULT, ids=[row[1] for row in BY_DEFAULT])
def test_what_holds_by_default_is_read_back(archetype: str, text: str, path: str, old: str, new: str) -> None:
    """Unprivileged, read-only: not said of an artifact that is neither."""
    assert _altered(archetype, text, path, old, new) == (Standing.BY_DEFAULT, Standing.LOST)


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("95 percent of requests are answered within 200 ms", Standing.APPROXIMATED),
        ("The service is available 99.9 percent of the time", Standing.APPROXIMATED),
        ("Clients are rate limited", Standing.APPROXIMATED),
        ("Each client may send at most 1000 requests per day", Standing.APPROXIMATED),
        ("A crashed service is restarted within 10 seconds", Standing.APPROXIMATED),
        ("All traffic is served over TLS 1.2 or newer", Standing.LOST),
        ("The database is backed up every night", Standing.LOST),
        ("Customer data is encrypted at rest", Standing.LOST),
        ("Metrics are exposed at /metrics for Prometheus", Standing.LOST),
        ("The service makes no outbound network connections except to Stripe", Standing.LOST),
        ("Login attempts are limited to 5 per minute per IP address", Standing.LOST),
        ("Uploaded files are stored in S3", Standing.LOST),
        ("Account balance never goes negative", Standing.PROGRAM),
        ("A laptop in the catalogue has at least 16 GB of memory", Standing.PROGRAM),
        ("The containers are placed on nodes with fast disks", Standing.NOT_UNDERSTOOD),
    ],
)
def test_what_is_not_enforced_is_not_called_so(text: str, standing: Standing) -> None:
    """Each with a reason, and what is lost holds by no line."""
    account = _only(_compiled(text).standings)
    assert account.standing is standing
    assert account.why


BACKUP = "The database is backed up every night and backups are kept for 30 days"
NO_BACKUP = [
    ("crontab", "0 3 * * * cd", "0 3 * * 1 cd"),
    ("crontab", " db-backup\n", " db-other\n"),
    ("docker-compose.yml", 'KEEP_MINUTES: "43200"', 'KEEP_MINUTES: "43199"'),
    ("docker-compose.yml", "BACKUP_OF: db", "BACKUP_OF: other"),
    ("docker-compose.yml", "BACKUPS: /var/lib/postgresql/data", "BACKUPS: /tmp"),
    ("docker-compose.yml", "pg_dump", "pg_void"),
    ("docker-compose.yml", "-mmin", "-mtim"),
]


@pytest.mark.parametrize(("path", "old", "new"), NO_BACKUP)
def test_a_backup_is_read_back(path: str, old: str, new: str) -> None:
    """How often, of what, whereto, for how long."""
    texts = ("Orders are stored in postgres", BACKUP)
    compilation = compiled(BUN_WEB, manifest("web-service", *(assertion(n, text) for n, text in enumerate(texts, 1))))
    assert compilation.defects == ()
    files = compilation.files
    assert old in files[path]
    altered = {**files, path: files[path].replace(old, new)}
    assert compilation.standings[1].standing is Standing.ENFORCED
    assert standings(compilation.plan, held.compose(compilation.plan, altered))[1].standing is Standing.LOST


@pytest.mark.parametrize(
    ("store", "text", "cron", "standing"),
    [
        ("postgres", "Backups are made every six hours", "0 */6 * * *", Standing.ENFORCED),
        ("postgres", "The database is backed up daily at 2:30", "30 2 * * *", Standing.ENFORCED),
        ("MySQL", "A weekly backup of the database is required", "0 3 * * 0", Standing.ENFORCED),
        ("MongoDB", "The database is backed up monthly", "0 3 1 * *", Standing.ENFORCED),
        ("MariaDB", "The database is backed up every five hours", "0 */4 * * *", Standing.STRICTER),
        ("RabbitMQ", "The database is backed up every night", None, Standing.LOST),
    ],
)
def test_copies_are_made_as_often_as_is_said(store: str, text: str, cron: str | None, standing: Standing) -> None:
    """By the times of the crontab, or more often where these cannot say it; a kind that nobody can copy is lost, and that is said."""
    texts = (f"Orders are stored in {store}", text)
    compilation = compiled(BUN_WEB, manifest("web-service", *(assertion(n, one) for n, one in enumerate(texts, 1))))
    assert compilation.defects == ()
    assert compilation.standings[1].standing is standing, compilation.standings[1].why
    assert (f"\n{cron} cd" in compilation.files.get("crontab", "")) is (cron is not None)


def test_a_run_by_cron_is_restarted_by_nobody() -> None:
    """«docker compose run» makes a container that no engine restarts: lost, with what would help."""
    texts = ("A failed run is retried at most three times", "The export runs nightly")
    found = compiled(PYTHON_JOB, manifest("data-pipeline", *(assertion(n, one) for n, one in enumerate(texts, 1))))
    assert found.standings[0].standing is Standing.LOST
    assert "let the program try again itself" in found.standings[0].why
    assert "on-failure" not in found.files["docker-compose.yml"]


def test_a_stricter_limit_is_no_contradiction() -> None:
    """deploy.yaml gives less memory than the assertion allows."""
    deploy = {"version": 1, "services": {"app": {"resources": {"memory": "128M"}}}}
    assert _standing("The service uses at most 512 MB of memory", deploy=deploy) is Standing.STRICTER


def test_the_same_limit_twice_is_enforced() -> None:
    """deploy.yaml says what the assertion says."""
    deploy = {"version": 1, "services": {"app": {"resources": {"memory": "512M"}}}}
    assert _standing("The service uses at most 512 MB of memory", deploy=deploy) is Standing.ENFORCED


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("The service uses at most 512 MB of memory", {"resources": {"memory": "2G"}}),
        ("The service uses at most two CPU cores", {"resources": {"cpus": 3}}),
        ("The service listens on port 9090", {"port": 9091}),
        ("GET /status returns 200 when the service is healthy", {"health": {"path": "/healthz"}}),
        ("There are always at least three instances of the service running", {"replicas": 2}),
    ],
)
def test_what_deploy_yaml_says_otherwise_is_an_error_with_both_places(text: str, body: dict[str, Any]) -> None:
    """Never «enforced» of a bound that deploy.yaml overrides."""
    with pytest.raises(Refused) as refused:
        _compiled(text, deploy={"version": 1, "services": {"app": body}})
    (error,) = [one for one in refused.value.diagnostics if one.code == "SC391"]
    assert error.span.path == "specs/assertions.json"
    assert {place.span.path for place in error.related} == {"specs/deploy.yaml"}


def _looked_at(specs: str, **fields: Any) -> Compilation:
    files = {**BUN_WEB, "specs/assertions.json": specs, **fields}
    return look_at_project(MemoryTree(files), Surroundings(None, ("srv", "project"), True))


def test_assertions_that_contradict_each_other_can_be_looked_at() -> None:
    """Both are named; only the one that is not held is contradicted."""
    first, second = (
        assertion(1, "Requests time out after 30 seconds"),
        assertion(2, "Requests time out after 60 seconds"),
    )
    accounts = _looked_at(manifest("web-service", first, second)).standings
    assert [one.standing for one in accounts] == [Standing.CONTRADICTED, Standing.ENFORCED]
    assert [cause.assertion for cause in accounts[0].against] == ["A-002"]


def test_a_constraint_contradicts_what_needs_the_network() -> None:
    """«no network» beside an API that somebody else runs."""
    specs = manifest(
        "web-service", assertion(1, "Emails are sent through an external SMTP server"), constraints=["no-network"]
    )
    account = _only(_looked_at(specs).standings)
    assert account.standing is Standing.CONTRADICTED
    assert account.against


@pytest.mark.parametrize(("status", "standing"), [("pending", Standing.UNSETTLED), ("denied", Standing.INACTIVE)])
def test_what_is_not_in_force_holds_nothing(status: str, standing: Standing) -> None:
    """Unsettled ones tell what would follow, inactive ones nothing."""
    text = "The service uses at most 300 MB of memory"
    account = _only(_looked_at(manifest("web-service", assertion(1, text, status=status))).standings)
    assert account.standing is standing
    assert bool(account.assertion.demands) is (status == "pending")
    assert not account.lines


@pytest.mark.parametrize(
    ("fields", "text", "concerned"),
    [
        ({}, "The worker uses at most 300 MB of memory", {"worker"}),
        ({}, "Calls go to the Stripe API", {"api", "worker"}),
        ({"entity": "worker"}, "Memory stays below 300 MB", {"worker"}),
        ({"tags": ["api"]}, "Memory stays below 300 MB", {"api"}),
        ({}, "Memory stays below 300 MB", {"api", "worker"}),
    ],
)
def test_a_shared_manifest_concerns_those_that_it_names(fields: dict[str, Any], text: str, concerned: set[str]) -> None:
    """By entity, tags or words; else all. The assertion itself is there once."""
    sources = {f"{place}/{name}": content for place in ("api", "worker") for name, content in BUN_WEB.items()}
    deploy = {
        "version": 1,
        "services": {
            "api": {"path": "api", "route": {"path": "/a"}},
            "worker": {"path": "worker", "route": {"path": "/w"}},
        },
    }
    compilation = compiled(sources, manifest("web-service", assertion(1, text, **fields)), deploy)
    (account,) = compilation.standings
    assert set(account.assertion.services) == concerned
    if "300 MB" in text:
        limited = {s.name for s in compilation.plan.services if s.workload and s.workload.limits.memory == 300 * 2**20}
        assert limited == concerned


def _without(path: str) -> Callable[[Mapping[str, str]], dict[str, str]]:
    return lambda files: {name: text for name, text in files.items() if name != path}


@pytest.mark.parametrize("path", ["nginx.conf", "docker-compose.yml", "Dockerfile", "health.ts"])
def test_what_cannot_be_read_holds_nothing(path: str) -> None:
    """A missing or broken artifact never makes anything enforced."""
    texts = ("Requests time out after 45 seconds", "The service uses at most 300 MB of memory", "The service listens on port 9090", "GET /status returns 200 when the service is healthy")  # fmt: skip
    numbered = [assertion(number, text) for number, text in enumerate(texts, start=1)]
    compilation = compiled(BUN_WEB, manifest("web-service", *numbered))
    assert {one.standing for one in compilation.standings} == {Standing.ENFORCED}
    for files in (_without(path)(compilation.files), {**compilation.files, path: "{"}):
        lost = [
            one
            for one in standings(compilation.plan, held.compose(compilation.plan, files))
            if one.standing is not Standing.ENFORCED
        ]
        assert lost


def test_a_database_is_kept_inside() -> None:
    """That nobody outside reaches it is read of its own container; without one nothing here can hold it."""
    specs = manifest(
        "web-service",
        assertion(1, "Orders are stored in postgres"),
        assertion(2, "The database must not be accessible from the internet"),
    )
    done = compiled(BUN_WEB, specs)
    (demand,) = (each for one in done.plan.assertions for each in one.demands if each.kind == "private")
    assert demand.of == "store"
    outcome = held.compose(done.plan, done.files)(demand)
    assert outcome.standing is Standing.ENFORCED, outcome.why
    assert [done.files[path].splitlines()[line - 1].strip() for path, line in outcome.lines] == ["networks:"]
    text = done.files["docker-compose.yml"]
    at = text.index("image: postgres:")
    opened = text[:at] + 'ports:\n      - "5432:5432"\n    ' + text[at:]
    assert held.compose(done.plan, {**done.files, "docker-compose.yml": opened})(demand).standing is Standing.LOST
    alone = compiled(
        BUN_WEB, manifest("web-service", assertion(1, "The database must not be accessible from the internet"))
    )
    assert alone.standings[0].standing is Standing.LOST
