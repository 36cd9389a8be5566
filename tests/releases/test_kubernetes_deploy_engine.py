"""Deployments to a real cluster: a good version, one that is never well, a step that fails, the way back of one service, what somebody sets by hand."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from deployed_cluster import ALLOWED as _ALLOWED
from deployed_cluster import Deployed, place
from deployed_cluster import deployed as _deployed

from report_documents import conforms
from speccompile.releases.directory import DirectoryStore

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """An application that is deployed as v1."""
    scratch = tmp_path_factory.mktemp("deployed")
    api = {"release": [["python", "/app/migrate.py"]], "replicas": 2}
    with place(scratch) as there, _deployed(scratch, there, api) as found:
        for name in ("web", "api"):
            found.built(name, "v1")
        code, said = found.project.answer("deploy", "production", _ALLOWED)
        assert (code, said.get("release")) == (0, 1), said
        yield found


def test_it_runs_and_there_is_nothing_left_to_do(deployed: Deployed) -> None:
    assert [len(deployed.pods(name)) for name in ("api", "web")] == [2, 1]
    code, plan = deployed.project.answer("deploy", "production", "--plan", _ALLOWED)
    conforms("deploy", plan)
    assert {one["does"] for host in plan["plan"] for one in host["changes"]} == {"nothing"}
    code, said = deployed.project.answer("status", _ALLOWED)
    conforms("status", said)
    assert (code, {one["status"] for one in said["services"]}) == (0, {"healthy"}), said


def test_a_good_version_takes_over(deployed: Deployed) -> None:
    before, others = deployed.pods("api"), deployed.pods("web")
    deployed.released("v2")
    code, said = deployed.project.answer("deploy", "production", _ALLOWED)
    conforms("deploy", said)
    assert (code, said["release"], said["deployments"]["failed"]) == (0, 2, []), said
    assert not set(before) & set(deployed.pods("api"))
    assert deployed.pods("web") == others, "what is told nothing else keeps its pods"
    assert not deployed.asked("--namespace", deployed.project.app, "get", "jobs", "--output=name")


def test_a_version_that_is_never_well_goes_back(deployed: Deployed) -> None:
    before = deployed.pods("api")
    deployed.released("v-sick", broken=True)
    code, said = deployed.project.answer("deploy", "production", _ALLOWED)
    conforms("deploy", said)
    (api,) = (one for one in said["deployments"]["services"] if one["service"] == "api")
    assert (code, said["deployments"]["failed"], api["restored"]) == (1, ["api"], True), said
    assert "serving v-sick" in api["log"], said
    assert deployed.pods("api") == before
    assert deployed.project.answer("status", _ALLOWED)[0] == 0


def test_a_step_that_fails_changes_nothing(deployed: Deployed) -> None:
    before = deployed.pods("api")
    deployed.released("v3", stuck=True)
    code, said = deployed.project.answer("deploy", "production", _ALLOWED)
    (api,) = (one for one in said["deployments"]["services"] if one["service"] == "api")
    assert code == 1
    assert api["reason"].startswith("the release step api-release failed"), said
    assert "the table is locked" in api["log"], said
    assert deployed.pods("api") == before


def test_a_rollback_of_one_leaves_the_others_alone(deployed: Deployed) -> None:
    others = deployed.pods("web")
    code, said = deployed.project.answer("rollback", "api", _ALLOWED)
    conforms("rollback", said)
    assert (code, said["deployments"]["successful"]) == (0, ["api"]), said
    assert deployed.pods("web") == others
    project = deployed.project
    store = DirectoryStore(project.root.parent / "releases" / project.app / "production")
    last = store.read(store.numbers()[-1])
    assert (last.made_from.why, last.platform) == ("back: api to 1", "kubernetes")
    assert set(deployed.pods("api").values()) == {last.services["api"].image}


def test_what_somebody_sets_by_hand_is_said_and_not_overwritten(deployed: Deployed) -> None:
    """Until it is let go of, by the command that the refusal shows."""
    around = ("--namespace", deployed.project.app)
    deployed.asked(*around, "scale", "deployment/api", "--replicas=3")
    deployed.asked(*around, "rollout", "status", "deployment/api", "--timeout=120s")
    code, said = deployed.project.answer("status", _ALLOWED)
    (api,) = (one for one in said["services"] if one["service"] == "api")
    assert (code, api["reason"]) == (1, "Deployment/api: spec.replicas was set by kubectl"), said
    deployed.released("v4")
    code, said = deployed.project.answer("deploy", "production", _ALLOWED)
    (problem,) = said["diagnostics"]
    assert (code, problem["code"]) == (1, "SC719"), said
    assert len(deployed.pods("api")) == 3
    argv = problem["fix"].partition("let them be ours: ")[2]
    subprocess.run(["sh", "-c", argv.replace("kubectl", deployed.kubectl[0], 1)], check=True, capture_output=True)
    code, said = deployed.project.answer("deploy", "production", _ALLOWED)
    assert code == 0, said
    assert len(deployed.pods("api")) == 2
