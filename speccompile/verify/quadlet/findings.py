"""What is wrong in a unit, and what invariants look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from speccompile.codes.code import Code
from speccompile.plan.plan import Plan
from speccompile.verify.readers.unitfile import Unit

Units: TypeAlias = Mapping[str, Unit]
"""By path, relative to the output directory."""


class Finding(NamedTuple):
    """What is wrong in a line of a file; line 0 is the file as a whole."""

    path: str
    line: int
    code: Code
    message: str


Invariant: TypeAlias = Callable[[Plan, Units], Iterator[Finding]]


def of_kind(units: Units, kind: str) -> Iterator[tuple[str, str, Unit]]:
    """The path, the name and the unit of each of a kind (container, network, volume, timer)."""
    for path in sorted(units):
        name, _, ending = path.rpartition("/")[2].rpartition(".")
        if ending == kind:
            yield path, name, units[path]


def line(unit: Unit, section: str, key: str) -> int:
    """Where *key* is set; 0 where it is not."""
    return next((one.line for one in unit.entries if (one.section, one.key) == (section, key)), 0)
