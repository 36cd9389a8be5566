"""Sidecars: in the network of their service on each platform that can, left out elsewhere, each loss said once; altered, each verifier objects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projects import BUN_WEB, manifest
from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree
from speccompile.proving import verify_files
from speccompile.releases import granted
from speccompile.releases.documents import checked, owned_with_sidecars, part, unkept
from speccompile.releases.kubernetes.engine import ENGINE
from speccompile.releases.quadlet.engine import ENGINE as UNITS
from speccompile.releases.quadlet.told import groups, told
from speccompile.report.system import system
from speccompile.targets import PLATFORMS, chosen
from speccompile.verify.readers.yaml import read
from speccompile.verify.system import verify as together

EVERY = tuple(one.name for one in PLATFORMS)
AUTH: dict[str, Any] = {
    "image": "quay.io/oauth2-proxy/oauth2-proxy:v7.6.0",
    "port": 4180,
    "beside": "api",
    "check": ["/bin/oauth2-proxy", "--version"],
    "secrets": ["COOKIE_SECRET"],
    "writable": ["/state"],
    "labels": {"com.example.team": "a"},
}
TAIL: dict[str, Any] = {"image": "fluent/fluent-bit:3.2.4", "port": 2020, "beside": "api", "user": "2000:2000"}


def _compiled(
    api: dict[str, Any], environments: dict[str, Any] | None = None, **services: dict[str, Any]
) -> Compilation:
    deploy: dict[str, Any] = {"app": "shop", "registry": "ghcr.io/acme", "targets": list(EVERY)}
    deploy |= {"environments": environments} if environments else {}
    deploy |= {"services": {"api": {"path": ".", **api}, **services}}
    specs = {"specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": json.dumps(deploy)}
    return compile_project(MemoryTree({**BUN_WEB, **specs}), Surroundings(None, ("shop",), allow_unverified=False))


@pytest.fixture(scope="module")
def done() -> Compilation:
    """A service of two instances, with one sidecar that it needs and one that it does not."""
    return _compiled({"needs": ["auth"], "replicas": 2, "release": [["bun", "migrate"]]}, auth=AUTH, tail=TAIL)


def test_compose(done: Compilation) -> None:
    """The network of another, hardened as everything is; the service is told 127.0.0.1, and waits for nothing that waits for it."""
    services = read(done.files["docker-compose.yml"]).data["services"]
    for name in ("auth", "tail"):
        assert services[name]["network_mode"] == "service:api"
        assert not {"networks", "ports", "depends_on", "deploy"} & services[name].keys()
        assert (services[name]["read_only"], services[name]["cap_drop"], services[name]["init"]) == (
            True,
            ["ALL"],
            True,
        )
    assert services["api"]["environment"]["AUTH_URL"] == "http://127.0.0.1:4180"
    assert "auth" not in services["api"]["depends_on"]
    assert done.defects == ()


def test_kubernetes(done: Compilation) -> None:
    """In the pod, before the service where that needs it: asked until it is well, as its own user, with its own volumes; nothing else of it is there."""
    pod = read(done.files["kubernetes/base/deployment-api.yaml"]).data["spec"]["template"]["spec"]
    auth, tail = pod["initContainers"]
    assert (auth["name"], tail["name"], auth["restartPolicy"], tail["restartPolicy"]) == (
        "auth",
        "tail",
        "Always",
        "Always",
    )
    assert [
        [probe in one for probe in ("startupProbe", "readinessProbe", "livenessProbe")] for one in (auth, tail)
    ] == [
        [True, True, False],
        [False, False, False],
    ]
    users = {one["name"]: one["securityContext"].get("runAsUser") for one in (auth, tail, *pod["containers"])}
    assert users == {"auth": 1000, "tail": 2000, "api": None}
    assert [one["name"] for one in auth["volumeMounts"]] == ["auth-state", "memory-auth-tmp"]
    assert auth["env"][0]["valueFrom"]["secretKeyRef"]["key"] == "COOKIE_SECRET"
    others = [path for path in done.files if path.startswith("kubernetes/") and ("auth" in path or "tail" in path)]
    assert others == ["kubernetes/base/persistentvolumeclaim-auth-state.yaml"]


def test_a_sidecar_that_nobody_needs_first_is_asked_and_not_waited_for() -> None:
    """It may be well only once its service is."""
    done = _compiled({}, auth=AUTH)
    (auth,) = read(done.files["kubernetes/base/statefulset-api.yaml"]).data["spec"]["template"]["spec"][
        "initContainers"
    ]
    assert ("startupProbe" in auth, "livenessProbe" in auth, "readinessProbe" in auth) == (False, False, True)
    assert done.defects == ()


def test_quadlet(done: Compilation) -> None:
    """One beside each instance, started again with it."""
    for number in (1, 2):
        lines = set(done.files[f"quadlet/shop-auth_{number}.container"].split("\n"))
        owner = f"shop-api_{number}"
        assert {f"Network={owner}.container", f"Requires={owner}.service", f"After={owner}.service"} <= lines
        assert not any(line.startswith(("NetworkAlias=", "PublishPort=")) for line in lines)


def test_what_it_opens_and_what_is_lost_is_said(done: Compilation) -> None:
    """Once each, with the platform."""
    found = sorted((one.code, one.message.split(" ")[1]) for one in done.notes if one.code in ("SC781", "SC782"))
    assert found.count(("SC781", "is")) == 2
    lost = [one.message for one in done.notes if one.code == "SC782"]
    on = [message.partition(" ")[2].partition(" ")[0] for message in lost]
    assert (on.count("compose"), on.count("quadlet"), on.count("swarm"), on.count("kubernetes")) == (5, 1, 1, 0)
    assert "auth" not in done.files["swarm/stack.yml"].replace("AUTH_", "").replace("auth:4180", "")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("docker-compose.yml", "network_mode: service:api", "network_mode: host"),
        ("docker-compose.yml", "network_mode: service:api", "network_mode: service:proxy"),
        ("docker-compose.yml", "network_mode: service:api", "networks:\n      - backend"),
        ("docker-compose.yml", "AUTH_HOST: \"127.0.0.1\"", "AUTH_HOST: auth"),
        ("quadlet/shop-auth_2.container", "Network=shop-api_2.container", "Network=host"),
        ("quadlet/shop-auth_2.container", "Network=shop-api_2.container", "Network=shop-api_1.container"),
        ("quadlet/shop-auth_2.container", "Requires=shop-api_2.service\n", ""),
        ("kubernetes/base/deployment-api.yaml", "          restartPolicy: Always\n", ""),
        ("kubernetes/base/deployment-api.yaml", "            runAsUser: 1000\n", ""),
        ("kubernetes/base/deployment-api.yaml", "            runAsUser: 1000", "            runAsUser: 0"),
        ("kubernetes/base/deployment-api.yaml", "            readOnlyRootFilesystem: true", "            readOnlyRootFilesystem: false"),
        ("kubernetes/base/deployment-api.yaml", "name: memory-auth-tmp", "name: memory-tmp"),
    ],
)  # fmt: skip
def test_altered_each_verifier_objects(done: Compilation, path: str, old: str, new: str) -> None:
    """Whoever compares with the plan, and whoever knows what a container may have."""
    text = done.files[path]
    assert old in text
    assert verify_files(done.plan, {**done.files, path: text.replace(old, new, 1)}, chosen(EVERY))


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("docker-compose.yml", "network_mode: service:api", "network_mode: none", "SC946"),
        ("docker-compose.yml", "network_mode: service:api", "network_mode: service:proxy", "SC946"),
        ("quadlet/shop-auth_1.container", "Network=shop-api_1.container", "Network=shop-proxy.container", "SC835"),
        ("kubernetes/base/deployment-api.yaml", "            runAsUser: 1000", "            runAsUser: 0", "SC882"),
        ("kubernetes/base/deployment-api.yaml", "Filesystem: true", "Filesystem: false", "SC882"),
    ],
)
def test_the_invariants_say_it_of_themselves(done: Compilation, path: str, old: str, new: str, code: str) -> None:
    """A container has the network of another only where deploy.yaml says of which."""
    text = done.files[path]
    assert old in text
    found = verify_files(done.plan, {**done.files, path: text.replace(old, new, 1)}, chosen(EVERY))
    assert code in {one.code for one in found}


def test_environments_have_more_of_both() -> None:
    """Units lie over those of one instance, whose names they keep; what they are given is theirs there, too."""
    there = {
        "edge": {"on": "quadlet", "replicas": {"api": 2}},
        "prod": {"on": "kubernetes", "context": "c", "resources": {"auth": {"memory": "96M"}}},
        "staging": {"on": "compose", "replicas": {"api": 2}, "resources": {"auth": {"memory": "96M"}}},
    }
    mounts = [{"host": "/srv/keys", "path": "/keys", "because": "the operator's own"}]
    done = _compiled({}, there, auth={**AUTH, "mounts": mounts, "resources": {"gpus": 1}})
    assert done.defects == ()
    second = done.files["quadlet/overlays/edge/shop-auth_2.container"]
    assert "Network=shop-api_2.container" in second
    assert "initContainers/0/resources/limits/memory" in done.files["kubernetes/overlays/prod/kustomization.yaml"]
    assert "network_mode" not in done.files["compose.staging.yml"]


def test_two_directories_of_one_name_are_two_volumes() -> None:
    """Names of volumes are a pod's."""
    twice = {**TAIL, "writable": ["/tmp/x"]}
    done = _compiled({"writable": ["/tmp/x"]}, a=twice, **{"a-tmp": {**twice, "port": 2021}})
    assert done.defects == ()


