"""Emitted compose files, env files and crontabs: origins, determinism, and what compose makes of them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compose_plans import PLANS, library, origin, web
from speccompile.backends import compose, crontab, dotenv
from speccompile.backends.compose import only_escaped
from speccompile.backends.yaml import Entry
from supplied import filled
from tools import need

_EMITTERS = (compose.emit, dotenv.emit, crontab.emit)


def _config(plan_name: str, directory: Path) -> dict[str, Any]:
    """What compose understands, with the example environment."""
    plan = PLANS[plan_name]()
    for artifact in (*compose.emit(plan), *dotenv.emit(plan)):
        (directory / artifact.path).write_text(filled(artifact.text), encoding="utf-8")
    argv = [
        need("docker-compose", "python3 tests/setup.py"),
        "--env-file",
        ".env.example",
        "--profile",
        "*",
        "config",
        "--format",
        "json",
    ]
    done = subprocess.run(argv, cwd=directory, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", sorted(PLANS))
def test_every_line_has_an_origin(name: str) -> None:
    """Every line that is not blank knows why it is there."""
    for emit in _EMITTERS:
        for artifact in emit(PLANS[name]()):
            for number, line in enumerate(artifact.text.split("\n"), start=1):
                assert bool(line.strip()) <= bool(artifact.origins.get(number)), f"{artifact.path}:{number}: {line}"


def test_a_line_cites_the_closest_cause_first() -> None:
    """A limit is there because of line 3 of the specs, its service because of line 2."""
    (artifact,) = compose.emit(web())
    lines = artifact.text.split("\n")
    cited = {line.strip(): artifact.origins[number][0] for number, line in enumerate(lines, start=1) if line.strip()}
    assert cited['mem_limit: "512m"'] in (origin(3), origin(12))
    assert cited["DATABASE_URL: postgres://bank@db:5432/bank"] == origin(13)
    assert cited["replicas: 2"] == origin(13)
    assert cited["published: ${HTTP_PORT:-8080}"] == origin(9)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_order_of_the_plan_does_not_matter(name: str) -> None:
    """Services, stores, parameters and secrets in another order give the same bytes."""
    plan = PLANS[name]()
    turned = replace(
        plan,
        services=plan.services[::-1],
        stores=plan.stores[::-1],
        parameters=plan.parameters[::-1],
        secrets=plan.secrets[::-1],
    )
    for emit in (compose.emit, dotenv.emit):
        assert [a.text for a in emit(plan)] == [a.text for a in emit(turned)]


def test_a_library_has_none_of_these_files() -> None:
    """Nothing runs, nothing is written."""
    assert [artifact for emit in _EMITTERS for artifact in emit(library())] == []


def test_only_scheduled_jobs_make_a_crontab() -> None:
    """A web service has none."""
    assert crontab.emit(web()) == ()


def test_values_reach_the_container_unchanged(tmp_path: Path) -> None:
    """Compose interpolates nothing but our own slots."""
    environment = _config("web", tmp_path)["services"]["api"]["environment"]
    assert environment["MOTTO"].replace("$$", "$") == 'it\'s $HOME: 100% "free" # yes'
    assert environment["RATES_URL"].replace("$$", "$") == "https://rates.example.com/it's?a=$b&c=1"
    assert environment["PAYMENTS_URL"] == "https://payments.example.com"


def test_what_compose_understands(tmp_path: Path) -> None:
    """Limits, times and policies are what the plan says, in compose's own normal form."""
    found = _config("web", tmp_path)
    api, proxy = found["services"]["api"], found["services"]["proxy"]
    assert (api["mem_limit"], api["cpus"], api["pids_limit"]) == (str(512 * 2**20), 1, 256)
    assert (api["stop_grace_period"], api["read_only"], api["init"]) == ("10s", True, True)
    assert api["depends_on"]["db"] == {"condition": "service_healthy", "required": True}
    assert api["build"] == {"context": str(tmp_path.parent), "dockerfile": "generated/Dockerfile"}
    assert proxy["ports"][0] | {"mode": "ingress"} == {
        "mode": "ingress",
        "host_ip": "127.0.0.1",
        "target": 8080,
        "published": "8080",
        "protocol": "tcp",
    }
    assert found["networks"]["backend"]["internal"] is True


def test_a_missing_required_value_stops_compose(tmp_path: Path) -> None:
    """Without the operator's values nothing starts, and the message says where to look."""
    (artifact,) = compose.emit(web())
    (tmp_path / artifact.path).write_text(filled(artifact.text), encoding="utf-8")
    done = subprocess.run(
        [need("docker-compose", "python3 tests/setup.py"), "config", "-q"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "is missing a value: see .env.example" in done.stderr


def test_tools_and_jobs_are_not_started_by_up(tmp_path: Path) -> None:
    """They have profiles; a tool without networks has none at all."""
    assert _config("job", tmp_path)["services"]["export"]["profiles"] == ["jobs"]
    tool = _config("tool", tmp_path)["services"]["wordcount"]
    assert (tool["profiles"], tool["network_mode"]) == (["tools"], "none")


def test_an_exclusive_job_has_one_name_and_a_lock() -> None:
    """The name is the engine's lock, flock's the kernel's."""
    text = compose.emit(PLANS["job"]())[0].text
    assert "container_name: bank-export" in text
    assert "      - flock\n" in text
    assert "bank-tidy" not in text


def test_a_string_that_was_not_escaped_is_refused() -> None:
    """A plain ``str`` in the document is an error, not a convention."""
    with pytest.raises(TypeError, match="not escaped"):
        only_escaped(Entry({"image": Entry("${HOME}", origin())}, origin()))
