"""The units that a plan implies, in the form in which they are read back: for each file the sections, keys and values in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.plan.given import Given
from speccompile.plan.workload import Hardening, Literal, Scratch
from speccompile.realise.quadlet.quadlet_plan import APART, Check, Container, QuadletPlan
from speccompile.verify.quadlet import programs
from speccompile.verify.quadlet.said import Said, Value
from speccompile.verify.readers import unitfile
from speccompile.verify.readers.unitfile import Entry, Parts, Variable, joined

DIRECTORY = "quadlet"
_ARGV = ("Entrypoint", "HealthCmd", "HealthStartupCmd")


def found(entry: Entry) -> Said:
    """What *entry* says; raises ``Unescaped``."""
    value: Value = entry.value
    match (entry.section, entry.key):
        case ("Container", "HealthCmd") if value == "none":
            value = (value,)
        case ("Container", key) if key in _ARGV:
            value = unitfile.argv(value)
        case ("Container", "Environment" | "Exec" | "Label") | (
            "Service",
            "ExecStartPre" | "ExecStart" | "ExecStartPost",
        ):
            value = tuple(unitfile.parts(word) for word in unitfile.words(value))
        case ("Service", "Environment" | "LoadCredential" | "StateDirectory" | "TemporaryFileSystem"):
            value = tuple(unitfile.plain(word) for word in unitfile.words(value))
        case ("Service", "CPUQuota"):
            pass
        case ("Service", "EnvironmentFile") if value.startswith("-%E/"):
            value = f"-%E/{unitfile.plain(value[4:])}"
        case ("Container", _):
            value = unitfile.parts(value)
        case _:
            value = unitfile.plain(value)
    return Said(entry.section, entry.key, value)


def expected(plan: QuadletPlan) -> Mapping[str, tuple[Said, ...]]:
    """By path, what each unit of *plan* says."""
    units = {f"{one.name}.container": tuple(_container(one, plan.settings)) for one in plan.containers}
    units |= {f"{one.name}.service": tuple(programs.said(one, plan.app)) for one in plan.programs}
    for network in plan.networks:
        inside = (Said("Network", "Internal", "true"),) if network.internal else ()
        units[f"{network.name}.network"] = (Said("Network", "NetworkName", network.name), *inside)
    units |= {f"{one.name}.volume": (Said("Volume", "VolumeName", one.name),) for one in plan.volumes}
    for timer in plan.timers:
        units[f"{timer.name}.timer"] = (
            Said("Unit", "Description", timer.title),
            *(Said("Timer", "OnCalendar", event) for event in timer.events),
            Said("Timer", "AccuracySec", "1s"),
            Said("Timer", "Persistent", "false"),
            Said("Timer", "Unit", f"{timer.name}.service"),
            Said("Install", "WantedBy", "timers.target"),
        )
    return {f"{DIRECTORY}/{name}": said for name, said in units.items()}


def _container(one: Container, settings: str) -> Iterator[Said]:
    yield Said("Unit", "Description", one.title)
    for after in one.after:
        yield Said("Unit", "Requires" if after.needed else "Wants", f"{after.service}.service")
        yield Said("Unit", "After", f"{after.service}.service")
    if one.life.restart != "no":
        yield Said("Unit", "StartLimitIntervalSec", str(one.life.window))
    if one.life.starts:
        yield Said("Unit", "StartLimitBurst", str(one.life.starts))
    for key, value in _keys(one):
        yield Said("Container", key, (value,) if isinstance(value, str) else value)
    yield from _service(one, settings)
    if one.wanted:
        yield Said("Install", "WantedBy", "default.target")


def _keys(one: Container) -> Iterator[tuple[str, Value]]:
    """The keys of the section Container; a text is one without variables."""
    yield "Image", one.image.name
    yield "Pull", one.image.pull
    yield "ContainerName", one.name
    yield "User", one.user
    yield "Group", one.group
    if one.command.entrypoint:
        yield "Entrypoint", one.command.entrypoint
    if one.command.arguments:
        yield "Exec", tuple((Variable(APART[word]),) if word in APART else (word,) for word in one.command.arguments)
    if one.init:
        yield "RunInit", "true"
    for name, value in sorted(_environment(one).items()):
        yield "Environment", (joined((f"{name}=", *value)),)
    for label in one.given.labels if one.given else ():
        yield "Label", (joined((f"{label.key}=", label.value)),)
    for secret in one.secrets:
        yield "Secret", f"{secret.name},type=mount,target={secret.target},uid={one.user},gid={one.group},mode=0400"
    for held in one.secret_variables:
        yield "Secret", f"{held.name},type=env,target={held.variable}"
    yield from _places(one)
    yield from _given(one.given) if one.given else ()
    yield from _held(one.hardening)
    yield "PodmanArgs", f"--memory={one.limits.memory}b"
    yield "PodmanArgs", f"--cpus={one.limits.cpus:g}"
    yield "PidsLimit", str(one.limits.pids)
    if one.check:
        yield from _check(one.check)
    elif one.unchecked:
        yield "HealthCmd", "none"
    yield "StopSignal", one.stop.signal
    yield "StopTimeout", str(one.stop.grace)
    yield "LogDriver", "journald"


def _given(given: Given) -> Iterator[tuple[str, Value]]:
    yield from (("PodmanArgs", f"--add-host={host.name}:{host.address}") for host in given.hosts)
    if given.gpus:
        which = ["all"] if given.gpus.count is None else [str(number) for number in range(given.gpus.count)]
        yield from (("AddDevice", f"nvidia.com/gpu={one}") for one in which)


def _held(hardening: Hardening) -> Iterator[tuple[str, Value]]:
    if hardening.read_only:
        yield from (("ReadOnly", "true"), ("ReadOnlyTmpfs", "false"))
    if hardening.no_capabilities:
        yield "DropCapability", "all"
    yield from (("AddCapability", one) for one in hardening.bounding)
    if hardening.no_new_privileges:
        yield "NoNewPrivileges", "true"


def _environment(one: Container) -> Mapping[str, Parts]:
    plain = {
        variable.name: (variable.value,)
        if isinstance(variable, Literal)
        else (variable.before, Variable(variable.parameter), variable.after)
        for variable in one.environment
    }
    files = {name: (f"/run/secrets/{secret.target}",) for secret in one.secrets for name in secret.variables}
    return {**plain, **files}


def _places(one: Container) -> Iterator[tuple[str, Value]]:
    for mount in one.mounts:
        yield "Volume", f"{mount.volume}.volume:{mount.target}{':ro,nocopy' if mount.lent else ''}"
    for directory in one.given.directories if one.given else ():
        yield "Volume", f"{directory.host}:{directory.target}:{'rw' if directory.writable else 'ro'}"
    for config in one.configs:
        yield "Volume", f"./{config.source}:{config.target}:ro,Z"
    for scratch in one.scratch:
        yield "Tmpfs", f"{scratch.target}:{_options(scratch)}"
    if one.lent or not one.networks:
        yield "Network", f"{one.lent.unit}.container" if one.lent else "none"
    for attach in one.networks:
        yield "Network", attach.network if attach.external else f"{attach.network}.network"
    for alias in dict.fromkeys(attach.alias for attach in one.networks):
        yield "NetworkAlias", alias
    for port in one.publish:
        over = {"tcp": "", "udp": "/udp"}[port.protocol]
        yield "PublishPort", (Variable(port.address), ":", Variable(port.port), f":{port.target}{over}")


def _options(scratch: Scratch) -> str:
    owned, code = (",U" if scratch.owner else ""), ("" if scratch.executable else ",noexec")
    return f"size={scratch.size},mode={scratch.mode:04o}{code}{owned}"


def _check(check: Check) -> Iterator[tuple[str, Value]]:
    yield "HealthStartupCmd", check.starting
    yield "HealthStartupInterval", f"{check.often}s"
    yield "HealthStartupTimeout", f"{check.timeout}s"
    yield "HealthCmd", check.running
    yield "HealthInterval", f"{check.interval}s"
    yield "HealthTimeout", f"{check.timeout}s"
    yield "HealthStartPeriod", f"{check.start_period}s"
    yield "HealthRetries", str(check.retries)
    yield "HealthOnFailure", "kill" if check.kills else "none"
    yield "Notify", "healthy"


def _service(one: Container, settings: str) -> Iterator[Said]:
    life = one.life
    if life.once:
        yield Said("Service", "Type", "oneshot")
    if life.kept:
        yield Said("Service", "RemainAfterExit", "yes")
    for word in one.command.apart:
        yield Said("Service", "Environment", (f"{APART[word]}={word}",))
    for asked in one.parameters:
        if asked.default is not None:
            yield Said("Service", "Environment", (f"{asked.name}={asked.default}",))
    if one.parameters:
        yield Said("Service", "EnvironmentFile", f"-{settings}")
    for asked in one.parameters:
        if asked.default is None:
            yield Said("Service", "ExecStartPre", (("/usr/bin/test",), ("-n",), (Variable(asked.name),)))
    yield Said("Service", "Restart", life.restart)
    if life.restart != "no":
        yield Said("Service", "RestartSec", str(life.pause))
    yield Said("Service", "TimeoutStartSec", "infinity" if life.starting is None else str(life.starting))
    yield Said("Service", "TimeoutStopSec", str(life.stopping))
