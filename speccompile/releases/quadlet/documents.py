"""Units in parts, one a service, as releases keep them; a part is read as a stranger's (see ``releases.documents``).

A part has the texts of the units of all that runs in a service's image, of the networks and volumes that they use and of the timers that start them. What else
it says (what is a step, what comes first) follows from these texts, and is compared with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccompile.diagnostics import quoted
from speccompile.regex import regex
from speccompile.releases import foreign
from speccompile.releases.documents import Part
from speccompile.releases.foreign import canonical
from speccompile.releases.quadlet import admitted
from speccompile.releases.quadlet.admitted_programs import strange_program
from speccompile.verify.readers.unitfile import Unit, Unreadable, read

CONFIGS = ("nginx.conf", "Caddyfile")
"""The files of a front door, by which it is known."""
_BESIDE = {"networks": ".network", "volumes": ".volume", "timers": ".timer"}
_NAME = regex(r"[a-z][a-z0-9_.-]{0,99}")
_REPLICA = regex(r"_[1-9][0-9]{0,3}$")


def workload(app: str, unit: str) -> str:
    """The workload that the container unit *unit* is one of."""
    return _REPLICA.sub("", unit.removeprefix(f"{app}-"))


def part(app: str, units: Mapping[str, str], names: Iterable[str]) -> Part:
    """Of all *units* (texts by their file names) what concerns the workloads *names*."""
    wanted = tuple(names)
    containers = {
        stem: text
        for file, text in sorted(units.items())
        if (stem := file.removesuffix(".container").removesuffix(".service")) != file and workload(app, stem) in wanted
    }
    told = {
        name: {stem: text for stem, text in containers.items() if workload(app, stem) == name}
        for name in wanted
        if any(workload(app, stem) == name for stem in containers)
    }
    read_units = {stem: read(text) for stem, text in containers.items()}
    used = {_stem(value) for unit in read_units.values() for value in _used(unit)} | containers.keys()
    beside = {
        about: {
            stem: text
            for file, text in sorted(units.items())
            if (stem := file.removesuffix(suffix)) != file and stem in used
        }
        for about, suffix in _BESIDE.items()
    }
    described = {name: _described(app, one) for name, one in told.items()}
    configs = {
        name: {"file": f"./{name}"} for name in sorted({c for one in described.values() for c in one["configs"]})
    }
    program = any(is_program(unit) for unit in read_units.values())
    return Part(canonical({"app": app, "services": described, **beside, "configs": configs}), program)


def checked(content: bytes, place: str) -> Part:
    """The part that *content* from a store is; raises ``Refused`` (SC701) when it says what the compiler never writes."""
    found = foreign.read(content, place, _first_strange)
    return Part(canonical(found), any(map(is_program, _units(found))))


def unkept(one: Part) -> str | None:
    """What *one* says that no release keeps, as ``checked`` would find it later; None where there is nothing of the kind."""
    return next(_strange(one.content), None)


def is_program(unit: Unit) -> bool:
    """Whether systemd starts it itself, in no container."""
    return not any(one.section == "Container" for one in unit.entries)


def file_of(stem: str, text: str) -> str:
    """The file that the unit *stem* with *text* is in."""
    return f"{stem}.service" if is_program(read(text)) else f"{stem}.container"


def is_on_demand(unit: Unit) -> bool:
    """Whether a timer or somebody starts it: neither systemd by itself, nor what needs it."""
    return unit.value("Install", "WantedBy") is None and not is_step(unit)


def is_step(unit: Unit) -> bool:
    """Whether it is a step of a release: it ends, and counts as up from then on."""
    return unit.value("Service", "Type") == "oneshot" and unit.value("Service", "RemainAfterExit") == "yes"


def _described(app: str, units: Mapping[str, str]) -> dict[str, Any]:
    """A workload: its *units*, and what follows from them, in the words that compose has for it (``releases.steps`` asks for these)."""
    (first, *_) = parsed = [read(text) for text in units.values()]
    needs = {
        workload(app, value.removesuffix(".service"))
        for unit in parsed
        for key in ("Requires", "Wants")
        for value in unit.values("Unit", key)
        if value.endswith(".service")
    }
    configs = {value.removeprefix("./").partition(":")[0] for value in first.values("Container", "Volume")}
    return {
        "units": dict(units),
        "restart": "no" if is_step(first) else "always",
        "profiles": ["on-demand"] if is_on_demand(first) else [],
        "depends_on": sorted(needs),
        "configs": sorted(configs & set(CONFIGS)),
    }


def _used(unit: Unit) -> Iterator[str]:
    yield from (value.partition(":")[0] for value in unit.values("Container", "Volume"))
    yield from unit.values("Container", "Network")


def _stem(value: str) -> str:
    return value.removesuffix(".network").removesuffix(".volume")


def _first_strange(found: dict[str, Any]) -> str | None:
    try:
        return next(_strange(found), None)
    except Unreadable as error:
        return f"a unit that cannot be read: {error}"


def _strange(found: dict[str, Any]) -> Iterator[str]:
    if set(found) != {"app", "services", "configs", *_BESIDE}:
        yield "its parts are others"
    app = found["app"]
    if not _NAME.fullmatch(app):
        yield "it is of no application"
    for name, service in found["services"].items():
        if not _NAME.fullmatch(name):
            yield f"{quoted(name)} is no service's name"
        if not service["units"] or service != _described(app, service["units"]):
            yield f"{name}: what it says of its units does not follow from them"
        for stem, text in service["units"].items():
            if workload(app, stem) != name:
                yield f"{name}: the unit {quoted(stem)} is another's"
            yield from (f"{stem}: {problem}" for problem in _strange_unit(app, stem, read(text)))
    if len(set(map(is_program, _units(found)))) > 1:
        yield "a part of it is in a container, and another is not: a release says one thing that all of a service runs"
    yield from _strange_beside(app, found)


def _strange_unit(app: str, stem: str, unit: Unit) -> Iterator[str]:
    return strange_program(app, stem, unit) if is_program(unit) else admitted.strange_container(app, stem, unit)


def _units(found: Mapping[str, Any]) -> Iterator[Unit]:
    for service in found["services"].values():
        yield from map(read, service["units"].values())


def _strange_beside(app: str, found: dict[str, Any]) -> Iterator[str]:
    """Of networks, volumes, timers and configurations."""
    for about, suffix in _BESIDE.items():
        for stem, text in found[about].items():
            strange = admitted.strange_beside(app, stem, suffix, read(text))
            yield from (f"{stem}{suffix}: {problem}" for problem in strange)
    for name, what in found["configs"].items():
        if name not in CONFIGS or what != {"file": f"./{name}"}:
            yield f"configs.{quoted(name)} is none that is written here"
