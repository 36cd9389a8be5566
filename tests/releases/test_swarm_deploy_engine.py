"""Deployments to a real swarm of one node: a good version, one that is never well, a step that fails, the way back of one service."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from released import Project

from one_swarm import gone, swarm
from report_documents import conforms
from speccompile.releases.directory import DirectoryStore

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_ALLOWED = "--allow-unverified"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """An application that is deployed as v1 to a swarm."""
    with swarm() as docker:
        yield from _deployed(docker, tmp_path_factory.mktemp("deployed") / "project")


def _deployed(docker: str, root: Path) -> Iterator[Project]:
    found = Project(
        root,
        api={"release": [["python", "/app/migrate.py"]]},
        system={"targets": ["swarm"]},
        environment={"on": "swarm"},
    )
    try:
        found.write("generated/swarm/.env", f"HTTP_PORT={found.port}\n")
        found.built("api", "v1")
        found.built("web", "v1")
        code, said = found.answer("deploy", "production", _ALLOWED)
        assert (code, said.get("release")) == (0, 1), said
        yield found
    finally:
        subprocess.run([docker, "stack", "rm", found.app], capture_output=True, check=False)
        gone(docker, found.app)
        found.remove()


def test_it_serves_and_there_is_nothing_left_to_do(project: Project) -> None:
    """And a version that is never well is taken back by the swarm, what fails in its step changes nothing, and one service goes back alone."""
    _until(project, "v1")
    code, plan = project.answer("deploy", "production", "--plan", _ALLOWED)
    conforms("deploy", plan)
    assert {one["does"] for host in plan["plan"] for one in host["changes"]} == {"nothing"}
    code, said = project.answer("status", _ALLOWED)
    conforms("status", said)
    assert (code, {one["status"] for one in said["services"]}) == (0, {"healthy"}), said


def test_a_good_version_takes_over(project: Project) -> None:
    others = _ids(project, "web"), _ids(project, "proxy")
    project.built("api", "v2")
    code, said = project.answer("deploy", "production", _ALLOWED)
    conforms("deploy", said)
    assert (code, said["release"], said["deployments"]["failed"]) == (0, 2, []), said
    assert said["deployments"]["outputs"]["api"]["PUBLIC_URL"] == f"http://localhost:{project.port}"
    _until(project, "v2")
    assert (_ids(project, "web"), _ids(project, "proxy")) == others
    listed = _docker(project, "service", "ls", "--format", "{{.Name}}").split()
    assert f"{project.app}_api-release" not in listed


def test_a_version_that_is_never_well_goes_back_by_itself(project: Project) -> None:
    project.built("api", "v-sick", broken=True)
    code, said = project.answer("deploy", "production", _ALLOWED)
    conforms("deploy", said)
    (api,) = (one for one in said["deployments"]["services"] if one["service"] == "api")
    assert (code, said["deployments"]["failed"], api["restored"]) == (1, ["api"], True), said
    assert "serving v-sick" in api["log"], said
    assert project.asked() == "v2"
    assert project.answer("status", _ALLOWED)[0] == 0


def test_a_step_that_fails_changes_nothing(project: Project) -> None:
    before = _ids(project, "api")
    project.built("api", "v3", stuck=True)
    code, said = project.answer("deploy", "production", _ALLOWED)
    (api,) = (one for one in said["deployments"]["services"] if one["service"] == "api")
    assert (code, api["reason"]) == (1, "the release step api-release failed"), said
    assert "the table is locked" in api["log"], said
    assert _ids(project, "api") == before


def test_a_rollback_of_one_leaves_the_others_alone(project: Project) -> None:
    others = _ids(project, "web"), _ids(project, "proxy")
    code, said = project.answer("rollback", "api", _ALLOWED)
    conforms("rollback", said)
    assert (code, said["deployments"]["successful"]) == (0, ["api"]), said
    _until(project, "v1")
    assert (_ids(project, "web"), _ids(project, "proxy")) == others
    store = DirectoryStore(project.root.parent / "releases" / project.app / "production")
    last = store.read(store.numbers()[-1])
    assert (last.made_from.why, last.platform) == ("back: api to 1", "swarm")


def _until(project: Project, version: str) -> None:
    """The old task answers until it has ended, after the new one has begun."""
    end = time.monotonic() + 30
    while project.asked() != version and time.monotonic() < end:
        time.sleep(0.5)
    assert project.asked() == version


def _docker(project: Project, *words: str) -> str:
    return subprocess.run([project.docker, *words], capture_output=True, text=True, check=True).stdout


def _ids(project: Project, service: str) -> list[str]:
    """The tasks of *service* that run."""
    argv = ("service", "ps", "--no-trunc", "--filter", "desired-state=running", "--format", "{{json .ID}}")
    return sorted(json.loads(line) for line in _docker(project, *argv, f"{project.app}_{service}").splitlines())
