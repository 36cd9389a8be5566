"""The stage: the specs → what they say of each service, as sentences and as what these demand."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.record import record
from speccompile.requirements.asked import Asked, asked
from speccompile.requirements.concern import concerned
from speccompile.requirements.kinds import Requirement
from speccompile.requirements.statement import Statement, exclusions, wishes
from speccompile.spec.manifest import Manifest
from speccompile.spec.project import Bound, ProjectSpec, ServiceSpec
from speccompile.vocabulary import ArchetypeName


@record()
class Said:
    """What the specs say of one service: what it must do, what it is not, and what is demanded of it."""

    wishes: tuple[Statement, ...]
    exclusions: tuple[Statement, ...]
    asked: tuple[Asked[Requirement], ...]


def said(spec: ProjectSpec) -> Mapping[str, Said]:
    """What *spec* says of each of its services, by name."""
    return {
        service.name: _said(_concerning(spec, service), service.archetype, spec.bindings) for service in spec.services
    }


def _said(manifest: Manifest, archetype: ArchetypeName, bindings: Mapping[str, Bound]) -> Said:
    return Said(wishes(manifest, bindings), exclusions(manifest), asked(manifest, archetype, bindings))


def _concerning(spec: ProjectSpec, service: ServiceSpec) -> Manifest:
    """The manifest of *service*, with those of its assertions alone that concern it."""
    sharing = {one.name: one.role for one in spec.services if one.manifest_path == service.manifest_path}
    mine = tuple(one for one in service.manifest.assertions if service.name in concerned(one, sharing))
    return service.manifest.model_copy(update={"assertions": mine}) if len(sharing) > 1 else service.manifest
