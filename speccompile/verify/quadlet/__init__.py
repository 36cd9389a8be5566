"""The units of quadlet, read back: they must be what the plan says, all of it and nothing else, and what any good unit is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes import quadlet as codes
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import FrontDoor
from speccompile.realise.quadlet.quadlet_plan import QuadletPlan
from speccompile.realise.quadlet.realisation import realised
from speccompile.source import Span
from speccompile.verify import front_door, place
from speccompile.verify.quadlet import bounds, parameters, programs, wiring
from speccompile.verify.quadlet.expected import DIRECTORY, expected, found
from speccompile.verify.quadlet.findings import Finding, Invariant, Units
from speccompile.verify.quadlet.said import Said
from speccompile.verify.readers.unitfile import Unescaped, Unit, Unreadable, read

INVARIANTS: tuple[Invariant, ...] = (
    bounds.privileges,
    bounds.limits,
    bounds.image,
    bounds.check,
    bounds.life,
    bounds.logs,
    wiring.secrets,
    wiring.exposure,
    wiring.order,
    wiring.mounts,
    wiring.references,
    programs.bounds,
)


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the units among *files* (path relative to the output directory → text)."""
    realisation = realised(plan)
    return tuple(
        one.code.at(Span(place.on_disk(plan, one.path), one.line, 1 if one.line else 0), one.message, fix=place.FIX)
        for one in (*_verify(plan, realisation, files), *_configuration(plan, realisation.front, files))
    )


def _verify(plan: Plan, realisation: QuadletPlan, files: Mapping[str, str]) -> Iterator[Finding]:
    mine = {path: text for path, text in files.items() if path.startswith(f"{DIRECTORY}/")}
    example, front = parameters.PLACE, realisation.front
    if not realisation.containers and not realisation.programs:
        yield from (
            Finding(path, 0, codes.NOT_THE_PLAN, "it is there, but nothing runs in a container") for path in mine
        )
        return
    wanted = expected(realisation)
    beside = {example, *([f"{DIRECTORY}/{front.config}"] if front else [])}
    for path in sorted((wanted.keys() | beside) - mine.keys()):
        yield Finding(path, 0, codes.NOT_THE_PLAN, "it is missing")
    for path in sorted(mine.keys() - wanted.keys() - beside):
        yield Finding(path, 0, codes.NOT_THE_PLAN, "it is there, and the plan knows nothing of it")
    units: dict[str, Unit] = {}
    for path in sorted(wanted.keys() & mine.keys()):
        try:
            units[path] = read(mine[path])
        except Unreadable as problem:
            yield Finding(path, problem.line, codes.UNREADABLE, str(problem))
    for path, unit in units.items():
        yield from _same(path, wanted[path], unit)
    yield from _invariants(plan, units)
    if example in mine:
        yield from parameters.verify(plan, realisation, example, mine[example])


def _invariants(plan: Plan, units: Units) -> Iterator[Finding]:
    for invariant in INVARIANTS:
        yield from invariant(plan, units)


def _same(path: str, want: tuple[Said, ...], unit: Unit) -> Iterator[Finding]:
    """The first line that is another one than the plan's; and each that cannot be read."""
    if unit.comments != place.header(path):
        yield Finding(path, 1, codes.NOT_THE_PLAN, "the comments are not the generated ones")
    have: list[tuple[int, Said]] = []
    for entry in unit.entries:
        try:
            have.append((entry.line, found(entry)))
        except Unescaped as problem:
            yield Finding(path, entry.line, codes.REFERENCES, str(problem))
            return
    for (line, one), other in zip(have, want, strict=False):
        if one != other:
            yield Finding(path, line, codes.NOT_THE_PLAN, f"{_shown(one)}, the plan says {_shown(other)}"[:300])
            return
    if len(have) != len(want):
        least = min(len(have), len(want))
        line, more = have[least] if len(have) > least else (0, want[least])
        where = "is more than the plan says" if line else "is missing at the end"
        yield Finding(path, line, codes.NOT_THE_PLAN, f"{_shown(more)} {where}"[:300])


def _shown(said: Said) -> str:
    return f"{said.section}.{said.key} is {quoted(repr(said.value))}"


def _configuration(plan: Plan, front: FrontDoor | None, files: Mapping[str, str]) -> Iterator[Finding]:
    """SC843: the front door's configuration, as the target that compose has for it verifies its own."""
    text = files.get(f"{DIRECTORY}/{front.config}") if front else None
    if front is None or text is None:
        return
    for one in front_door.verify(plan, front, {front.config: text}):
        yield Finding(f"{DIRECTORY}/{front.config}", one.span.line, codes.CONFIG, one.message)
