"""A line cites what it follows from, and nothing that it does not follow from."""

from __future__ import annotations

from projects import BUN_WEB, PYTHON_JOB, assertion, compiled, manifest
from speccompile.pipeline import Compilation

WEB = manifest(
    "web-service",
    assertion(1, "Requests time out after 20 seconds"),
    assertion(2, "Uses at most 256 MB of memory"),
    assertion(3, "In-flight requests finish within 10 seconds of SIGTERM"),
    assertion(4, "Orders are stored in postgres"),
    assertion(5, "Customers are stored in postgres"),
)


def cited(compilation: Compilation, path: str, start: str) -> list[set[str]]:
    """The assertions that each line of *path* that begins with *start* cites."""
    (artifact,) = [a for a in compilation.artifacts if a.path == path]
    lines = artifact.text.split("\n")
    return [
        {id_ for origin in artifact.origins[n] for id_ in origin.assertions}
        for n, line in enumerate(lines, start=1)
        if line.strip().startswith(start)
    ]


def test_what_follows_from_a_timeout() -> None:
    """The proxy's patience when it stops is the timeout's doing, in both files; its own limits are not."""
    done = compiled(BUN_WEB, WEB)
    assert cited(done, "nginx.conf", "proxy_read_timeout") == [{"A-001"}]
    assert cited(done, "nginx.conf", "worker_shutdown_timeout") == [{"A-001"}]
    assert {"A-001"} in cited(done, "docker-compose.yml", 'stop_grace_period: "25s"')
    assert cited(done, "nginx.conf", "worker_processes") == [set()]


def test_what_follows_from_a_bound_of_memory() -> None:
    """Memory, not CPUs or processes."""
    done = compiled(BUN_WEB, WEB)
    assert cited(done, "docker-compose.yml", 'mem_limit: "256m"') == [{"A-002"}]
    assert all("A-002" not in ids for key in ("cpus", "pids_limit") for ids in cited(done, "docker-compose.yml", key))


def test_what_two_want_cites_both() -> None:
    """The store that two assertions need."""
    done = compiled(BUN_WEB, WEB)
    assert cited(done, "docker-compose.yml", "image: postgres") == [{"A-004", "A-005"}]


def test_a_left_over_container_does_not_stop_the_schedule() -> None:
    """A job that locks itself runs under a new name each time: the fixed one may be taken by what ``up`` left behind."""
    specs = manifest("data-pipeline", assertion(1, "Only one run at a time exports records, nightly"))
    files = compiled(PYTHON_JOB, specs).files
    assert "--name" not in files["crontab"]
    assert "      - flock\n" in files["docker-compose.yml"]
