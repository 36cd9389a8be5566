"""The kustomization, read back: what it lists, the images that it tags, the parameters that it generates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from speccompile.codes import kubernetes as codes
from speccompile.realise.kubernetes.kinds import KubernetesPlan
from speccompile.verify.kubernetes.expected_pods import pod_of
from speccompile.verify.kubernetes.findings import Finding, entries, items

FILE = "kustomization.yaml"
_QUOTES = ("'", '"')


def expected(plan: KubernetesPlan, files: Iterable[str]) -> dict[str, Any]:
    """The kustomization that a realised plan implies, with its literals as pairs."""
    tags: dict[str, set[str | None]] = {}
    for controller in plan.controllers:
        image = pod_of(controller).image
        if image.digest is None:
            tags.setdefault(image.repository, set()).add(image.tag)
    parameters: dict[str, Any] = {"name": plan.parameters}
    if plan.settings:
        parameters["literals"] = [(one.key, one.value) for one in plan.settings]
    images = [{"name": name, "newTag": next(iter(found))} for name, found in sorted(tags.items()) if len(found) == 1]
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": plan.app,
        "resources": sorted(files),
        **({"images": images} if images else {}),
        "configMapGenerator": [parameters],
    }


def found(data: Any) -> Any:
    """What was read, in the same form: literals as kustomize takes them apart; raises ``ValueError`` for one that it could not."""
    generators = items(entries(data).get("configMapGenerator"))
    read = [
        {
            **entries(one),
            **({"literals": list(map(_pair, items(one["literals"])))} if "literals" in entries(one) else {}),
        }
        for one in generators
    ]
    return {**data, "configMapGenerator": read} if generators else data


def _pair(literal: Any) -> tuple[str, str]:
    """As ``parseLiteralSource`` and ``removeQuotes`` of kustomize's ``api/kv`` do."""
    key, sign, value = str(literal).partition("=")
    if not sign or not key:
        raise ValueError("a parameter has no name or no value")
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES
    return key, value[1:-1] if quoted else value


def listed(data: Any, files: Iterable[str]) -> Iterator[Finding]:
    """SC890: every manifest once, and nothing else."""
    names = [str(one) for one in items(entries(data).get("resources"))]
    there = set(files)
    for name in sorted(there - set(names)):
        yield Finding(FILE, ("resources",), codes.LISTED, f"{name} is not applied: it is not listed")
    for number, name in enumerate(names):
        if name not in there:
            yield Finding(FILE, ("resources", number), codes.LISTED, f"{name} is listed, and not there")
        if names.index(name) != number:
            yield Finding(FILE, ("resources", number), codes.LISTED, f"{name} is listed twice")
