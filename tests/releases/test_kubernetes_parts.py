"""Manifests in parts as releases keep them, and what a cluster is told of a part."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from projects import PYTHON_JOB, PYTHON_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.releases import history
from speccompile.releases.composition import Composition
from speccompile.releases.foreign import canonical
from speccompile.releases.kubernetes import admitted
from speccompile.releases.kubernetes.documents import containers, key, secrets
from speccompile.releases.kubernetes.engine import ENGINE
from speccompile.releases.kubernetes.told import VERSION, Telling, Told, reference, stream, version
from speccompile.releases.routing import ports

_WEB = manifest("web-service", assertion(1, "Orders are stored in postgres"), assertion(2, "GET /healthz returns 200"))
_PINNED = f"ghcr.io/acme/shop/app@sha256:{'5' * 64}"
_SAID: dict[str, Any] = {
    "app": "shop",
    "registry": "ghcr.io/acme",
    "targets": ["kubernetes"],
    "services": {
        "app": {
            "release": [["python", "migrate.py"]],
            "secrets": ["API_KEY"],
            "route": {"path": "/", "host": "shop.example.com"},
            "needs": ["payments"],
            "writable": ["/var/lib/orders"],
        },
        "payments": {"uses": "external"},
    },
    "environments": {"production": {"on": "kubernetes", "context": "prod", "replicas": {"app": 3}}},
}


@cache
def _composition() -> Composition:
    done = compiled(PYTHON_WEB, _WEB, _SAID)
    return ENGINE.composition(done.files, done.plan)


def _told(values: dict[str, str], image: str = _PINNED, namespace: str = "shop-prod") -> Told:
    found = _composition()
    return Telling(app="shop", namespace=namespace, values=values).of("app", found.parts["app"].content, image)


def test_a_part_has_all_that_is_about_its_workloads() -> None:
    """And what the compiler writes is what the reader of a store takes, byte for byte."""
    found = _composition()
    assert set(found.parts) == {"app", "db"}
    app = found.parts["app"].content
    assert (list(app["services"]), list(app["steps"]), app["needs"]) == (["app"], ["app-release"], ["db"])
    assert {"NetworkPolicy/allow-app", "NetworkPolicy/allow-app-release", "Service/app"} <= set(app["objects"])
    assert app["settings"] == {"PAYMENTS_URL": None}
    shared = json.loads(found.routes)
    assert set(shared) == {"Namespace/shop", "ServiceAccount/shop", "NetworkPolicy/default-deny", "Ingress/shop"}
    assert canonical(admitted.ground(found.routes)) == found.routes
    for name, part in found.parts.items():
        assert admitted.checked(part.text.encode(), name) == part


def test_jobs_by_a_schedule_and_backups_are_kept_too() -> None:
    """With their claims."""
    backed_up = assertion(2, "The database is backed up every day and backups are kept for 14 days")
    job = manifest("data-pipeline", assertion(1, "Orders are exported every night at 3am to postgres"), backed_up)
    services = {"app": {"schedule": "0 3 * * *", "writable": ["/var/lib/state"], "labels": {"team": "orders"}}}
    said = {"app": "shop", "targets": ["kubernetes"], "services": services}
    done = compiled(PYTHON_JOB, job, said)
    found = ENGINE.composition(done.files, done.plan)
    for name, part in found.parts.items():
        assert admitted.checked(part.text.encode(), name) == part
    kinds = {one["kind"] for part in found.parts.values() for one in part.content["services"].values()}
    assert kinds == {"CronJob", "StatefulSet"}
    assert len(found.parts["db"].content["services"]) == 2, "the store and its backup"
    assert any(one.startswith("PersistentVolumeClaim/") for one in found.parts["app"].content["objects"])


def _pod(found: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = found["services"]["app"]["spec"]["template"]["spec"]
    return pod


def _first(found: dict[str, Any]) -> dict[str, Any]:
    container: dict[str, Any] = _pod(found)["containers"][0]
    return container


STRANGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a directory of the node": lambda one: _pod(one)["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
    "the node's network": lambda one: _pod(one).update(hostNetwork=True),
    "the node's processes": lambda one: _pod(one).update(hostPID=True),
    "a node of its choice": lambda one: _pod(one).update(nodeName="master"),
    "the nodes that govern": lambda one: _pod(one).update(nodeSelector={"node-role.kubernetes.io/control-plane": ""}),
    "nodes that are to be empty": lambda one: _pod(one).update(tolerations=[{"operator": "Exists"}]),
    "their taint": lambda one: _pod(one).update(tolerations=[{"key": "node-role.kubernetes.io/control-plane"}]),
    "root": lambda one: _pod(one)["securityContext"].update(runAsUser=0),
    "perhaps root": lambda one: _pod(one)["securityContext"].pop("runAsNonRoot"),
    "no confinement": lambda one: _pod(one)["securityContext"].update(seccompProfile={"type": "Unconfined"}),
    "a privilege": lambda one: _first(one)["securityContext"].update(privileged=True),
    "a capability": lambda one: _first(one)["securityContext"].update(capabilities={"drop": ["ALL"], "add": ["X"]}),
    "more privileges later": lambda one: _first(one)["securityContext"].update(allowPrivilegeEscalation=True),
    "no limits": lambda one: _first(one)["resources"].pop("limits"),
    "an account's token": lambda one: _pod(one).update(automountServiceAccountToken=True),
    "a token by a volume": lambda one: _pod(one)["volumes"].append({"name": "x", "projected": {"sources": []}}),
    "somebody else's secret": lambda one: _pod(one)["volumes"].append({
        "name": "x",
        "secret": {"secretName": "tls", "defaultMode": 288, "items": []},
    }),
    "another secret's value": lambda one: _first(one)["env"].append({
        "name": "X",
        "valueFrom": {"secretKeyRef": {"name": "other", "key": "X"}},
    }),
    "a field of the pod": lambda one: _first(one)["env"].append({"name": "X", "valueFrom": {"fieldRef": {}}}),
    "all variables of a secret": lambda one: _first(one).update(envFrom=[{"secretRef": {"name": "other"}}]),
    "a port of the node": lambda one: _first(one).update(ports=[{"containerPort": 1, "hostPort": 1}]),
    "a hook that runs a command": lambda one: _first(one).update(lifecycle={"postStart": {"exec": {"command": ["x"]}}}),
    "a service outside": lambda one: one["objects"]["Service/app"]["spec"].update(type="LoadBalancer"),
    "a selector of everything": lambda one: one["objects"]["NetworkPolicy/allow-app"]["spec"].update(podSelector={}),
    "a role": lambda one: one["objects"].update({"RoleBinding/x": {"apiVersion": "v1", "kind": "RoleBinding"}}),
    "another kind that runs": lambda one: one["services"]["app"].update(kind="DaemonSet"),
    "an engine's annotation": lambda one: one["services"]["app"]["spec"]["template"]["metadata"].update(
        annotations={"container.apparmor.security.beta.kubernetes.io/app": "unconfined"}
    ),
    "an owner": lambda one: one["services"]["app"]["metadata"].update(ownerReferences=[]),
    "a step that is root": lambda one: one["steps"]["app-release"]["spec"]["template"]["spec"]["securityContext"].update(
        runAsUser=0
    ),
    "needs that are no names": lambda one: one.update(needs=["../x"]),
    "one more part": lambda one: one.update(x={}),
    "nothing": lambda one: one.clear(),
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_what_the_compiler_never_writes_is_refused(name: str) -> None:
    found = _composition()
    content = found.parts["app"].content
    STRANGE[name](content)
    with pytest.raises(Refused) as problem:
        admitted.checked(json.dumps(content).encode(), "app")
    assert problem.value.diagnostics[0].code == "SC701"


def test_what_people_say_of_nodes_is_kept() -> None:
    """By a patch: which nodes, which of their taints, over which zones."""
    content = _composition().parts["app"].content
    spread = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule"}
    selected = content["services"]["app"]["spec"]["selector"]
    _pod(content).update(
        nodeSelector={"disktype": "ssd", "topology.kubernetes.io/region": "eu-central-1"},
        tolerations=[{"key": "dedicated", "operator": "Equal", "value": "shop", "effect": "NoSchedule"}],
        topologySpreadConstraints=[{**spread, "labelSelector": selected}],
    )
    assert admitted.checked(json.dumps(content).encode(), "app").content == content


@pytest.mark.parametrize("garbage", [b"", b"\xff", b"[]", b"null", b"7", b"[" * 5000, b'{"services": 7}'])
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(Refused):
        admitted.checked(garbage, "app")


@pytest.mark.parametrize(
    "altered",
    [
        lambda one: one["Namespace/shop"]["metadata"]["labels"].update(
            {"pod-security.kubernetes.io/enforce": "privileged"}
        ),
        lambda one: one["Ingress/shop"]["metadata"].update(
            annotations={"nginx.ingress.kubernetes.io/server-snippet": "return 200;"}
        ),
        lambda one: one["ServiceAccount/shop"].update(automountServiceAccountToken=True),
        lambda one: one.update({"ClusterRoleBinding/x": {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "x"}}),
        lambda one: one["NetworkPolicy/default-deny"]["spec"].update(policyTypes=["Ingress"]),
    ],
    ids=["level", "snippet", "token", "role", "egress"],
)
def test_what_all_share_is_read_as_strictly(altered: Callable[[Any], object]) -> None:
    found = _composition()
    shared = json.loads(found.routes)
    altered(shared)
    with pytest.raises(Refused):
        admitted.ground(json.dumps(shared))


def test_a_cluster_is_told_images_by_digest_and_where() -> None:
    """Each object says what it was told, each in the environment's namespace, each ours."""
    told = _told({"PAYMENTS_URL": "https://payments.example.com"})
    every = (*told.lasting, *told.steps)
    assert {one["metadata"]["namespace"] for one in every} == {"shop-prod"}
    assert {one["metadata"]["labels"]["app.kubernetes.io/managed-by"] for one in every} == {"speccompile"}
    assert all(version(one) for one in every)
    images = {container["image"] for one in (*told.controllers, *told.steps) for container in containers(one)}
    assert images == {_PINNED}
    (parameters,) = (one for one in told.ground if one["kind"] == "ConfigMap")
    assert (parameters["data"], parameters["immutable"]) == ({"PAYMENTS_URL": "https://payments.example.com"}, True)
    refers = [
        variable["valueFrom"]["configMapKeyRef"]["name"]
        for container in containers(told.controllers[0])
        for variable in container["env"]
        if "configMapKeyRef" in variable.get("valueFrom", {})
    ]
    assert refers == [parameters["metadata"]["name"]]
    assert "NetworkPolicy/allow-app-release" in [key(one) for one in told.ground]
    assert secrets(told.controllers) == {"shop-secrets": {"api-key"}, "shop-secret-values": {"DB_PASSWORD"}}


