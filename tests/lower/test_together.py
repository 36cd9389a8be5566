"""Processes of one image: what a compose file has of workers and releases, and what notices when it is altered."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from projects import compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.verify.compose import PATH, verify

SOURCES = {
    "requirements.txt": "flask==3.0.3\ngunicorn==23.0.0\nredis==5.2.1\nrq==2.0.0\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n",
    "specs/worker/assertions.json": manifest("data-pipeline"),
}
WORKER = {"path": ".", "assertions": "specs/worker/assertions.json", "role": "worker", "command": ["rq", "worker"]}
RELEASE = [["python", "first.py"], ["python", "second.py"]]


def made(worker: dict[str, Any] | None = None, **server: Any) -> Compilation:
    """A server with a worker; what is said of either besides."""
    services = {
        "app": {"path": ".", "assertions": "specs/assertions.json", **server},
        "worker": {**WORKER, **(worker or {})},
    }
    return compiled(SOURCES, manifest("web-service"), {"app": "bank", "services": services})


def text(compilation: Compilation) -> str:
    """Its compose file."""
    return next(one.text for one in compilation.artifacts if one.path == PATH)


def boxes(compilation: Compilation) -> dict[str, Any]:
    """The services of its compose file."""
    found: dict[str, Any] = yaml.safe_load(text(compilation))["services"]
    return found


def test_a_worker_runs_in_the_image_of_the_server() -> None:
    """One Dockerfile; the worker comes back, and is not asked for the health of a server."""
    compilation = made()
    found = boxes(compilation)
    assert [one.path for one in compilation.artifacts if one.path.endswith("Dockerfile")] == ["app/Dockerfile"]
    assert (found["worker"]["image"], found["worker"]["build"]) == (found["app"]["image"], found["app"]["build"])
    assert found["worker"]["command"] == ["rq", "worker"]
    assert (found["worker"]["restart"], found["worker"]["healthcheck"]) == ("unless-stopped", {"disable": True})


@pytest.mark.parametrize("different", [{"packages": {"runtime": ["ffmpeg"]}}, {"build": {"args": {"WHAT": "x"}}}])
def test_a_worker_that_is_built_in_another_way_has_an_image_of_its_own(different: dict[str, Any]) -> None:
    """What the server's image does not have is not taken away from it."""
    found = boxes(made(different))
    assert found["worker"]["build"] != found["app"]["build"]
    assert "healthcheck" not in found["worker"]
    assert found["worker"]["restart"] == "unless-stopped"


def test_a_release_ends_before_anything_of_the_new_version_starts() -> None:
    """Its steps one after the other, then the server and its workers."""
    found = boxes(made(release=RELEASE))
    done = {"condition": "service_completed_successfully"}
    assert found["app-release"]["command"] == RELEASE[0]
    assert found["app-release-2"]["command"] == RELEASE[1]
    assert found["app-release-2"]["depends_on"] == {"app-release": done}
    assert found["app"]["depends_on"]["app-release-2"] == done
    assert found["worker"]["depends_on"]["app-release-2"] == done
    assert {found[name]["restart"] for name in ("app-release", "app-release-2")} == {"no"}


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("SC944", "condition: service_completed_successfully", "condition: service_started"),
        ("SC948", 'restart: "no"', "restart: unless-stopped"),
        ("SC950", "      disable: true", "      disable: false"),
    ],
)
def test_every_invariant_can_fail(code: str, old: str, new: str) -> None:
    """Who does not wait, what is started again for ever, and what is asked for another's health is noticed."""
    compilation = made(release=RELEASE)
    altered = text(compilation).replace(old, new, 1)
    assert altered != text(compilation)
    assert code in {finding.code for finding in verify(compilation.plan, {PATH: altered})}


def test_every_line_of_processes_counts() -> None:
    """Whichever line is taken out, some check objects."""
    compilation = made(release=RELEASE)
    lines = text(compilation).split("\n")
    missed = [
        line
        for number, line in enumerate(lines)
        if line and not verify(compilation.plan, {PATH: "\n".join([*lines[:number], *lines[number + 1 :]])})
    ]
    assert missed == []


def test_a_worker_has_no_schedule() -> None:
    """It runs for ever."""
    with pytest.raises(Refused) as refused:
        made({"schedule": "0 3 * * *"})
    assert [one.code for one in refused.value.diagnostics] == ["SC211"] or "a worker has no use for `schedule`" in str(
        refused.value.diagnostics
    )


def test_the_names_of_a_store_are_those_of_deploy_yaml() -> None:
    """In the store, and in what its services are told."""
    services = {
        "app": {"path": ".", "needs": ["db"]},
        "db": {"uses": "postgres", "database": "shop", "user": "seller"},
    }
    sources = {**SOURCES, "requirements.txt": "flask==3.0.3\ngunicorn==23.0.0\npsycopg2-binary==2.9.10\n"}
    found = boxes(compiled(sources, manifest("web-service"), {"app": "bank", "services": services}))
    assert found["db"]["environment"]["POSTGRES_DB"] == "shop"
    assert found["db"]["environment"]["POSTGRES_USER"] == "seller"
    assert (
        found["app"]["environment"]["DATABASE_URL"]
        == "postgresql://seller:${DB_PASSWORD:?see .env.example}@db:5432/shop"
    )
