"""Plan → the units of Podman's quadlet (5.4), in a directory of their own, with all that has to lie beside them."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.artifacts import Artifact
from speccompile.backends import front_door
from speccompile.backends.escape import unit
from speccompile.backends.quadlet import container, program
from speccompile.backends.quadlet.parameters import emit as parameters
from speccompile.backends.unitfile import Line, Section, artifact
from speccompile.plan.plan import Plan
from speccompile.realise.quadlet.quadlet_plan import Network, Timer, Volume
from speccompile.realise.quadlet.realisation import realised

TARGET = "quadlet"
DIRECTORY = "quadlet"


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The units of *plan*; nothing when nothing in it runs in a container."""
    return tuple(_emit(plan))


def _emit(plan: Plan) -> Iterator[Artifact]:
    realisation = realised(plan)
    if not realisation.containers and not realisation.programs:
        return
    for one in realisation.containers:
        yield container.emit(one, DIRECTORY, realisation.settings, TARGET)
    for each in realisation.programs:
        yield program.emit(each, plan.app, DIRECTORY, TARGET)
    yield from map(_network, realisation.networks)
    yield from map(_volume, realisation.volumes)
    yield from map(_timer, realisation.timers)
    yield parameters(realisation, plan.layout.output, DIRECTORY, TARGET)
    if realisation.front:
        config = front_door.written(realisation.front)
        yield Artifact(f"{DIRECTORY}/{config.path}", config.text, config.origins, TARGET)


def _network(one: Network) -> Artifact:
    lines = [Line("NetworkName", unit.argument(one.name), one.origin)]
    if one.internal:
        lines.append(Line("Internal", unit.unit_own("true"), one.origin))
    return artifact(f"{DIRECTORY}/{one.name}.network", TARGET, [Section("Network", tuple(lines))], one.origin)


def _volume(one: Volume) -> Artifact:
    lines = (Line("VolumeName", unit.argument(one.name), one.origin),)
    return artifact(f"{DIRECTORY}/{one.name}.volume", TARGET, [Section("Volume", lines)], one.origin)


def _timer(one: Timer) -> Artifact:
    """As cron does it: to the minute, and what was missed while the machine was off is not made up for."""
    lines = (
        *(Line("OnCalendar", unit.unit_plain(event), one.origin) for event in one.events),
        Line("AccuracySec", unit.unit_own("1s"), one.origin),
        Line("Persistent", unit.unit_own("false"), one.origin),
        Line("Unit", unit.unit_plain(f"{one.name}.service"), one.called),
    )
    sections = (
        Section("Unit", (Line("Description", unit.unit_plain(one.title), one.called),)),
        Section("Timer", lines),
        Section("Install", (Line("WantedBy", unit.unit_own("timers.target"), one.origin),)),
    )
    return artifact(f"{DIRECTORY}/{one.name}.timer", TARGET, sections, one.called)
