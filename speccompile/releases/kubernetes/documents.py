"""Manifests in parts, one a service, as releases keep them; and what all services stand on and come in by, which is the text of the front door.

A part has the controllers of its service, the job of its release, all else that is about its workloads, the names and defaults of the parameters that its
variables are made of (no value of an operator's), the names of parameters that choose its image, and the services that it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from speccompile.record import record
from speccompile.releases.documents import Part
from speccompile.releases.engines.kubernetes import NAME
from speccompile.releases.foreign import canonical

Document: TypeAlias = Mapping[str, Any]

SHARED = ("Namespace", "ServiceAccount")
LASTING = ("Deployment", "StatefulSet", "CronJob")
"""The kinds of what runs, or is there to be run; a Job is a step of a release."""


@record(kw_only=True)
class Manifests:
    """All documents of an application."""

    controllers: Mapping[str, Document]
    steps: Mapping[str, Document]
    others: Mapping[str, Document]
    shared: Mapping[str, Document]

    def part(
        self, names: Iterable[str], needs: Iterable[str], settings: Mapping[str, str], image: Mapping[str, str]
    ) -> Part:
        """What they say of the workloads *names*, which *needs* come before; *settings* are the defaults of parameters, *image* says by which of them an
        operator chooses another image."""
        wanted = frozenset(names)
        services = {name: one for name, one in self.controllers.items() if name in wanted}
        steps = {name: one for name, one in self.steps.items() if name in wanted}
        claims = {claim for one in (*services.values(), *steps.values()) for claim in _claims(one)}
        return Part(
            canonical({
                "services": services,
                "steps": steps,
                "objects": {key: one for key, one in self.others.items() if about(one) & (wanted | claims)},
                "settings": {key: settings.get(key) for one in (services, steps) for key in parameters(one.values())},
                "image": dict(image),
                "needs": sorted(needs),
            })
        )  # fmt: skip

    @property
    def ground(self) -> str:
        """What all services share, as a text: the namespace, the account, that nothing else may be reached, and what comes in."""
        return canonical(self.shared)


def manifests(documents: Iterable[Document]) -> Manifests:
    """*documents* sorted by what they are."""
    controllers, steps, others, shared = {}, {}, {}, {}
    for one in documents:
        if one["kind"] in LASTING:
            controllers[workload(one)] = one
        elif one["kind"] == "Job":
            steps[workload(one)] = one
        elif one["kind"] in SHARED or one["kind"] == "Ingress" or not about(one):
            shared[key(one)] = one
        else:
            others[key(one)] = one
    return Manifests(controllers=controllers, steps=steps, others=others, shared=shared)


def key(document: Document) -> str:
    """``KIND/NAME``, as kubectl takes it."""
    return f"{document['kind']}/{document['metadata']['name']}"


def workload(document: Document) -> str:
    """The workload that a controller runs."""
    return str(document["metadata"]["labels"][NAME])


def about(document: Document) -> frozenset[str]:
    """The workloads that an object is about, or the claim that it is; nothing for what is about all of them."""
    spec = document.get("spec") or {}
    match document["kind"]:
        case "PersistentVolumeClaim":
            return frozenset((f"claim {document['metadata']['name']}",))
        case "Service":
            found = spec.get("selector") or {}
        case "HorizontalPodAutoscaler":
            return frozenset((spec["scaleTargetRef"]["name"],))
        case "NetworkPolicy":
            found = (spec.get("podSelector") or {}).get("matchLabels") or {}
        case "PodDisruptionBudget":
            found = spec["selector"]["matchLabels"]
        case _:
            found = {}
    return frozenset(str(value) for label, value in found.items() if label == NAME)


def template(document: Document) -> Any:
    """The template of a controller's pods."""
    spec = document["spec"]
    return (spec["jobTemplate"]["spec"] if document["kind"] == "CronJob" else spec)["template"]


def containers(document: Document) -> Iterator[Any]:
    """The containers of a controller's pods, those first that run before."""
    pod = template(document)["spec"]
    yield from pod.get("initContainers") or ()
    yield from pod["containers"]


def parameters(documents: Iterable[Document]) -> set[str]:
    """The parameters that variables of *documents* are made of, secrets not."""
    return {
        str(source["configMapKeyRef"]["key"])
        for source in _sources(documents)
        if "configMapKeyRef" in source
    }  # fmt: skip


def secrets(documents: Iterable[Document]) -> dict[str, set[str]]:
    """The keys of secrets that *documents* refer to, by secret."""
    found: dict[str, set[str]] = {}
    every = tuple(documents)
    for source in _sources(every):
        if one := source.get("secretKeyRef"):
            found.setdefault(str(one["name"]), set()).add(str(one["key"]))
    for document in every:
        for volume in template(document)["spec"].get("volumes") or ():
            if one := volume.get("secret"):
                keys = found.setdefault(str(one["secretName"]), set())
                keys.update(str(item["key"]) for item in one.get("items") or ())
    return found


def _sources(documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        for container in containers(document):
            for variable in container.get("env") or ():
                if source := variable.get("valueFrom"):
                    yield source


def _claims(document: Document) -> Iterator[str]:
    for volume in template(document)["spec"].get("volumes") or ():
        if one := volume.get("persistentVolumeClaim"):
            yield f"claim {one['claimName']}"
