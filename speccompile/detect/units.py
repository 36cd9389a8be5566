"""What is known of each service is kept apart: of what else it follows but its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.derived.memory import Memory
from speccompile.digests import digest
from speccompile.spec.project import ServiceSpec

SPECS = "specs"
"""The stage in which the specs are read."""

COMPILED = "compilation"
"""The stage in which all of it is compiled."""

BESIDE = "beside the services"
"""The stage in which that is looked at which is no service's."""


def unit_of(service: ServiceSpec) -> str:
    """What the stage is called in which *service* is looked at."""
    return f"service {service.name}"


def keys(services: Sequence[ServiceSpec], memory: Memory) -> Iterator[str | None]:
    """A key for each of *services*: of all specs but the manifests of services in other directories, which say nothing about it."""
    manifests = {service.manifest_path for service in services}
    asked = tuple(memory.asked(SPECS))
    if not asked:
        yield from (None for _ in services)
        return
    common = [one for one in asked if one[0] not in manifests]
    said = digest(repr(common).encode())
    of_manifests: dict[str, list[object]] = {}
    for one in asked:
        if one[0] in manifests:
            of_manifests.setdefault(one[0], []).append(one)
    beside: dict[str, set[str]] = {}
    for service in services:
        beside.setdefault(service.directory, set()).add(service.manifest_path)
    for service in services:
        own = [of_manifests.get(path) for path in sorted(beside[service.directory])]
        yield digest(" ".join((said, service.name, repr(own))).encode())
