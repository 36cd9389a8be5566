"""A container unit: what Podman is told, and what systemd is told of the service that quadlet makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from speccompile.artifacts import Artifact
from speccompile.backends.escape import unit
from speccompile.backends.escape.unit import UnitText
from speccompile.backends.unitfile import Line, Section, artifact
from speccompile.plan.given import Given, Label
from speccompile.plan.image import SECRETS
from speccompile.plan.workload import Literal, Scratch, Supplied
from speccompile.provenance import Origin, merged
from speccompile.realise.quadlet.quadlet_plan import APART, Container, Life

_YES, _NO = unit.unit_own("true"), unit.unit_own("false")


def emit(container: Container, directory: str, settings: str, target: str) -> Artifact:
    """The unit of *container* in *directory*; *settings* is where the operator's parameters are."""
    return artifact(f"{directory}/{container.name}.container", target, sections(container, settings), container.called)


def sections(container: Container, settings: str) -> tuple[Section, ...]:
    """All that the unit of *container* says."""
    return (
        Section("Unit", tuple(_unit(container))),
        Section("Container", tuple(_container(container))),
        Section("Service", tuple(_service(container, settings))),
        Section("Install", tuple(_install(container))),
    )


def _unit(one: Container) -> Iterator[Line]:
    yield Line("Description", unit.unit_plain(one.title), one.called)
    for after in one.after:
        service = unit.unit_plain(f"{after.service}.service")
        yield Line("Requires" if after.needed else "Wants", service, after.origin)
        yield Line("After", service, after.origin)
    if one.life.restart != "no":
        yield Line("StartLimitIntervalSec", unit.unit_plain(one.life.window), one.life.origin)
    if one.life.starts:
        yield Line("StartLimitBurst", unit.unit_plain(one.life.starts), one.life.origin)


def _container(one: Container) -> Iterator[Line]:
    yield Line("Image", unit.argument(one.image.name), one.image.origin)
    yield Line("Pull", unit.unit_own(one.image.pull), one.image.origin)
    yield Line("ContainerName", unit.argument(one.name), one.called)
    yield Line("User", unit.argument(one.user), one.origin)
    yield Line("Group", unit.argument(one.group), one.origin)
    yield from _command(one)
    yield from _environment(one)
    yield from _labels(one.given.labels if one.given else ())
    yield from _secrets(one)
    yield from _mounts(one)
    yield from _networks(one)
    yield from _given(one.given) if one.given else ()
    yield from _bounds(one)
    yield from _check(one)
    yield Line("StopSignal", unit.argument(one.stop.signal), one.stop.origin)
    yield Line("StopTimeout", unit.unit_plain(one.stop.grace), one.stop.origin)
    yield Line("LogDriver", unit.unit_own("journald"), one.logs.origin)


def _command(one: Container) -> Iterator[Line]:
    command = one.command
    if command.entrypoint:
        yield Line("Entrypoint", unit.exec_form(command.entrypoint), command.origin)
    if command.arguments:
        yield Line("Exec", UnitText(" ".join(map(_argument, command.arguments))), command.origin)
    if one.init:
        yield Line("RunInit", _YES, one.stop.origin)


def _argument(value: str) -> UnitText:
    return unit.variable(APART[value]) if value in APART else unit.word(unit.value_of(value))


def _environment(one: Container) -> Iterator[Line]:
    """Variables by name, each on its line."""
    found = {variable.name: (_value(variable), variable.origin) for variable in one.environment}
    for secret in one.secrets:
        for name in secret.variables:
            found[name] = (unit.value_of(f"{SECRETS}/{secret.target}"), secret.origin)
    for name in sorted(found):
        value, origin = found[name]
        yield Line("Environment", unit.word(unit.value_of(f"{name}="), value), origin)


