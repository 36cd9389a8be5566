"""A service of systemd's for a program that is in no container: what holds there of what a container would hold (systemd.exec(5), systemd.resource-control(5)).

It is a unit of the machine's own systemd: a user's has no users to make up, and few of these bounds.
"""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.artifacts import Artifact
from speccompile.backends.escape import unit
from speccompile.backends.escape.unit import UnitText
from speccompile.backends.unitfile import Line, Section, artifact
from speccompile.provenance import Origin, merged
from speccompile.realise.quadlet.quadlet_plan import Answer, Life, Program

_CURL = (
    *("/usr/bin/curl", "--disable", "--globoff", "--noproxy", "*", "--silent", "--show-error", "--output", "/dev/null"),
    *("--retry", "86400", "--retry-delay", "1", "--retry-all-errors"),
)
_CREDENTIALS = "/run/credentials"
_HARDENED = (
    ("DynamicUser", "yes"),
    ("CapabilityBoundingSet", ""),
    ("NoNewPrivileges", "yes"),
    ("ProtectSystem", "strict"),
    ("ProtectHome", "yes"),
    ("PrivateTmp", "yes"),
    ("PrivateDevices", "yes"),
    ("PrivateUsers", "yes"),
    ("ProtectProc", "invisible"),
    ("ProcSubset", "pid"),
    ("ProtectClock", "yes"),
    ("ProtectControlGroups", "yes"),
    ("ProtectHostname", "yes"),
    ("ProtectKernelLogs", "yes"),
    ("ProtectKernelModules", "yes"),
    ("ProtectKernelTunables", "yes"),
    ("LockPersonality", "yes"),
    ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
    ("RestrictNamespaces", "yes"),
    ("RestrictRealtime", "yes"),
    ("RestrictSUIDSGID", "yes"),
    ("SystemCallArchitectures", "native"),
    ("SystemCallFilter", "@system-service"),
    ("SystemCallErrorNumber", "EPERM"),
    ("UMask", "0077"),
)


def emit(program: Program, app: str, directory: str, target: str) -> Artifact:
    """The unit of *program*, which is of the application *app*, in *directory*."""
    sections = (
        Section("Unit", tuple(_unit(program))),
        Section("Service", tuple(_service(program, app))),
        Section("Install", tuple(_install(program))),
    )
    return artifact(f"{directory}/{program.name}.service", target, sections, program.called)


def _unit(one: Program) -> Iterator[Line]:
    yield Line("Description", unit.unit_plain(one.title), one.called)
    if one.goes_out:
        yield Line("Wants", unit.unit_own("network-online.target"), one.origin)
        yield Line("After", unit.unit_own("network-online.target"), one.origin)
    if one.life.restart != "no":
        yield Line("StartLimitIntervalSec", unit.unit_plain(one.life.window), one.life.origin)
    if one.life.starts:
        yield Line("StartLimitBurst", unit.unit_plain(one.life.starts), one.life.origin)


def _service(one: Program, app: str) -> Iterator[Line]:
    yield Line("Type", unit.unit_own("oneshot" if one.life.once else "exec"), one.life.origin)
    for asked in one.asked:
        if asked.default is None:
            test = UnitText(f"/usr/bin/test -n {unit.variable(asked.name)}")
            yield Line("ExecStartPre", test, asked.origin)
    words = (unit.word(unit.value_of(each)) for each in (one.file, *one.arguments))
    yield Line("ExecStart", UnitText(" ".join(words)), one.called)
    if one.answer:
        yield Line("ExecStartPost", _asking(one.answer), one.answer.origin)
    yield from _environment(one, app)
    yield from (Line(key, unit.unit_own(value), one.origin) for key, value in _HARDENED)
    if not one.goes_out:
        yield Line("IPAddressDeny", unit.unit_own("any"), one.origin)
        yield Line("IPAddressAllow", unit.unit_own("localhost"), one.origin)
    for state in one.states:
        yield Line("StateDirectory", unit.word(unit.unit_plain(state)), one.origin)
    for scratch in one.scratch:
        # The user is made up at each start, so that none can own it before; nobody else sees it.
        code = "" if scratch.executable else ",noexec"
        text = f"{scratch.target}:size={scratch.size},mode=1777,nosuid,nodev{code}"
        yield Line("TemporaryFileSystem", unit.word(unit.unit_plain(text)), scratch.origin)
    limits = one.limits
    yield Line("MemoryMax", unit.unit_plain(limits.memory), limits.origin)
    # No specifier is looked for here (tried: a doubled sign is no quota).
    yield Line("CPUQuota", unit.unit_own(f"{limits.cpus * 100:g}%"), limits.cpus_origin or limits.origin)
    yield Line("TasksMax", unit.unit_plain(limits.pids), limits.pids_origin or limits.origin)
    # Its first process is asked to end, as in a container, and ends the others itself.
    yield Line("KillMode", unit.unit_own("mixed"), one.stop.origin)
    yield Line("KillSignal", unit.unit_plain(one.stop.signal), one.stop.origin)
    yield from _life(one.life, one.stop.origin, one.stop.grace)


def _asking(answer: Answer) -> UnitText:
    """curl(1), for as long as the start may take: no file of settings, no proxy, no pattern in the address."""
    strict = ("--fail",) if answer.strict else ()
    headers = (word for header in answer.headers for word in ("--header", header))
    argv = (*_CURL, *strict, "--max-time", str(answer.timeout), *headers, answer.url)
    return UnitText(" ".join(unit.word(unit.value_of(each)) for each in argv))


def _environment(one: Program, app: str) -> Iterator[Line]:
    for variable in sorted(one.environment, key=lambda each: each.name):
        yield Line("Environment", unit.setting(variable.name, variable.value), variable.origin)
    for credential in one.credentials:
        for name in credential.variables:
            place = f"{_CREDENTIALS}/{one.name}.service/{credential.name}"
            yield Line("Environment", unit.setting(name, place), credential.origin)
    for asked in one.asked:
        if asked.default is not None:
            yield Line("Environment", unit.setting(asked.name, asked.default), asked.origin)
    if one.asked:
        why = merged((*(asked.origin for asked in one.asked), one.called))
        yield Line("EnvironmentFile", unit.unit_plain(f"-/etc/{app}/{one.service}.env"), why)
    for credential in one.credentials:
        value = f"{credential.name}:/etc/{app}/secrets/{credential.name}"
        yield Line("LoadCredential", unit.word(unit.unit_plain(value)), credential.origin)


def _life(life: Life, stopped: Origin, grace: int) -> Iterator[Line]:
    yield Line("Restart", unit.unit_own(life.restart), life.origin)
    if life.restart != "no":
        yield Line("RestartSec", unit.unit_plain(life.pause), life.origin)
    starting = "infinity" if life.starting is None else str(life.starting)
    yield Line("TimeoutStartSec", unit.unit_own(starting), life.bounded or life.origin)
    yield Line("TimeoutStopSec", unit.unit_plain(grace), stopped)


def _install(one: Program) -> Iterator[Line]:
    if one.wanted:
        yield Line("WantedBy", unit.unit_own("multi-user.target"), one.origin)
