"""What pods may do, have and are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import kubernetes as codes
from speccompile.plan.plan import Plan
from speccompile.verify.kubernetes.findings import Finding, Manifests, PodOf, entries, items, pods
from speccompile.verify.readers.yaml import Path

_HOST = ("hostNetwork", "hostPID", "hostIPC", "hostUsers", "nodeName")
_LEVELS = ("enforce", "audit", "warn")
_VOLUMES = {"emptyDir", "persistentVolumeClaim", "secret"}
_BOUNDS = ("cpu", "memory", "ephemeral-storage")
_OWN_SECURITY = {"allowPrivilegeEscalation", "capabilities", "readOnlyRootFilesystem"}
_OWN_USER = {"runAsUser", "runAsGroup"}
_OWN_CONTAINER = {
    "name", "image", "imagePullPolicy", "command", "args", "env", "resources", "volumeMounts", "startupProbe", "readinessProbe",
    "livenessProbe", "lifecycle", "securityContext",
}  # fmt: skip


def privileges(plan: Plan, found: Manifests) -> Iterator[Finding]:
    """SC882: the level ``restricted``, a read-only root, nothing of the host, no token, no names but those that deploy.yaml gives."""
    named = {one.name for service in plan.services for one in service.workloads if one.given and one.given.hosts}
    for one in found:
        if one.kind == "Namespace":
            labels = entries(entries(one.data.get("metadata")).get("labels"))
            for level in _LEVELS:
                if labels.get(f"pod-security.kubernetes.io/{level}") != "restricted":
                    message = f"the namespace does not {level} the level restricted"
                    yield Finding(one.file, ("metadata", "labels"), codes.PRIVILEGES, message)
        if one.kind == "ServiceAccount" and one.data.get("automountServiceAccountToken") is not False:
            yield Finding(one.file, (), codes.PRIVILEGES, "pods get a token of the cluster's API")
    for pod in pods(found):
        yield from (Finding(pod.manifest.file, path, codes.PRIVILEGES, text) for path, text in _loose(pod))
        if "hostAliases" in pod.spec and pod.labels.get("app.kubernetes.io/name") not in named:
            at = (*pod.path, "spec", "hostAliases")
            yield Finding(pod.manifest.file, at, codes.PRIVILEGES, f"{pod.manifest.name} has hostAliases")


def _loose(pod: PodOf) -> Iterator[tuple[Path, str]]:
    at, name = (*pod.path, "spec"), pod.manifest.name
    user = entries(pod.spec.get("securityContext"))
    for key in _HOST:
        if key in pod.spec:
            yield (*at, key), f"{name} has {key}"
    if pod.spec.get("automountServiceAccountToken") is not False:
        yield at, f"{name} gets a token of the cluster's API"
    if user.get("runAsNonRoot") is not True or not all(_is_user(user.get(key)) for key in ("runAsUser", "runAsGroup")):
        yield (*at, "securityContext"), f"{name} does not run as a numeric user that is not root"
    if entries(user.get("seccompProfile")).get("type") != "RuntimeDefault":
        yield (*at, "securityContext"), f"{name} may use every system call"
    yield from _loose_containers(pod)
    for number, volume in enumerate(items(pod.spec.get("volumes"))):
        for key in sorted({*entries(volume)} - _VOLUMES - {"name"}):
            yield (*at, "volumes", number), f"{name} mounts a {key}"


def _loose_containers(pod: PodOf) -> Iterator[tuple[Path, str]]:
    name = pod.manifest.name
    for path, container in pod.containers():
        own = entries(container.get("securityContext"))
        if own.get("allowPrivilegeEscalation") is not False or entries(own.get("capabilities")) != {"drop": ["ALL"]}:
            yield (*path, "securityContext"), f"{name} keeps capabilities or may get new privileges"
        if own.get("readOnlyRootFilesystem") is not True:
            yield (*path, "securityContext"), f"the root of {name} can be written"
        also = _OWN_USER if is_sidecar(path, container) else set()
        for key in sorted({*own} - _OWN_SECURITY - also):
            yield (*path, "securityContext", key), f"{name} has {key}"
        if also and not all(_is_user(own.get(key)) for key in also):
            yield (*path, "securityContext"), f"a sidecar of {name} does not run as a numeric user that is not root"
        for key in sorted({*container} - _OWN_CONTAINER - ({"restartPolicy"} if also else set())):
            yield (*path, key), f"{name} has {key}"


def is_sidecar(path: Path, container: Mapping[str, Any]) -> bool:
    """Whether an init container stays beside the others, and is started again."""
    return path[-2] == "initContainers" and container.get("restartPolicy") == "Always"


def _is_user(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def limits(_: Plan, found: Manifests) -> Iterator[Finding]:
    """SC883: everything has an upper bound, and of memory all is promised."""
    for pod in pods(found):
        file, name = pod.manifest.file, pod.manifest.name
        for path, container in pod.containers():
            resources = entries(container.get("resources"))
            requests, most = entries(resources.get("requests")), entries(resources.get("limits"))
            for key in _BOUNDS:
                if not most.get(key) or not requests.get(key):
                    yield Finding(file, (*path, "resources"), codes.LIMITS, f"{name} has no bound on its {key}")
            if requests.get("memory") != most.get("memory"):
                yield Finding(
                    file, (*path, "resources"), codes.LIMITS, f"{name} is promised less memory than it may use"
                )
        for number, volume in enumerate(items(pod.spec.get("volumes"))):
            empty = entries(volume).get("emptyDir")
            if empty is not None and (entries(empty).get("medium") != "Memory" or not entries(empty).get("sizeLimit")):
                at = (*pod.path, "spec", "volumes", number)
                yield Finding(file, at, codes.LIMITS, f"a directory of {name} has no size, or is on the node's disk")


def probes(_: Plan, found: Manifests) -> Iterator[Finding]:
    """SC886: what is reached says when it is ready, what runs on is started again when it hangs, and what ends is not asked."""
    names = {one.name for one in found if one.kind == "Service"}
    for pod in pods(found):
        file, name = pod.manifest.file, pod.manifest.name
        for path, container in pod.containers():
            asked = {
                kind: container[kind]
                for kind in ("startupProbe", "readinessProbe", "livenessProbe")
                if kind in container
            }
            first = path[-2] == "initContainers" and not is_sidecar(path, container)
            if asked and (pod.ends or first):
                yield Finding(file, path, codes.PROBES, f"{name} ends, and is asked whether it is well")
            waited_for = is_sidecar(path, container) and "livenessProbe" not in asked
            if ("startupProbe" in asked) != ("livenessProbe" in asked) and not waited_for:
                yield Finding(file, path, codes.PROBES, f"{name} may be started again while it starts, or never")
            for kind, probe in asked.items():
                yield from (Finding(file, (*path, kind), codes.PROBES, f"{name}: {text}") for text in _asked(probe))
        reached = name in names and not pod.ends
        main = entries(next(iter(items(pod.spec.get("containers"))), {}))
        if reached and "readinessProbe" not in main and pod.labels.get("app.kubernetes.io/component") == "server":
            yield Finding(file, pod.path, codes.PROBES, f"{name} is sent requests before it says that it is ready")


def _asked(probe: Any) -> Iterator[str]:
    body: Mapping[str, Any] = entries(probe)
    if not items(entries(body.get("exec")).get("command")):
        yield "the question is no argument vector"
    for key in ("periodSeconds", "timeoutSeconds", "failureThreshold"):
        if not _is_user(body.get(key)):
            yield f"{key} is no whole number above zero"


def overlap(plan: Plan, found: Manifests) -> Iterator[Finding]:
    """SC888: what must be alone is."""
    every = [one for service in plan.services for one in service.workloads]
    exclusive = {one.name for one in every if one.replicas.exclusive}
    for pod in pods(found):
        name, one = str(pod.labels.get("app.kubernetes.io/name")), pod.manifest
        if name not in exclusive:
            continue
        alone = one.kind == "StatefulSet" and one.spec.get("replicas") == 1
        forbids = one.kind == "CronJob" and one.spec.get("concurrencyPolicy") == "Forbid"
        if not alone and not forbids and one.kind != "Job":
            yield Finding(one.file, ("spec",), codes.OVERLAP, f"a second {name} could run")