def _value(variable: Literal | Supplied) -> UnitText:
    match variable:
        case Literal():
            return unit.value_of(variable.value)
        case Supplied():
            before, after = unit.value_of(variable.before), unit.value_of(variable.after)
            return UnitText(f"{before}{unit.variable(variable.parameter)}{after}")
        case _:
            assert_never(variable)


def _labels(labels: tuple[Label, ...]) -> Iterator[Line]:
    """Labels by key, each on its line; quadlet reads them as it reads variables."""
    for label in labels:
        yield Line("Label", unit.word(unit.value_of(f"{label.key}="), unit.value_of(label.value)), label.origin)


def _given(given: Given) -> Iterator[Line]:
    """Hosts by podman-run(1), as older quadlets have no key for them; processors by the names of NVIDIA's container toolkit
    (docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html)."""
    for host in given.hosts:
        yield Line("PodmanArgs", unit.argument(f"--add-host={host.name}:{host.address}"), host.origin)
    if given.gpus:
        count = given.gpus.count
        for number in ("all",) if count is None else range(count):
            yield Line("AddDevice", unit.argument(f"nvidia.com/gpu={number}"), given.gpus.origin)


def _secrets(one: Container) -> Iterator[Line]:
    for secret in one.secrets:
        options = f"type=mount,target={secret.target},uid={one.user},gid={one.group},mode=0400"
        yield Line("Secret", unit.argument(f"{secret.name},{options}"), secret.origin)
    for value in one.secret_variables:
        yield Line("Secret", unit.argument(f"{value.name},type=env,target={value.variable}"), value.origin)


def _mounts(one: Container) -> Iterator[Line]:
    for mount in one.mounts:
        # nocopy: Podman would fill an empty volume from this image, and give it the owner that the directory has there.
        how = ":ro,nocopy" if mount.lent else ""
        yield Line("Volume", unit.argument(f"{mount.volume}.volume:{mount.target}{how}"), mount.origin)
    for directory in one.given.directories if one.given else ():
        kept = "rw" if directory.writable else "ro"
        yield Line("Volume", unit.argument(f"{directory.host}:{directory.target}:{kept}"), directory.origin)
    for config in one.configs:
        # Z: where SELinux is on, a container reads only what is labelled for it.
        yield Line("Volume", unit.argument(f"./{config.source}:{config.target}:ro,Z"), config.origin)
    for scratch in one.scratch:
        yield Line(
            "Tmpfs",
            unit.argument(f"{scratch.target}:{','.join(_options(scratch, f'{one.user}:{one.group}'))}"),
            scratch.origin,
        )


def _options(scratch: Scratch, user: str) -> Iterator[str]:
    """Podman knows no owner of such a directory but root and the container's *user* (U)."""
    if scratch.owner not in (None, user):
        raise ValueError(f"{scratch.target} cannot belong to {scratch.owner}: the container runs as {user}")
    yield f"size={scratch.size}"
    yield f"mode={scratch.mode:04o}"
    if not scratch.executable:
        yield "noexec"
    if scratch.owner:
        yield "U"


def _networks(one: Container) -> Iterator[Line]:
    if one.lent:
        yield Line("Network", unit.argument(f"{one.lent.unit}.container"), one.lent.origin)
    elif not one.networks:
        yield Line("Network", unit.unit_own("none"), one.origin)
    for attach in one.networks:
        named = attach.network if attach.external else f"{attach.network}.network"
        yield Line("Network", unit.argument(named), attach.origin)
    aliases: dict[str, list[Origin]] = {}
    for attach in one.networks:
        aliases.setdefault(attach.alias, []).append(attach.origin)
    for alias, why in aliases.items():
        yield Line("NetworkAlias", unit.argument(alias), merged(why))
    for publish in one.publish:
        address, port = unit.variable(publish.address), unit.variable(publish.port)
        # Podman takes what says nothing of it for TCP (https://docs.podman.io/en/latest/markdown/podman-run.1.html#publish-p).
        over = "" if publish.protocol == "tcp" else f"/{publish.protocol}"
        yield Line("PublishPort", UnitText(f"{address}:{port}:{publish.target}{over}"), publish.origin)


