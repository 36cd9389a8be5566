"""One service of a compose file: everything that the engine is told about a container. Keys are in the order that dclint wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias, assert_never

from speccompile.backends.escape.compose import ComposeText, compose_text
from speccompile.backends.yaml import Entry
from speccompile.plan.given import Given, HostDirectory
from speccompile.plan.workload import Literal, Logs, Supplied
from speccompile.provenance import Origin, merged
from speccompile.realise.compose_plan import Check, Container, Publish

Slots: TypeAlias = Mapping[str, ComposeText]


class Pull(NamedTuple):
    """Where a container's image comes from: its name, and, where it is built here, how, and when it is pulled instead."""

    name: Entry
    build: Entry | None = None
    pull_policy: Entry | None = None


def text(value: str, origin: Origin) -> Entry:
    """A value that stands for itself."""
    return Entry(compose_text(value), origin)


def said(value: ComposeText, origin: Origin) -> Entry:
    """A value that is escaped already."""
    return Entry(value, origin)


def number(value: float, origin: Origin) -> Entry:
    """A number; a whole one without a fraction."""
    return Entry(int(value) if value == int(value) else value, origin)


def switch(*, on: bool, origin: Origin) -> Entry:
    """true or false."""
    return Entry(on, origin)


def listed(values: Iterable[str], origin: Origin) -> Entry:
    """A list of values that stand for themselves."""
    return Entry([text(value, origin) for value in values], origin)


def block(origin: Origin, **entries: Entry) -> Entry:
    """A mapping in the order given."""
    return Entry(entries, origin)


def service(container: Container, image: Pull, slots: Slots) -> Entry:
    """The service of *container*; *slots* are the references to what the operator supplies."""
    parts: dict[str, Entry | None] = {
        "image": image.name,
        "build": image.build,
        "container_name": text(container.container_name, container.replicas.origin)
        if container.container_name
        else None,
        "depends_on": _depends_on(container),
        "volumes": sequence(_volumes(container)),
        "configs": sequence(_configs(container)),
        "secrets": _secrets(container),
        "environment": environment(container, slots),
        "ports": sequence(_port(publish, slots) for publish in container.publish),
        "networks": sequence(text(attach.network, attach.origin) for attach in container.networks),
        "network_mode": _network_mode(container),
        "extra_hosts": hosts(container.given),
        "command": listed(container.command, container.start) if container.command else None,
        "entrypoint": listed(container.entrypoint, container.start) if container.entrypoint else None,
        "restart": text(container.restart.policy, container.restart.origin),
        "healthcheck": healthcheck(container),
        "logging": logging(container.logs),
        "labels": labels(container.given),
        "user": text(container.user, container.origin),
        **_bounds(container, image.pull_policy),
    }
    return Entry({key: entry for key, entry in parts.items() if entry is not None}, container.origin)


def _network_mode(container: Container) -> Entry | None:
    """That of another container for what is beside it, which compose starts before (Compose Specification, "network_mode"); else one without networks
    says so."""
    if container.beside:
        return text(f"service:{container.beside.name}", container.beside.origin)
    return None if container.networks else text("none", container.origin)


def _bounds(container: Container, pull_policy: Entry | None) -> dict[str, Entry | None]:
    """What the container may and may not do, in alphabetical order."""
    origin, limits, stop = container.origin, container.limits, container.stop
    hardening = container.hardening
    return {
        "cap_add": listed(hardening.bounding, hardening.origin) if hardening.bounding else None,
        "cap_drop": listed(["ALL"], hardening.origin) if hardening.no_capabilities else None,
        "cpus": number(limits.cpus, limits.cpus_origin or limits.origin),
        "deploy": _deploy(container),
        "init": switch(on=True, origin=container.stop.origin) if container.init else None,
        "mem_limit": text(size(limits.memory), limits.origin),
        "pids_limit": number(limits.pids, limits.pids_origin or limits.origin),
        "profiles": listed(container.profiles, origin) if container.profiles else None,
        "pull_policy": pull_policy,
        "read_only": switch(on=True, origin=hardening.origin) if hardening.read_only else None,
        "security_opt": listed(["no-new-privileges:true"], hardening.origin) if hardening.no_new_privileges else None,
        "stop_grace_period": text(f"{stop.grace}s", stop.origin),
        "stop_signal": text(stop.signal, stop.origin),
        "tmpfs": sequence(
            text(":".join(filter(None, (t.target, ",".join(t.options)))), t.origin) for t in container.tmpfs
        ),
    }


def _deploy(container: Container) -> Entry | None:
    """How many there are, and the devices that each has (Compose Specification, deploy, "devices")."""
    replicas, gpus = container.replicas, container.given.gpus if container.given else None
    parts: dict[str, Entry] = {}
    if replicas.count > 1:
        parts["replicas"] = number(replicas.count, replicas.origin)
    if gpus:
        why = gpus.origin
        count = text("all", why) if gpus.count is None else number(gpus.count, why)
        device = block(why, driver=text("nvidia", why), count=count, capabilities=listed(["gpu"], why))
        parts["resources"] = block(why, reservations=block(why, devices=Entry([device], why)))
    return Entry(parts, merged(one.origin for one in parts.values())) if parts else None


