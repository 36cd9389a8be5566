"""Demands of assertions, read back from the artifacts: one module a family, each kind with one reader."""

from __future__ import annotations

from speccompile.plan.assertions import Demand
from speccompile.verify.held import answers, backups, containers, data, front_door, load, rates, reach, runs
from speccompile.verify.held.outcome import Outcome, Reader
from speccompile.verify.held.view import View

READERS: dict[str, Reader] = {
    kind: reader
    for family in (front_door, answers, backups, rates, containers, reach, runs, data, load)
    for kind, reader in family.READERS.items()
}
"""Kind → what reads it back."""


def held(view: View, demand: Demand) -> Outcome:
    """What the artifacts say about *demand*."""
    return READERS[demand.kind](view, demand)
