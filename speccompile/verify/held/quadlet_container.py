"""A container unit in the words of compose, for the readers of demands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.plan.plan import Plan
from speccompile.verify.held.quadlet_mounts import is_kept, mounted
from speccompile.verify.quadlet.readable import read_argv, read_words
from speccompile.verify.readers.unitfile import Unit

# Keys of a service of compose, and those of a unit that say the same.
_KEYS: Mapping[str, tuple[str, str]] = {
    "image": ("Container", "Image"),
    "container_name": ("Container", "ContainerName"),
    "user": ("Container", "User"),
    "cap_drop": ("Container", "DropCapability"),
    "security_opt": ("Container", "NoNewPrivileges"),
    "read_only": ("Container", "ReadOnly"),
    "entrypoint": ("Container", "Entrypoint"),
    "stop_grace_period": ("Container", "StopTimeout"),
    "stop_signal": ("Container", "StopSignal"),
    "healthcheck": ("Container", "HealthCmd"),
    "logging": ("Container", "LogDriver"),
    "ports": ("Container", "PublishPort"),
    "networks": ("Container", "Network"),
    "network_mode": ("Container", "Network"),
    "deploy": ("Container", "ContainerName"),
    "restart": ("Service", "Restart"),
}


def words(unit: Unit) -> dict[str, Any]:
    """What stands once in a unit."""
    arguments = dict(value.partition("=")[::2] for value in unit.values("Container", "PodmanArgs"))
    cpus = arguments.get("--cpus", "")
    starts = unit.value("Unit", "StartLimitBurst") or ""
    restart = unit.value("Service", "Restart")
    return {
        "image": unit.value("Container", "Image"),
        "container_name": unit.value("Container", "ContainerName"),
        "user": f"{unit.value('Container', 'User')}:{unit.value('Container', 'Group')}",
        "mem_limit": arguments.get("--memory"),
        "cpus": float(cpus) if cpus.replace(".", "", 1).isdecimal() else None,
        "cap_drop": ["ALL"] if unit.value("Container", "DropCapability") == "all" else [],
        "read_only": unit.value("Container", "ReadOnly") == "true",
        "entrypoint": list(read_argv(unit.value("Container", "Entrypoint") or "")),
        "stop_grace_period": f"{unit.value('Container', 'StopTimeout')}s",
        "stop_signal": unit.value("Container", "StopSignal"),
        "healthcheck": {"interval": unit.value("Container", "HealthInterval")},
        "restart": f"{restart}:{int(starts) - 1}" if restart == "on-failure" and starts.isdecimal() else restart,
    }


def lists(unit: Unit, plan: Plan) -> dict[str, Any]:
    """What can stand there several times."""
    variables = (word.partition("=") for value in unit.values("Container", "Environment") for word in read_words(value))
    secrets = [_options(value) for value in unit.values("Container", "Secret")]
    whole = {one["target"]: "${SECRET:?a secret of Podman's}" for one in secrets if one.get("type") == "env"}
    mounts = [value.split(":") for value in unit.values("Container", "Volume")]
    return {
        "environment": {**{name: value for name, _, value in variables}, **whole},
        "secrets": [one["target"] for one in secrets if one.get("type") == "mount"],
        "volumes": [mounted(*one) for one in mounts if is_kept(one[0])],
        "networks": list(unit.values("Container", "Network")),
        "depends_on": {_workload(one, plan): {} for one in unit.values("Unit", "After")},
    }


def _options(secret: str) -> dict[str, str]:
    name, *options = secret.split(",")
    return {"name": name, **{one.partition("=")[0]: one.partition("=")[2] for one in options}}


def _workload(service: str, plan: Plan) -> str:
    """The workload that a service of systemd runs."""
    return service.removesuffix(".service").removeprefix(f"{plan.app}-").partition("_")[0]


def lines_of(unit: Unit, plan: Plan, key: str | int, *more: str | int) -> Iterator[int]:
    """The lines of *unit* that say what a key of compose does."""
    for one in unit.entries:
        match key:
            case "mem_limit" | "cpus":
                wanted = f"--{'memory' if key == 'mem_limit' else 'cpus'}="
                fits = one.key == "PodmanArgs" and one.value.startswith(wanted)
            case "environment":
                given = next(iter(read_words(one.value)), "").partition("=")[0] if one.key == "Environment" else ""
                whole = _options(one.value).get("target") if one.key == "Secret" and ",type=env," in one.value else ""
                fits = one.section == "Container" and bool(more) and more[0] in (given, whole)
            case "secrets":
                mounted = [value for value in unit.values("Container", "Secret") if ",type=mount," in value]
                fits = one.key == "Secret" and one.value in (
                    mounted[int(more[0]) : int(more[0]) + 1] if more else mounted
                )
            case "volumes":
                kept = [value for value in unit.values("Container", "Volume") if is_kept(value.partition(":")[0])]
                fits = one.key == "Volume" and one.value in (kept[int(more[0]) : int(more[0]) + 1] if more else kept)
            case "depends_on":
                fits = one.key == "After" and (not more or _workload(one.value, plan) == more[0])
            case "healthcheck" if more == ("interval",):
                fits = (one.section, one.key) == ("Container", "HealthInterval")
            case _:
                fits = (one.section, one.key) == _KEYS.get(str(key))
        if fits:
            yield one.line
