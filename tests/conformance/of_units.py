"""The answers of quadlet's units, read by nothing of ours: lines, words, JSON."""

from __future__ import annotations

import json
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping

from answers import Answers, System, asked, octets, passed_on, told

_Unit = dict[str, list[str]]


def of_units(app: str, files: Mapping[str, str]) -> System:
    """The answers of the units of the application *app*."""
    units = {
        path.rpartition("/")[2]: _read(text)
        for path, text in files.items()
        if re.fullmatch(r"quadlet/[^/]*\.[a-z]+", path)
    }
    mine = {name.removesuffix(".container"): unit for name, unit in units.items() if name.endswith(".container")}
    inside = {
        name for name, unit in units.items() if name.endswith(".network") and unit.get("Network.Internal") == ["true"]
    }
    several: dict[str, list[_Unit]] = defaultdict(list)
    for name, unit in sorted(mine.items()):
        several[name.removeprefix(f"{app}-").partition("_")[0]].append(unit)
    front = several.pop("proxy", [])
    secrets = dict(_secrets(files.get("quadlet/parameters.env.example", "")))
    workloads = {name: _answers(found[0], len(found), inside) for name, found in several.items()}
    calls = {pair for name, found in several.items() for pair in told(name, _environment(found[0], secrets), several)}
    calls |= set(passed_on(files.get("quadlet/nginx.conf", "")))
    networks = {name: set(found[0].get("Container.Network", ())) for name, found in several.items()}
    networks[""] = {one for unit in front for one in unit["Container.Network"]}
    held = frozenset((one, other) for one, other in calls if networks[one] & networks[other])
    return System(workloads, held, dict(_overlaps(app, units)))


def _read(text: str) -> _Unit:
    found: _Unit = defaultdict(list)
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[f"{section}.{key}"].append(value)
    return dict(found)


def _answers(unit: _Unit, number: int, inside: set[str]) -> Answers:
    (user,), (group,) = unit["Container.User"], unit["Container.Group"]
    given = [one.split(",") for one in unit.get("Container.Secret", ())]
    options = [(one[0], dict(option.partition("=")[::2] for option in one[1:])) for one in given]
    arguments = dict(one.partition("=")[::2] for one in unit["Container.PodmanArgs"] if "add-host" not in one)
    mounts = [one.split(":") for one in unit.get("Container.Volume", ())]
    check = unit.get("Container.HealthStartupCmd", ["[]"])[0]
    variables = {shlex.split(one)[0].partition("=")[0] for one in unit.get("Container.Environment", ())}
    return Answers(
        user=f"{user}:{group}",
        read_only=unit["Container.ReadOnly"] == ["true"] and unit["Container.ReadOnlyTmpfs"] == ["false"],
        capabilities=unit["Container.DropCapability"] != ["all"] or "Container.AddCapability" in unit,
        escalates=unit["Container.NoNewPrivileges"] != ["true"],
        memory=octets(arguments["--memory"]),
        cpus=float(arguments["--cpus"]),
        writable=frozenset(one[1] for one in mounts if one[0].endswith(".volume"))
        | {one.partition(":")[0] for one in unit.get("Container.Tmpfs", ())},
        secrets=frozenset(one["target"] for _, one in options if one["type"] == "mount"),
        variables=frozenset(variables | {one["target"] for _, one in options if one["type"] == "env"}),
        ready=asked(json.loads(check.replace("$$", "$").replace("%%", "%"))),
        goes_out=bool(set(unit["Container.Network"]) - inside - {"none"}),
        number=number,
    )


def _environment(unit: _Unit, secrets: Mapping[str, str]) -> dict[str, str]:
    """Its variables, and of those that are secrets what the operator is told to put around the value."""
    found = dict(shlex.split(one)[0].partition("=")[::2] for one in unit.get("Container.Environment", ()))
    for one in unit.get("Container.Secret", ()):
        name, *options = one.split(",")
        if "type=env" in options:
            (target,) = [option.removeprefix("target=") for option in options if option.startswith("target=")]
            found[target] = secrets.get(name, "")
    return found


def _secrets(example: str) -> Iterator[tuple[str, str]]:
    """By its name, what each secret of Podman's is made of."""
    for made, name in re.findall(r"^# printf (.*) \| podman secret create (\S+) -$", example, re.MULTILINE):
        yield name, "".join(shlex.split(made)[1:])


def _overlaps(app: str, units: Mapping[str, _Unit]) -> Iterator[tuple[tuple[str, str], bool]]:
    """systemd starts no unit that is active, and what runs once is active as long as it runs."""
    for name, unit in units.items():
        kind = name.rpartition(".")[2]
        job = name.removeprefix(f"{app}-").rpartition(".")[0]
        once = units.get(f"{app}-{job}.container", {}).get("Service.Type") == ["oneshot"]
        if kind == "timer":
            assert unit["Timer.Unit"] == [f"{app}-{job}.service"]
            yield (job, unit["Timer.OnCalendar"][0]), once
