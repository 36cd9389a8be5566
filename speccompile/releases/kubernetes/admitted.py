"""What a part from a store may say: what the compiler writes of each kind of object, and nothing more.

No directory of a node, no privilege, no user root, no account of the cluster, no secret but the application's own, no port of a node, and nothing in another
namespace: whoever can write to a store, and to no cluster, gets no more of one than a container.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from speccompile.releases import foreign
from speccompile.releases.documents import Part
from speccompile.releases.foreign import canonical
from speccompile.releases.kubernetes.admitted_containers import CONTAINER, NAME, PATH, QUANTITY, SIDECAR, VARIABLE
from speccompile.releases.kubernetes.shapes import Shape, either, exactly, items, mapping, named, number, text
from speccompile.spec.given import is_taken

_APP, _OF, _FOR = "app.kubernetes.io/part-of", "app.kubernetes.io/name", "app.kubernetes.io/component"
_POD_LABELS = mapping({_OF: NAME, _APP: NAME})
_SELECTED = mapping({"matchLabels": _POD_LABELS})
_LABELS = mapping({_APP: NAME}, {_OF: NAME, _FOR: NAME})
_HEAD = mapping({"name": NAME, "namespace": NAME, "labels": _LABELS})


def _note(key: Any) -> str | None:
    strange = not isinstance(key, str) or is_taken(key) or key.partition("/")[0].endswith(("kubernetes.io", "k8s.io"))
    return f"the annotation {str(key)[:60]} is an engine's" if strange else None


def _object(version: str, kind: str, spec: Shape) -> Shape:
    return mapping({"apiVersion": exactly(version), "kind": exactly(kind), "metadata": _HEAD, "spec": spec})


_VOLUME = mapping(
    {"name": NAME},
    {
        "persistentVolumeClaim": mapping({"claimName": NAME}),
        "emptyDir": mapping({"medium": exactly("Memory"), "sizeLimit": QUANTITY}),
        "secret": mapping({
            "secretName": text(r"[a-z0-9.-]+-secrets"),
            "defaultMode": number(),
            "items": items(mapping({"key": NAME, "path": NAME})),
        }),
    },
)  # fmt: skip
_NODES = text(
    r"(?!(?:[a-z0-9.-]+\.)?node(?:-role|-restriction)?\.kubernetes\.io/)(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9._-]{1,63}"
)
"""Nodes by labels and taints of the cluster's operator, but none that Kubernetes keeps for its own: a toleration has a key, as one without tolerates all."""
_POD = mapping(
    {
        "serviceAccountName": NAME,
        "automountServiceAccountToken": exactly(False),
        "enableServiceLinks": exactly(False),
        "restartPolicy": exactly("Always", "Never"),
        "terminationGracePeriodSeconds": number(),
        "securityContext": mapping(
            {
                "runAsNonRoot": exactly(True),
                "runAsUser": number(1),
                "runAsGroup": number(1),
                "seccompProfile": exactly({"type": "RuntimeDefault"}),
            },
            {"fsGroup": number(1), "fsGroupChangePolicy": exactly("OnRootMismatch")},
        ),
        "containers": items(CONTAINER),
    },
    {
        "shareProcessNamespace": exactly(True),
        "hostAliases": items(mapping({"ip": text(r"[0-9A-Fa-f.:]+"), "hostnames": items(NAME)})),
        "topologySpreadConstraints": items(
            mapping({
                "maxSkew": number(1),
                "topologyKey": exactly("kubernetes.io/hostname", "topology.kubernetes.io/zone"),
                "whenUnsatisfiable": exactly("ScheduleAnyway", "DoNotSchedule"),
                "labelSelector": _SELECTED,
            })
        ),
        "nodeSelector": named(_NODES, text(r"[A-Za-z0-9._-]{0,63}")),
        "tolerations": items(
            mapping(
                {"key": _NODES},
                {
                    "operator": exactly("Exists", "Equal"),
                    "value": text(r"[A-Za-z0-9._-]{0,63}"),
                    "effect": exactly("NoSchedule", "PreferNoSchedule", "NoExecute"),
                    "tolerationSeconds": number(),
                },
            )
        ),
        "initContainers": items(either(CONTAINER, SIDECAR)),
        "volumes": items(_VOLUME),
    },
)  # fmt: skip
_TEMPLATE = mapping({
    "metadata": mapping({"labels": mapping({_OF: NAME, _APP: NAME, _FOR: NAME})}, {"annotations": named(_note, text())}),
    "spec": _POD,
})  # fmt: skip
_RUN = mapping(
    {"backoffLimit": number(), "podReplacementPolicy": exactly("Failed"), "template": _TEMPLATE},
    {"activeDeadlineSeconds": number(1)},
)
_CLAIM = mapping(
    {
        "accessModes": exactly(["ReadWriteOnce"], ["ReadWriteMany"]),
        "resources": mapping({"requests": mapping({"storage": QUANTITY})}),
    },
    {"storageClassName": NAME},
)
_WORKLOAD = either(
    _object(
        "apps/v1",
        "Deployment",
        mapping(
            {
                "strategy": exactly({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}),
                "selector": _SELECTED,
                "template": _TEMPLATE,
            },
            {"replicas": number()},
        ),
    ),
    _object(
        "apps/v1",
        "StatefulSet",
        mapping(
            {"replicas": number(), "serviceName": NAME, "selector": _SELECTED, "template": _TEMPLATE},
            {"volumeClaimTemplates": items(mapping({"metadata": mapping({"name": NAME}), "spec": _CLAIM}))},
        ),
    ),
    _object(
        "batch/v1",
        "CronJob",
        mapping(
            {
                "schedule": text(),
                "timeZone": text(),
                "concurrencyPolicy": exactly("Allow", "Forbid"),
                "startingDeadlineSeconds": number(),
                "successfulJobsHistoryLimit": number(),
                "failedJobsHistoryLimit": number(),
                "jobTemplate": mapping({"spec": _RUN}),
            },
            {"suspend": exactly(True)},
        ),
    ),
)
_PORTS = items(mapping({"protocol": exactly("TCP", "UDP"), "port": number(1)}))
_DNS = exactly({"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}})
_DOOR = exactly({"matchLabels": {"speccompile.io/ingress-controller": "true"}})
_PODS = mapping({"podSelector": _SELECTED})
_EVERYWHERE = mapping({
    "ipBlock": exactly({"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}, {"cidr": "::/0", "except": ["fe80::/10"]})
})  # fmt: skip
_BOTH = exactly(["Ingress", "Egress"])
_OTHERS = (
    _object(
        "v1",
        "Service",
        mapping(
            {
                "selector": _POD_LABELS,
                "ports": items(mapping({"name": NAME, "port": number(1), "targetPort": number(1)})),
            },
            {"clusterIP": exactly("None")},
        ),
    ),
    _object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        mapping(
            {"podSelector": _SELECTED, "policyTypes": _BOTH},
            {
                "ingress": items(
                    mapping({"from": items(either(_PODS, mapping({"namespaceSelector": _DOOR}))), "ports": _PORTS})
                ),
                "egress": items(
                    mapping(
                        {"to": items(either(_PODS, _EVERYWHERE, mapping({"namespaceSelector": _DNS})))},
                        {"ports": _PORTS},
                    )
                ),
            },
        ),
    ),
    _object(
        "policy/v1",
        "PodDisruptionBudget",
        mapping({
            "maxUnavailable": number(),
            "unhealthyPodEvictionPolicy": exactly("AlwaysAllow"),
            "selector": _SELECTED,
        }),
    ),
    _object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        mapping({
            "scaleTargetRef": mapping({"apiVersion": exactly("apps/v1"), "kind": exactly("Deployment"), "name": NAME}),
            "minReplicas": number(1),
            "maxReplicas": number(1),
            "metrics": items(
                mapping({
                    "type": exactly("Resource"),
                    "resource": mapping({
                        "name": exactly("cpu"),
                        "target": mapping({"type": exactly("AverageValue"), "averageValue": QUANTITY}),
                    }),
                })
            ),
        }),
    ),
    _object("v1", "PersistentVolumeClaim", _CLAIM),
)  # fmt: skip
_PART = mapping({
    "services": named(NAME, _WORKLOAD),
    "steps": named(NAME, _object("batch/v1", "Job", _RUN)),
    "objects": named(text(r"[A-Za-z]+/[a-z0-9.-]+"), lambda value: _of_its_kind(value, _OTHERS)),
    "settings": named(VARIABLE, either(text(), exactly(None))),
    "image": mapping({}, {"repository": VARIABLE, "tag": VARIABLE, "digest": VARIABLE}),
    "needs": items(NAME),
})  # fmt: skip
_LEVELS = {
    f"pod-security.kubernetes.io/{level}{suffix}": exactly(value)
    for level in ("enforce", "audit", "warn")
    for suffix, value in (("", "restricted"), ("-version", "latest"))
}
_INGRESS_NOTE = text(
    r"cert-manager\.io/(cluster-)?issuer|"
    r"nginx\.ingress\.kubernetes\.io/(proxy-(body-size|read-timeout|send-timeout)|(force-)?ssl-redirect|limit-(rps|rpm|connections))"
)
_PATHS = items(
    mapping({
        "path": PATH,
        "pathType": exactly("Prefix", "Exact"),
        "backend": mapping({"service": mapping({"name": NAME, "port": mapping({"number": number(1)})})}),
    })
)  # fmt: skip
_INGRESS = mapping({
    "apiVersion": exactly("networking.k8s.io/v1"),
    "kind": exactly("Ingress"),
    "metadata": mapping(
        {"name": NAME, "namespace": NAME, "labels": _LABELS}, {"annotations": named(_INGRESS_NOTE, text())}
    ),
    "spec": mapping(
        {"rules": items(mapping({"http": mapping({"paths": _PATHS})}, {"host": text(r"[*a-z0-9.-]+")}))},
        {"ingressClassName": NAME, "tls": items(mapping({"hosts": items(NAME), "secretName": NAME}))},
    ),
})  # fmt: skip
_SHARED = (
    _INGRESS,
    mapping({
        "apiVersion": exactly("v1"),
        "kind": exactly("Namespace"),
        "metadata": mapping({"name": NAME, "labels": mapping({_APP: NAME, **_LEVELS})}),
    }),
    mapping(
        {
            "apiVersion": exactly("v1"),
            "kind": exactly("ServiceAccount"),
            "metadata": _HEAD,
            "automountServiceAccountToken": exactly(False),
        },
        {"imagePullSecrets": items(mapping({"name": NAME}))},
    ),
    _object("networking.k8s.io/v1", "NetworkPolicy", mapping({"podSelector": exactly({}), "policyTypes": _BOTH})),
)  # fmt: skip
_GROUND = named(text(r"[A-Za-z]+/[a-z0-9.-]+"), lambda value: _of_its_kind(value, _SHARED))


def unkept(part: Part) -> str | None:
    """What *part* says that no release keeps; None where there is nothing of the kind."""
    return _PART(part.content)


def unkept_ground(ground: Mapping[str, Any]) -> str | None:
    """The same of what all services share."""
    return _GROUND(ground)


def checked(content: bytes, place: str) -> Part:
    """The part that *content* from a store is; raises ``Refused`` (SC701) when it says what the compiler never writes."""
    return Part(canonical(foreign.read(content, place, _PART)))


def ground(text_: str) -> dict[str, Any]:
    """What all services share, of a text that may be from a store; raises as ``checked``."""
    return foreign.read(text_.encode(), "what all services share", _GROUND) if text_ else {}


def _of_its_kind(value: Any, shapes: tuple[Shape, ...]) -> str | None:
    """What is wrong with an object, said by the shape that comes closest: the one of its kind."""
    problems = [one(value) for one in shapes]
    if None in problems:
        return None
    return next((one for one in problems if one and not one.startswith(("apiVersion", "kind"))), problems[0])