def _bounds(one: Container) -> Iterator[Line]:
    hardening, limits = one.hardening, one.limits
    if hardening.read_only:
        yield Line("ReadOnly", _YES, hardening.origin)
        # Else /tmp, /run and more are memory without a bound.
        yield Line("ReadOnlyTmpfs", _NO, hardening.origin)
    if hardening.no_capabilities:
        yield Line("DropCapability", unit.unit_own("all"), hardening.origin)
    for capability in hardening.bounding:
        yield Line("AddCapability", unit.unit_plain(capability), hardening.origin)
    if hardening.no_new_privileges:
        yield Line("NoNewPrivileges", _YES, hardening.origin)
    # Podman 5.4's quadlet has keys of its own for neither.
    yield Line("PodmanArgs", unit.argument(f"--memory={limits.memory}b"), limits.origin)
    yield Line("PodmanArgs", unit.argument(f"--cpus={limits.cpus:g}"), limits.cpus_origin or limits.origin)
    yield Line("PidsLimit", unit.unit_plain(limits.pids), limits.pids_origin or limits.origin)


def _check(one: Container) -> Iterator[Line]:
    check = one.check
    if check is None:
        if one.unchecked:
            yield Line("HealthCmd", unit.unit_own("none"), one.origin)
        return
    lines = (
        ("HealthStartupCmd", unit.exec_form(check.starting)),
        ("HealthStartupInterval", unit.unit_own(f"{check.often}s")),
        ("HealthStartupTimeout", unit.unit_own(f"{check.timeout}s")),
        ("HealthCmd", unit.exec_form(check.running)),
        ("HealthInterval", unit.unit_own(f"{check.interval}s")),
        ("HealthTimeout", unit.unit_own(f"{check.timeout}s")),
        ("HealthStartPeriod", unit.unit_own(f"{check.start_period}s")),
        ("HealthRetries", unit.unit_plain(check.retries)),
        ("HealthOnFailure", unit.unit_own("kill" if check.kills else "none")),
        ("Notify", unit.unit_own("healthy")),
    )
    yield from (Line(key, value, check.origin) for key, value in lines)


def _service(one: Container, settings: str) -> Iterator[Line]:
    life = one.life
    if life.once:
        yield Line("Type", unit.unit_own("oneshot"), life.origin)
    if life.kept:
        # Else each start of what requires it is another run of it, too.
        yield Line("RemainAfterExit", unit.unit_own("yes"), life.kept)
    for value in one.command.apart:
        yield Line("Environment", unit.setting(APART[value], value), one.command.origin)
    for parameter in one.parameters:
        if parameter.default is not None:
            yield Line("Environment", unit.setting(parameter.name, parameter.default), parameter.origin)
    if one.parameters:
        why = merged((*(parameter.origin for parameter in one.parameters), one.called))
        yield Line("EnvironmentFile", unit.unit_own(f"-{settings}"), why)
    for parameter in one.parameters:
        if parameter.default is None:
            test = UnitText(f"/usr/bin/test -n {unit.variable(parameter.name)}")
            yield Line("ExecStartPre", test, parameter.origin)
    yield from _life(life, one.stop.origin)


def _life(life: Life, stopped: Origin) -> Iterator[Line]:
    yield Line("Restart", unit.unit_own(life.restart), life.origin)
    if life.restart != "no":
        yield Line("RestartSec", unit.unit_plain(life.pause), life.origin)
    starting = "infinity" if life.starting is None else str(life.starting)
    yield Line("TimeoutStartSec", unit.unit_own(starting), life.bounded or life.origin)
    yield Line("TimeoutStopSec", unit.unit_plain(life.stopping), stopped)


def _install(one: Container) -> Iterator[Line]:
    if one.wanted:
        yield Line("WantedBy", unit.unit_own("default.target"), one.origin)
