"""What every container may do and may use, how it is asked whether it is well, how it ends and is started again, whatever the plan says."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes import quadlet as codes
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import NAME as FRONT
from speccompile.regex import regex
from speccompile.verify.quadlet.findings import Finding, Units, line, of_kind
from speccompile.verify.quadlet.given import of_unit
from speccompile.verify.quadlet.readable import read_argv
from speccompile.verify.readers.unitfile import Entry, Unit

_KEYS = frozenset((
    "Image", "Pull", "ContainerName", "User", "Group", "Entrypoint", "Exec", "RunInit", "Environment", "Secret", "Volume", "Tmpfs", "Network",
    "NetworkAlias", "PublishPort", "ReadOnly", "ReadOnlyTmpfs", "DropCapability", "AddCapability", "NoNewPrivileges", "PodmanArgs", "PidsLimit",
    "HealthStartupCmd", "HealthStartupInterval", "HealthStartupTimeout", "HealthCmd", "HealthInterval", "HealthTimeout", "HealthStartPeriod",
    "HealthRetries", "HealthOnFailure", "Notify", "StopSignal", "StopTimeout", "LogDriver", "Label",
    "DNS", "DNSOption", "DNSSearch", "HostName", "ShmSize", "Timezone", "Ulimit",
))  # fmt: skip
"""Whatever else Podman knows may give a container more than it should have."""

_HELD = (("ReadOnly", "true"), ("ReadOnlyTmpfs", "false"), ("DropCapability", "all"), ("NoNewPrivileges", "true"))
# A file that says it may bind low ports (Caddy's) is not started where nobody could.
_BINDS = "NET_BIND_SERVICE"
_HOST = regex(r"--add-host=[a-z0-9.-]+:(?:[0-9a-f.:]+|host-gateway)")
_PROCESSOR = regex(r"nvidia\.com/gpu=(?:all|[0-9]+)")
_LIMITS = ["--cpus", "--memory"]
_ARGUMENT = regex(r"--memory=[1-9][0-9]*b|--cpus=[0-9.]*[1-9][0-9.]*")
_IMAGE = regex(
    r"(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9.-]+(?=:\d))(?::\d+)?(?:/[a-z0-9._-]+)+"
    r":(?!latest(?:@|$))[A-Za-z0-9_][A-Za-z0-9_.-]*(?:@sha256:[0-9a-f]{64})?"
)
_SECONDS = regex(r"[1-9][0-9]*s")
_NUMBER = regex(r"[1-9][0-9]*")


def privileges(plan: Plan, units: Units) -> Iterator[Finding]:
    """SC832: nothing that could be written but what is said, no capability, a user that is not root; hosts and processors for those alone to which
    deploy.yaml gives some."""
    for path, name, unit in of_kind(units, "container"):
        for key, value in _HELD:
            if unit.values("Container", key) != (value,):
                yield Finding(path, line(unit, "Container", key), codes.PRIVILEGES, f"{name} has not {key}={value}")
        for key in ("User", "Group"):
            if not _NUMBER.fullmatch(unit.value("Container", key) or ""):
                message = f"{name} does not run as a numeric user and group that are not root's"
                yield Finding(path, line(unit, "Container", key), codes.PRIVILEGES, message)
        added = unit.values("Container", "AddCapability")
        if added and (name != f"{plan.app}-{FRONT}" or added != (_BINDS,)):
            message = f"{name} is given {', '.join(added)}"
            yield Finding(path, line(unit, "Container", "AddCapability"), codes.PRIVILEGES, message)
        for one in unit.entries:
            if one.section == "Container" and not (_is_held(one) or (of_unit(plan, name) and _is_given(one))):
                yield Finding(path, one.line, codes.PRIVILEGES, f"{name} has {one.key}={one.value}")


def _is_held(one: Entry) -> bool:
    """Whether it is a key that gives a container nothing."""
    return one.key in _KEYS and (one.key != "PodmanArgs" or bool(_ARGUMENT.fullmatch(one.value)))


def _is_given(one: Entry) -> bool:
    """Whether it gives what deploy.yaml may give by name."""
    match one.key:
        case "PodmanArgs":
            return bool(_HOST.fullmatch(one.value))
        case "AddDevice":
            return bool(_PROCESSOR.fullmatch(one.value))
        case _:
            return False


def limits(_: Plan, units: Units) -> Iterator[Finding]:
    """SC833: memory, CPUs and processes."""
    for path, name, unit in of_kind(units, "container"):
        # Whatever else is said to Podman is another finding (SC832); each of these stands there once, as the last one would count.
        said = sorted(
            key for one in unit.values("Container", "PodmanArgs") if (key := one.partition("=")[0]) in _LIMITS
        )
        bounded = said == _LIMITS and _NUMBER.fullmatch(unit.value("Container", "PidsLimit") or "")
        if not bounded:
            yield Finding(path, 0, codes.LIMITS, f"{name} lacks a limit of memory, CPUs or processes")


def image(_: Plan, units: Units) -> Iterator[Finding]:
    """SC836: a full name with a tag; what is in Podman's own store is not looked for elsewhere."""
    for path, name, unit in of_kind(units, "container"):
        value, pull = unit.value("Container", "Image") or "", unit.value("Container", "Pull")
        at = line(unit, "Container", "Image")
        if not _IMAGE.fullmatch(value):
            yield Finding(path, at, codes.IMAGE, f"the image of {name} has no full name with a tag")
        if pull != ("never" if value.startswith("localhost/") else "missing"):
            yield Finding(path, at, codes.IMAGE, f"the image of {name} is pulled: {pull}")