def test_what_pods_are_told_alone_makes_new_pods() -> None:
    """The number of pods is told, and none is started anew for it; a job of another image is another job."""
    before, other = _told({}), _told({}, image=_PINNED.replace("5", "6"))
    found = _composition()
    content = found.parts["app"].content
    content["services"]["app"]["spec"]["replicas"] = 5
    more = Telling(app="shop", namespace="shop-prod", values={}).of("app", content, _PINNED)

    def marks(told: Told) -> tuple[str, str]:
        (app,) = told.controllers
        return version(app), app["spec"]["template"]["metadata"]["annotations"][VERSION]

    assert marks(before)[0] != marks(more)[0]
    assert marks(before)[1] == marks(more)[1]
    assert marks(before)[1] != marks(other)[1]
    assert key(before.steps[0]) == key(_told({}).steps[0]) != key(other.steps[0])
    assert [version(one) for one in before.others] == [version(one) for one in other.others]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "ghcr.io/acme/shop/app:local"),
        ({"TAG": "v3"}, "ghcr.io/acme/shop/app:v3"),
        ({"TAG": "v3", "APP_IMAGE": "mirror.example.com:5000/app"}, "mirror.example.com:5000/app:v3"),
        ({"APP_DIGEST": "a" * 64}, f"ghcr.io/acme/shop/app:local@sha256:{'a' * 64}"),
    ],
)
def test_an_operator_chooses_images(values: dict[str, str], expected: str) -> None:
    found = _composition()
    assert reference(found.parts["app"].content, values) == expected


