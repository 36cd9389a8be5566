"""A place where releases of an environment are recorded, for a machine that follows them by itself."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record


@record(kw_only=True)
class Followed(Node):
    """The environment ``environment`` of deploy.yaml, which runs on the platform ``on``; ``store`` is the address of its releases, as deploy.yaml
    writes it."""

    environment: str
    on: str
    store: str
