"""Pods: what their containers share."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.backends.kubernetes.container import container, sidecar
from speccompile.backends.kubernetes.entries import block, listed, plain, quantity
from speccompile.backends.kubernetes.metadata import labels, matching
from speccompile.backends.yaml import Entry
from speccompile.plan.given import Given, KnownHost
from speccompile.provenance import Origin, merged
from speccompile.realise.kubernetes.kinds import KubernetesPlan, Memory, Pod

_GROUP_MAY_READ = 0o440


def template(plan: KubernetesPlan, pod: Pod) -> Entry:
    """The pods that a controller makes."""
    own = labels(plan.app, pod.name, pod.component, pod.origin)
    noted = _annotations(pod.given) if pod.given else None
    about = block(pod.origin, {"labels": own, **({"annotations": noted} if noted else {})})
    return block(pod.origin, {"metadata": about, "spec": _spec(plan, pod)})


def _annotations(given: Given) -> Entry | None:
    """Labels of a container: what they may hold a cluster's labels may not."""
    notes = {one.key: plain(one.value, one.origin) for one in given.labels}
    return block(merged(one.origin for one in given.labels), notes) if notes else None


def _aliases(given: Given) -> Entry | None:
    """Names of hosts by their addresses."""
    names: dict[str, list[KnownHost]] = {}
    for one in given.hosts:
        names.setdefault(one.address, []).append(one)
    return listed(
        block(
            why := merged(one.origin for one in group),
            {"ip": plain(address, why), "hostnames": listed(plain(one.name, one.origin) for one in group)},
        )
        for address, group in names.items()
    )


def _spec(plan: KubernetesPlan, pod: Pod) -> Entry:
    why = pod.origin
    return block(
        why,
        {
            "serviceAccountName": plain(plan.app, why),
            "automountServiceAccountToken": plain(value=False, origin=why),
            "enableServiceLinks": plain(value=False, origin=why),
            "shareProcessNamespace": plain(value=True, origin=pod.reaped) if pod.reaped else None,
            "restartPolicy": plain("Always" if pod.restarts else "Never", why),
            "terminationGracePeriodSeconds": plain(pod.ending.grace, pod.ending.origin),
            "hostAliases": _aliases(pod.given) if pod.given else None,
            "securityContext": _security(pod),
            "topologySpreadConstraints": listed([_spread(plan, pod, pod.spread)]) if pod.spread else None,
            "initContainers": listed(
                (
                    *(container(plan, pod, step) for step in pod.before),
                    *(sidecar(plan, one) for one in pod.beside or ()),
                )
            ),
            "containers": listed([container(plan, pod, pod.step)]),
            "volumes": listed(_volumes(plan, pod)),
        },
    )


def _security(pod: Pod) -> Entry:
    """What the level ``restricted`` wants, and whose the mounted files are."""
    why = pod.origin
    files = {
        "fsGroup": plain(pod.group, why),
        "fsGroupChangePolicy": plain("OnRootMismatch", why),
    }
    return block(
        why,
        {
            "runAsNonRoot": plain(value=True, origin=why),
            "runAsUser": plain(pod.user, why),
            "runAsGroup": plain(pod.group, why),
            **(files if pod.owned else {}),
            "seccompProfile": block(pod.hardening.origin, {"type": plain("RuntimeDefault", pod.hardening.origin)}),
        },
    )


def _spread(plan: KubernetesPlan, pod: Pod, why: Origin) -> Entry:
    return block(
        why,
        {
            "maxSkew": plain(1, why),
            "topologyKey": plain("kubernetes.io/hostname", why),
            "whenUnsatisfiable": plain("ScheduleAnyway", why),
            "labelSelector": matching(plan.app, pod.name, why),
        },
    )


def _volumes(plan: KubernetesPlan, pod: Pod) -> Iterator[Entry]:
    every = (pod, *(pod.beside or ()))
    for one in (kept for each in every for kept in each.kept):
        if not one.template:
            why = one.origin
            claim = block(why, {"claimName": plain(one.claim, why)})
            yield block(why, {"name": plain(one.name, why), "persistentVolumeClaim": claim})
    yield from (_memory(memory) for each in every for memory in each.memory)
    if pod.secrets:
        yield _secrets(plan, pod)


def _memory(one: Memory) -> Entry:
    why = one.origin
    kind = block(why, {"medium": plain("Memory", why), "sizeLimit": plain(quantity(one.size), why)})
    return block(why, {"name": plain(one.name, why), "emptyDir": kind})


def _secrets(plan: KubernetesPlan, pod: Pod) -> Entry:
    """Files that root owns and the user's group may read."""
    why = merged(one.origin for one in pod.secrets)
    items = listed(
        block(one.origin, {"key": plain(one.name, one.origin), "path": plain(one.name, one.origin)})
        for one in pod.secrets
    )
    source = block(
        why,
        {
            "secretName": plain(plan.files_secret, why),
            "defaultMode": plain(_GROUP_MAY_READ, why),
            "items": items,
        },
    )
    return block(why, {"name": plain(pod.secrets_volume, why), "secret": source})
