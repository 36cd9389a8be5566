"""What the specs have put out of force, in one note: waivers, assertions that are not confirmed, files that no chosen target gives.

A commit can do each of these, and nothing of it is drift: so it is said each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from speccompile.cli.waivers import is_over
from speccompile.cli.workspace import Compiled
from speccompile.codes.standing import OUT_OF_FORCE
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.digests import ABSENT
from speccompile.plan.assertions import Covered, Standing
from speccompile.source import Span
from speccompile.verify.shortcomings import shortcomings

_SHOWN = 5
_DEPLOY = ("deploy.yaml", "deploy.yml")


def lasting(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """What there is to say of a project as long as its specs are as they are, whether anything has drifted or not."""
    held = shortcomings(compiled.compilation.platforms)
    return in_order((*compiled.standing_notes, *held, *out_of_force(compiled)))


def out_of_force(compiled: Compiled) -> Iterator[Diagnostic]:
    """The note, where there is anything to say in it."""
    accounts = compiled.compilation.standings
    waived = [one.assertion for one in accounts if one.standing is Standing.WAIVED and not _is_over(one.assertion)]
    others = [one for one in compiled.compilation.plan.assertions if one.status != "confirmed"]
    told = [*_waivers(waived), *_statuses(others)]
    parts = [", ".join(told)] if told else []
    parts += [f"targets leave out {_listed(compiled.left_out)}"] if compiled.left_out else []
    if parts:
        fix = "nothing, while all of that is meant; `speccompile plan --assertions` tells what became of each assertion"
        yield OUT_OF_FORCE.at(_place(compiled, waived, others), f"in force: {'; '.join(parts)}", fix=fix)


def _waivers(waived: Sequence[Covered]) -> Iterator[str]:
    if waived:
        names = [f"{one.assertion} {_until(one)}" for one in waived]
        yield f"{len(waived)} {'waiver' if len(waived) == 1 else 'waivers'} ({_listed(names)})"


def _is_over(one: Covered) -> bool:
    """Whether it is waived no more: that is an error of its own."""
    return one.waived is not None and is_over(one.waived)


def _until(one: Covered) -> str:
    return f"until {one.waived.until}" if one.waived and one.waived.until else "for ever"


def _statuses(others: Sequence[Covered]) -> Iterator[str]:
    for status, count in sorted(Counter(one.status for one in others).items()):
        yield f"{count} {status} ({_listed([one.assertion for one in others if one.status == status])})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _place(compiled: Compiled, waived: Sequence[Covered], others: Sequence[Covered]) -> Span:
    """The file that says so: deploy.yaml of waivers and targets, else the manifest."""
    deploys = [path for path, content in compiled.lock.inputs if path.endswith(_DEPLOY) and content != ABSENT]
    stated = [one.origin.causes[0].span.path for one in others]
    return Span((deploys if waived or compiled.left_out else stated)[0])
