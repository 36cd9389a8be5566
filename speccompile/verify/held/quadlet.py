"""Demands, read back from the units of quadlet.

The readers of compose look at them through a view that gives each container in compose's words; what systemd holds in a way of its own has a
reader here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Schedule
from speccompile.realise.front_door import FrontDoor
from speccompile.realise.quadlet import names
from speccompile.realise.quadlet.calendar import events
from speccompile.verify.held import READERS as COMPOSE
from speccompile.verify.held.outcome import (
    Held,
    Outcome,
    Reader,
    approximated,
    by_default,
    enforced,
    lost,
    programs,
    stricter,
)
from speccompile.verify.held.quadlet_container import lines_of, lists, words
from speccompile.verify.held.quadlet_program import lines_of_program, program
from speccompile.verify.held.quadlet_program import unprivileged as of_program
from speccompile.verify.held.view import Lines, View
from speccompile.verify.held.zones import is_same_zone
from speccompile.verify.quadlet.expected import DIRECTORY
from speccompile.verify.readers.crontab import Entry as Job
from speccompile.verify.readers.unitfile import Unit, Unreadable, read

_NO_UNIT = "no unit of quadlet runs it"


class UnitsView(View):
    """The units, as the readers of compose look at a compose file."""

    clock = "the timer, once it is enabled,"

    @cached_property
    def front(self) -> FrontDoor | None:
        """The front door, whose configuration lies beside the units."""
        found = super().front
        return replace(found, config=f"{DIRECTORY}/{found.config}") if found else None

    def unit(self, name: str, kind: str = "container") -> tuple[str, Unit] | None:
        """The path of the unit *name* of a kind, and what it says."""
        path = f"{DIRECTORY}/{name}.{kind}"
        try:
            found = read(self.files.get(path, ""))
        except Unreadable:
            return None
        runs = {"container": ("Container", "Image"), "service": ("Service", "ExecStart")}.get(kind)
        return (path, found) if path in self.files and (runs is None or found.value(*runs)) else None

    def units(self, service: str) -> Iterator[tuple[str, Unit]]:
        """Those of the workload *service*: one, or one for each of its replicas."""
        name = names.unit(self.plan.app, service)
        number = 1
        if found := self.unit(name) or self.unit(name, "service"):
            yield found
        while found := self.unit(f"{name}_{number}"):
            yield found
            number += 1

    @property
    def composed(self) -> dict[str, Any]:
        """The networks, each with whether it is internal."""
        found = (path for path in self.files if path.startswith(f"{DIRECTORY}/") and path.endswith(".network"))
        units = {path.rpartition("/")[2]: self.unit(path.rpartition("/")[2][:-8], "network") for path in found}
        internal = {name: unit[1].value("Network", "Internal") == "true" for name, unit in units.items() if unit}
        return {"networks": {name: {"internal": value} for name, value in internal.items()}}

    def box(self, name: str) -> dict[str, Any]:
        """A workload in compose's words; empty where no unit runs it."""
        found = [unit for _, unit in self.units(name)]
        if found and found[0].value("Service", "ExecStart"):
            return program(found[0])
        return (
            {} if not found else {**words(found[0]), **lists(found[0], self.plan), "deploy": {"replicas": len(found)}}
        )

    def at(self, *path: str | int) -> Lines:
        """The first line of a unit of a workload."""
        found = next(self.units(str(path[1])), None) if path[:1] == ("services",) else None
        return ((found[0], found[1].entries[0].line),) if found and found[1].entries else ()

    def key(self, service: str, *path: str | int) -> Lines:
        """The line of the unit that says what a key of compose does."""
        found = next(self.units(service), None)
        if found is None:
            return ()
        alone = found[0].endswith(".service")
        return tuple((found[0], line) for line in (lines_of_program if alone else lines_of)(found[1], self.plan, *path))

    def job(self, service: str) -> Job | None:
        """The times of its timer, as the cron fields of the plan, where the timer has just these."""
        found, schedule = self.unit(names.unit(self.plan.app, service), "timer"), self._schedule(service)
        if (
            found is None
            or schedule is None
            or found[1].values("Timer", "OnCalendar") != events(schedule.cron, schedule.zone)
        ):
            return None
        return Job(schedule.cron, "", None, 0, ())

    def due(self, service: str) -> Lines:
        """The lines of its timer."""
        found = self.unit(names.unit(self.plan.app, service), "timer")
        every = found[1].entries if found else ()
        return tuple((found[0], one.line) for one in every if found and one.key == "OnCalendar")

    def zone(self, service: str) -> str:
        """The zone of the first of the times of its timer, which stands behind the time of day; "" where it names none."""
        found = self.unit(names.unit(self.plan.app, service), "timer")
        words = (found[1].value("Timer", "OnCalendar") or "").split() if found else []
        return words[-1] if words and ":" not in words[-1] else ""

    def _schedule(self, service: str) -> Schedule | None:
        backups = [store.backup for store in self.plan.stores if store.backup]
        found = {one.workload.name: one.schedule for one in backups}
        found |= {one.name: one.schedule for one in self.plan.services if one.schedule}
        return found.get(service)


def held(plan: Plan, files: Mapping[str, str]) -> Held:
    """What the units among *files* (path → text) say about a demand."""
    return partial(_read, UnitsView(plan, files))


def _read(view: UnitsView, demand: Demand) -> Outcome:
    own = READERS.get(demand.kind)
    return own(view, demand) if own else COMPOSE[demand.kind](view, demand)


