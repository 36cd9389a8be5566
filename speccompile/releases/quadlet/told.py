"""A composition of units as files of a machine: which files each workload has, which version of it these are, and what a deployment wants of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes.releases import BAD_PART
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases.composition import Composition, is_step
from speccompile.releases.documents import step_number
from speccompile.releases.quadlet.admitted_programs import installed
from speccompile.releases.quadlet.cellar import directory
from speccompile.releases.quadlet.shelf import mark
from speccompile.releases.record import is_image
from speccompile.releases.wanted import Group, Wanted, Way
from speccompile.source import Span
from speccompile.verify.readers.unitfile import Unit, read

_PATIENCE = 30.0  # seconds beside those of the probe in which Podman makes a container on a busy machine
_UNASKED = 60.0


@record(kw_only=True)
class Told:
    """What systemd is told of one workload: ``units`` are the texts of its containers by the names of their units, ``configs`` the files that only they use, by
    name, ``shared`` the networks and volumes, which others may use, ``timers`` those that start it. ``on_demand``: nothing runs until somebody starts it.
    ``program`` is the archive or the closure whose files it runs where it is in no container."""

    units: Mapping[str, str]
    configs: Mapping[str, str]
    shared: Mapping[str, str]
    timers: Mapping[str, str]
    on_demand: bool
    program: str | None = None

    @property
    def files(self) -> Mapping[str, str]:
        """All that a unit needs beside itself."""
        return {**self.shared, **self.configs}

    @property
    def version(self) -> str:
        """The digest of all of it."""
        said = [*sorted(self.units.items()), *sorted(self.files.items()), *sorted(self.timers.items())]
        return digest("\0".join("\0".join(one) for one in said).encode()).rpartition(":")[2][:32]


def told(app: str, composition: Composition) -> dict[str, Told]:
    """What is told of each workload of *composition*, steps among them. Raises ``Refused`` where a part is of another application: its units would be
    that one's."""
    found: dict[str, Told] = {}
    for group, part in composition.parts.items():
        content = part.content
        if content["app"] != app:
            message = f"what was kept of {group} is of another application"
            raise Refused(
                [BAD_PART.at(Span(group), message, fix="deploy again from the specs; see who can write there")]
            )
        for name, service in content["services"].items():
            runs = composition.images.get(group)
            found[name] = _told(content, service, runs, composition.routes)
    return found


def groups(composition: Composition, known: Mapping[str, Told], watch: float) -> tuple[Group, ...]:
    """What is wanted, by service; *known* is what ``told`` gives of it."""
    owner = {name: group for group, part in composition.parts.items() for name in part.content["services"]}
    return tuple(_group(group, composition, known, owner, watch) for group in composition.parts)


def _group(
    group: str, composition: Composition, known: Mapping[str, Told], owner: Mapping[str, str], watch: float
) -> Group:
    services = composition.parts[group].content["services"]
    steps = tuple(sorted((name for name, one in services.items() if is_step(one)), key=step_number))
    workloads = tuple(
        _wanted(name, known[name], watch)
        for name in sorted(services, key=lambda name: (name != group, name))
        if name not in steps
    )
    needs = frozenset(owner[need] for one in services.values() for need in one["depends_on"] if need in owner) - {group}
    return Group(
        name=group,
        steps=steps,
        workloads=workloads,
        needs=needs,
        front=any(one["configs"] for one in services.values()),
    )


def _wanted(name: str, one: Told, watch: float) -> Wanted:
    unit = read(next(iter(one.units.values())))
    asked = unit.value("Container", "Notify") == "healthy"
    grace = _number(unit, "Container", "StopTimeout", 10.0)
    starting = _number(unit, "Service", "TimeoutStartSec", _UNASKED)
    return Wanted(
        name=name,
        version=one.version,
        document="",
        replicas=len(one.units),
        way=Way.IN_PLACE,
        patience=starting + _PATIENCE,
        grace=grace,
        settle=0.0,
        asked=asked or one.on_demand,
        watch=watch,
    )


def _number(unit: Unit, section: str, key: str, default: float) -> float:
    value = (unit.value(section, key) or "").removesuffix("s")
    return float(value) if value.isdecimal() else default


def _told(content: Mapping[str, Any], service: Mapping[str, Any], runs: str | None, routes: str) -> Told:
    app: str = content["app"]
    program = None if runs is None or is_image(runs) else runs
    units = {
        stem: _placed(app, stem, text, program) if program else _pinned(text, runs) if runs else text
        for stem, text in service["units"].items()
    }
    used = {value for text in units.values() for value in _used(read(text))}
    shared = {
        file: text
        for about, suffix in (("networks", ".network"), ("volumes", ".volume"))
        for stem, text in content[about].items()
        if (file := f"{stem}{suffix}") in used
    }
    timers = {f"{stem}.timer": text for stem, text in content["timers"].items() if stem in units}
    return Told(
        units=units,
        configs=dict.fromkeys(service["configs"], routes),
        shared=shared,
        timers=timers,
        on_demand=bool(service["profiles"]),
        program=program,
    )


def _used(unit: Unit) -> Iterator[str]:
    yield from (value.partition(":")[0] for value in unit.values("Container", "Volume"))
    yield from unit.values("Container", "Network")


def _placed(app: str, stem: str, text: str, program: str) -> str:
    """*text* with the place of *program*'s version in that of the directory in which the compiler expects it, and with what says whose the unit is."""
    before, after = f"{installed(app, stem)}/", f"{directory(app, program)}/"
    lines = [
        line.replace(before, after, 1) if line.startswith(("ExecStart=/", 'ExecStart="/')) else line
        for line in text.split("\n")
    ]
    return "\n".join((mark(app), *lines))


def _pinned(text: str, image: str) -> str:
    """*text* with *image* in place of what it names. What no registry has is not looked for there."""
    lines = []
    for line in text.split("\n"):
        if line.startswith("Image="):
            lines.append(f"Image={image.replace('%', '%%').replace('$', '$$')}")
        elif line.startswith("Pull="):
            lines.append(f"Pull={'missing' if '@' in image else 'never'}")
        else:
            lines.append(line)
    return "\n".join(lines)
