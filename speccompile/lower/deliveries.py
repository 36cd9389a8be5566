"""What a workflow deploys by itself: each environment of deploy.yaml that says `by`."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.plan.delivery import Delivery
from speccompile.provenance import Cause, because
from speccompile.spec.project import ProjectSpec

CODE = "SC752"
TITLE = "who deploys"

_BUCKET = "s3://"


def deliveries(spec: ProjectSpec) -> Iterator[Delivery]:
    """Those of *spec*, in the order of deploy.yaml."""
    for one in spec.environments:
        if one.says.by:
            yield Delivery(
                environment=one.name,
                values=one.says.values,
                object_store=(one.says.releases or "").startswith(_BUCKET),
                origin=because(CODE, Cause(one.says.at("by"))),
            )