def check(_: Plan, units: Units) -> Iterator[Finding]:
    """SC837: asked in exec form, in bounded time; what is waited for while it starts is what systemd waits for."""
    for path, name, unit in of_kind(units, "container"):
        asked = unit.value("Container", "HealthCmd")
        if asked in (None, "none"):
            if unit.values("Container", "Notify") or unit.values("Container", "HealthStartupCmd"):
                yield Finding(path, 0, codes.CHECK, f"systemd waits for the health of {name}, which nobody asks for")
            continue
        yield from (Finding(path, at, codes.CHECK, f"{name} {wrong}") for at, wrong in _checked(unit))


def _checked(unit: Unit) -> Iterator[tuple[int, str]]:
    for key in ("HealthCmd", "HealthStartupCmd"):
        # Podman takes JSON with one word for a line of a shell.
        if len(read_argv(unit.value("Container", key) or "")) < 2:
            yield line(unit, "Container", key), "is not asked in exec form"
    for key in ("HealthInterval", "HealthTimeout", "HealthStartupInterval", "HealthStartupTimeout"):
        if not _SECONDS.fullmatch(unit.value("Container", key) or ""):
            yield line(unit, "Container", key), f"has no {key}"
    if unit.value("Container", "Notify") != "healthy":
        yield line(unit, "Container", "Notify"), "counts as started before it is healthy"
    kills, alike = (
        unit.value("Container", "HealthOnFailure"),
        unit.value("Container", "HealthCmd") == unit.value("Container", "HealthStartupCmd"),
    )
    if kills != ("none" if alike else "kill"):
        yield line(unit, "Container", "HealthOnFailure"), "is killed by a check that asks something else, or by none"


def life(plan: Plan, units: Units) -> Iterator[Finding]:
    """SC838: jobs end, servers come back; Podman has its time to stop a container."""
    ending = {one.workload.name for one in plan.services if one.workload and one.role in ("job", "tool")}
    ending |= {one.workload.name for service in plan.services for one in service.processes if one.ends}
    ending |= {store.backup.workload.name for store in plan.stores if store.backup}
    once = {f"{plan.app}-{name}" for name in ending}
    for path, name, unit in of_kind(units, "container"):
        ends, restart = unit.value("Service", "Type") == "oneshot", unit.value("Service", "Restart")
        bounded = restart == "no" or (restart == "on-failure" and bool(unit.values("Unit", "StartLimitBurst")))
        at = line(unit, "Service", "Restart")
        if ends != (name in once) or (bounded if not ends else not bounded):
            yield Finding(
                path, at, codes.LIFE, f"{name} is {'started again for ever' if ends else 'not started again'}"
            )
        if not ends and unit.value("Unit", "StartLimitIntervalSec") != "0":
            yield Finding(path, at, codes.LIFE, f"{name} is not started again after a few failures")
        grace, stopping = unit.value("Container", "StopTimeout") or "", unit.value("Service", "TimeoutStopSec") or ""
        if not grace.isdecimal() or not stopping.isdecimal() or int(stopping) <= int(grace):
            yield Finding(path, line(unit, "Service", "TimeoutStopSec"), codes.LIFE, f"{name} has no time to stop")
        if not unit.values("Container", "StopSignal"):
            yield Finding(path, 0, codes.LIFE, f"{name} has no stop signal")


def logs(_: Plan, units: Units) -> Iterator[Finding]:
    """SC842: to the journal."""
    for path, name, unit in of_kind(units, "container"):
        if unit.values("Container", "LogDriver") != ("journald",):
            yield Finding(path, line(unit, "Container", "LogDriver"), codes.LOGS, f"the logs of {name} have no bound")
