"""What holds for every generated compose file, whatever the plan says."""

from __future__ import annotations

from speccompile.verify import compose_bounds as bounds
from speccompile.verify import compose_wiring as wiring
from speccompile.verify.compose_findings import Invariant
from speccompile.verify.compose_slots import slots

ALL: tuple[Invariant, ...] = (
    bounds.privileges,
    bounds.limits,
    bounds.restart,
    bounds.logs,
    bounds.checks,
    bounds.images,
    bounds.exclusive,
    wiring.order,
    wiring.secrets,
    wiring.exposure,
    wiring.joining,
    wiring.mounts,
    slots,
)
