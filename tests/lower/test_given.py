"""What deploy.yaml gives a container by name: in the file of each platform as that reads it, or said to be lost; altered, each verifier objects."""

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
from speccompile.releases.documents import checked, part
from speccompile.targets import PLATFORMS, chosen
from speccompile.verify.readers.yaml import read

EVERY = tuple(one.name for one in PLATFORMS)
API: dict[str, Any] = {
    "labels": {"traefik.enable": "true", "com.example/team": 'a $B %c "d"'},
    "extra_hosts": {"ledger.internal": "10.0.0.5", "old.internal": "10.0.0.5", "v6.internal": "fd00:0::5"},
    "resources": {"gpus": 2},
}


def compiled(environment: str | None = None, api: dict[str, Any] = API, **more: Any) -> Compilation:
    """A system with a service that is given all of it, for every platform."""
    told = {"app": "shop", "targets": list(EVERY), "services": {"api": api}, **more}
    files = {**BUN_WEB, "specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": json.dumps(told)}
    around = Surroundings(None, ("shop",), allow_unverified=False, environment=environment)
    return compile_project(MemoryTree(files), around)


def _losses(done: Compilation) -> list[str]:
    return [one.message for one in done.notes if one.code == "SC766"]


def test_compose() -> None:
    """Labels and hosts as they are, a dollar doubled; processors as the Compose Specification reserves devices."""
    told = read(compiled().files["docker-compose.yml"]).data["services"]["api"]
    assert told["labels"] == {"traefik.enable": "true", "com.example/team": 'a $$B %c "d"'}
    assert told["extra_hosts"] == {"ledger.internal": "10.0.0.5", "old.internal": "10.0.0.5", "v6.internal": "fd00::5"}
    (device,) = told["deploy"]["resources"]["reservations"]["devices"]
    assert device == {"driver": "nvidia", "count": 2, "capabilities": ["gpu"]}


