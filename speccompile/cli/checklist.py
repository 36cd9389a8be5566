"""The deployment checklist: each prerequisite with its state and, where it is not met, what to do. The problems themselves are shown before it, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from speccompile.diagnostics import Diagnostic
from speccompile.record import record


@record()
class Prerequisite:
    """What has to be so: its name, the codes that say that it is not, as ranges, and the stage that finds it out."""

    name: str
    codes: tuple[tuple[str, str], ...]
    stage: int

    def covers(self, code: str) -> bool:
        """Whether *code* is among them."""
        return any(first <= code <= last for first, last in self.codes)


_COMPILED = (
    Prerequisite("the specs can be read", (("SC100", "SC199"),), 1),
    Prerequisite("the specs make sense", (("SC200", "SC233"), ("SC297", "SC297"), ("SC570", "SC575")), 2),
    Prerequisite("package manifest: the source tree can be built", (("SC234", "SC299"), ("SC530", "SC539")), 3),
)
_SETTLED = Prerequisite("every assertion is settled", (("SC360", "SC360"),), 3)
_SHOWN = (
    Prerequisite("tests passed", (("SC547", "SC547"),), 5),
    Prerequisite("proofs passed", (("SC548", "SC548"),), 5),
    Prerequisite("nothing lost, contradicted or not understood", (("SC391", "SC393"),), 5),
)
_FOLLOWS = (Prerequisite("a deployment follows from them", (("SC300", "SC499"),), 4),)
_WRITTEN = (Prerequisite("the files can be written", (("SC500", "SC599"),), 6),)
_DRAWN = (Prerequisite("the files are what the specs give", (("SC500", "SC599"),), 4),)

GENERATE = (*_COMPILED, _SETTLED, *_FOLLOWS, *_WRITTEN)
"""What ``generate`` wants."""

STRICT = (*_COMPILED, _SETTLED, *_SHOWN, *_FOLLOWS, *_WRITTEN)
"""What ``generate --strict`` wants."""

IMAGES = (*_COMPILED, replace(_SETTLED, stage=5), *_SHOWN, *_FOLLOWS, *_DRAWN)
"""What ``build`` and ``push`` want: they compile without asking what is settled, and ask that in the end."""


def checklist(found: Sequence[Diagnostic], wanted: Sequence[Prerequisite], ending: str, head: str = "") -> str:
    """The checklist of what is *wanted*, for what *found* says, between *head* and *ending*; a prerequisite that was not looked at is marked so."""
    problems = _sorted_out(found, wanted)
    failed_at = _failed_at(problems, wanted)
    lines = ["Deployment checklist", "====================", *([head] if head else [])]
    for prerequisite in wanted:
        mine = problems.get(prerequisite)
        if mine:
            lines += [f"✗ {prerequisite.name}: {_counted(mine)}", f"    {mine[0].fix}"]
        elif prerequisite.stage <= failed_at:
            lines.append(f"✓ {prerequisite.name}")
        else:
            lines.append(f"· {prerequisite.name}: not looked at yet")
    return "\n".join([*lines, "", ending])


def as_data(found: Sequence[Diagnostic], wanted: Sequence[Prerequisite]) -> list[dict[str, Any]]:
    """The same as plain data: ``ok`` is None where it was not looked at."""
    problems = _sorted_out(found, wanted)
    failed_at = _failed_at(problems, wanted)
    return [
        {
            "name": one.name,
            "ok": False if one in problems else True if one.stage <= failed_at else None,
            "codes": sorted({diagnostic.code for diagnostic in problems.get(one, ())}),
            "fix": problems[one][0].fix if one in problems else None,
        }
        for one in wanted
    ]


def _failed_at(problems: dict[Prerequisite, list[Diagnostic]], wanted: Sequence[Prerequisite]) -> int:
    return min((one.stage for one in problems), default=max(one.stage for one in wanted))


def _sorted_out(found: Sequence[Diagnostic], wanted: Sequence[Prerequisite]) -> dict[Prerequisite, list[Diagnostic]]:
    """Each finding under the first prerequisite whose codes it is among."""
    sorted_out: dict[Prerequisite, list[Diagnostic]] = {}
    for diagnostic in found:
        for prerequisite in wanted:
            if prerequisite.covers(diagnostic.code):
                sorted_out.setdefault(prerequisite, []).append(diagnostic)
                break
    return sorted_out


def _counted(found: Sequence[Diagnostic]) -> str:
    """How many problems of which codes; what they are has been said with each of them."""
    several = Counter(diagnostic.code for diagnostic in found)
    codes = ", ".join(f"{code} ({count})" if count > 1 else code for code, count in sorted(several.items()))
    return f"{len(found)} {'problem' if len(found) == 1 else 'problems'} of {codes}"
