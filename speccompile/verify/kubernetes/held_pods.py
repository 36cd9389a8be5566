"""What a cluster holds of a pod: its bounds, its number, its rights, how it is asked and how it ends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from speccompile.plan.assertions import Demand
from speccompile.provenance import Origin
from speccompile.verify.held.outcome import Outcome, approximated, by_default, enforced, lost, of_interval, stricter
from speccompile.verify.kubernetes.findings import Manifest, PodOf, entries, items
from speccompile.verify.kubernetes.view import Lines, Reader, View
from speccompile.verify.readers.podtext import Parts


def _bound(have: Any, demand: Demand, field: str, unit: str, lines: Lines, origin: Origin | None) -> Outcome:
    wanted, way, blamed = demand.get(field), demand.get("bound"), (origin,) if origin else ()
    said = f"{unit} {have}"
    if demand.of == "host":
        return lost("it is about the host, at which nothing here looks")
    if way == "least":
        return (
            enforced(f"{said} are promised", lines) if have >= wanted else lost(f"{said}, not {wanted}", lines, *blamed)
        )
    if have == wanted:
        return enforced(said, lines)
    return (
        stricter(f"{said}, less than {wanted}", lines)
        if have < wanted and way == "most"
        else lost(f"{said}, not {wanted}", lines, *blamed)
    )


def _memory(view: View, demand: Demand, pod: PodOf) -> Outcome:
    """The limit, all of which is promised."""
    path, container = view.container(pod)
    limits = entries(entries(container.get("resources")).get("limits"))
    lines = view.lines(pod.manifest, *path, "resources", "limits", "memory")
    service = view.service(demand.service)
    origin = service.workload.limits.origin if service and service.workload else None
    return _bound(limits.get("memory"), demand, "bytes", "memory", lines, origin)


def _cpu(view: View, demand: Demand, pod: PodOf) -> Outcome:
    """The limit; what is promised is what «at least» is about."""
    path, container = view.container(pod)
    key = "requests" if demand.get("bound") == "least" else "limits"
    have = entries(entries(container.get("resources")).get(key)).get("cpu")
    lines = view.lines(pod.manifest, *path, "resources", key, "cpu")
    service = view.service(demand.service)
    limits = service.workload.limits if service and service.workload else None
    value = have / 1000 if isinstance(have, int) else 0
    if key == "requests" and value < (demand.get("cpus") or 0):
        return approximated(f"cpu {value:g} is promised; more is given where the node has it", lines)
    return _bound(value, demand, "cpus", "cpu", lines, (limits.cpus_origin or limits.origin) if limits else None)


def _replicas(view: View, demand: Demand, pod: PodOf) -> Outcome:
    scaler = _scaler(view, pod)
    have, up = pod.manifest.spec.get("replicas", 1), pod.manifest.spec.get("replicas", 1)
    lines = view.lines(pod.manifest, "spec", "replicas")
    if scaler is not None:
        have, up = scaler.spec.get("minReplicas", 1), scaler.spec.get("maxReplicas", 1)
        lines = view.lines(scaler, "spec", "minReplicas")
    least, most = demand.get("least"), demand.get("most")
    service = view.service(demand.service)
    blamed = (service.workload.replicas.origin,) if service and service.workload else ()
    if (least is not None and have < least) or (most is not None and up > most):
        return lost(
            f"{have if have == up else f'{have} to {up}'} of it, not {least if least is not None and have < least else most}",
            lines,
            *blamed,
        )
    if most is not None and pod.manifest.kind == "Deployment":
        return approximated(f"{have} of it; while a new version comes up there is one more", lines)
    return enforced(f"{have} of it", lines)


def _scaler(view: View, pod: PodOf) -> Manifest | None:
    """What starts more of a deployment's pods under load, and takes them away again."""
    found = (one for one in view.of_kind("HorizontalPodAutoscaler"))
    return next(
        (one for one in found if entries(one.spec.get("scaleTargetRef")).get("name") == pod.manifest.name), None
    )


def _scale(view: View, demand: Demand, pod: PodOf) -> Outcome:
    scaler = _scaler(view, pod)
    if scaler is None:
        return lost(
            "nothing starts more pods under load: that wants a number that they must not exceed, and pods without volumes of their own",
            view.lines(pod.manifest, "spec", "replicas"),
        )
    have = (scaler.spec.get("minReplicas", 1), scaler.spec.get("maxReplicas", 1))
    lines = (*view.lines(scaler, "spec", "minReplicas"), *view.lines(scaler, "spec", "maxReplicas"))
    said = f"{have[0]} to {have[1]} of it, by the processor time that they use, where the cluster has a metrics server"
    if (percent := demand.get("percent")) and not _starts_at(view, scaler, pod, percent):
        return lost(f"{said}; not at {percent:g} %", (*lines, *view.lines(scaler, "spec", "metrics")))
    least, most = demand.get("least"), demand.get("most")
    return (
        lost(f"{said}; not up to {most}", lines)
        if most and have[1] < most
        else (lost(f"{said}; not {least} at least", lines) if least and have[0] < least else approximated(said, lines))
    )


