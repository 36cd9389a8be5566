"""The containers of a pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from speccompile.backends.escape.kubernetes import PodText, pod_reference, pod_text
from speccompile.backends.kubernetes.entries import block, listed, plain, processors, quantity, said, words
from speccompile.backends.yaml import Entry
from speccompile.plan.image import SECRETS
from speccompile.provenance import merged
from speccompile.realise.kubernetes.kinds import (
    Ask,
    Composed,
    FromParameter,
    FromSecret,
    Image,
    KubernetesPlan,
    Plain,
    Pod,
    Step,
    Variable,
)

GPU = "nvidia.com/gpu"
"""What NVIDIA's device plugin calls a processor (kubernetes.io/docs, "Schedule GPUs")."""


def container(plan: KubernetesPlan, pod: Pod, step: Step) -> Entry:
    """The container that runs *step*; only the pod's own is asked, and drained."""
    main = step == pod.step
    asked = pod.asked if main else None
    return block(
        merged((pod.origin, step.origin)),
        {
            "name": plain(step.name, step.origin),
            "image": plain(reference(pod.image), pod.image.origin),
            "imagePullPolicy": plain("Never" if pod.image.preloaded else "IfNotPresent", pod.image.origin),
            "command": words(step.command, step.origin),
            "args": words(step.args, step.origin),
            "env": listed(_variable(plan, one) for one in pod.environment),
            "resources": _resources(pod),
            "volumeMounts": listed(_mounts(pod)),
            "startupProbe": _probe(asked.startup) if asked else None,
            "readinessProbe": _probe(asked.readiness) if asked else None,
            "livenessProbe": _probe(asked.liveness) if asked else None,
            "lifecycle": _drain(pod) if main else None,
            "securityContext": block(pod.hardening.origin, _security(pod)),
        },
    )


def sidecar(plan: KubernetesPlan, pod: Pod) -> Entry:
    """The container of *pod* in the pod of another: as its own user, and started again whenever it ends."""
    plain_ = container(plan, pod, pod.step).value
    parts: dict[str, Entry] = dict(plain_) if isinstance(plain_, Mapping) else {}
    user = {"runAsUser": plain(pod.user, pod.origin), "runAsGroup": plain(pod.group, pod.origin)}
    return block(
        pod.origin,
        {
            "name": parts.pop("name"),
            "restartPolicy": plain("Always", pod.origin),
            **parts,
            "securityContext": block(pod.origin, {**user, **_security(pod)}),
        },
    )


def reference(image: Image) -> str:
    """An image as a pod names it."""
    tag = f":{image.tag}" if image.tag else ""
    return f"{image.repository}{tag}{f'@{image.digest}' if image.digest else ''}"


def _variable(plan: KubernetesPlan, one: Variable) -> Entry:
    name, why = plain(one.name, one.origin), one.origin
    match one:
        case Plain():
            return block(why, {"name": name, "value": said(pod_text(one.value), why)})
        case Composed():
            value = PodText(f"{pod_text(one.before)}{pod_reference(one.of)}{pod_text(one.after)}")
            return block(why, {"name": name, "value": said(value, why)})
        case FromParameter() | FromSecret():
            secret = isinstance(one, FromSecret)
            source = block(
                why,
                {
                    "name": plain(plan.values_secret if secret else plan.parameters, why),
                    "key": plain(one.key, why),
                },
            )
            kind = "secretKeyRef" if secret else "configMapKeyRef"
            return block(why, {"name": name, "valueFrom": block(why, {kind: source})})
        case _:
            assert_never(one)


def _resources(pod: Pod) -> Entry:
    have, disk, cpu = pod.resources, pod.resources.disk_origin, pod.resources.cpu_origin
    memory = plain(quantity(have.memory), have.origin)
    gpus = pod.given.gpus if pod.given else None
    devices = {GPU: plain(str(gpus.count), gpus.origin)} if gpus else {}
    return block(
        have.origin,
        {
            "requests": block(
                have.origin,
                {
                    "cpu": plain(processors(have.requested_cpu), cpu),
                    "memory": memory,
                    "ephemeral-storage": plain(quantity(have.requested_disk), disk),
                },
            ),
            "limits": block(
                have.origin,
                {
                    "cpu": plain(processors(have.cpu), cpu),
                    "memory": memory,
                    "ephemeral-storage": plain(quantity(have.disk), disk),
                    **devices,
                },
            ),
        },
    )


def _mounts(pod: Pod) -> Iterator[Entry]:
    for one in pod.mounted:
        yield block(one.origin, {"name": plain(one.name, one.origin), "mountPath": plain(one.target, one.origin)})
    if pod.secrets:
        why = merged(one.origin for one in pod.secrets)
        yield block(
            why,
            {
                "name": plain(pod.secrets_volume, why),
                "mountPath": plain(SECRETS, why),
                "readOnly": plain(value=True, origin=why),
            },
        )


def _probe(ask: Ask | None) -> Entry | None:
    if ask is None:
        return None
    why = ask.origin
    return block(
        why,
        {
            "exec": block(why, {"command": words(ask.argv, why)}),
            "periodSeconds": plain(ask.period, why),
            "timeoutSeconds": plain(ask.timeout, why),
            "failureThreshold": plain(ask.failures, why),
        },
    )


def _drain(pod: Pod) -> Entry | None:
    if not pod.ending.drain:
        return None
    why = pod.ending.origin
    return block(why, {"preStop": block(why, {"sleep": block(why, {"seconds": plain(pod.ending.drain, why)})})})


def _security(pod: Pod) -> dict[str, Entry | None]:
    hardening, why = pod.hardening, pod.hardening.origin
    dropped = block(why, {"drop": listed([plain("ALL", why)])}) if hardening.no_capabilities else None
    return {
        "allowPrivilegeEscalation": plain(not hardening.no_new_privileges, why),
        "capabilities": dropped,
        "readOnlyRootFilesystem": plain(hardening.read_only, why),
    }
