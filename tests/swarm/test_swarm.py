"""Stacks: they say what the plan says, nothing can be altered in them unnoticed, and what a swarm cannot do is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from compose_plans import PLANS
from projects import BUN_WEB, NODE_CLI, PYTHON_JOB, PYTHON_WEB, RUST_WEB, assertion, compiled, manifest
from speccompile.backends import swarm
from speccompile.codes.swarm import CODES, NOT_HELD, NOT_THERE
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.proving import verify_files
from speccompile.targets import chosen
from speccompile.verify.readers.yaml import read
from strategies import projects

STACK = "swarm/stack.yml"
WEB = manifest(
    "web-service",
    assertion(1, "Orders are stored in postgres"),
    assertion(2, "Sessions live in redis"),
    assertion(3, "GET /healthz returns 200"),
    assertion(4, "Rate limiting allows 50 requests per second"),
    assertion(5, "The service uses at most 300 MB of memory"),
    boundaries=["external-payment-processor"],
)
JOB = manifest(
    "data-pipeline", assertion(1, "Only one run at a time exports records, nightly"), boundaries=["postgres"]
)
PROJECTS = {
    "bun": (BUN_WEB, WEB),
    "python": (PYTHON_WEB, WEB),
    "rust": (RUST_WEB, WEB),
    "job": (PYTHON_JOB, JOB),
    "cli": (NODE_CLI, manifest("cli-tool", constraints=["no-network"])),
}


def _compiled(name: str, **deploy: Any) -> Compilation:
    sources, specs = PROJECTS[name]
    return compiled(sources, specs, {"targets": ["swarm"], **deploy})


def _stack(done: Compilation) -> dict[str, Any]:
    found: dict[str, Any] = read(done.files[STACK]).data
    return found


@pytest.mark.parametrize("name", PROJECTS)
def test_it_is_what_the_plan_says(name: str) -> None:
    """Without a finding; of what ends there is no stack, but of the stores that it needs."""
    done = _compiled(name)
    assert done.defects == ()
    assert (STACK in done.files) == (name != "cli")
    assert "docker-compose.yml" not in done.files
    assert {"Dockerfile", ".gitignore"} <= set(done.files)


@pytest.mark.parametrize("name", PLANS)
def test_every_line_knows_why_it_is_there(name: str) -> None:
    for artifact in swarm.emit(PLANS[name]()):
        for number, line in enumerate(artifact.text.split("\n"), start=1):
            assert bool(line.strip()) <= bool(artifact.origins.get(number)), f"{artifact.path}:{number}: {line}"


@pytest.mark.parametrize("name", ["python", "job"])
def test_any_altered_or_deleted_line_is_noticed(name: str) -> None:
    """By the verifier of the stack, without comparing digests."""
    done, (target,), missed = _compiled(name), chosen(("swarm",)), []
    for path in (path for path in done.files if path.startswith("swarm/")):
        lines = done.files[path].split("\n")
        for number, line in enumerate(lines):
            changed = (None, line + "x", line[:-1], line.replace("e", "o", 1))[number % 4]
            if not line.strip() or (changed is not None and changed.rstrip() == line.rstrip()):
                continue
            altered = [*lines[:number], *([] if changed is None else [changed]), *lines[number + 1 :]]
            if not verify_files(done.plan, {**done.files, path: "\n".join(altered)}, (target,)):
                missed.append(f"{path}:{number + 1}: {line} -> {changed}")
    assert missed == []


def test_any_missing_file_is_noticed() -> None:
    done = _compiled("python")
    for path in (path for path in done.files if path.startswith("swarm/")):
        left = {other: text for other, text in done.files.items() if other != path}
        assert verify_files(done.plan, left, chosen(("swarm",))), path


_ALTERED = (
    ("SC927", "services:", "services: &all"),
    ("SC928", "replicas: 1", "replicas: 7"),
    ("SC929", "          pids: 256\n", ""),
    ("SC929", "    cap_drop:\n      - ALL\n", ""),
    ("SC929", "    read_only: true\n", ""),
    ("SC934", "failure_action: rollback", "failure_action: continue"),
    ("SC934", "order: stop-first", "order: start-first"),
    ("SC934", "failure_action: pause", "failure_action: continue"),
    ("SC934", "        failure_action: pause\n        monitor: ", "        failure_action: pause\n        delay: "),
    ("SC934", "parallelism: 1", "parallelism: 0"),
    ("SC935", "name: sessions-nginx-", "name: sessions-nginx-0"),
)


def test_every_invariant_is_altered() -> None:
    """And nothing else is a code of stacks, but what is said of losses."""
    assert {code for code, *_ in _ALTERED} == {one.id for one in CODES} - {NOT_THERE.id, NOT_HELD.id}


@pytest.mark.parametrize(("code", "old", "new"), _ALTERED)
def test_each_invariant_can_fail(code: str, old: str, new: str) -> None:
    done = _compiled("python")
    text = done.files[STACK]
    assert old in text
    found = verify_files(done.plan, {**done.files, STACK: text.replace(old, new, 1)}, chosen(("swarm",)))
    assert code in {one.code for one in found}


def test_secrets_are_in_the_swarm_already() -> None:
    done = compiled(
        BUN_WEB, manifest("web-service"), {"targets": ["swarm"], "services": {"app": {"secrets": ["STRIPE_API_KEY"]}}}
    )
    text = done.files[STACK]
    assert read(text).data["secrets"] == {
        "stripe-api-key": {"external": True, "name": "${STRIPE_API_KEY_SECRET:?see .env.example}"}
    }
    altered = text.replace("    external: true\n", "    file: ./key\n")
    assert altered != text
    assert "SC935" in {one.code for one in verify_files(done.plan, {**done.files, STACK: altered}, chosen(("swarm",)))}


def test_what_has_data_stays_where_that_is_and_never_runs_twice() -> None:
    services = _stack(_compiled("python"))["services"]
    assert services["db"]["deploy"]["placement"]["constraints"] == ["node.hostname == ${DATA_NODE:?see .env.example}"]
    assert services["db"]["deploy"]["update_config"]["order"] == "stop-first"
    web = next(body for name, body in services.items() if name not in ("db", "redis", "proxy"))
    rolling = {"monitor": "125s", "order": "start-first", "parallelism": 1}
    assert web["deploy"]["update_config"] == {"failure_action": "rollback", **rolling}
    assert web["deploy"]["rollback_config"] == {"failure_action": "pause", **rolling}


def test_what_an_assertion_demands_is_read_back_from_the_stack() -> None:
    """Memory below ``deploy``, the rate from the stack's own nginx.conf; altered, it is no more enforced."""
    done = _compiled("python")
    by_id = {one.assertion.assertion: one for one in done.standings}
    assert {name: one.standing for name, one in by_id.items()} == dict.fromkeys(by_id, Standing.ENFORCED)
    assert set(by_id["A-005"].lines) == {STACK}
    assert set(by_id["A-004"].lines) == {"swarm/nginx.conf"}


