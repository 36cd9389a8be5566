"""The compose document that a plan implies, in the form in which one is read back: strings as the parts of an interpolation, sizes in
bytes, times in seconds, tmpfs mounts with their options.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from speccompile.plan.given import Given
from speccompile.plan.repository import LOCAL_TAG, TAG, Repository
from speccompile.plan.workload import Literal, Parameter, Volume
from speccompile.realise.compose_plan import Built, ComposePlan, Container, Image, Network, Pulled
from speccompile.verify.readers import interpolation
from speccompile.verify.readers.interpolation import Parts, Reference

_UNITS = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30}
SEE = "see .env.example"


def expected(compose: ComposePlan) -> dict[str, Any]:
    """The whole document."""
    slots = {one.name: said(one) for one in compose.parameters}
    boxes = compose.containers
    mounts = [mount for box in boxes if isinstance(box.image, Built) for mount in box.image.secrets]
    document = {
        "name": text(compose.app),
        "services": {box.name: {**_image(box.image), **_service(box, slots)} for box in boxes},
        "networks": {one.name: _network(one) for one in compose.networks},
        "volumes": {volume.name: {} for box in boxes for volume in box.volumes},
        "secrets": {
            **{mount.id: {"environment": text(mount.id)} for mount in mounts},
            **{secret.name: {"file": slots[secret.parameter]} for secret in compose.secrets},
        },
        "configs": {config.name: {"file": text(f"./{config.source}")} for box in boxes for config in box.configs},
    }
    return {key: value for key, value in document.items() if value}


def _network(one: Network) -> dict[str, Any]:
    if one.external:
        return {"external": True, "name": text(one.name)}
    return {"internal": True} if one.internal else {}


def directories(given: Given | None) -> Iterator[dict[str, Any]]:
    """Directories of the machine; what is not there is not made."""
    for one in given.directories if given else ():
        kept = {} if one.writable else {"read_only": True}
        bind = {"create_host_path": False}
        yield {"type": text("bind"), "source": text(one.host), "target": text(one.target), **kept, "bind": bind}


def text(value: str) -> Parts:
    """A value without any interpolation."""
    return (value,) if value else ()


def said(slot: Parameter) -> Parts:
    """How a slot is referred to."""
    return (
        (Reference(slot.name, ":?", text(SEE)),)
        if slot.default is None
        else (Reference(slot.name, ":-", text(slot.default)),)
    )


def named(image: Image) -> Parts:
    """How an image is named."""
    match image:
        case Built(repository=repository):
            return built(repository)
        case Pulled(base=base):
            return text(f"{base.reference}@{base.digest}") if base.digest else (base.reference, pinned(image.pin))
        case _:
            assert_never(image)


def _image(image: Image) -> dict[str, Any]:
    match image:
        case Built():
            build: dict[str, Any] = {
                "context": text(image.context),
                "dockerfile": text(posixpath.normpath(image.dockerfile)),
            }
            if image.secrets:
                build["secrets"] = [text(mount.id) for mount in image.secrets]
            return {"image": named(image), "build": build, "pull_policy": text(image.pull_policy)}
        case Pulled():
            return {"image": named(image)}
        case _:
            assert_never(image)


def built(repository: Repository) -> Parts:
    """How the image of a service that is built here is named."""
    return (place(repository), ":", Reference(TAG, ":-", text(LOCAL_TAG)), pinned(repository.pin))


def place(repository: Repository) -> Reference:
    """How its repository is named: a .env that was copied long ago must not hold an old one, so there nothing stands."""
    return Reference(repository.parameter, ":-", text(repository.name))


def pinned(slot: str) -> Reference:
    """How a digest is asked for that may be there."""
    return Reference(slot, ":+", ("@sha256:", Reference(slot, ":-", ())))


def kept(one: Volume) -> dict[str, Any]:
    """How a volume is mounted: another workload's is only read, and keeps its owner."""
    lent = {"read_only": True, "volume": {"nocopy": True}} if one.lent else {}
    return {"type": text("volume"), "source": text(one.name), "target": text(one.target), **lent}


