"""A service of systemd's that runs no container, in the words of compose, for the readers of demands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from speccompile.plan.plan import Plan
from speccompile.verify.held.outcome import Outcome, by_default, lost
from speccompile.verify.held.view import Lines
from speccompile.verify.quadlet.readable import read_words
from speccompile.verify.readers.unitfile import Unit

_KEYS: Mapping[str, str] = MappingProxyType({
    "container_name": "ExecStart",
    "cap_drop": "CapabilityBoundingSet",
    "security_opt": "NoNewPrivileges",
    "read_only": "ProtectSystem",
    "mem_limit": "MemoryMax",
    "cpus": "CPUQuota",
    "stop_grace_period": "TimeoutStopSec",
    "stop_signal": "KillSignal",
    "networks": "IPAddressDeny",
    "network_mode": "IPAddressDeny",
    "restart": "Restart",
    "volumes": "StateDirectory",
    "secrets": "LoadCredential",
    "user": "DynamicUser",
    "deploy": "ExecStart",
    "logging": "ExecStart",
})  # fmt: skip
"""Keys of a service of compose, and those of the section Service that say the same."""

_STATES = "/var/lib/"
_OUT = "the machine's own network"


def program(unit: Unit) -> dict[str, Any]:
    """What *unit* says."""
    quota = (unit.value("Service", "CPUQuota") or "").rstrip("%")
    starts, restart = unit.value("Unit", "StartLimitBurst") or "", unit.value("Service", "Restart")
    variables = (word.partition("=") for value in unit.values("Service", "Environment") for word in read_words(value))
    memory = unit.value("Service", "MemoryMax")
    return {
        "container_name": "a service of systemd's",
        "mem_limit": f"{memory}b" if memory else None,
        "cpus": float(quota) / 100 if quota.replace(".", "", 1).isdecimal() else None,
        "cap_drop": ["ALL"] if unit.values("Service", "CapabilityBoundingSet") == ("",) else [],
        "read_only": unit.value("Service", "ProtectSystem") == "strict",
        "stop_grace_period": f"{unit.value('Service', 'TimeoutStopSec')}s",
        "stop_signal": unit.value("Service", "KillSignal"),
        "restart": f"{restart}:{int(starts) - 1}" if restart == "on-failure" and starts.isdecimal() else restart,
        "environment": {name: value for name, _, value in variables},
        "secrets": [one.partition(":")[0] for one in unit.values("Service", "LoadCredential")],
        "volumes": [{"source": one, "target": f"{_STATES}{one}"} for one in unit.values("Service", "StateDirectory")],
        "networks": [] if unit.value("Service", "IPAddressDeny") == "any" else [_OUT],
        "deploy": {"replicas": 1},
    }


def unprivileged(lines: Lines, unit: Unit) -> Outcome:
    """A user that systemd makes up is nobody else's, and never root."""
    if unit.value("Service", "DynamicUser") != "yes" or unit.values("Service", "CapabilityBoundingSet") != ("",):
        return lost("it is root, or has capabilities", lines)
    return by_default("a user that systemd makes up, without capabilities", lines)


def lines_of_program(unit: Unit, _: Plan, key: str | int, *more: str | int) -> Iterator[int]:
    """The lines of *unit* that say what a key of compose does."""
    for one in unit.entries:
        if key == "environment" and one.key == "Environment":
            name = next(iter(read_words(one.value)), "").partition("=")[0]
            fits = not more or name == more[0]
        else:
            fits = one.section == "Service" and one.key == _KEYS.get(str(key))
        if fits:
            yield one.line
