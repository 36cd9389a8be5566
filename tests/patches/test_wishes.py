"""What platform engineers want otherwise about generated files, as patches: most is taken as it is, the rest names the invariant that it breaks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from projects import BUN_WEB, manifest
from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree
from speccompile.verify.actions.invariants import findings

_API, _DB, _POD = "/services/api", "/services/db", "/spec/template/spec"
_TARGETS = ["compose", "quadlet", "swarm", "kubernetes", "github-actions", "terraform", "bake"]
_COMPOSE, _INGRESS, _DEPLOYMENT = (
    "docker-compose.yml",
    "kubernetes/base/ingress.yaml",
    "kubernetes/base/deployment-api.yaml",
)
_UNIT, _ACCOUNT, _WORKFLOW = (
    "quadlet/shop-api.container",
    "kubernetes/base/serviceaccount.yaml",
    "github-actions/deploy.yml",
)


def _put(path: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


def _line(after: str, *text: str) -> dict[str, Any]:
    return {"op": "insert", "after": after, "text": list(text)}


def _instead(find: str, text: str) -> dict[str, Any]:
    return {"op": "replace", "find": find, "text": text}


TAKEN: Sequence[tuple[str, str, dict[str, Any]]] = (
    ("another base image", "Dockerfile", _instead("FROM oven/bun:1-slim AS final", "FROM mirror.example.com/oven/bun:1-slim AS final")),
    ("a mirror of the registry", _COMPOSE, _put(f"{_DB}/image", "mirror.example.com/library/postgres:16-bookworm${DB_DIGEST:+@sha256:${DB_DIGEST:-}}")),
    ("ulimits", _COMPOSE, _put(f"{_API}/ulimits", {"nofile": 65536})),
    ("a larger /tmp", _COMPOSE, _put(f"{_API}/tmpfs", ["/tmp:size=256m,mode=1777"])),
    ("another interval of a check", _COMPOSE, _put(f"{_DB}/healthcheck/interval", "5s")),
    ("DNS", _COMPOSE, _put(f"{_API}/dns", ["10.0.0.2"])),
    ("logs in the journal", _COMPOSE, _put(f"{_API}/logging", {"driver": "journald"})),
    ("always pulled", _COMPOSE, _put(f"{_API}/pull_policy", "always")),
    ("a profile of AppArmor", _COMPOSE, _put(f"{_API}/security_opt/-", "apparmor=shop")),
    ("an init", _COMPOSE, _put(f"{_DB}/init", value=True)),
    ("shared memory", _COMPOSE, _put(f"{_DB}/shm_size", "256m")),
    ("settings of the store", _COMPOSE, _put(f"{_DB}/command", ["postgres", "-c", "shared_buffers=128MB"])),
    ("more processes", _COMPOSE, _put("/services/proxy/pids_limit", 512)),
    ("a zone", _COMPOSE, _put(f"{_DB}/environment/TZ", "Europe/Berlin")),
    ("a subnet", _COMPOSE, _put("/networks/edge", {"ipam": {"config": [{"subnet": "10.90.0.0/24"}]}})),
    ("a location", "nginx.conf", {"op": "insert", "at": "server", "host": "shop.example.com", "text": ["location = /robots.txt {", '    return 200 "User-agent: *";', "}"]}),
    ("another way to balance", "nginx.conf", _line("zone api_3000 64k;", "least_conn;")),
    ("larger buffers", "nginx.conf", _instead("proxy_buffers 4 16k;", "    proxy_buffers 8 32k;")),
    ("the class of an Ingress", _INGRESS, _put("/spec/ingressClassName", "nginx")),
    ("annotations of an Ingress", _INGRESS, _put("/metadata/annotations", {"nginx.ingress.kubernetes.io/proxy-body-size": "8m"})),
    ("TLS of an Ingress", _INGRESS, _put("/spec/tls", [{"hosts": ["shop.example.com"], "secretName": "shop-tls"}])),
    ("certain nodes", _DEPLOYMENT, _put(f"{_POD}/nodeSelector", {"disktype": "ssd"})),
    ("tolerations", _DEPLOYMENT, _put(f"{_POD}/tolerations", [{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}])),
    ("a spread", _DEPLOYMENT, _put(f"{_POD}/topologySpreadConstraints", [{"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}])),
    ("a priority", _DEPLOYMENT, _put(f"{_POD}/priorityClassName", "high")),
    ("a label of pods", _DEPLOYMENT, _put("/spec/template/metadata/labels/team", "a")),
    ("annotations of pods", _DEPLOYMENT, _put("/spec/template/metadata/annotations", {"prometheus.io/scrape": "true"})),
    ("more of a processor", _DEPLOYMENT, _put(f"{_POD}/containers/[name=api]/resources/requests/cpu", "250m")),
    ("secrets of a registry", _ACCOUNT, _put("/imagePullSecrets", [{"name": "registry"}])),
    ("a role of the account", _ACCOUNT, _put("/metadata/annotations", {"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/x"})),
    ("a class of storage", "kubernetes/base/statefulset-db.yaml", _put("/spec/volumeClaimTemplates/0/spec/storageClassName", "gp3")),
    ("DNS of a unit", _UNIT, _line("NetworkAlias=api", "DNS=10.0.0.2")),
    ("ulimits of a unit", _UNIT, _line("PidsLimit=256", "Ulimit=nofile=65536:65536")),
    ("a slice", _UNIT, _line("RestartSec=5", "Slice=shop.slice")),
    ("a subnet of Podman's", "quadlet/shop_edge.network", _line("NetworkName=shop_edge", "Subnet=10.90.0.0/24")),
    ("a runner of one's own", _WORKFLOW, _put("/jobs/check/runs-on", "self-hosted")),
    ("one more step", _WORKFLOW, _put("/jobs/check/steps/2", {"name": "Lint", "run": "make lint"})),
    ("one branch alone", _WORKFLOW, _put("/on/push/branches", ["main"])),
    ("no builds for pages", _WORKFLOW, _put("/on/push/paths-ignore", ["docs/**"])),
    ("a cache of builds", "bake/docker-bake.hcl", _line('dockerfile = "generated/Dockerfile"', '  cache-to = ["type=inline"]')),
    ("a node of a swarm", "swarm/stack.yml", _put(f"{_API}/deploy/placement", {"constraints": ["node.labels.disk == ssd"]})),
    ("a pause between tasks", "swarm/stack.yml", _put(f"{_API}/deploy/update_config/delay", "10s")),
)  # fmt: skip
REFUSED: Sequence[tuple[str, str, dict[str, Any]]] = (
    ("SC942", _COMPOSE, _put(f"{_API}/cap_add", ["SYS_PTRACE"])),
    ("SC942", _COMPOSE, _put(f"{_DB}/sysctls", {"net.core.somaxconn": 1024})),
    ("SC949", _COMPOSE, _put("/services/proxy/logging", {"driver": "json-file"})),
    ("SC958", _COMPOSE, _put(f"{_DB}/ports", [{"target": 5432, "published": 5432}])),
    ("SC923", "Dockerfile", {"op": "insert", "at": "before-final-user", "text": ["COPY certs/ca.pem /usr/local/share/ca-certificates/ours.crt"]}),
    ("SC975", "nginx.conf", _line("proxy_next_upstream_timeout 60s;", "            proxy_set_header X-Tenant shop;")),
    ("SC832", _UNIT, _line("PodmanArgs=--cpus=1", "PodmanArgs=--memory-swap=0")),
    ("SC867", _WORKFLOW, _put("/on/pull_request", {})),
    ("SC874", "terraform/versions.tf", _line("terraform {", '  backend "s3" {}', "")),
)  # fmt: skip


def _compiled(wishes: Sequence[tuple[str, str, dict[str, Any]]]) -> Compilation:
    patches: dict[str, list[Any]] = {}
    for reason, artifact, operation in wishes:
        patches.setdefault(f"patches/{artifact}.yaml", []).append({"reason": reason, "operations": [operation]})
    api = {"path": ".", "needs": ["db"], "route": {"host": "shop.example.com", "path": "/"}}
    deploy = {
        "app": "shop",
        "registry": "ghcr.io/acme",
        "targets": _TARGETS,
        "environments": {"production": {"on": "compose"}},
        "services": {"api": api, "db": {"uses": "postgres", "version": "16"}},
    }
    specs = {"specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": json.dumps(deploy)}
    written = {path: json.dumps({"version": 1, "patches": every}) for path, every in patches.items()}
    tree = MemoryTree({**BUN_WEB, **specs, **written})
    return compile_project(tree, Surroundings(None, ("shop",), allow_unverified=True))


def test_most_is_taken_as_it_is() -> None:
    """All of it at once, and each is in its file."""
    done = _compiled(TAKEN)
    assert [
        (one.code, one.message) for one in (*done.overrides.objections, *done.overrides.findings, *done.defects)
    ] == []
    assert len(done.overrides.applied) == len(TAKEN) >= 40
    assert all(one.before.text != one.after.text for one in done.overrides.applied)


def test_what_breaks_an_invariant_names_it_and_nothing_else() -> None:
    """A flag of Podman's that is none of the limits takes no limit away."""
    with pytest.raises(Refused) as refused:
        _compiled([(f"wish {number}", *wish[1:]) for number, wish in enumerate(REFUSED)])
    said = {
        (one.message.partition("”")[0].partition("“")[2], one.message.partition(" breaks ")[2][:5])
        for one in refused.value.diagnostics
        if one.code == "SC564"
    }
    assert {(f"wish {number}", wish[0]) for number, wish in enumerate(REFUSED)} <= said
    assert {code for _, code in said} <= {
        "SC942",
        "SC946",
        "SC949",
        "SC958",
        "SC923",
        "SC975",
        "SC832",
        "SC867",
        "SC874",
    }


@pytest.mark.parametrize(
    "starts",
    [
        {"push": {"branches": ["**"]}, "pull_request": {}},
        {"push": {}},
        {"push": {"branches": ["**"], "tags": ["v*"]}},
        {"push": None},
        {"push": {"branches": "main"}},
        {"workflow_dispatch": {"inputs": {}}},
        {},
        None,
    ],
)
def test_a_workflow_that_others_start_is_refused(starts: Any) -> None:
    """Tags as well, which are pushed where no branches are named."""
    found = [code.id for _, code, why in findings({"on": starts, "permissions": {}, "jobs": {}}) if "starts it" in why]
    assert found == ["SC867"]
    ours: list[dict[str, Any]] = [{"push": {"branches": ["main"], "paths": ["src/**"]}}, {"workflow_dispatch": None}]
    assert not [
        one for on in ours for one in findings({"on": on, "permissions": {}, "jobs": {}}) if "starts it" in one[2]
    ]
