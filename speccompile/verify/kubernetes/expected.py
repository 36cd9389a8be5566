"""The objects that a realised plan implies, in the form in which manifests are read back: sizes in bytes, processor time in thousandths, texts of
pods as their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, assert_never

from speccompile.realise.kubernetes.kinds import (
    Claim,
    Controller,
    CronJob,
    Deployment,
    Job,
    KubernetesPlan,
    Run,
    Scaler,
    StatefulSet,
)
from speccompile.realise.kubernetes.network_kinds import Allowed, Host, Listener
from speccompile.verify.kubernetes.expected_network import denied, policy, rules
from speccompile.verify.kubernetes.expected_pods import pod_of, template
from speccompile.verify.kubernetes.labels import APP, member, selector
from speccompile.verify.readers import podtext

Object = dict[str, Any]

_LEVELS = ("enforce", "audit", "warn")
_BYTES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
_SIZES = ("memory", "ephemeral-storage", "storage", "sizeLimit")
_TEXTS = ("command", "args", "value")


def expected(plan: KubernetesPlan) -> dict[str, Object]:
    """Every object by the name of its file, but the kustomization."""
    return dict(_objects(plan))


def _objects(plan: KubernetesPlan) -> Iterator[tuple[str, Object]]:
    app = plan.app
    levels = {
        f"pod-security.kubernetes.io/{level}{end}": value
        for level in _LEVELS
        for end, value in (("", "restricted"), ("-version", "latest"))
    }
    yield "namespace.yaml", _object("v1", "Namespace", {"name": app, "labels": {APP: app, **levels}})
    account = _object("v1", "ServiceAccount", _named(plan, app), automountServiceAccountToken=False)
    yield "serviceaccount.yaml", account
    yield "networkpolicy.yaml", _object(_NETWORKING, "NetworkPolicy", _named(plan, "default-deny"), spec=denied())
    if plan.hosts:
        yield "ingress.yaml", _object(_NETWORKING, "Ingress", _named(plan, app), spec={"rules": _rules(plan.hosts)})
    for controller in plan.controllers:
        kind = type(controller).__name__
        yield f"{kind.lower()}-{pod_of(controller).name}.yaml", _controller(plan, controller, kind)
    for claim in plan.claims:
        named = _named(plan, claim.name)
        yield (
            f"persistentvolumeclaim-{claim.name}.yaml",
            _object("v1", "PersistentVolumeClaim", named, spec=_claim(claim)),
        )
    for listener in plan.listeners:
        yield f"service-{listener.name}.yaml", _service(plan, listener)
    for one in plan.allowed:
        yield f"networkpolicy-{one.workload}.yaml", _policy(plan, one)
    for budget in plan.budgets:
        spec = {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(app, budget.name)},
        }
        yield (
            f"poddisruptionbudget-{budget.name}.yaml",
            _object("policy/v1", "PodDisruptionBudget", _named(plan, budget.name), spec=spec),
        )
    for scaler in plan.scalers:
        yield f"horizontalpodautoscaler-{scaler.name}.yaml", _scaler(plan, scaler)


_NETWORKING = "networking.k8s.io/v1"


def _object(version: str, kind: str, metadata: Object, **parts: Any) -> Object:
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **parts}


def _named(plan: KubernetesPlan, name: str) -> Object:
    return {"name": name, "namespace": plan.app, "labels": {APP: plan.app}}


def _rules(hosts: tuple[Host, ...]) -> list[Object]:
    return list(map(rules, hosts))


def _policy(plan: KubernetesPlan, one: Allowed) -> Object:
    return _object(_NETWORKING, "NetworkPolicy", _named(plan, f"allow-{one.workload}"), spec=policy(plan.app, one))


def _service(plan: KubernetesPlan, one: Listener) -> Object:
    spec: Object = {"clusterIP": "None"} if one.headless else {}
    spec["selector"] = selector(plan.app, one.name)
    spec["ports"] = [{"name": f"tcp-{port}", "port": port, "targetPort": port} for port in one.ports]
    return _object("v1", "Service", _named(plan, one.name), spec=spec)


def _claim(one: Claim) -> Object:
    return {
        "accessModes": ["ReadWriteMany" if one.shared else "ReadWriteOnce"],
        "resources": {"requests": {"storage": one.size}},
    }


def _controller(plan: KubernetesPlan, one: Controller, kind: str) -> Object:
    pod = pod_of(one)
    metadata = {"name": one.name, "namespace": plan.app, "labels": member(plan.app, pod)}
    match one:
        case Deployment() | StatefulSet():
            return _object("apps/v1", kind, metadata, spec=_lasting(plan, one))
        case Job():
            return _object("batch/v1", kind, metadata, spec=_run(plan, one.run))
        case CronJob():
            return _object("batch/v1", kind, metadata, spec=_scheduled(plan, one))
        case _:
            assert_never(one)


def _lasting(plan: KubernetesPlan, one: Deployment | StatefulSet) -> Object:
    spec: Object = {
        **({} if one.replicas.most else {"replicas": one.replicas.count}),
        "selector": {"matchLabels": selector(plan.app, one.pod.name)},
        "template": template(plan, one.pod),
    }
    if isinstance(one, Deployment):
        return spec | {
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        }
    claims = [{"metadata": {"name": own.name}, "spec": _claim(own)} for own in one.claims]
    return spec | {"serviceName": one.pod.name} | ({"volumeClaimTemplates": claims} if claims else {})


def _scaler(plan: KubernetesPlan, one: Scaler) -> Object:
    target = {"type": "AverageValue", "averageValue": one.cpu}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": one.name},
        "minReplicas": one.least,
        "maxReplicas": one.most,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }
    return _object("autoscaling/v2", "HorizontalPodAutoscaler", _named(plan, one.name), spec=spec)


def _scheduled(plan: KubernetesPlan, one: CronJob) -> Object:
    return {
        "schedule": one.cron,
        "timeZone": one.zone,
        **({"suspend": True} if one.suspended else {}),
        "concurrencyPolicy": "Allow" if one.overlap else "Forbid",
        "startingDeadlineSeconds": 300,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": {"spec": _run(plan, one.run)},
    }


def _run(plan: KubernetesPlan, run: Run) -> Object:
    return {
        "backoffLimit": run.retries,
        **({"activeDeadlineSeconds": run.deadline} if run.deadline else {}),
        "podReplacementPolicy": "Failed",
        "template": template(plan, run.pod),
    }


def found(data: Any, path: tuple[str | int, ...] = ()) -> Any:
    """What was read, in the same form; raises ``ValueError`` for a text that a cluster would read in another way."""
    if isinstance(data, dict):
        return {key: found(child, (*path, key)) for key, child in data.items()}
    if isinstance(data, list):
        return [found(child, (*path, number)) for number, child in enumerate(data)]
    if not isinstance(data, str):
        return data
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    if last in _TEXTS and ("containers" in path or "initContainers" in path):
        return podtext.read(data)
    if last in _SIZES and (size := re.fullmatch(r"([1-9][0-9]*)(|k|M|G|Ki|Mi|Gi)", data)):
        return int(size[1]) * _BYTES[size[2]]
    if last in ("cpu", "averageValue") and (cpu := re.fullmatch(r"([1-9][0-9]*)(m?)", data)):
        return int(cpu[1]) * (1 if cpu[2] else 1000)
    return data
