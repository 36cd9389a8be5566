"""Which steps of a release are run on which machine.

A step changes data: it is run once where all machines ask the same store, and on each machine that has a store of its own. Compose's networks end at
the machine, so what a service finds by name is there, and what keeps data there has a volume; anything else is somewhere else, and one for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from speccompile.releases.composition import Composition, is_step
from speccompile.releases.wanted import Group


def once_for_all(composition: Composition) -> frozenset[str]:
    """The services of *composition* whose steps are run on one machine only: neither they nor what they need, directly or not, keeps data where it runs."""
    here = _with_data(composition)
    with_steps = {
        name for name, one in composition.parts.items() if any(map(is_step, one.content["services"].values()))
    }
    return frozenset(with_steps - here)


def without_steps(groups: Iterable[Group], ran: frozenset[str]) -> tuple[Group, ...]:
    """*groups*, those called in *ran* without steps."""
    return tuple(replace(one, steps=()) if one.name in ran else one for one in groups)


def _with_data(composition: Composition) -> set[str]:
    owner = {name: group for group, one in composition.parts.items() for name in one.content["services"]}
    needs = {
        group: {
            owner[need]
            for said in one.content["services"].values()
            for need in said.get("depends_on") or ()
            if need in owner
        }
        for group, one in composition.parts.items()
    }
    found = {group for group, one in composition.parts.items() if one.content.get("volumes")}
    while more := {group for group, needed in needs.items() if needed & found} - found:
        found |= more
    return found
