"""Every assertion of the specs is in the plan, whatever follows from it, so that it can be told what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.plan.plan import Covered
from speccompile.provenance import Cause, because
from speccompile.spec.project import ProjectSpec

CODE = "SC303"
TITLE = "assertions"


def covered(spec: ProjectSpec) -> Iterator[Covered]:
    """The assertions of all services, by service and then by id."""
    for service in spec.services:
        for assertion in sorted(service.manifest.assertions, key=lambda a: a.id):
            origin = because(CODE, Cause(assertion.at("id"), assertion.id))
            yield Covered(assertion=assertion.id, text=assertion.natural, status=assertion.status, origin=origin)
