"""The page about platforms: what becomes of each kind of demand on each of them.

It is not written down but found: a sentence of each kind is compiled in memory for every platform, and its standing is what the page says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from speccompile.lower.lower import Surroundings
from speccompile.pipeline import look_at_project
from speccompile.project.memory import MemoryTree
from speccompile.targets import PLATFORMS
from speccompile.verify.standings import PlatformStandings

_WEB, _JOB = "web-service", "data-pipeline"
EXAMPLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "atrest": (_WEB, "Customer data is encrypted at rest"),
        "audit": (_WEB, "Every administrative action is written to an append-only audit log"),
        "availability": (_WEB, "The service is available 99.9 percent of the time"),
        "backup": (_WEB, "The postgres database is backed up every night"),
        "body": (_WEB, "Uploads larger than 25 MB are rejected"),
        "cache": (_WEB, "Results are cached in Redis"),
        "cachecontrol": (_WEB, "Responses are never cached by browsers"),
        "connections": (_WEB, "Each client may have at most 10 open connections"),
        "cpu": (_WEB, "The service uses at most two CPU cores"),
        "deadline": (_WEB, "Requests time out after 45 seconds"),
        "drain": (_WEB, "On SIGTERM the server drains in-flight requests for up to 25 seconds"),
        "egress": (_WEB, "The service has no internet access"),
        "exclusive": (_JOB, "Only one run at a time exports records"),
        "external": (_WEB, "Emails are sent through an external SMTP server"),
        "files": (_WEB, "Uploaded files are written to /var/lib/uploads"),
        "health": (_WEB, "GET /status returns 200 when the service is healthy"),
        "idle": (_WEB, "WebSocket connections stay open for up to 10 minutes without traffic"),
        "logskept": (_WEB, "Logs are kept for 30 days"),
        "memory": (_WEB, "The service never uses more than 300 MiB of RAM"),
        "metrics": (_WEB, "Prometheus metrics are exposed at /metrics"),
        "migrate": (_WEB, "Database migrations run before a new version serves traffic"),
        "objective": (_WEB, "95 percent of requests are answered within 200 ms"),
        "origins": (_WEB, "Only the origin https://shop.example.com may call the API (CORS)"),
        "overlap": (_JOB, "The export runs every hour, and a run is skipped while the last one is still going on"),
        "platform": (_WEB, "The service runs on Python 3.12"),
        "port": (_WEB, "The service listens on port 9090"),
        "private": (_WEB, "The service is only reachable from the internal network"),
        "queue": (_WEB, "Background jobs are processed by a Redis queue"),
        "rate": (_WEB, "Each client may send at most 30 requests per minute"),
        "readonly": (_WEB, "The container's file system is read-only"),
        "replicas": (_WEB, "There are always at least three instances of the service running"),
        "restart": (_WEB, "A crashed service is restarted"),
        "resume": (_JOB, "An interrupted run resumes from its last checkpoint"),
        "retention": (_WEB, "Audit log entries are kept for 90 days"),
        "retries": (_JOB, "A failed run is retried up to three times"),
        "rotation": (_WEB, "Secrets are rotated every 30 days"),
        "rundeadline": (_JOB, "A run is aborted after two hours"),
        "scale": (_WEB, "The service scales between two and ten instances with the load"),
        "schedule": (_JOB, "The export runs every night at 3:00"),
        "secret": (_WEB, "The signing key is read from a file and never from the environment"),
        "store": (_WEB, "Orders are stored in PostgreSQL"),
        "timezone": (_WEB, "The service runs in the time zone Europe/Berlin"),
        "transport": (_WEB, "All traffic is served over TLS 1.2 or newer"),
        "unprivileged": (_WEB, "The process does not run as root"),
    }
)
"""A sentence of each kind of demand, and the archetype of what it is said of."""

_SOURCES = {
    "requirements.txt": "flask==3.0.0\ngunicorn==22.0.0\nredis==5.0.0\npsycopg==3.2.0\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/status')\ndef status() -> str:\n    return 'ok'\n",
    "main.py": "print(1)\n",
}


def page() -> str:
    """The whole page, as Markdown."""
    names = [platform.name for platform in PLATFORMS]
    lines = [
        "# Platforms",
        "",
        "What becomes of each kind of demand on each platform, as a verifier reads it back: a sentence of the kind is compiled for all of them. What is",
        "lost is an error of `--strict`, and said otherwise; waive it in deploy.yaml, or choose a platform that holds it. Below the table stands why.",
        "",
        f"| demand | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
    ]
    reasons: list[str] = []
    for kind in EXAMPLES:
        platforms = standings(kind)
        cells = [one.accounts[0].standing.value for one in platforms]
        lines.append(f"| [{kind}](#{kind}) | {' | '.join(cells)} |")
        reasons += _reasons(kind, platforms)
    return "\n".join([*lines, "", *reasons, *_NETWORKS, *_NOMAD])


def standings(kind: str) -> tuple[PlatformStandings, ...]:
    """What becomes of the sentence of *kind* on each platform."""
    archetype, sentence = EXAMPLES[kind]
    files = {**_SOURCES, "specs/assertions.json": _manifest(archetype, sentence), "specs/deploy.yaml": _deploy()}
    around = Surroundings(None, ("shop",), allow_unverified=True)
    return look_at_project(MemoryTree(files), around).platforms


def _deploy() -> str:
    return json.dumps({"version": 1, "app": "shop", "targets": [platform.name for platform in PLATFORMS]})


def _manifest(archetype: str, sentence: str) -> str:
    assertion = {
        "id": "A-001",
        "natural": sentence,
        "type": "safety",
        "category": "behavior",
        "status": "confirmed",
        "source": "example",
    }
    return json.dumps(
        {
            "version": "1.0.0",
            "archetype": archetype,
            "domains": [],
            "actors": [],
            "capabilities": {},
            "boundaries": [],
            "constraints": [],
            "assertions": [assertion],
            "metadata": {},
        }
    )


def _reasons(kind: str, platforms: tuple[PlatformStandings, ...]) -> Iterator[str]:
    yield f"## {kind}"
    yield ""
    yield f"“{EXAMPLES[kind][1]}”"
    yield ""
    for one in platforms:
        account = one.accounts[0]
        where = f" ({', '.join(account.lines)})" if account.lines else ""
        yield f"- {one.platform}: {account.standing.value}. {account.why[:1].upper()}{account.why[1:]}{where}"
    yield ""


_NETWORKS = (
    "## Who reaches whom",
    "",
    "On kubernetes a policy allows each call that is declared (`needs`, a URL, a route), and no other one, where the cluster's network enforces policies.",
    "compose, swarm and quadlet have networks instead: one that is internal, for all who call each other, and one that leads out, for what may go out and",
    "for the front door. Who is on a network reaches every port of all others there, needed or not, and nobody else does. So an assertion that only one",
    "service may reach a database is held there where one service alone is on its network, and approximated where there are two.",
    "",
)

_NOMAD = (
    "## Nomad",
    "",
    "Not generated. A job file could hold what a stack holds (limits, checks, rolling updates with `auto_revert`, periodic jobs with a time zone and",
    "`prohibit_overlap`), and would lose: a read-only root and dropped capabilities on drivers other than docker, secrets in files without Vault,",
    "rate limits and TLS without a proxy of one's own, NetworkPolicy-like rules without Consul. No Nomad could be run to prove any of it.",
    "",
)
