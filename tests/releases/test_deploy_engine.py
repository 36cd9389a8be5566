"""Deployments on the engine here, with somebody who asks all the time: good versions, sick ones, steps that fail, deployers that are killed, ways back."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from of_compose import neighbours, of_compose
from released import Project, at_change, killed, load
from running import agrees, reaches

from report_documents import conforms
from speccompile.releases.directory import DirectoryStore
from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_ALLOWED = "--allow-unverified"
_TAIL = {
    "image": "python:3.12-slim",
    "port": 2020,
    "beside": "api",
    "command": ["python", "-c", "import signal; signal.signal(15, lambda *_: exit()); signal.pause()"],
}
_ASKS = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:3000/', timeout=5).read().decode(), end='')"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """An application that is deployed as v1; its tests follow each other, as deployments do."""
    root: Path = tmp_path_factory.mktemp("deployed") / "project"
    scans, network = root.parent / "scans", f"speccompile-{uuid.uuid4().hex[:8]}"
    scans.mkdir(mode=0o755)
    docker = need_engine()
    subprocess.run([docker, "network", "create", "--internal", network], check=True, capture_output=True)
    mount = {"host": str(scans), "path": "/scans", "because": "the scanner writes its files there"}
    release = [["python", "/app/migrate.py"]]
    found = Project(root, api={"release": release, "mounts": [mount], "networks": [network]}, images={"tail": _TAIL})
    try:
        found.built("api", "v1")
        found.built("web", "v1")
        code, said = found.answer("deploy", "production", _ALLOWED)
        assert (code, said["release"]) == (0, 1), said
        yield found
    finally:
        found.remove()
        subprocess.run([docker, "network", "rm", network], check=False, capture_output=True)


def _given(project: Project) -> tuple[set[str], list[tuple[str, bool]]]:
    """The networks of the one container of the api that are not the application's own, and the directories that it has with whether it may write."""
    (one,) = project.containers("api")
    said = subprocess.run([project.docker, "inspect", one], capture_output=True, text=True, check=True).stdout
    (found,) = json.loads(said)
    networks = set(found["NetworkSettings"]["Networks"])
    binds = [(mount["Source"], mount["RW"]) for mount in found["Mounts"] if mount["Type"] == "bind"]
    return {name for name in networks if not name.startswith(project.app)}, binds


def _beside(project: Project) -> list[str]:
    """The sidecars of all containers of the api, each of which reaches the one that it is beside of."""
    argv = [
        project.docker,
        "ps",
        "--quiet",
        "--no-trunc",
        "--filter",
        f"label=com.docker.compose.project={project.app}",
    ]
    ids = subprocess.run(
        [*argv, "--filter", "label=com.spec-driven.sidecar=tail"], capture_output=True, text=True, check=True
    ).stdout.split()
    asked = [project.docker, "inspect", "--format", "{{.HostConfig.NetworkMode}}", *ids]
    lent = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(lent) == [f"container:{one}" for one in project.containers("api")]
    for one in ids:
        said = subprocess.run(
            [project.docker, "exec", one, "python", "-c", _ASKS], capture_output=True, text=True, check=False
        )
        assert said.stdout == project.asked(), said.stderr
    return sorted(ids)


def test_the_first_deployment_serves(project: Project) -> None:
    """Both services by their routes; and a second one has nothing to do, which its plan says."""
    assert (project.asked("/"), project.asked("/web")) == ("v1", "v1")
    code, plan = project.answer("deploy", "production", "--plan", _ALLOWED)
    conforms("deploy", plan)
    assert code == 0
    assert {one["does"] for host in plan["plan"] for one in host["changes"]} == {"nothing"}
    assert len(_beside(project)) == 1
    code, said = project.answer("status", _ALLOWED)
    conforms("status", said)
    assert (code, {one["status"] for one in said["services"]}) == (0, {"healthy"})