def test_kubernetes() -> None:
    """Annotations, since a cluster's labels may hold less; each address once; processors as the device plugin counts them."""
    pod = read(compiled().files["kubernetes/base/deployment-api.yaml"]).data["spec"]["template"]
    assert pod["metadata"]["annotations"] == {"traefik.enable": "true", "com.example/team": 'a $B %c "d"'}
    assert pod["spec"]["hostAliases"] == [
        {"ip": "10.0.0.5", "hostnames": ["ledger.internal", "old.internal"]},
        {"ip": "fd00::5", "hostnames": ["v6.internal"]},
    ]
    assert pod["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "2"


def test_quadlet_and_swarm() -> None:
    """Podman is told devices by their CDI names; a swarm has no processors to give, which is said."""
    done = compiled()
    unit = done.files["quadlet/shop-api.container"].split("\n")
    assert [line for line in unit if line.startswith(("Label=", "AddDevice=", "PodmanArgs=--add-host"))] == [
        'Label="com.example/team=a $$B %%c \\"d\\""',
        "Label=traefik.enable=true",
        "PodmanArgs=--add-host=ledger.internal:10.0.0.5",
        "PodmanArgs=--add-host=old.internal:10.0.0.5",
        "PodmanArgs=--add-host=v6.internal:fd00::5",
        "AddDevice=nvidia.com/gpu=0",
        "AddDevice=nvidia.com/gpu=1",
    ]
    swarm = read(done.files["swarm/stack.yml"]).data["services"]["api"]
    assert (swarm["labels"]["traefik.enable"], swarm["extra_hosts"]["v6.internal"]) == ("true", "fd00::5")
    (loss,) = _losses(done)
    assert "on swarm api gets no graphics processor" in loss


def test_what_a_platform_cannot_give_is_said() -> None:
    """The machine's own address, all processors of a node, an annotation with a long name."""
    long = f"com.example/{'x' * 64}"
    given = {"labels": {long: "1"}, "extra_hosts": {"host": "host-gateway"}, "resources": {"gpus": "all"}}
    done = compiled(api=given)
    pod = read(done.files["kubernetes/base/deployment-api.yaml"]).data["spec"]["template"]
    assert "annotations" not in pod["metadata"]
    assert "hostAliases" not in pod["spec"]
    assert "nvidia.com/gpu" not in str(pod)
    assert "extra_hosts" not in read(done.files["swarm/stack.yml"]).data["services"]["api"]
    assert "count: all" in done.files["docker-compose.yml"]
    assert "PodmanArgs=--add-host=host:host-gateway" in done.files["quadlet/shop-api.container"]
    assert len(_losses(done)) == 5


def test_steps_of_a_release_have_the_hosts_alone() -> None:
    """Nobody looks for them, and a migration needs no processor."""
    step = compiled(api={**API, "release": [["bun", "migrate"]]}).plan.services[0].processes[0].workload
    assert step.given
    assert (step.given.labels, len(step.given.hosts), step.given.gpus) == ((), 3, None)


def test_hosts_are_reached_from_what_has_no_other_way_out() -> None:
    """Else nothing could come of the key."""
    shut = {"routes": [], "extra_hosts": {"ledger.internal": "10.0.0.5"}}
    assert compiled(api=shut).plan.services[0].workload.egress  # type: ignore[union-attr]


def test_processors_are_the_same_in_each_environment() -> None:
    """An environment has CPUs and memory of its own, and they are found where it says so."""
    there = {"staging": {"on": "compose", "resources": {"api": {"memory": "1G"}}}}
    limits = compiled(environment="staging", environments=there)
    workload = limits.plan.services[0].workload
    assert workload
    assert workload.limits.memory == 2**30
    assert workload.given
    assert workload.given.gpus
    assert workload.given.gpus.count == 2
    with pytest.raises(Refused, match="gpus"):
        compiled(environments={"staging": {"on": "compose", "resources": {"api": {"gpus": 1}}}})


_SABOTAGE = (
    ("docker-compose.yml", 'traefik.enable: "true"', 'traefik.enable: "false"'),
    ("docker-compose.yml", 'ledger.internal: "10.0.0.5"', 'ledger.internal: "10.0.0.6"'),
    ("docker-compose.yml", "count: 2", "count: 3"),
    ("swarm/stack.yml", 'ledger.internal: "10.0.0.5"', 'ledger.internal: "10.0.0.6"'),
    ("swarm/stack.yml", 'traefik.enable: "true"', 'traefik.enable: "false"'),
    ("kubernetes/base/deployment-api.yaml", 'traefik.enable: "true"', 'traefik.enable: "false"'),
    ("kubernetes/base/deployment-api.yaml", "            - old.internal", "            - api"),
    ("kubernetes/base/deployment-api.yaml", 'nvidia.com/gpu: "2"', 'nvidia.com/gpu: "3"'),
    ("quadlet/shop-api.container", "AddDevice=nvidia.com/gpu=1", "AddDevice=/dev/sda"),
    ("quadlet/shop-api.container", "--add-host=old.internal:10.0.0.5", "--privileged"),
    ("quadlet/shop-api.container", "Label=traefik.enable=true", "Label=traefik.enable=false"),
)


@pytest.fixture(scope="module")
def done() -> Compilation:
    """What is altered."""
    return compiled()


@pytest.mark.parametrize(("path", "old", "new"), _SABOTAGE)
def test_altered_each_verifier_objects(done: Compilation, path: str, old: str, new: str) -> None:
    """At the file."""
    text = done.files[path]
    assert old in text
    found = verify_files(done.plan, {**done.files, path: text.replace(old, new)}, chosen(EVERY))
    assert any(one.span.path.endswith(path) for one in found)


def test_where_nobody_gave_any(done: Compilation) -> None:
    """Names and devices are no container's to have."""
    bare = compiled(api={})
    for path, old, new in (
        ("docker-compose.yml", "    restart: unless-stopped", '    extra_hosts:\n      a: "10.0.0.1"\n    restart: unless-stopped'),
        ("quadlet/shop-api.container", "StopSignal=", "AddDevice=nvidia.com/gpu=all\nStopSignal="),
    ):  # fmt: skip
        text = bare.files[path]
        found = verify_files(bare.plan, {**bare.files, path: text.replace(old, new, 1)}, chosen(EVERY))
        assert {"SC942", "SC832"} & {one.code for one in found}


def test_a_release_keeps_it() -> None:
    """A part is read back as a stranger's: with what was given, and no other device or label."""
    told = read(compiled().files["docker-compose.yml"]).data
    mine = part(told, ["api"])
    assert checked(mine.text.encode(), "a store") == mine
    gpus = {"driver": "nvidia", "count": 2, "capabilities": ["gpu"]}
    for key, value in (
        ("labels", {"com.docker.compose.project": "other"}),
        ("deploy", {"resources": {"reservations": {"devices": [{**gpus, "capabilities": ["gpu", "utility"]}]}}}),
        ("deploy", {"resources": {"reservations": {"devices": [gpus, gpus]}}}),
        ("deploy", {"placement": {}}),
    ):
        altered = {**told, "services": {"api": {**told["services"]["api"], key: value}}}
        with pytest.raises(Refused, match="SC701"):
            checked(part(altered, ["api"]).text.encode(), "a store")