def test_a_store_of_its_own_is_looked_for_at_loopback() -> None:
    """Which verifiers call a mistake elsewhere: REDIS_HOST of a service without such a sidecar."""
    done = _compiled(
        {"needs": ["redis"]}, redis={"image": "redis:7", "port": 6379, "beside": "api", "writable": ["/data"]}
    )
    assert done.defects == ()
    text = done.files["docker-compose.yml"]
    assert 'REDIS_HOST: "127.0.0.1"' in text
    apart = text.replace("network_mode: service:api", "networks:\n      - backend")
    found = together({**done.files, "docker-compose.yml": apart}, "generated")
    assert [one.code for one in found] == ["SC998"]


def test_a_worker_in_the_image_of_another_has_one() -> None:
    """It stays up as a server does."""
    done = _compiled(
        {},
        mailer={"path": ".", "role": "worker", "command": ["bun", "run", "worker.ts"]},
        tail={**TAIL, "beside": "mailer"},
    )
    assert done.defects == ()
    assert "network_mode: service:mailer" in done.files["docker-compose.yml"]


def test_compose_deploys_it_with_its_service(done: Compilation) -> None:
    """As a part of that, which a store keeps and gives back; one that would have the network of what is elsewhere is none that is written here."""
    file = read(done.files["docker-compose.yml"]).data
    names = owned_with_sidecars(done.plan, file["services"])
    assert (sorted(names), sorted(names["api"])) == (["api", "proxy"], ["api", "api-release", "auth", "tail"])
    whole = part(file, names["api"])
    assert unkept(whole, granted.of(done.plan)) is None
    assert checked(whole.text.encode(), "store") == whole
    for other in ("proxy", "auth", "tail"):
        with pytest.raises(Refused, match="not beside it"):
            checked(whole.text.replace("service:api", f"service:{other}").encode(), "store")
    listed = json.loads(whole.text)
    listed["services"]["auth"]["labels"] = ["com.example.team=a"]
    for strange in (whole.text.replace("service:api", "container:api"), json.dumps(listed)):
        with pytest.raises(Refused):
            checked(strange.encode(), "store")


