"""The manifests as a cluster reads them, parsed once, for looking demands up in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeAlias

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import Plan, Service
from speccompile.verify.held.outcome import Outcome
from speccompile.verify.kubernetes.expected import found
from speccompile.verify.kubernetes.findings import Manifest, PodOf, entries, items, pods
from speccompile.verify.kubernetes.kustomization import FILE
from speccompile.verify.kubernetes.labels import WORKLOAD
from speccompile.verify.kubernetes.place import DIRECTORY
from speccompile.verify.readers.yaml import Document, Path, Unreadable, read

Lines: TypeAlias = tuple[tuple[str, int], ...]


class View:
    """The manifests of *plan* among *files* (path → text). What cannot be read is not there: other verifiers say so."""

    def __init__(self, plan: Plan, files: Mapping[str, str]) -> None:
        self.plan, self._files = plan, files

    def service(self, name: str) -> Service | None:
        """The plan's service of that *name*; None for a library, which nothing runs."""
        return next((one for one in self.plan.services if one.name == name), None)

    @cached_property
    def _documents(self) -> dict[str, Document]:
        read_ = {}
        for path, text in self._files.items():
            if path.startswith(DIRECTORY):
                try:
                    read_[path.removeprefix(DIRECTORY)] = read(text)
                except Unreadable:
                    continue
        return read_

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """Every object, sizes in bytes and processor time in thousandths."""
        made = []
        for name, document in self._documents.items():
            try:
                made.append(Manifest(name, found(document.data)))
            except ValueError:
                continue
        return tuple(one for one in made if one.file != FILE)

    def pod(self, name: str) -> PodOf | None:
        """The pods of the workload called *name*."""
        return next((one for one in pods(self.manifests) if one.labels.get(WORKLOAD) == name), None)

    def of_kind(self, kind: str) -> tuple[Manifest, ...]:
        """The objects of a kind."""
        return tuple(one for one in self.manifests if one.kind == kind)

    def lines(self, one: Manifest, *path: str | int) -> Lines:
        """The line of a key of a manifest; nothing where it is not there."""
        places = self._documents[one.file].places
        return ((DIRECTORY + one.file, places[path][0]),) if path in places else ()

    def container(self, pod: PodOf) -> tuple[Path, Mapping[str, Any]]:
        """The container that a pod is there for, and where it stands."""
        return (*pod.path, "spec", "containers", 0), entries(next(iter(items(pod.spec.get("containers"))), {}))


Reader: TypeAlias = Callable[[View, Demand, PodOf], Outcome]
