"""The answers of Kubernetes' manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from answers import Answers, System, octets

_NAME = "app.kubernetes.io/name"
_BASE = "kubernetes/base/"


def of_manifests(files: Mapping[str, str]) -> System:
    """The answers of the objects."""
    objects = [_read(text) for path, text in files.items() if path.startswith(_BASE) and "kustomization" not in path]
    out = {
        one["spec"]["podSelector"]["matchLabels"][_NAME]
        for one in objects
        if one["kind"] == "NetworkPolicy" and "ipBlock" in str(one["spec"])
    }
    workloads = {name: _pod(controller, template, name in out) for name, controller, template in _pods(objects)}
    overlaps = {
        (one["metadata"]["name"], "" if one["spec"].get("suspend") else one["spec"]["schedule"]): one["spec"][
            "concurrencyPolicy"
        ]
        == "Forbid"
        and one["spec"]["jobTemplate"]["spec"].get("podReplacementPolicy") == "Failed"
        for one in objects
        if one["kind"] == "CronJob"
    }
    return System(workloads, frozenset(_reached(objects)), overlaps)


@cache
def _read(text: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def _pods(objects: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for one in objects:
        spec = one.get("spec", {})
        spec = spec["jobTemplate"]["spec"] if one["kind"] == "CronJob" else spec
        if one["kind"] in ("Deployment", "StatefulSet", "Job", "CronJob"):
            yield spec["template"]["metadata"]["labels"][_NAME], one, spec["template"]["spec"]


def _pod(controller: dict[str, Any], pod: dict[str, Any], goes_out: bool) -> Answers:  # an answer
    (container,) = pod["containers"]
    user, rights = pod["securityContext"], container["securityContext"]
    files = {one["name"] for one in pod.get("volumes", ()) if "secret" in one}
    probe = container.get("readinessProbe", {}).get("exec", {}).get("command", ())
    made_of = {word for one in container.get("env", ()) for word in re.findall(r"\$\((\w+)\)", one.get("value", ""))}
    return Answers(
        user=f"{user['runAsUser']}:{user['runAsGroup']}",
        read_only=rights["readOnlyRootFilesystem"],
        capabilities=rights["capabilities"] != {"drop": ["ALL"]},
        escalates=rights["allowPrivilegeEscalation"],
        memory=octets(container["resources"]["limits"]["memory"]),
        cpus=_cpus(container["resources"]["limits"]["cpu"]),
        writable=frozenset(one["mountPath"] for one in container.get("volumeMounts", ()) if one["name"] not in files),
        secrets=frozenset(
            item["key"] for one in pod.get("volumes", ()) if "secret" in one for item in one["secret"]["items"]
        ),
        variables=frozenset(one["name"] for one in container.get("env", ()) if one["name"] not in made_of),
        ready=tuple(word.replace("$$", "$") for word in probe),
        goes_out=goes_out,
        number=controller["spec"].get("replicas", 1),
    )


def _cpus(cpu: str) -> float:
    return int(cpu[:-1]) / 1000 if cpu.endswith("m") else float(cpu)


def _reached(objects: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Who may call whom by the policies of who is called; "" is the ingress controller."""
    for one in objects:
        if one["kind"] == "NetworkPolicy":
            mine = one["spec"]["podSelector"].get("matchLabels", {}).get(_NAME)
            for rule in one["spec"].get("ingress", ()):
                (peer,) = rule["from"]
                yield (peer["podSelector"]["matchLabels"][_NAME] if "podSelector" in peer else "", mine)
