"""What a part from a store may say of a pod's containers: what the compiler writes, and nothing more."""

from __future__ import annotations

from speccompile.releases.kubernetes.shapes import either, exactly, items, mapping, number, text

NAME = text(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?")
VARIABLE = text(r"[A-Za-z_][A-Za-z0-9_]{0,250}")
PATH = text(r"/[^\x00]{0,4000}")
QUANTITY = text(r"[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?")
_PROBE = mapping({
    "exec": mapping({"command": items(text())}),
    "periodSeconds": number(1),
    "timeoutSeconds": number(1),
    "failureThreshold": number(1),
})  # fmt: skip
_AMOUNTS = mapping(
    {"memory": QUANTITY, "cpu": QUANTITY},
    {"ephemeral-storage": QUANTITY, "nvidia.com/gpu": QUANTITY},
)  # fmt: skip
_SECURITY = {
    "allowPrivilegeEscalation": exactly(False),  # a value of YAML, no switch
    "capabilities": exactly({"drop": ["ALL"]}),
    "readOnlyRootFilesystem": exactly(True, False),
}
_NEEDED = {
    "name": NAME,
    "image": text(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,510}"),
    "imagePullPolicy": exactly("Never", "IfNotPresent"),
    "resources": mapping({"requests": _AMOUNTS, "limits": _AMOUNTS}),
}
_OTHERS = {
    "command": items(text()),
    "args": items(text()),
    "env": items(
        mapping(
            {"name": VARIABLE},
            {
                "value": text(),
                "valueFrom": either(
                    mapping({"secretKeyRef": mapping({"name": text(r"[a-z0-9.-]+-secret-values"), "key": VARIABLE})}),
                    mapping({"configMapKeyRef": mapping({"name": text(r"[a-z0-9.-]+-parameters"), "key": VARIABLE})}),
                ),
            },
        )
    ),
    "volumeMounts": items(mapping({"name": NAME, "mountPath": PATH}, {"readOnly": exactly(True)})),
    "startupProbe": _PROBE,
    "readinessProbe": _PROBE,
    "livenessProbe": _PROBE,
    "lifecycle": mapping({"preStop": mapping({"sleep": mapping({"seconds": number()})})}),
}  # fmt: skip
CONTAINER = mapping({**_NEEDED, "securityContext": mapping(_SECURITY)}, _OTHERS)
_OWN_USER = {"runAsUser": number(1), "runAsGroup": number(1)}
SIDECAR = mapping(
    {**_NEEDED, "restartPolicy": exactly("Always"), "securityContext": mapping({**_SECURITY, **_OWN_USER})}, _OTHERS
)
"""A container that is beside a pod's own, as its own user."""
