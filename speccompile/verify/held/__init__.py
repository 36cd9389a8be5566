"""Demands of assertions, read back from the artifacts: one module a family, each kind with one reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import Plan
from speccompile.verify.held import answers, backups, containers, data, front_door, load, rates, reach, runs, transport
from speccompile.verify.held.outcome import Held, Outcome, Reader
from speccompile.verify.held.view import View

READERS: dict[str, Reader] = {
    kind: reader
    for family in (front_door, answers, backups, rates, containers, reach, runs, data, load, transport)
    for kind, reader in family.READERS.items()
}
"""Kind → what reads it back."""


def compose(plan: Plan, files: Mapping[str, str]) -> Held:
    """What the artifacts of compose among *files* (path → text) say about a demand."""
    return partial(_read, View(plan, files))


def _read(view: View, demand: Demand) -> Outcome:
    return READERS[demand.kind](view, demand)
