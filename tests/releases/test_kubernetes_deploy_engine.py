"""Deployments to a real cluster: a good version, one that is never well, a step that fails, the way back of one service, what somebody sets by hand.

A cluster is what SPECCOMPILE_TEST_KUBECONFIG names (a file for kubectl; its current context is used, in a namespace that is made and taken away), with a
registry in SPECCOMPILE_TEST_REGISTRY to which docker here may push and from which the cluster's nodes fetch. kind, k3d and minikube have both
(kind.sigs.k8s.io/docs/user/local-registry). There is none in CI: nothing makes one within its time, so that these are run by hand.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from released import Project

from report_documents import conforms
from speccompile.releases.directory import DirectoryStore
from tools import need

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_ALLOWED = "--allow-unverified"
_KUBECONFIG, _REGISTRY = "SPECCOMPILE_TEST_KUBECONFIG", "SPECCOMPILE_TEST_REGISTRY"


class _Deployed:
    """The project, and its cluster."""

    def __init__(self, root: Path, kubeconfig: str, registry: str) -> None:
        self.kubectl = [need("kubectl", "python3 tests/setup.py"), f"--kubeconfig={kubeconfig}"]
        self.registry = registry
        context = self.asked("config", "current-context").strip()
        self.project = Project(
            root,
            api={"release": [["python", "/app/migrate.py"]], "replicas": 2},
            system={"targets": ["kubernetes"], "registry": registry},
            environment={"on": "kubernetes", "context": context},
        )
        link = root.parent / "tools" / "kubectl"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(self.kubectl[0])

    def asked(self, *words: str) -> str:
        """What kubectl says."""
        return subprocess.run([*self.kubectl, *words], capture_output=True, text=True, check=True).stdout

    def built(self, service: str, version: str, *, broken: bool = False, stuck: bool = False) -> None:
        """Make an image and push it under *version*."""
        self.project.built(service, version, broken=broken, stuck=stuck)
        name = f"{self.registry}/{self.project.app}/{service}:{version}"
        docker = self.project.docker
        subprocess.run([docker, "tag", f"{self.project.app}/{service}:local", name], check=True)
        subprocess.run([docker, "push", "--quiet", name], capture_output=True, check=True)

    def released(self, version: str, **more: bool) -> None:
        """Make `api` of *version*, push it, and choose it; `web` stays what it was."""
        self.built("api", version, **more)
        docker, base = self.project.docker, f"{self.registry}/{self.project.app}/web"
        subprocess.run([docker, "tag", f"{base}:v1", f"{base}:{version}"], check=True)
        subprocess.run([docker, "push", "--quiet", f"{base}:{version}"], capture_output=True, check=True)
        self.project.write("generated/kubernetes/.env", f"TAG={version}\n")

    def pods(self, service: str) -> dict[str, str]:
        """The images of the pods of *service* that are ready and stay, by their ids."""
        label = f"--selector=app.kubernetes.io/name={service}"
        found = json.loads(self.asked("--namespace", self.project.app, "get", "pods", label, "--output=json"))["items"]
        ready = [
            one
            for one in found
            if not one["metadata"].get("deletionTimestamp")
            and any(c["type"] == "Ready" and c["status"] == "True" for c in one["status"].get("conditions", ()))
        ]
        return {one["metadata"]["uid"]: one["spec"]["containers"][0]["image"] for one in ready}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Deployed]:
    """An application that is deployed as v1."""
    kubeconfig, registry = os.environ.get(_KUBECONFIG), os.environ.get(_REGISTRY)
    if not kubeconfig or not registry:
        pytest.skip(f"no cluster: {_KUBECONFIG} and {_REGISTRY} name one and its registry (kind, k3d, minikube)")
    with pytest.MonkeyPatch.context() as around:
        around.setenv("KUBECONFIG", kubeconfig)
        found = _Deployed(tmp_path_factory.mktemp("deployed") / "project", kubeconfig, registry)
        try:
            found.built("web", "v1")
            found.built("api", "v1")
            found.project.write("generated/kubernetes/.env", "TAG=v1\n")
            code, said = found.project.answer("deploy", "production", _ALLOWED)
            assert (code, said.get("release")) == (0, 1), said
            yield found
        finally:
            found.asked("delete", "namespace", found.project.app, "--ignore-not-found", "--wait=false")
            found.project.remove()


def test_it_runs_and_there_is_nothing_left_to_do(deployed: _Deployed) -> None:
    assert [len(deployed.pods(name)) for name in ("api", "web")] == [2, 1]
    code, plan = deployed.project.answer("deploy", "production", "--plan", _ALLOWED)
    conforms("deploy", plan)
    assert {one["does"] for host in plan["plan"] for one in host["changes"]} == {"nothing"}
    code, said = deployed.project.answer("status", _ALLOWED)
    conforms("status", said)
    assert (code, {one["status"] for one in said["services"]}) == (0, {"healthy"}), said


def test_a_good_version_takes_over(deployed: _Deployed) -> None:
    before, others = deployed.pods("api"), deployed.pods("web")
    deployed.released("v2")
    code, said = deployed.project.answer("deploy", "production", _ALLOWED)
    conforms("deploy", said)
    assert (code, said["release"], said["deployments"]["failed"]) == (0, 2, []), said
    assert not set(before) & set(deployed.pods("api"))
    assert deployed.pods("web") == others, "what is told nothing else keeps its pods"
    assert not deployed.asked("--namespace", deployed.project.app, "get", "jobs", "--output=name")


def test_a_version_that_is_never_well_goes_back(deployed: _Deployed) -> None:
    before = deployed.pods("api")
    deployed.released("v-sick", broken=True)
    code, said = deployed.project.answer("deploy", "production", _ALLOWED)
    conforms("deploy", said)
    (api,) = (one for one in said["deployments"]["services"] if one["service"] == "api")
    assert (code, said["deployments"]["failed"], api["restored"]) == (1, ["api"], True), said
    assert "serving v-sick" in api["log"], said
    assert deployed.pods("api") == before
    assert deployed.project.answer("status", _ALLOWED)[0] == 0


def test_a_step_that_fails_changes_nothing(deployed: _Deployed) -> None:
    before = deployed.pods("api")
    deployed.released("v3", stuck=True)
    code, said = deployed.project.answer("deploy", "production", _ALLOWED)
    (api,) = (one for one in said["deployments"]["services"] if one["service"] == "api")
    assert code == 1
    assert api["reason"].startswith("the release step api-release failed"), said
    assert "the table is locked" in api["log"], said
    assert deployed.pods("api") == before


def test_a_rollback_of_one_leaves_the_others_alone(deployed: _Deployed) -> None:
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


def test_what_somebody_sets_by_hand_is_said_and_not_overwritten(deployed: _Deployed) -> None:
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
