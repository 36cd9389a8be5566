"""Which environments a machine can follow by itself: those whose releases are recorded where others may read them, too, in `releases` of
deploy.yaml. Without it they are kept on the machine of whoever deploys, and nobody else sees them."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.plan.followed import Followed
from speccompile.provenance import Cause, because
from speccompile.spec.project import ProjectSpec

CODE = "SC492"
TITLE = "what follows releases"


def followed(spec: ProjectSpec) -> Iterator[Followed]:
    """Those of *spec*, by name."""
    for one in spec.environments:
        if one.says.releases is not None:
            yield Followed(
                environment=one.name,
                on=one.says.on,
                store=one.says.releases,
                origin=because(CODE, Cause(one.says.at("releases"))),
            )
