"""The deployment checklist: each prerequisite of ``generate`` with its state. The problems themselves are shown before it, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from speccompile.diagnostics import Diagnostic, errors
from speccompile.record import record


@record()
class _Prerequisite:
    """What has to be so: its name, the codes that say that it is not (and others), and the stage that finds it out."""

    name: str
    first: str
    last: str
    stage: int
    also: tuple[str, str] = ("", "")

    def covers(self, code: str) -> bool:
        """Whether *code* is among them."""
        return self.first <= code <= self.last or self.also[0] <= code <= self.also[1]


_PREREQUISITES = (
    _Prerequisite("the specs can be read", "SC100", "SC199", 1),
    _Prerequisite("the specs make sense", "SC200", "SC233", 2, ("SC570", "SC579")),
    _Prerequisite("the source tree can be built", "SC234", "SC299", 3),
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
            lines.append(f"✗ {prerequisite.name}: {_counted(mine)}")
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
            if prerequisite.covers(diagnostic.code):
                found.setdefault(prerequisite, []).append(diagnostic)
                break
    return found


def _counted(found: Sequence[Diagnostic]) -> str:
    """How many problems of which codes; what they are has been said with each of them."""
    several = Counter(diagnostic.code for diagnostic in found)
    codes = ", ".join(f"{code} ({count})" if count > 1 else code for code, count in sorted(several.items()))
    return f"{len(found)} {'problem' if len(found) == 1 else 'problems'} of {codes}"