def test_a_parameter_without_a_value_is_known() -> None:
    found = _composition()
    content = found.parts["app"].content
    assert list(Telling(app="shop", namespace="shop", values={}).lacking(content)) == ["PAYMENTS_URL"]
    assert not list(Telling(app="shop", namespace="shop", values={"PAYMENTS_URL": "x"}).lacking(content))


def test_one_service_does_not_go_back_to_a_port_that_the_ingress_does_not_know() -> None:
    """SC710: the Ingress is all services', and leads to a port by its number."""
    now = _composition()
    ((name, port),) = ports(now.routes).items()
    assert (name, port) == ("app", "8000")
    then = replace(now, routes=now.routes.replace(f'"number": {port}', '"number": 8001'))
    (found,) = history.moved_ports(now, then, (name,))
    assert (found.code, "8001" in found.message) == ("SC710", True)
    assert history.moved_ports(now, now, (name,)) == ()


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "{",
        "{}",
        "[]",
        '{"a": 1}',
        '{"a": {"kind": "Ingress"}}',
        "{" * 100_000,
        '{"a": {"kind": "Ingress", "spec": {"rules": [1]}}}',
    ],
)
def test_an_ingress_that_is_none_leads_nowhere(garbage: str) -> None:
    """Whoever wrote it."""
    assert ports(garbage) == {}


def test_documents_are_told_apart_by_whole_lines() -> None:
    """Of JSON documents between which a mark stands at the end of a line kubectl 1.37 applies the first two, in silence."""
    assert stream(({"a": 1}, {"b": 2}, {"c": 3})).splitlines().count("---") == 2