def test_what_runs_is_what_the_artifacts_answer(project: Project) -> None:
    """The questions that all platforms are asked; what deploy.yaml gives the api besides is another test's."""
    files = {
        name: (project.root / "generated" / name).read_text("utf-8") for name in ("docker-compose.yml", "nginx.conf")
    }
    system = of_compose(files)

    def inside(*argv: str) -> tuple[int, str]:
        (one,) = project.containers("web")
        done = subprocess.run(
            [project.docker, "exec", one, *argv], capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stdout + done.stderr

    agrees(system, "web", inside)
    others = ("api", "nobody", "proxy", "web")
    reaches(system, "web", inside, neighbours(files, "docker-compose.yml", "web"), others)


def test_a_good_version_fails_no_request(project: Project) -> None:
    """And is the one that answers then; who else runs is not touched."""
    others, given = (project.containers("web"), project.containers("proxy")), _given(project)
    project.built("api", "v2")
    with load(project) as asking:
        code, said = project.answer("deploy", "production", _ALLOWED)
    conforms("deploy", said)
    assert (code, said["deployments"]["failed"]) == (0, []), said
    assert asking.failed == [], f"{asking.failed}\n{project.refused()}"
    assert asking.count > 200
    assert (project.asked(), len(project.containers("api")), len(_beside(project))) == ("v2", 1, 1)
    assert _given(project) == given == (given[0], [(str(project.root.parent / "scans"), False)])
    assert len(given[0]) == 1
    assert (project.containers("web"), project.containers("proxy")) == others
    assert said["deployments"]["outputs"]["web"]["PUBLIC_URL"] == f"http://127.0.0.1:{project.port}/web"


def test_a_command_in_the_place_of_a_services_own(project: Project) -> None:
    """Its exit code, nothing that a shell would read, and longer than a health check of the server would let it; here, and where it was deployed."""
    before = project.containers("api")
    script = "import os, sys, time; time.sleep(%d); print(os.environ['PORT'], open('/app/version').read(), sys.argv[1:]); sys.exit(7)"
    for where, seconds in (((), 15), (("-e", "production"), 0)):
        done = project.call("run", "api", _ALLOWED, *where, "--", "python", "-c", script % seconds, "$HOME; `id`")
        assert (done.returncode, done.stdout) == (7, f"3000 {project.asked()} ['$HOME; `id`']\n"), done.stderr
    assert project.containers("api") == before


def test_a_version_that_is_never_healthy_fails_no_request(project: Project) -> None:
    """The same container serves as before, and what the sick one said is in the report."""
    before, beside = project.containers("api"), _beside(project)
    project.built("api", "v-sick", broken=True)
    with load(project) as asking:
        code, said = project.answer("deploy", "production", _ALLOWED)
    conforms("deploy", said)
    (api,) = (one for one in said["deployments"]["services"] if one["service"] == "api")
    assert (code, said["deployments"]["failed"], api["restored"], asking.failed) == (1, ["api"], True, []), said
    assert "answered 503" in api["log"]
    assert [one["code"] for one in said["diagnostics"] if one["severity"] == "error"] == ["SC706"]
    assert (project.containers("api"), project.asked(), _beside(project)) == (before, "v2", beside)
    assert project.answer("status", _ALLOWED)[0] == 0


def test_a_step_that_fails_changes_nothing(project: Project) -> None:
    """The new version is not even started."""
    before = project.containers("api")
    project.built("api", "v3", stuck=True)
    code, said = project.answer("deploy", "production", _ALLOWED)
    (api,) = (one for one in said["deployments"]["services"] if one["service"] == "api")
    assert (code, api["reason"]) == (1, "the release step api-release failed")
    assert "the table is locked" in api["log"]
    assert project.containers("api") == before


def test_a_rollback_of_one_leaves_the_others_alone(project: Project) -> None:
    """It is a release of its own, and can be gone back from."""
    others = project.containers("web"), project.containers("proxy")
    for version in ("v1", "v2"):
        with load(project) as asking:
            code, said = project.answer("rollback", "api", _ALLOWED)
        conforms("rollback", said)
        assert (code, said["deployments"]["successful"], asking.failed) == (0, ["api"], []), said
        assert project.asked() == version
        assert len(_given(project)[0]) == len(_given(project)[1]) == len(_beside(project)) == 1
    assert (project.containers("web"), project.containers("proxy")) == others
    store = DirectoryStore(project.root.parent / "releases" / project.app / "production")
    assert [store.read(number).made_from.why for number in store.numbers()][-2:] == ["back: api to 1", "back: api to 2"]


def test_a_deployer_that_is_killed_is_no_obstacle(project: Project) -> None:
    """At the worst moments: what it has written is not what the front door uses. All the time it is one of the two versions that answers, and the next
    deployment is whole. `python benchmarks/deployments.py kills` takes any moments, and as many as one wants."""
    for number in (1, 2):
        done = killed(project, version := f"v{10 + number}", at_change(project, number))
        assert done.is_whole(version), f"{done}\n{done.asking.failed}\n{project.refused()}"
        assert len(_beside(project)) == 1


def test_a_sidecar_is_a_part_of_its_service(project: Project) -> None:
    """Cut off by the engine, which starts its service again, it is said and mended; another one is another version of its service, which fails no request."""
    (api,), version = project.containers("api"), project.asked()
    subprocess.run([project.docker, "restart", "--time", "2", api], check=True, capture_output=True)
    said = project.call("status", _ALLOWED)
    assert "tail is cut off" in said.stdout + said.stderr, said
    project.deploy_yaml["services"]["tail"]["env"] = {"LEVEL": "debug"}
    project.specified()
    with load(project) as asking:
        code, found = project.answer("deploy", "production", _ALLOWED)
    assert (code, found["deployments"]["failed"], asking.failed) == (0, [], []), found
    assert (len(_beside(project)), project.asked(), project.containers("api") != [api]) == (1, version, True)


def test_one_deployer_at_a_time(project: Project) -> None:
    """The other is told who, and may come again."""
    with DirectoryStore(project.root.parent / "releases" / project.app / "production").lease("somebody@there", 60):
        code, said = project.answer("deploy", "production", _ALLOWED)
    assert (code, [one["code"] for one in said["diagnostics"]]) == (75, ["SC707"])
    assert "somebody@there" in said["diagnostics"][0]["message"]


def test_an_image_that_is_nowhere_is_said_before_anything_changes(project: Project) -> None:
    """With the name that the file of values has made."""
    project.write("generated/.env", f"HTTP_PORT={project.port}\nTAG=nowhere\n")
    code, said = project.answer("deploy", "production", _ALLOWED)
    project.write("generated/.env", f"HTTP_PORT={project.port}\n")
    assert (code, {one["code"] for one in said["diagnostics"]}) == (1, {"SC704"})
    assert f"{project.app}/api:nowhere" in said["diagnostics"][0]["message"]


def test_an_earlier_release_has_no_more_than_deploy_yaml_gives_now(project: Project) -> None:
    """What was taken out of it since is not given again; deploying goes on, and says that there is nothing to go back to."""
    api = project.deploy_yaml["services"]["api"]
    del api["mounts"], api["networks"]
    project.specified()
    code, said = project.answer("rollback", "api", _ALLOWED)
    assert (code, {one["code"] for one in said["diagnostics"] if one["severity"] == "error"}) == (1, {"SC783"})
    assert "/scans" in str(said["diagnostics"])
    code, said = project.answer("deploy", "production", "--plan", _ALLOWED)
    conforms("deploy", said)
    assert (code, {one["does"] for host in said["plan"] for one in host["changes"] if one["service"] == "api"}) != (
        0,
        {"nothing"},
    )
