"""Verification of compose files: content with what is emitted, and with nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from compose_plans import PLANS, job, library, web
from speccompile.backends import compose
from speccompile.codes.compose import CODES
from speccompile.plan.plan import Plan
from speccompile.verify.compose import PATH, verify


def _text(plan: Plan) -> str:
    (artifact,) = compose.emit(plan)
    return artifact.text


def _codes(plan: Plan, text: str) -> set[str]:
    return {finding.code for finding in verify(plan, {PATH: text})}


@pytest.mark.parametrize("name", sorted(PLANS))
def test_what_is_emitted_is_sound(name: str) -> None:
    """No findings."""
    plan = PLANS[name]()
    assert verify(plan, {PATH: _text(plan)}) == ()


_ALTERATIONS: dict[str, Callable[[str], list[str]]] = {
    "deleted": lambda _: [],
    "a letter more": lambda line: [f"{line}x"],
    "a character less": lambda line: [line[:-1]],
    "another letter": lambda line: [line.replace("e", "o", 1)],
    "a comment": lambda line: [f"{line}  # nothing"],
    "a comment before": lambda line: ["# nothing", line],
    "a blank at the end": lambda line: [f"{line} "],
    "an empty line before": lambda line: ["", line],
    "twice": lambda line: [line, line],
}


@pytest.mark.parametrize(
    ("name", "how"), [*(("web", how) for how in sorted(_ALTERATIONS)), ("job", "deleted"), ("tool", "deleted")]
)
def test_every_line_counts(name: str, how: str) -> None:
    """Whatever happens to any one line, some check objects."""
    plan = PLANS[name]()
    lines = _text(plan).split("\n")
    missed = []
    for number, line in enumerate(lines):
        altered = _ALTERATIONS[how](line)
        if (
            line
            and altered != [line]
            and not verify(plan, {PATH: "\n".join([*lines[:number], *altered, *lines[number + 1 :]])})
        ):
            missed.append(line)
    assert missed == []


def test_missing_and_superfluous_files_are_noticed() -> None:
    """A compose file is there exactly when something runs."""
    assert {f.code for f in verify(web(), {})} == {"SC941"}
    assert {f.code for f in verify(library(), {PATH: _text(web())})} >= {"SC941"}
    assert verify(library(), {}) == ()


# What is done to the text of which plan, and the code of the invariant that must notice it.
_SABOTAGE: list[tuple[str, str, str, str]] = [
    ("SC940", "web", "name: bank", "name: &x bank"),
    ("SC940", "web", "name: bank", "name: !!str bank"),
    ("SC940", "web", "name: bank", "name: 'bank'"),
    ("SC940", "web", "name: bank", "name: bank\nname: bank"),
    ("SC940", "web", "name: bank", "name: [bank"),
    ("SC940", "web", 'PORT: "3000"', "PORT: 3_000"),
    ("SC940", "web", 'max-file: "3"', "max-file: on"),
    ("SC940", "web", "services:\n", "services: []\nx:\n"),
    ("SC941", "web", "MOTTO:", "MOTTO2:"),
    ("SC941", "web", "retries: 3", "retries: 4"),
    ("SC941", "web", "read_only: true", "read_only: 1"),
    ("SC942", "web", "read_only: true", "read_only: false"),
    ("SC942", "web", "      - ALL", "      - NET_RAW"),
    ("SC942", "web", "no-new-privileges:true", "no-new-privileges:false"),
    ("SC942", "web", 'user: "10001:10001"', 'user: "0:0"'),
    ("SC942", "web", 'user: "10001:10001"', "user: root"),
    ("SC942", "web", "    init: true", "    init: true\n    privileged: true"),
    ("SC942", "web", "    init: true", "    init: true\n    pid: host"),
    ("SC942", "web", "    init: true", "    init: true\n    cgroup_parent: /"),
    ("SC943", "web", '    mem_limit: "512m"\n', ""),
    ("SC943", "web", "    pids_limit: 256\n", ""),
    ("SC943", "web", "    pids_limit: 256\n", "    pids_limit: 0\n"),
    ("SC943", "web", "    cpus: 1\n", ""),
    ("SC944", "web", "condition: service_healthy", "condition: service_started"),
    ("SC944", "web", "      redis:\n        condition", "      nobody:\n        condition"),
    ("SC944", "web", "      redis:\n        condition", "      proxy:\n        condition"),
    ("SC945", "web", "DATABASE_PASSWORD_FILE: /run/secrets/db-password", "DATABASE_PASSWORD: geheim"),
    ("SC945", "web", "STRIPE_KEY_FILE: /run/secrets/stripe-key", "STRIPE_KEY_FILE: /run/secrets/other"),
    ("SC945", "web", "postgres://bank@db", "postgres://bank:geheim@db"),
    ("SC945", "web", 'file: "${DB_PASSWORD_FILE:?see .env.example}"', "file: ./password"),
    ("SC945", "web", 'file: "${DB_PASSWORD_FILE:?see .env.example}"', 'file: "${DB_PASSWORD_FILE:-./password}"'),
    ("SC946", "web", "    internal: true", "    internal: false"),
    ("SC946", "web", "published: ${HTTP_PORT:-8080}", 'published: "80"'),
    ("SC946", "web", "host_ip: ${BIND_ADDRESS:-127.0.0.1}", 'host_ip: "0.0.0.0"'),
    ("SC946", "tool", "network_mode: none", "network_mode: host"),
    ("SC946", "tool", "    network_mode: none\n", ""),
    ("SC946", "web", 'POSTGRES_USER: bank\n    networks:\n      - backend', 'POSTGRES_USER: bank\n    networks:\n      - edge'),
    ("SC945", "web", "REDIS_PASSWORD: \"${REDIS_PASSWORD:?see .env.example}\"", "REDIS_PASSWORD: geheim"),
    ("SC945", "web", "SESSION_KEY: \"${SESSION_KEY:?see .env.example}\"", "SESSION_SECRET: geheim"),
    ("SC945", "web", "redis://:${REDIS_PASSWORD:?see .env.example}@", "redis://:geheim@"),
    ("SC945", "web", "MOTTO: ", "S3_ACCESS_KEY: geheim\n      MOTTO: "),
    ("SC945", "web", "MOTTO: ", "MOTTO: \"host=db password=geheim\"\n      X: "),
    ("SC945", "web", "MOTTO: ", "MOTTO: \"jdbc:mysql://db/bank?user=bank&password=geheim\"\n      X: "),
    ("SC945", "web", "MOTTO: ", "MOTTO: \"bank:geheim@tcp(db:3306)/bank\"\n      X: "),
    ("SC947", "web", "redis://:${REDIS_PASSWORD:?see .env.example}@", "redis://:${REDIS_PASSWORD:-}@"),
    ("SC946", "web", "        target: /data\n", "        target: /data\n    ports:\n      - target: 6379\n"),
    ("SC946", "web", "        target: /data\n", "        target: /data\n    expose:\n      - \"6379\"\n"),
    ("SC947", "web", "$$HOME", "$HOME"),
    ("SC947", "web", "$$HOME", "${HOME}"),
    ("SC947", "web", "${HTTP_PORT:-8080}", "${HTTP_PORT:-80}"),
    ("SC947", "web", "${PAYMENTS_URL:?see .env.example}", "${PAYMENTS_URL:-}"),
    ("SC947", "web", "${PAYMENTS_URL:?see .env.example}", "https://x"),
    ("SC948", "job", 'restart: "no"', "restart: unless-stopped"),
    ("SC948", "web", "restart: unless-stopped", 'restart: "no"'),
    ("SC948", "web", "    stop_signal: SIGTERM\n", ""),
    ("SC948", "web", '    stop_grace_period: "10s"\n', ""),
    ("SC949", "web", "driver: json-file", "driver: none"),
    ("SC949", "web", '        max-size: "10m"\n', ""),
    ("SC950", "web", "        - CMD\n        - bun", "        - CMD-SHELL\n        - bun"),
    ("SC950", "web", '      timeout: "3s"\n', ""),
    ("SC950", "web", "    healthcheck:\n      test:\n        - CMD\n        - bun", "    x-check:\n      test:\n        - CMD\n        - bun"),
    ("SC950", "job", 'restart: "no"\n', 'restart: "no"\n    healthcheck:\n      disable: true\n'),
    ("SC951", "web", "postgres:16-bookworm${", "postgres:latest${"),
    ("SC951", "web", "image: postgres:16-bookworm${DB_DIGEST:+@sha256:${DB_DIGEST:-}}", "image: postgres"),
    ("SC951", "web", "    image: ${API_IMAGE:-bank/api}:${TAG:-local}${API_DIGEST:+@sha256:${API_DIGEST:-}}\n", ""),
    ("SC951", "web", "pull_policy: never", "pull_policy: missing"),
    ("SC951", "web", "    pull_policy: never\n", ""),
    ("SC947", "web", "${API_IMAGE:-bank/api}", "${API_IMAGE:-bank/web}"),
    ("SC947", "web", "${TAG:-local}", "${TAG:-latest}"),
    ("SC952", "job", "    container_name: bank-export\n", ""),
    ("SC952", "job", "    container_name: bank-export\n", "    container_name: bank-export\n    scale: 2\n"),
    ("SC953", "web", "type: volume", "type: bind"),
    ("SC953", "web", "source: api-data", "source: other-data"),
    ("SC953", "web", "  edge: {}\n", ""),
    ("SC953", "web", "  edge: {}\n", "  edge: {}\n  more: {}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "old", "new"), _SABOTAGE)
def test_every_invariant_can_fail(code: str, name: str, old: str, new: str) -> None:
    """Each invariant notices what it is there for."""
    plan = PLANS[name]()
    text = _text(plan)
    assert old in text
    assert code in _codes(plan, text.replace(old, new, 1))


def test_every_code_of_compose_files_has_a_sabotage() -> None:
    """No invariant is left out."""
    mine = {code.id for code in CODES if "SC940" <= code.id < "SC960"}
    assert {code for code, *_ in _SABOTAGE} == mine


def test_the_plan_is_checked_too() -> None:
    """An invariant objects to a plan that breaks it, although the file says what the plan says."""
    plan = web()
    (store, *others) = plan.stores
    open_store = replace(
        store, workload=replace(store.workload, user="0:0", limits=replace(store.workload.limits, pids=0))
    )
    broken = replace(plan, stores=(open_store, *others))
    assert _codes(broken, _text(broken)) == {"SC942", "SC943"}


def test_a_slot_that_nobody_uses_is_noticed() -> None:
    """What .env.example explains, the compose file asks for."""
    plan = job()
    more = replace(plan, parameters=(*plan.parameters, replace(plan.parameters[0], name="NOBODY")))
    assert "SC947" in _codes(more, _text(more))


def test_findings_have_places_and_fixes() -> None:
    """The finding is at the line that is wrong, as seen from the project."""
    plan = web()
    text = _text(plan).replace("retries: 3", "retries: 4", 1)
    (finding,) = verify(plan, {PATH: text})
    line = text.split("\n").index("      retries: 4") + 1
    assert (finding.span.path, finding.span.line, finding.span.column) == ("generated/docker-compose.yml", line, 7)
    assert "speccompile generate" in finding.fix
    assert re.search(r"api\.healthcheck\.retries is 4, the plan says 3", finding.message)
