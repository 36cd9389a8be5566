"""The system as it is in one environment: what differs there is generated beside what is the same everywhere."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.record import record


@record(kw_only=True)
class Variant(Node):
    """An environment by its ``name``: the platform that it is ``on``, the name of the part of that which it has to itself, where it has one (``apart``), and
    the whole ``plan`` of the system there; ``origin`` is why there is such an environment."""

    name: str
    on: str
    apart: str | None
    plan: Plan
