"""Pods that a realised plan implies."""

from __future__ import annotations

from typing import Any, assert_never

from speccompile.plan.given import Given
from speccompile.plan.image import SECRETS
from speccompile.realise.kubernetes.kinds import (
    Ask,
    Composed,
    Controller,
    CronJob,
    FromParameter,
    FromSecret,
    Image,
    Job,
    KubernetesPlan,
    Plain,
    Pod,
    Step,
    Variable,
)
from speccompile.verify.kubernetes.labels import member, selector
from speccompile.verify.readers.podtext import Parts, Reference

Object = dict[str, Any]


def pod_of(one: Controller) -> Pod:
    """The pod that a controller makes."""
    return one.run.pod if isinstance(one, Job | CronJob) else one.pod


def template(plan: KubernetesPlan, pod: Pod) -> Object:
    """The pods that a controller makes."""
    spec = {
        "serviceAccountName": plan.app,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "shareProcessNamespace": True if pod.reaped else None,
        "restartPolicy": "Always" if pod.restarts else "Never",
        "terminationGracePeriodSeconds": pod.ending.grace,
        "hostAliases": _aliases(pod.given) if pod.given else None,
        "securityContext": _user(pod),
        "topologySpreadConstraints": [_spread(plan, pod)] if pod.spread else None,
        "initContainers": [
            *(_container(plan, pod, step) for step in pod.before),
            *(_sidecar(plan, one) for one in pod.beside or ()),
        ],
        "containers": [_container(plan, pod, pod.step)],
        "volumes": _volumes(plan, pod),
    }
    notes = {one.key: one.value for one in pod.given.labels} if pod.given else {}
    about = {"labels": member(plan.app, pod), **({"annotations": notes} if notes else {})}
    return {"metadata": about, "spec": _filled(spec)}


def _aliases(given: Given) -> list[Object]:
    """Each address once, with the names that lead to it."""
    addresses = dict.fromkeys(one.address for one in given.hosts)
    return [{"ip": here, "hostnames": [one.name for one in given.hosts if one.address == here]} for here in addresses]


def _filled(parts: Object) -> Object:
    return {key: part for key, part in parts.items() if part not in (None, [])}


def _text(value: str) -> Parts:
    return (value,) if value else ()


def _user(pod: Pod) -> Object:
    files = {"fsGroup": pod.group, "fsGroupChangePolicy": "OnRootMismatch"}
    return {
        "runAsNonRoot": True,
        "runAsUser": pod.user,
        "runAsGroup": pod.group,
        **(files if pod.owned else {}),
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _spread(plan: KubernetesPlan, pod: Pod) -> Object:
    return {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(plan.app, pod.name)},
    }


def _container(plan: KubernetesPlan, pod: Pod, step: Step) -> Object:
    have = pod.resources
    asked = pod.asked if step == pod.step else None
    drained = step == pod.step and pod.ending.drain
    mounts = [{"name": one.name, "mountPath": one.target} for one in pod.mounted]
    secrets = [{"name": pod.secrets_volume, "mountPath": SECRETS, "readOnly": True}] if pod.secrets else []
    return _filled(
        {
            "name": step.name,
            "image": image(pod.image),
            "imagePullPolicy": "Never" if pod.image.preloaded else "IfNotPresent",
            "command": list(map(_text, step.command)),
            "args": list(map(_text, step.args)),
            "env": [_variable(plan, one) for one in pod.environment],
            "resources": {
                "requests": {
                    "cpu": have.requested_cpu,
                    "memory": have.memory,
                    "ephemeral-storage": have.requested_disk,
                },
                "limits": {
                    "cpu": have.cpu,
                    "memory": have.memory,
                    "ephemeral-storage": have.disk,
                    **({"nvidia.com/gpu": str(pod.given.gpus.count)} if pod.given and pod.given.gpus else {}),
                },
            },
            "volumeMounts": [*mounts, *secrets],
            "startupProbe": _probe(asked.startup) if asked else None,
            "readinessProbe": _probe(asked.readiness) if asked else None,
            "livenessProbe": _probe(asked.liveness) if asked else None,
            "lifecycle": {"preStop": {"sleep": {"seconds": pod.ending.drain}}} if drained else None,
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
            },
        }
    )


def _sidecar(plan: KubernetesPlan, pod: Pod) -> Object:
    """A container that runs as another user than its pod, and is started again by itself."""
    plain = _container(plan, pod, pod.step)
    own = {**plain["securityContext"], "runAsUser": pod.user, "runAsGroup": pod.group}
    return {**plain, "restartPolicy": "Always", "securityContext": own}


def image(one: Image) -> str:
    """An image as a pod names it."""
    named = one.repository if one.tag is None else f"{one.repository}:{one.tag}"
    return named if one.digest is None else f"{named}@{one.digest}"


def _variable(plan: KubernetesPlan, one: Variable) -> Object:
    match one:
        case Plain():
            return {"name": one.name, "value": _text(one.value)}
        case Composed():
            return {"name": one.name, "value": (*_text(one.before), Reference(one.of), *_text(one.after))}
        case FromParameter():
            return {"name": one.name, "valueFrom": {"configMapKeyRef": {"name": plan.parameters, "key": one.key}}}
        case FromSecret():
            return {"name": one.name, "valueFrom": {"secretKeyRef": {"name": plan.values_secret, "key": one.key}}}
        case _:
            assert_never(one)


def _probe(ask: Ask | None) -> Object | None:
    if ask is None:
        return None
    return {
        "exec": {"command": list(map(_text, ask.argv))},
        "periodSeconds": ask.period,
        "timeoutSeconds": ask.timeout,
        "failureThreshold": ask.failures,
    }


def _volumes(plan: KubernetesPlan, pod: Pod) -> list[Object]:
    every = (pod, *(pod.beside or ()))
    found: list[Object] = [
        {"name": kept.name, "persistentVolumeClaim": {"claimName": kept.claim}}
        for one in every
        for kept in one.kept
        if not kept.template
    ]
    found += [
        {"name": here.name, "emptyDir": {"medium": "Memory", "sizeLimit": here.size}}
        for one in every
        for here in one.memory
    ]
    if pod.secrets:
        items = [{"key": one.name, "path": one.name} for one in pod.secrets]
        secret = {"secretName": plan.files_secret, "defaultMode": 0o440, "items": items}
        found.append({"name": pod.secrets_volume, "secret": secret})
    return found
