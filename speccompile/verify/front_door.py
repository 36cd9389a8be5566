"""The configuration of a front door, read back as what its program reads."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import FrontDoor
from speccompile.verify import caddy, nginx


def verify(plan: Plan, front: FrontDoor, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the configuration of *front*, which stands in *files* where it says."""
    if front.kind == "caddy":
        return caddy.of_front_door(plan, front, files)
    return nginx.of_front_door(plan, front, files)
