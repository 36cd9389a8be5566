"""What a cluster is told of a part: its objects in the namespace of the environment, with images by digest, the values of parameters, and marks.

Each object says in an annotation which digest all of it has, each pod that of its template: so what is there is compared without asking anybody what the
server's own defaults are. The parameters of a service are a ConfigMap of its own, named by its content: who alters a parameter starts only those services anew
that read it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccompile.digests import digest
from speccompile.realise.kubernetes.names import LABEL, fitted
from speccompile.record import record
from speccompile.releases.engines.kubernetes import MANAGED, MANAGER, PART
from speccompile.releases.foreign import canonical
from speccompile.releases.kubernetes import documents
from speccompile.releases.kubernetes.documents import Document

VERSION = "speccompile.io/version"
"""The annotation with the digest of all that an object, or a pod, was told."""
_DIGITS = 12
_PODS = ("Deployment", "StatefulSet")


@record(kw_only=True)
class Told:
    """The objects of a service: those that a step of its release needs, the step itself, the controllers, all else."""

    ground: tuple[Document, ...]
    steps: tuple[Document, ...]
    controllers: tuple[Document, ...]
    others: tuple[Document, ...]

    @property
    def lasting(self) -> tuple[Document, ...]:
        """All that stays: what others stand on first."""
        return (*self.ground, *self.others, *self.controllers)


@record(kw_only=True)
class Telling:
    """How parts become objects: the application's label, the namespace, the values of parameters by name."""

    app: str
    namespace: str
    values: Mapping[str, str]

    def of(self, group: str, content: Document, image: str | None) -> Told:
        """The objects of a part of *group*, whose containers run *image*."""
        every = (*content["services"].values(), *content["steps"].values())
        parameters = self._parameters(group, content)
        named = parameters["metadata"]["name"] if parameters else ""
        steps = frozenset(content["steps"])
        ground: list[Document] = [parameters] if parameters else []
        others: list[Document] = []
        for one in content["objects"].values():
            claim = one["kind"] == "PersistentVolumeClaim"
            (ground if claim or documents.about(one) & steps else others).append(self._marked(one))
        made = [self._controller(one, image, named) for one in every]
        return Told(
            ground=tuple(ground),
            steps=tuple(one for one in made if one["kind"] == "Job"),
            controllers=tuple(one for one in made if one["kind"] != "Job"),
            others=tuple(others),
        )

    def shared(self, ground: Document) -> tuple[Document, ...]:
        """The objects of all services, the namespace first."""
        made = (self._marked(one) for one in ground.values())
        return tuple(sorted(made, key=lambda one: (one["kind"] != "Namespace", one["kind"], one["metadata"]["name"])))

    def lacking(self, content: Document) -> Iterator[str]:
        """The parameters of a part that have neither a value nor a default."""
        for key, default in content["settings"].items():
            if default is None and key not in self.values:
                yield key

    def _parameters(self, group: str, content: Document) -> dict[str, Any] | None:
        data = {key: self.values.get(key, default or "") for key, default in content["settings"].items()}
        if not data:
            return None
        named = f"{group}-parameters-{_short(data)}"
        metadata = {"name": named, "labels": {PART: self.app}}
        document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "immutable": True, "data": data}
        return self._marked(document)

    def _controller(self, document: Document, image: str | None, parameters: str) -> dict[str, Any]:
        made = copy.deepcopy(dict(document))
        for container in documents.containers(made):
            if image:
                container["image"] = image
                container["imagePullPolicy"] = "IfNotPresent"
            for variable in container.get("env") or ():
                if source := (variable.get("valueFrom") or {}).get("configMapKeyRef"):
                    source["name"] = parameters
        if made["kind"] in _PODS:
            pod = documents.template(made)
            about = pod["metadata"]
            about["annotations"] = {**(about.get("annotations") or {}), VERSION: _short(pod)}
        if made["kind"] == "Job":
            # A job cannot be altered: that of another image, or with other values, is another one.
            made["metadata"]["name"] = fitted(f"{documents.workload(made)}-{_short(made['spec'])}", LABEL)
        return self._marked(made)

    def _marked(self, document: Document) -> dict[str, Any]:
        about = dict(document["metadata"])
        if document["kind"] == "Namespace":
            about["name"] = self.namespace
        else:
            about["namespace"] = self.namespace
        about["labels"] = {**about.get("labels", {}), MANAGED: MANAGER}
        made = {**document, "metadata": about}
        about["annotations"] = {**(about.get("annotations") or {}), VERSION: _short(made)}
        return made


def version(document: Document | None) -> str:
    """The digest that an object says of itself; "" where it says none."""
    return str((((document or {}).get("metadata") or {}).get("annotations") or {}).get(VERSION) or "")


def reference(content: Document, values: Mapping[str, str]) -> str:
    """The image that a part runs by the *values* of an operator: another repository, another tag, a digest."""
    first = next(documents.containers(next(iter(content["services"].values()))))
    said, _, pinned = str(first["image"]).partition("@")
    before, colon, tag = said.rpartition(":")
    repository, tag = (before, tag) if colon and "/" not in tag else (said, "")
    by = content["image"]
    repository = values.get(by.get("repository", "")) or repository
    tag = values.get(by.get("tag", "")) or tag
    chosen = values.get(by.get("digest", "")) or ""
    exact = f"sha256:{chosen.removeprefix('sha256:')}" if chosen else pinned
    return f"{repository}{f':{tag}' if tag else ''}{f'@{exact}' if exact else ''}"


def stream(objects: Iterable[Document]) -> str:
    """*objects* for kubectl to read, which takes JSON for the YAML that it is."""
    return "---\n".join(canonical(one) for one in objects)


def _short(found: Mapping[str, Any]) -> str:
    return digest(canonical(found).encode()).rpartition(":")[2][:_DIGITS]
