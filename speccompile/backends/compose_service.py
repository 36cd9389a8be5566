"""One service of a compose file: everything that the engine is told about a container. Keys are in the order that dclint wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias, assert_never

from speccompile.backends.escape.compose import ComposeText, compose_text
from speccompile.backends.yaml import Entry
from speccompile.plan.container import Check, Container, Literal, Publish, Restart, Supplied
from speccompile.provenance import Origin, merged

Slots: TypeAlias = Mapping[str, ComposeText]

_LOG_FILES, _LOG_SIZE = "3", "10m"


class Image(NamedTuple):
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


def service(app: str, container: Container, image: Image, slots: Slots) -> Entry:
    """The service of *container*; *slots* are the references to what the operator supplies."""
    parts: dict[str, Entry | None] = {
        "image": image.name,
        "build": image.build,
        "container_name": _container_name(app, container),
        "depends_on": _depends_on(container),
        "volumes": _sequence(_volumes(container)),
        "configs": _sequence(_configs(container)),
        "secrets": _secrets(container),
        "environment": _environment(container, slots),
        "ports": _sequence(_port(publish, slots) for publish in container.publish),
        "networks": _sequence(text(attach.network, attach.origin) for attach in container.networks),
        "network_mode": None if container.networks else text("none", container.origin),
        "command": listed(container.command, container.start) if container.command else None,
        "entrypoint": listed(container.entrypoint, container.start) if container.entrypoint else None,
        "restart": text(_policy(container.restart), container.restart.origin),
        "healthcheck": _health(container),
        "logging": _logging(container.origin),
        "user": text(container.user, container.origin),
        **_bounds(container, image.pull_policy),
    }
    return Entry({key: entry for key, entry in parts.items() if entry is not None}, container.origin)


def _bounds(container: Container, pull_policy: Entry | None) -> dict[str, Entry | None]:
    """What the container may and may not do, in alphabetical order."""
    origin, limits, stop, replicas = container.origin, container.limits, container.stop, container.replicas
    several = block(replicas.origin, replicas=number(replicas.count, replicas.origin)) if replicas.count > 1 else None
    return {
        "cap_drop": listed(["ALL"], origin),
        "cpus": number(limits.cpus, limits.cpus_origin or limits.origin),
        "deploy": several,
        "init": switch(on=True, origin=container.stop.origin) if container.init else None,
        "mem_limit": text(_bytes(limits.memory), limits.origin),
        "pids_limit": number(limits.pids, limits.pids_origin or limits.origin),
        "profiles": listed(container.profiles, origin) if container.profiles else None,
        "pull_policy": pull_policy,
        "read_only": switch(on=True, origin=origin),
        "security_opt": listed(["no-new-privileges:true"], origin),
        "stop_grace_period": text(f"{stop.grace}s", stop.origin),
        "stop_signal": text(stop.signal, stop.origin),
        "tmpfs": _sequence(
            text(":".join(filter(None, (t.target, ",".join(t.options)))), t.origin) for t in container.tmpfs
        ),
    }


def _sequence(entries: Iterable[Entry]) -> Entry | None:
    """A list; None when it would be empty."""
    found = list(entries)
    return Entry(found, merged(entry.origin for entry in found)) if found else None


def _secrets(container: Container) -> Entry | None:
    """Each secret once, however many variables tell where it is."""
    origins: dict[str, list[Origin]] = {}
    for use in container.secrets:
        origins.setdefault(use.name, []).append(use.origin)
    return _sequence(text(name, merged(why)) for name, why in origins.items())


def _container_name(app: str, container: Container) -> Entry | None:
    """An exclusive container has a fixed name: the engine refuses a second one, whoever starts it."""
    replicas = container.replicas
    return text(f"{app}-{container.name}", replicas.origin) if replicas.exclusive else None


def _depends_on(container: Container) -> Entry | None:
    found = {d.name: block(d.origin, condition=text(d.readiness.value, d.origin)) for d in container.depends_on}
    ordered = {name: found[name] for name in sorted(found)}
    return Entry(ordered, merged(entry.origin for entry in ordered.values())) if ordered else None


def _volumes(container: Container) -> Iterator[Entry]:
    for volume in container.volumes:
        why = volume.origin
        yield block(why, type=text("volume", why), source=text(volume.name, why), target=text(volume.target, why))


def _configs(container: Container) -> Iterator[Entry]:
    for config in container.configs:
        yield block(config.origin, source=text(config.name, config.origin), target=text(config.target, config.origin))


def _environment(container: Container, slots: Slots) -> Entry | None:
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
            return said(ComposeText(f"{before}{slots[variable.slot]}{after}"), variable.origin)
        case _:
            assert_never(variable)


def _port(publish: Publish, slots: Slots) -> Entry:
    why = publish.origin
    return block(
        why,
        target=number(publish.target, why),
        published=said(slots[publish.port_slot], why),
        host_ip=said(slots[publish.address_slot], why),
        protocol=text("tcp", why),
    )


def _health(container: Container) -> Entry | None:
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


def _logging(origin: Origin) -> Entry:
    options = {"max-file": text(_LOG_FILES, origin), "max-size": text(_LOG_SIZE, origin)}
    return block(origin, driver=text("json-file", origin), options=Entry(options, origin))


def _policy(restart: Restart) -> str:
    """In compose's words; a number of times only where there is one."""
    return restart.policy.value if restart.times is None else f"{restart.policy.value}:{restart.times}"


def _bytes(count: int) -> str:
    """A size in the largest unit that it is a whole number of."""
    for unit, size in (("g", 2**30), ("m", 2**20), ("k", 2**10)):
        if count % size == 0:
            return f"{count // size}{unit}"
    return f"{count}b"
