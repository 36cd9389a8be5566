"""Services of systemd's for programs that are in no container: what the plan says, and what any of them is held to whatever it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes import quadlet as codes
from speccompile.plan.plan import Plan
from speccompile.realise.quadlet.quadlet_plan import Program
from speccompile.verify.quadlet.findings import Finding, Units, line, of_kind
from speccompile.verify.quadlet.said import Said
from speccompile.verify.readers.unitfile import Variable
from speccompile.verify.secret_values import PASSWORD_IN_URL

HELD = {
    "DynamicUser": "yes",
    "CapabilityBoundingSet": "",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "ProtectProc": "invisible",
    "ProcSubset": "pid",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "LockPersonality": "yes",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service",
    "SystemCallErrorNumber": "EPERM",
    "UMask": "0077",
}
# What asks a program whether it answers: of this machine, and of nobody else.
CURL = (
    *("/usr/bin/curl", "--disable", "--globoff", "--noproxy", "*", "--silent", "--show-error"),
    *("--output", "/dev/null", "--retry", "86400", "--retry-delay", "1", "--retry-all-errors"),
)
LIMITS = {"MemoryMax": r"[1-9][0-9]*", "CPUQuota": r"[0-9.]*[1-9][0-9.]*%", "TasksMax": r"[1-9][0-9]*"}


def said(one: Program, app: str) -> Iterator[Said]:
    """All that the unit of *one* says, in order."""
    yield Said("Unit", "Description", one.title)
    if one.goes_out:
        yield from (Said("Unit", key, "network-online.target") for key in ("Wants", "After"))
    if one.life.restart != "no":
        yield Said("Unit", "StartLimitIntervalSec", str(one.life.window))
    if one.life.starts:
        yield Said("Unit", "StartLimitBurst", str(one.life.starts))
    yield Said("Service", "Type", "oneshot" if one.life.once else "exec")
    needed = [each.name for each in one.asked if each.default is None]
    yield from (Said("Service", "ExecStartPre", (("/usr/bin/test",), ("-n",), (Variable(name),))) for name in needed)
    yield Said("Service", "ExecStart", tuple((word,) if word else () for word in (one.file, *one.arguments)))
    if one.answer:
        yield Said("Service", "ExecStartPost", tuple((word,) for word in _asking(one)))
    yield from (Said("Service", "Environment", (text,)) for text in _variables(one))
    if one.asked:
        yield Said("Service", "EnvironmentFile", f"-/etc/{app}/{one.service}.env")
    for file in one.credentials:
        yield Said("Service", "LoadCredential", (f"{file.name}:/etc/{app}/secrets/{file.name}",))
    yield from (Said("Service", key, value) for key, value in HELD.items())
    if not one.goes_out:
        yield from (Said("Service", "IPAddressDeny", "any"), Said("Service", "IPAddressAllow", "localhost"))
    yield from (Said("Service", "StateDirectory", (state,)) for state in one.states)
    for each in one.scratch:
        code = "" if each.executable else ",noexec"
        yield Said("Service", "TemporaryFileSystem", (f"{each.target}:size={each.size},mode=1777,nosuid,nodev{code}",))
    yield Said("Service", "MemoryMax", str(one.limits.memory))
    yield Said("Service", "CPUQuota", f"{one.limits.cpus * 100:g}%")
    yield Said("Service", "TasksMax", str(one.limits.pids))
    yield Said("Service", "KillMode", "mixed")
    yield Said("Service", "KillSignal", one.stop.signal)
    yield from _ends(one)


def _asking(one: Program) -> Iterator[str]:
    """curl, which asks until there is an answer, or systemd has enough of waiting."""
    if one.answer is None:
        return
    yield from CURL
    if one.answer.strict:
        yield "--fail"
    yield from ("--max-time", str(one.answer.timeout))
    for header in one.answer.headers:
        yield from ("--header", header)
    yield one.answer.url


def _variables(one: Program) -> Iterator[str]:
    yield from (f"{each.name}={each.value}" for each in sorted(one.environment, key=lambda each: each.name))
    for file in one.credentials:
        yield from (f"{name}=/run/credentials/{one.name}.service/{file.name}" for name in file.variables)
    yield from (f"{each.name}={each.default}" for each in one.asked if each.default is not None)


def _ends(one: Program) -> Iterator[Said]:
    yield Said("Service", "Restart", one.life.restart)
    if one.life.restart != "no":
        yield Said("Service", "RestartSec", str(one.life.pause))
    yield Said("Service", "TimeoutStartSec", "infinity" if one.life.starting is None else str(one.life.starting))
    yield Said("Service", "TimeoutStopSec", str(one.stop.grace))
    if one.wanted:
        yield Said("Install", "WantedBy", "multi-user.target")


def bounds(_: Plan, units: Units) -> Iterator[Finding]:
    """SC832, SC833, SC834: a user of its own, nothing of the machine that could be written, limits; a service that no container bounds is bounded itself."""
    for path, name, unit in of_kind(units, "service"):
        for key, value in HELD.items():
            if unit.values("Service", key) != (value,):
                message = f"{name} is in no container, and {key} is not {value or 'empty'}"
                yield Finding(path, line(unit, "Service", key), codes.PRIVILEGES, message)
        for key, form in LIMITS.items():
            if not re.fullmatch(form, unit.value("Service", key) or ""):
                yield Finding(path, line(unit, "Service", key), codes.LIMITS, f"{name} has no limit {key}")
        for one in unit.entries:
            if one.key == "Environment" and PASSWORD_IN_URL.search(one.value):
                yield Finding(path, one.line, codes.SECRET, f"{name} has a password in a variable")