def schedule(view: View, demand: Demand) -> Outcome:
    """The calendar events of its timer, and the zone that they name; without one, the machine's."""
    entry, lines, service = view.job(demand.service), view.due(demand.service), view.service(demand.service)
    if entry is None:
        return lost(f"no timer starts {demand.service}", lines)
    if entry.fields != demand.get("cron"):
        blamed = [service.schedule.origin] if service and service.schedule else []
        return lost(f"its timer elapses as cron does at `{entry.fields}`, not `{demand.get('cron')}`", lines, *blamed)
    zone, wanted = view.zone(demand.service) if isinstance(view, UnitsView) else "", demand.get("zone")
    if wanted and not zone:
        return approximated(f"its timer elapses in the machine's zone; {wanted} has to be that", lines)
    if wanted and is_same_zone(wanted, zone):
        return enforced(f"its timer, once it is enabled, elapses as cron does at `{entry.fields}` of {zone}", lines)
    if wanted:
        blamed = [service.schedule.zoned] if service and service.schedule else []
        return lost(f"its timer elapses in {zone}, not in {wanted}", lines, *blamed)
    return enforced(f"its timer, once it is enabled, elapses as cron does at `{entry.fields}`", lines)


def exclusive(view: View, demand: Demand) -> Outcome:
    """systemd starts no unit that is active; a run that is asked for meanwhile is the one that goes on."""
    box, lines = view.box(demand.service), view.key(demand.service, "container_name")
    if not box:
        return lost(_NO_UNIT)
    if box["deploy"]["replicas"] != 1:
        return lost(f"{box['deploy']['replicas']} units run it", lines)
    return enforced(f"one unit runs it as {box['container_name']}, and systemd starts no second one", lines)


def overlap(view: View, demand: Demand) -> Outcome:
    """A timer that elapses while its service runs starts nothing."""
    lines = view.due(demand.service)
    if not lines:
        return lost(f"no timer starts {demand.service}")
    if demand.get("policy") == "skip":
        return enforced("systemd starts no unit that is still going on", lines)
    return lost(f"a run that is due meanwhile is skipped; a timer cannot let it {demand.get('policy')}", lines)


def rundeadline(view: View, demand: Demand) -> Outcome:
    """``TimeoutStartSec`` of what runs once bounds the run."""
    found, wanted, service = _unit(view, demand), demand.get("seconds"), view.service(demand.service)
    value = found[1].value("Service", "TimeoutStartSec") if found else None
    if found is None or value is None or not value.isdecimal() or found[1].value("Service", "Type") != "oneshot":
        return lost("nothing ends a run of it that takes too long")
    lines = tuple((found[0], one.line) for one in found[1].entries if one.key == "TimeoutStartSec")
    said = f"systemd ends a run after {value} s"
    if int(value) == wanted:
        return enforced(said, lines)
    if int(value) < wanted:
        return stricter(said, lines)
    if int(value) - wanted < 1:
        return approximated(f"{said}: whole seconds", lines)
    return lost(
        f"{said}, not {wanted:g} s", lines, *([service.workload.origin] if service and service.workload else ())
    )


def retries(view: View, demand: Demand) -> Outcome:
    """``Restart=on-failure`` with as many starts within a time."""
    policy, wanted = str(view.box(demand.service).get("restart", "")), demand.get("count")
    lines, service = view.key(demand.service, "restart"), view.service(demand.service)
    if wanted == 0 and policy == "no":
        return enforced("Restart=no: a run that failed is not started again", lines)
    if policy == f"on-failure:{wanted}":
        return approximated(f"systemd allows {wanted + 1} starts within a time: it knows no retries of one run", lines)
    number = policy.partition(":")[2]
    if number.isdecimal() and wanted is not None and int(number) < wanted:
        return stricter(f"systemd tries {number} times", lines)
    if policy == "no":
        return lost("Restart=no: it runs again when it is due; let the program try again itself", lines)
    blamed = [service.workload.restart.origin] if service and service.workload else []
    return lost(f"it is not tried again {wanted if wanted is not None else 'a number of'} times", lines, *blamed)


def restart(view: View, demand: Demand) -> Outcome:
    """``Restart=always``, and a check that kills what hangs."""
    lines, wanted = view.key(demand.service, "restart"), demand.get("seconds")
    if view.box(demand.service).get("restart") != "always":
        return lost("systemd does not start it again: a run that fails waits for the next one", lines)
    if wanted is not None:
        return approximated(f"systemd starts it again after 5 s; {wanted:g} s are not promised", lines)
    return by_default("systemd starts it again, also when its health check fails", lines)


def unprivileged(view: View, demand: Demand) -> Outcome:
    """A container's user is in its unit, a program's is made up."""
    found = _unit(view, demand)
    if found is None or not found[1].value("Service", "ExecStart"):
        return COMPOSE[demand.kind](view, demand)
    return of_program(view.key(demand.service, "user"), found[1])


def logskept(view: View, demand: Demand) -> Outcome:
    """The journal has one bound for all."""
    lines = view.key(demand.service, "logging")
    if demand.get("seconds") is None and demand.get("format") is not None:
        return programs(
            f"the journal keeps each line as the program writes it: {demand.get('format')} is the program's"
        )
    if not lines:
        return lost(_NO_UNIT)
    said = "the journal keeps what fits for all of the machine's logs together"
    return approximated(said if demand.get("seconds") is None else f"{said}; an age is said in journald.conf", lines)


def _unit(view: View, demand: Demand) -> tuple[str, Unit] | None:
    return next(view.units(demand.service), None) if isinstance(view, UnitsView) else None


READERS: dict[str, Reader] = {
    "schedule": schedule,
    "exclusive": exclusive,
    "overlap": overlap,
    "rundeadline": rundeadline,
    "retries": retries,
    "restart": restart,
    "logskept": logskept,
    "unprivileged": unprivileged,
}