def labels(given: Given | None) -> Entry | None:
    """Labels by key."""
    return _by_name((one.key, one.value, one.origin) for one in given.labels) if given else None


def hosts(given: Given | None) -> Entry | None:
    """Addresses by name."""
    return _by_name((one.name, one.address, one.origin) for one in given.hosts) if given else None


def _by_name(entries: Iterable[tuple[str, str, Origin]]) -> Entry | None:
    found = {name: text(value, why) for name, value, why in entries}
    return Entry(found, merged(entry.origin for entry in found.values())) if found else None


def sequence(entries: Iterable[Entry]) -> Entry | None:
    """A list; None when it would be empty."""
    found = list(entries)
    return Entry(found, merged(entry.origin for entry in found)) if found else None


def _secrets(container: Container) -> Entry | None:
    """Each secret once, however many variables tell where it is."""
    origins: dict[str, list[Origin]] = {}
    for use in container.secrets:
        origins.setdefault(use.name, []).append(use.origin)
    return sequence(text(name, merged(why)) for name, why in origins.items())


def _depends_on(container: Container) -> Entry | None:
    found = {d.name: block(d.origin, condition=text(d.condition.value, d.origin)) for d in container.depends_on}
    ordered = {name: found[name] for name in sorted(found)}
    return Entry(ordered, merged(entry.origin for entry in ordered.values())) if ordered else None


def _volumes(container: Container) -> Iterator[Entry]:
    for volume in container.volumes:
        why = volume.origin
        yield block(
            why,
            type=text("volume", why),
            source=text(volume.name, why),
            target=text(volume.target, why),
            **(lent(why) if volume.lent else {}),
        )
    for one in container.given.directories if container.given else ():
        yield _directory(one)


def lent(why: Origin) -> dict[str, Entry]:
    """That a volume is another workload's: it is only read, and not filled from this image, whose directory would give it another owner."""
    return {"read_only": switch(on=True, origin=why), "volume": block(why, nocopy=switch(on=True, origin=why))}


def _directory(one: HostDirectory) -> Entry:
    """A directory of the machine: one that is not there is an error, and is not made by the engine as root's."""
    why = one.origin
    made = block(why, create_host_path=switch(on=False, origin=why))
    kept = {} if one.writable else {"read_only": switch(on=True, origin=why)}
    return block(
        why, type=text("bind", why), source=text(one.host, why), target=text(one.target, why), **kept, bind=made
    )


def _configs(container: Container) -> Iterator[Entry]:
    for config in container.configs:
        yield block(config.origin, source=text(config.name, config.origin), target=text(config.target, config.origin))


def environment(container: Container, slots: Slots) -> Entry | None:
    """Variables by name. Where a secret's file is told wins over a variable of the same name."""
    found = {variable.name: _value(variable, slots) for variable in container.environment}
    for use in container.secrets:
        if use.variable:
            found[use.variable] = text(f"/run/secrets/{use.name}", use.origin)
    ordered = {name: found[name] for name in sorted(found)}
    return Entry(ordered, merged(entry.origin for entry in ordered.values())) if ordered else None


def _value(variable: Literal | Supplied, slots: Slots) -> Entry:
    match variable:
        case Literal():
            return text(variable.value, variable.origin)
        case Supplied():
            before, after = compose_text(variable.before), compose_text(variable.after)
            return said(ComposeText(f"{before}{slots[variable.parameter]}{after}"), variable.origin)
        case _:
            assert_never(variable)


def _port(publish: Publish, slots: Slots) -> Entry:
    why = publish.origin
    return block(
        why,
        target=number(publish.target, why),
        published=said(slots[publish.port], why),
        host_ip=said(slots[publish.address], why),
        protocol=text(publish.protocol, why),
    )


def healthcheck(container: Container) -> Entry | None:
    if container.check is None and container.unchecked:
        return block(container.origin, disable=switch(on=True, origin=container.origin))
    return _check(container.check) if container.check else None


def _check(check: Check) -> Entry:
    why = check.origin
    return block(
        why,
        test=listed(("CMD", *check.argv), why),
        interval=text(f"{check.interval}s", why),
        timeout=text(f"{check.timeout}s", why),
        retries=number(check.retries, why),
        start_period=text(f"{check.start_period}s", why),
    )


def logging(logs: Logs) -> Entry:
    options = {"max-file": text(str(logs.files), logs.origin), "max-size": text(_decimal(logs.size), logs.origin)}
    return block(logs.origin, driver=text("json-file", logs.origin), options=Entry(options, logs.origin))


def _decimal(count: int) -> str:
    """The size of a log, for which alone Docker's units are powers of 1000 (moby, jsonfilelog.go: ``units.FromHumanSize``)."""
    for unit, size in (("g", 10**9), ("m", 10**6), ("k", 10**3)):
        if count % size == 0:
            return f"{count // size}{unit}"
    return str(count)


def size(count: int) -> str:
    """A size in the largest unit that it is a whole number of."""
    for unit, size in (("g", 2**30), ("m", 2**20), ("k", 2**10)):
        if count % size == 0:
            return f"{count // size}{unit}"
    return f"{count}b"