def _starts_at(view: View, scaler: Manifest, pod: PodOf, percent: float) -> bool:
    """Whether another pod is started when they use *percent* of the processor time that they may, which both manifests say in thousandths."""
    limit = entries(entries(view.container(pod)[1].get("resources")).get("limits")).get("cpu")
    metric = entries(next(iter(items(scaler.spec.get("metrics"))), None))
    average = entries(entries(metric.get("resource")).get("target")).get("averageValue")
    return isinstance(limit, int) and average == max(1, math.floor(limit * percent / 100))


def _drain(view: View, demand: Demand, pod: PodOf) -> Outcome:
    key = (*pod.path, "spec", "terminationGracePeriodSeconds")
    have, wanted = pod.spec.get("terminationGracePeriodSeconds"), demand.get("seconds")
    _, container = view.container(pod)
    before = entries(entries(entries(container.get("lifecycle")).get("preStop")).get("sleep")).get("seconds", 0)
    left, lines = (have if isinstance(have, int) else 0) - before, view.lines(pod.manifest, *key)
    said = f"the node waits {left} s after the image's signal before it kills"
    if wanted is None:
        return approximated(f"{said}; no time is said", lines)
    return enforced(said, lines) if left >= wanted else lost(f"{said}, not {wanted:g} s", lines)


def _restart(view: View, demand: Demand, pod: PodOf) -> Outcome:
    lines = view.lines(pod.manifest, *pod.path, "spec", "restartPolicy")
    if pod.spec.get("restartPolicy") != "Always":
        return lost("a run that fails waits for the next one", lines)
    if demand.get("seconds") is not None:
        return approximated("it is started again at once, then after pauses that double", lines)
    return by_default("restartPolicy Always", lines)


def _unprivileged(view: View, _demand: Demand, pod: PodOf) -> Outcome:
    user = entries(pod.spec.get("securityContext"))
    path, container = view.container(pod)
    dropped = entries(entries(container.get("securityContext")).get("capabilities")) == {"drop": ["ALL"]}
    lines = (
        *view.lines(pod.manifest, *pod.path, "spec", "securityContext", "runAsUser"),
        *view.lines(pod.manifest, *path, "securityContext", "capabilities"),
    )
    if user.get("runAsNonRoot") is True and user.get("runAsUser") and dropped:
        return by_default(f"user {user['runAsUser']} without capabilities, of the level restricted", lines)
    return lost("the manifest gives it no user of its own", lines)


def _readonly(view: View, _demand: Demand, pod: PodOf) -> Outcome:
    path, container = view.container(pod)
    lines = view.lines(pod.manifest, *path, "securityContext", "readOnlyRootFilesystem")
    if entries(container.get("securityContext")).get("readOnlyRootFilesystem") is True:
        return by_default("nothing but volumes and memory can be written", lines)
    return lost("its root can be written", lines)


def _logskept(view: View, _demand: Demand, pod: PodOf) -> Outcome:
    path, _ = view.container(pod)
    lines = view.lines(pod.manifest, *path, "resources", "limits", "ephemeral-storage")
    return approximated("the node rotates logs by size; how long any of them is kept is not promised", lines)


def _health(view: View, demand: Demand, pod: PodOf) -> Outcome:
    path, container = view.container(pod)
    service = view.service(demand.service)
    module = service.health if service else None
    if module is None:
        return lost(f"{demand.service} is asked for no health: it does not serve")
    lines = tuple(
        line for kind in ("readinessProbe", "livenessProbe") for line in view.lines(pod.manifest, *path, kind)
    )
    argv: tuple[Parts, ...] = tuple((word,) for word in (*module.argv, "live"))
    asked = items(entries(entries(container.get("livenessProbe")).get("exec")).get("command"))
    if not lines or tuple(asked) != argv:
        return lost("no probe was found", lines)
    wanted, probe = demand.get("path"), module.probe
    have = probe.readiness if demand.get("probe") == "ready" else probe.path
    if wanted is None or wanted == have:
        said = enforced(f"the node asks {have} whether it is {demand.get('probe') or 'well'}", lines)
        return _as_often(view, demand, pod, said)
    return approximated(f"the node asks {have}; who wants {wanted} can ask it", lines)


def _as_often(view: View, demand: Demand, pod: PodOf, asked: Outcome) -> Outcome:
    """What becomes of *asked* where it is demanded how often."""
    wanted, service = demand.get("every"), view.service(demand.service)
    if wanted is None or service is None or service.health is None:
        return asked
    path, container = view.container(pod)
    kind = "readinessProbe" if demand.get("probe") == "ready" else "livenessProbe"
    lines = view.lines(pod.manifest, *path, kind, "periodSeconds")
    have = entries(container.get(kind)).get("periodSeconds")
    return of_interval(have, wanted, asked, lines, service.health.probe.origin)


def _platform(view: View, demand: Demand, pod: PodOf) -> Outcome:
    """A cluster runs it; what the nodes of that are it says itself."""
    if demand.get("system") == "kubernetes":
        return enforced(f"a {pod.manifest.kind} of a cluster runs it", view.lines(pod.manifest, "kind"))
    return lost("the nodes decide what they are")


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "memory": _memory,
        "cpu": _cpu,
        "replicas": _replicas,
        "scale": _scale,
        "drain": _drain,
        "restart": _restart,
        "unprivileged": _unprivileged,
        "readonly": _readonly,
        "logskept": _logskept,
        "health": _health,
        "platform": _platform,
    }
)