def _service(box: Container, slots: Mapping[str, Parts]) -> dict[str, Any]:
    limits = box.limits
    parts: dict[str, Any] = {
        "container_name": text(box.container_name) if box.container_name else None,
        "depends_on": {d.name: {"condition": text(d.condition.value)} for d in box.depends_on},
        "volumes": [
            *map(kept, box.volumes),
            *directories(box.given),
        ],
        "configs": [{"source": text(c.name), "target": text(c.target)} for c in box.configs],
        "secrets": [text(name) for name in dict.fromkeys(use.name for use in box.secrets)],
        "environment": environment(box, slots),
        "ports": [
            {"target": p.target, "published": slots[p.port], "host_ip": slots[p.address], "protocol": text(p.protocol)}
            for p in box.publish
        ],
        "networks": [text(attach.network) for attach in box.networks],
        "network_mode": _network_mode(box),
        "extra_hosts": hosts(box.given),
        "entrypoint": [text(word) for word in box.entrypoint],
        "command": [text(word) for word in box.command],
        "restart": text(box.restart.policy),
        "healthcheck": healthcheck(box),
        "logging": logging(box),
        "labels": labels(box.given),
        "user": text(box.user),
        "cap_add": [text(one) for one in box.hardening.bounding],
        "cap_drop": [text("ALL")] if box.hardening.no_capabilities else None,
        "cpus": limits.cpus,
        "deploy": _deploy(box),
        "init": box.init or None,
        "mem_limit": limits.memory,
        "pids_limit": limits.pids,
        "profiles": [text(profile) for profile in box.profiles],
        "read_only": box.hardening.read_only or None,
        "security_opt": [text("no-new-privileges:true")] if box.hardening.no_new_privileges else None,
        "stop_grace_period": box.stop.grace,
        "stop_signal": text(box.stop.signal),
        "tmpfs": [(t.target, tuple(t.options)) for t in box.tmpfs],
    }  # fmt: skip
    always = ("cpus", "mem_limit", "pids_limit", "stop_grace_period")
    return {key: part for key, part in parts.items() if part or key in always}


def _network_mode(box: Container) -> Parts | None:
    """Another's network, or none; None where it is on networks."""
    if box.beside:
        return text(f"service:{box.beside.name}")
    return None if box.networks else text("none")


def _deploy(box: Container) -> dict[str, Any]:
    """How many there are, and which devices each has."""
    several = {"replicas": box.replicas.count} if box.replicas.count > 1 else {}
    gpus = box.given.gpus if box.given else None
    if gpus is None:
        return several
    count = text("all") if gpus.count is None else gpus.count
    device = {"driver": text("nvidia"), "count": count, "capabilities": [text("gpu")]}
    return {**several, "resources": {"reservations": {"devices": [device]}}}


def labels(given: Given | None) -> dict[str, Parts]:
    """Its labels."""
    return {one.key: text(one.value) for one in given.labels} if given else {}


def hosts(given: Given | None) -> dict[str, Parts]:
    """Hosts that it knows without DNS."""
    return {one.name: text(one.address) for one in given.hosts} if given else {}


def healthcheck(box: Container) -> dict[str, Any] | None:
    """How its health is asked for; that its image's own question is not, where it has none of its own."""
    check = box.check
    if check is None:
        return {"disable": True} if box.unchecked else None
    times = {"interval": check.interval, "timeout": check.timeout, "start_period": check.start_period}
    return {"test": [text(word) for word in ("CMD", *check.argv)], "retries": check.retries, **times}


def logging(box: Container) -> dict[str, Any]:
    """What is kept of what it says."""
    options = {"max-file": text(str(box.logs.files)), "max-size": text(_logged(box.logs.size))}
    return {"driver": text("json-file"), "options": options}


def environment(box: Container, slots: Mapping[str, Parts]) -> dict[str, Parts]:
    """Its variables; where a secret's file is told wins over a variable of the same name."""
    plain = {
        v.name: text(v.value) if isinstance(v, Literal) else (*text(v.before), *slots[v.parameter], *text(v.after))
        for v in box.environment
    }
    return plain | {use.variable: text(f"/run/secrets/{use.name}") for use in box.secrets if use.variable}


def _logged(count: int) -> str:
    """Bytes of a log, of which the engine counts 1000 to a kilobyte, in the largest unit that divides them."""
    zeros = len(str(count)) - len(str(count).rstrip("0"))
    thousands = min(zeros // 3, 3)
    return f"{count // 1000**thousands}{' kmg'[thousands].strip()}"


def size(count: int) -> str:
    """Bytes in the largest unit that divides them."""
    return next(
        (f"{count // unit}{letter}" for letter, unit in reversed(_UNITS.items()) if count % unit == 0), f"{count}b"
    )


def found(data: Any, path: tuple[str | int, ...] = ()) -> Any:
    """What was read, in the same form; raises ``ValueError`` for a value that compose could not interpolate."""
    if isinstance(data, dict):
        return {key: found(child, (*path, key)) for key, child in data.items()}
    if isinstance(data, list):
        return [found(child, (*path, number)) for number, child in enumerate(data)]
    if not isinstance(data, str):
        return data
    match path:
        case ("services", _, "mem_limit") if size := re.fullmatch(r"([1-9][0-9]*)([bkmg])", data):
            return int(size[1]) * _UNITS[size[2]]
        case ("services", _, "stop_grace_period") | (
            "services",
            _,
            "healthcheck",
            "interval" | "timeout" | "start_period",
        ) if time := re.fullmatch(r"(0|[1-9][0-9]*)s", data):
            return int(time[1])
        case ("services", _, "tmpfs", _):
            target, _, options = data.partition(":")
            return target, tuple(options.split(",")) if options else ()
        case _:
            return interpolation.read(data)
