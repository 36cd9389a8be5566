"""The stage: the specs → what they say of each service, as sentences and as what these demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.record import record
from speccompile.requirements.asked import Asked, asked
from speccompile.requirements.concern import concerned
from speccompile.requirements.kinds import Requirement
from speccompile.requirements.statement import Statement, exclusions, wishes
from speccompile.spec.manifest import Manifest
from speccompile.spec.project import Bound, ProjectSpec, ServiceSpec
from speccompile.vocabulary import ArchetypeName, Role


@record()
class Said:
    """What the specs say of one service: what it must do, what it is not, and what is demanded of it."""

    wishes: tuple[Statement, ...]
    exclusions: tuple[Statement, ...]
    asked: tuple[Asked[Requirement], ...]


def said(spec: ProjectSpec) -> Mapping[str, Said]:
    """What *spec* says of each of its services, by name: read when first somebody asks for it."""
    return _Spoken(spec)


class _Spoken(Mapping[str, Said]):
    """What a project's services are said to be. Where all that follows from it is known from the last time, nobody asks."""

    def __init__(self, spec: ProjectSpec) -> None:
        self._spec = spec
        self._services = {service.name: service for service in spec.services}
        self._sharing: dict[str | None, dict[str, Role]] = {}
        for service in spec.services:
            self._sharing.setdefault(service.manifest_path, {})[service.name] = service.role
        self._known: dict[str, Said] = {}

    def __getitem__(self, name: str) -> Said:
        if name not in self._known:
            service = self._services[name]
            concerning = _concerning(service, self._sharing[service.manifest_path])
            self._known[name] = _said(concerning, service.archetype, self._spec.bindings)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)


def _said(manifest: Manifest, archetype: ArchetypeName, bindings: Mapping[str, Bound]) -> Said:
    return Said(wishes(manifest, bindings), exclusions(manifest), asked(manifest, archetype, bindings))


def _concerning(service: ServiceSpec, sharing: Mapping[str, Role]) -> Manifest:
    """The manifest of *service*, with those of its assertions alone that concern it: *sharing* are the roles of all services that have it."""
    mine = tuple(one for one in service.manifest.assertions if service.name in concerned(one, sharing))
    return service.manifest.model_copy(update={"assertions": mine}) if len(sharing) > 1 else service.manifest
