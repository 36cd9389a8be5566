"""The deployment checklist: each prerequisite of ``generate`` with its state, and the fix where it is not met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.diagnostics import Diagnostic, errors
from speccompile.record import record


@record()
class _Prerequisite:
    """What has to be so: its name, the codes that say that it is not, and the stage that finds it out."""

    name: str
    first: str
    last: str
    stage: int


_PREREQUISITES = (
    _Prerequisite("the specs can be read", "SC100", "SC199", 1),
    _Prerequisite("the specs make sense", "SC200", "SC233", 2),
    _Prerequisite("the source tree can be built", "SC234", "SC259", 3),
    _Prerequisite("every assertion is settled", "SC360", "SC360", 3),
    _Prerequisite("a deployment follows from them", "SC300", "SC499", 4),
    _Prerequisite("the files can be written", "SC500", "SC599", 5),
)


def checklist(found: Sequence[Diagnostic]) -> str:
    """The checklist for what *found* says; a prerequisite that was not looked at is marked so."""
    problems = _sorted_out(errors(found))
    failed_at = min((prerequisite.stage for prerequisite in problems), default=len(_PREREQUISITES))
    lines = ["Deployment checklist", "===================="]
    for prerequisite in _PREREQUISITES:
        mine = problems.get(prerequisite)
        if mine:
            lines.append(f"✗ {prerequisite.name}: {len(mine)} {'problem' if len(mine) == 1 else 'problems'}")
            lines += _shown(mine)
        elif prerequisite.stage <= failed_at:
            lines.append(f"✓ {prerequisite.name}")
        else:
            lines.append(f"· {prerequisite.name}: not looked at yet")
    return "\n".join([*lines, "", "Fix these, then run `speccompile generate` again. Nothing was written."])


def _sorted_out(stopping: Sequence[Diagnostic]) -> dict[_Prerequisite, list[Diagnostic]]:
    """Each finding under the first prerequisite whose codes it is among."""
    found: dict[_Prerequisite, list[Diagnostic]] = {}
    for diagnostic in stopping:
        for prerequisite in _PREREQUISITES:
            if prerequisite.first <= diagnostic.code <= prerequisite.last:
                found.setdefault(prerequisite, []).append(diagnostic)
                break
    return found


def _shown(found: Sequence[Diagnostic]) -> Iterator[str]:
    """Each problem, and below those that have it in common the fix."""
    by_fix: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        by_fix.setdefault(diagnostic.fix, []).append(diagnostic)
    for fix, same in by_fix.items():
        yield from (f"    {diagnostic.message}" for diagnostic in same)
        yield f"      fix: {fix}"