def test_what_a_swarm_cannot_hold_is_lost() -> None:
    (account,) = _compiled("job").standings
    assert account.standing is Standing.LOST
    assert "no clock" in account.why
    said = {note.code: note.message for note in _compiled("job").notes}
    assert "nothing starts it" not in said.get("SC480", ""), "the assertion says so already"
    assert "SC481" in said


def test_what_nobody_demands_in_words_is_said_too() -> None:
    """A schedule of deploy.yaml."""
    done = compiled(
        PYTHON_JOB, manifest("data-pipeline"), {"targets": ["swarm"], "services": {"app": {"schedule": "0 3 * * *"}}}
    )
    (note,) = [one for one in done.notes if one.code == "SC480"]
    assert "a swarm has no clock" in note.message
    assert note.span.path == "specs/deploy.yaml"


def test_both_platforms_stand_side_by_side() -> None:
    sources, specs = PROJECTS["job"]
    done = compiled(sources, specs, {"targets": ["compose", "swarm"]})
    assert [one.platform for one in done.platforms] == ["compose", "swarm"]
    assert [one.accounts[0].standing for one in done.platforms] == [Standing.ENFORCED, Standing.LOST]
    assert {"docker-compose.yml", "crontab", STACK} <= set(done.files)


def test_a_list_with_kinds_of_files_means_these_alone() -> None:
    done = compiled(PYTHON_WEB, WEB, {"targets": ["dockerfile", "swarm"]})
    assert sorted(done.files) == ["Dockerfile", "swarm/.env.example", "swarm/nginx.conf", STACK]


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(projects())
def test_any_project_can_be_a_stack(project: tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]) -> None:
    """Without a defect, whatever the specs say; each line knows why it is there."""
    sources, specs, deploy = project
    try:
        done = compiled(sources, json.dumps(specs), {**(deploy or {"version": 1}), "targets": ["swarm"]})
    except Refused:
        return
    assert done.defects == ()
    for artifact in done.artifacts:
        for number, line in enumerate(artifact.text.split("\n"), start=1):
            assert bool(line.strip()) <= bool(artifact.origins.get(number))
