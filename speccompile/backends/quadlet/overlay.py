"""Plan → quadlet/overlays/NAME: what differs of the units in one environment, as drop-ins (podman-systemd.unit(5)), and units that are there alone.

A drop-in's line takes the place of what stands once; of what can stand several times an empty one takes back all, and dependencies only become more
(systemd.unit(5)). Its name comes before those of the operator's own, which so have the last word. A unit that is not there has a condition that never
holds: whatever requires it starts all the same (systemd.unit(5), "Requires=").
"""

from __future__ import annotations

from collections.abc import Sequence

from speccompile.artifacts import Artifact
from speccompile.backends import front_door
from speccompile.backends.escape import unit
from speccompile.backends.overlay import Overlay
from speccompile.backends.quadlet import container
from speccompile.backends.unitfile import Line, Section, artifact
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.provenance import merged
from speccompile.realise.quadlet.quadlet_plan import Container, QuadletPlan
from speccompile.realise.quadlet.realisation import of_environment, realised, realised_over
from speccompile.record import record

TARGET = "quadlet"
_SEVERAL = ("PodmanArgs", "Volume")
_ADDED = ("Requires", "Wants", "After")


@record()
class _Dropped:
    """What a drop-in says, and the keys that it would have to take away."""

    sections: tuple[Section, ...]
    unsayable: tuple[str, ...]


def emit(plan: Plan, variant: Variant) -> Overlay:
    """The overlay of *variant* over the units of *plan*; no file where nothing differs."""
    usual, there = realised(plan), realised_over(variant.plan, plan)
    apart = _has_another_door(usual, there, variant)
    there = of_environment(there, variant.name) if apart else there
    base = {one.name: one for one in usual.containers}
    absent = [one for one in usual.containers if one.name not in {each.name for each in there.containers}]
    dropped = {one.name: _dropped(base[one.name], one, there, absent) for one in there.containers if one.name in base}
    unsayable = (*_others(usual, there), *(f"{name}.{key}" for name, one in dropped.items() for key in one.unsayable))
    if unsayable:
        return Overlay((), unsayable)
    doors = [front_door.written(there.front)] if apart and there.front else []
    directory = f"quadlet/overlays/{variant.name}"
    return Overlay(
        (
            *(
                container.emit(one, directory, there.settings, TARGET)
                for one in there.containers
                if one.name not in base
            ),
            *(_drop_in(one, dropped[one.name], variant) for one in there.containers if _says(dropped.get(one.name))),
            *(_drop_in(one, _never(variant), variant) for one in absent),
            *(Artifact(f"{directory}/{each.path}", each.text, each.origins, TARGET) for each in doors),
        )
    )


def _says(dropped: _Dropped | None) -> bool:
    return dropped is not None and any(section.lines for section in dropped.sections)


def _drop_in(one: Container, dropped: _Dropped, variant: Variant) -> Artifact:
    path = f"quadlet/overlays/{variant.name}/{one.name}.container.d/05-{variant.name}.conf"
    return artifact(path, TARGET, dropped.sections, merged((one.called, variant.origin)), _use(one.name))


def _use(name: str) -> str:
    return f"It lies over {name}.container: the directory of the environment is copied, as it is, to where that is installed."


def _never(variant: Variant) -> _Dropped:
    """What keeps a unit from starting: there is a root directory everywhere."""
    line = Line("ConditionPathExists", unit.unit_own("!/"), variant.origin)
    return _Dropped((Section("Unit", (line,)),), ())


def _others(usual: QuadletPlan, there: QuadletPlan) -> tuple[str, ...]:
    """The networks, volumes and timers that are there alone, or are not there."""
    return tuple(sorted(_beside(usual) ^ _beside(there)))


def _beside(units: QuadletPlan) -> set[str]:
    networks, volumes = {one.name for one in units.networks}, {one.name for one in units.volumes}
    return {*networks, *volumes, *(one.name for one in units.timers)}


def _has_another_door(usual: QuadletPlan, there: QuadletPlan, variant: Variant) -> bool:
    """Whether the front door is configured in another way; the head of the file says what it is called, and does not count."""
    mine, theirs = (of_environment(one, variant.name).front for one in (usual, there))
    return bool(mine and theirs and front_door.written(mine).text != front_door.written(theirs).text)


def _dropped(usual: Container, there: Container, units: QuadletPlan, absent: Sequence[Container]) -> _Dropped:
    """What makes *there*, one of *units*, of *usual*; that it waits for those that are *absent* does no harm."""
    gone = {unit.unit_plain(f"{one.name}.service") for one in absent}
    before = {section.name: section.lines for section in container.sections(usual, units.settings)}
    sections: list[Section] = []
    unsayable: list[str] = []
    for section in container.sections(there, units.settings):
        lines: list[Line] = []
        for key in dict.fromkeys(line.key for line in (*section.lines, *before[section.name])):
            have = [
                line for line in before[section.name] if line.key == key and not (key in _ADDED and line.value in gone)
            ]
            want = [line for line in section.lines if line.key == key]
            if _values(have) == _values(want):
                continue
            said = _said(key, have, want)
            if said is None:
                unsayable.append(key)
            else:
                lines += said
        sections.append(Section(section.name, tuple(lines)))
    return _Dropped(tuple(sections), tuple(unsayable))


def _said(key: str, have: Sequence[Line], want: Sequence[Line]) -> list[Line] | None:
    """What makes *want* of *have*; None where no drop-in does."""
    if key in _ADDED:
        new = [line for line in want if line.value not in _values(have)]
        return new if set(_values(have)) <= set(_values(want)) else None
    if key in _SEVERAL and want:
        changed = [line for line in want if line.value not in _values(have)] or want
        return [Line(key, unit.unit_own(""), merged(line.origin for line in changed)), *want]
    return list(want) if len(want) == 1 and len(have) <= 1 else None


def _values(lines: Sequence[Line]) -> list[str]:
    return [line.value for line in lines]
