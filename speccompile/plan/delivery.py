"""A place that a workflow deploys to by itself, once the images are there."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record


@record(kw_only=True)
class Delivery(Node):
    """The environment ``environment`` of deploy.yaml. ``values`` is the file with the values of parameters, from the project's root; None where it is the
    ``.env`` beside the artifacts. ``object_store`` is whether releases are recorded in a bucket, and not in the registry."""

    environment: str
    values: str | None
    object_store: bool