def test_a_cluster_deploys_it(done: Compilation) -> None:
    """As a part of its service, which a store keeps and gives back."""
    composition = ENGINE.composition(done.files, done.plan)
    (api,) = [one for name, one in composition.parts.items() if name == "api"]
    assert "oauth2-proxy" in api.text
    assert ENGINE.checked(api.text.encode(), "store", granted.NOTHING) == api
    with pytest.raises(Refused):
        ENGINE.checked(api.text.replace('"runAsUser": 1000', '"runAsUser": 0').encode(), "store", granted.NOTHING)


def test_units_deploy_it(done: Compilation) -> None:
    """After its service, whose unit it requires: systemd starts it again with that. It has the network of no unit of another application."""
    composition = UNITS.composition(done.files, done.plan)
    auth = composition.parts["auth"]
    assert UNITS.checked(auth.text.encode(), "store", granted.NOTHING) == auth
    (group,) = (one for one in groups(composition, told("shop", composition), 0) if one.name == "auth")
    assert (set(group.needs), group.workloads[0].replicas) == ({"api"}, 2)
    for other in ("bank-api_1.container", "container:shop-api_1", "host"):
        text = auth.text.replace("Network=shop-api_1.container", f"Network={other}")
        with pytest.raises(Refused, match=r"Container\.Network"):
            UNITS.checked(text.encode(), "store", granted.NOTHING)


def test_the_report_draws_it(done: Compilation) -> None:
    """Beside what it is."""
    arrows = {(one.source, one.target): one.what for one in system(done.plan).arrows}
    assert arrows["api", "auth"] == "127.0.0.1:4180"
