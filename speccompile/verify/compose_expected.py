"""The compose document that a plan implies, in the form in which one is read back: strings as the parts of an interpolation, sizes in
bytes, times in seconds, tmpfs mounts with their options.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.plan.container import Container, Literal, Slot
from speccompile.plan.image import Base
from speccompile.plan.plan import Plan, Service
from speccompile.plan.repository import LOCAL_TAG, TAG_SLOT, Repository
from speccompile.verify.readers import interpolation
from speccompile.verify.readers.interpolation import Parts, Reference

_UNITS = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30}
SEE = "see .env.example"


def containers(plan: Plan) -> tuple[Container, ...]:
    """Every container of *plan*."""
    built = [container for service in plan.services for container in service.containers]
    return (
        *built,
        *(box for store in plan.stores for box in store.containers),
        *([plan.proxy.container] if plan.proxy else []),
    )


def expected(plan: Plan) -> dict[str, Any]:
    """The whole document."""
    slots = {slot.name: said(slot) for slot in plan.slots}
    boxes = containers(plan)
    images = dict(_images(plan))
    document = {
        "name": text(plan.app),
        "services": {box.name: {**images[box.name], **_service(plan.app, box, slots)} for box in boxes},
        "networks": {n.name: {"internal": True} if n.internal else {} for n in plan.networks},
        "volumes": {volume.name: {} for box in boxes for volume in box.volumes},
        "secrets": {
            **{m.id: {"environment": text(m.id)} for s in plan.services if s.container for m in s.image.secrets},
            **{secret.name: {"file": slots[secret.slot]} for secret in plan.secrets},
        },
        "configs": {config.name: {"file": text(f"./{config.source}")} for box in boxes for config in box.configs},
    }
    return {key: value for key, value in document.items() if value}


def text(value: str) -> Parts:
    """A value without any interpolation."""
    return (value,) if value else ()


def said(slot: Slot) -> Parts:
    """How a slot is referred to."""
    return (
        (Reference(slot.name, ":?", text(SEE)),)
        if slot.default is None
        else (Reference(slot.name, ":-", text(slot.default)),)
    )


def _images(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    for service in plan.services:
        build: dict[str, Any] = {"context": text(plan.layout.context), "dockerfile": text(_dockerfile(plan, service))}
        if service.image.secrets:
            build["secrets"] = [text(mount.id) for mount in service.image.secrets]
        named = {
            "image": built(service.repository),
            "build": build,
            "pull_policy": text(service.repository.pull_policy),
        }
        yield from ((name, named) for name in {service.name, *(container.name for container in service.containers)})
    pulled = [(box, store.base, store.pin_slot) for store in plan.stores for box in store.containers]
    pulled += [(plan.proxy.container, plan.proxy.base, plan.proxy.pin_slot)] if plan.proxy else []
    for container, base, slot in pulled:
        yield container.name, {"image": _image(base, slot)}


def _dockerfile(plan: Plan, service: Service) -> str:
    return posixpath.normpath(posixpath.join(plan.layout.output_in_context, service.dockerfile))


def built(repository: Repository) -> Parts:
    """How the image of a service that is built here is named."""
    return (place(repository), ":", Reference(TAG_SLOT, ":-", text(LOCAL_TAG)), pinned(repository.pin_slot))


def place(repository: Repository) -> Reference:
    """How its repository is named: a .env that was copied long ago must not hold an old one, so there nothing stands."""
    return Reference(repository.slot, ":-", text(repository.name))


def _image(base: Base, slot: str) -> Parts:
    if base.digest:
        return text(f"{base.reference}@{base.digest}")
    return (base.reference, pinned(slot))


def pinned(slot: str) -> Reference:
    """How a digest is asked for that may be there."""
    return Reference(slot, ":+", ("@sha256:", Reference(slot, ":-", ())))


def _service(app: str, box: Container, slots: Mapping[str, Parts]) -> dict[str, Any]:
    limits, check = box.limits, box.check
    parts: dict[str, Any] = {
        "container_name": text(f"{app}-{box.name}") if box.replicas.exclusive else None,
        "depends_on": {d.name: {"condition": text(d.readiness.value)} for d in box.depends_on},
        "volumes": [{"type": text("volume"), "source": text(v.name), "target": text(v.target)} for v in box.volumes],
        "configs": [{"source": text(c.name), "target": text(c.target)} for c in box.configs],
        "secrets": [text(name) for name in dict.fromkeys(use.name for use in box.secrets)],
        "environment": _environment(box, slots),
        "ports": [
            {"target": p.target, "published": slots[p.port_slot], "host_ip": slots[p.address_slot], "protocol": text("tcp")} for p in box.publish
        ],
        "networks": [text(attach.network) for attach in box.networks],
        "network_mode": None if box.networks else text("none"),
        "entrypoint": [text(word) for word in box.entrypoint],
        "command": [text(word) for word in box.command],
        "restart": text(box.restart.policy.value + (f":{box.restart.times}" if box.restart.times else "")),
        "healthcheck": {"disable": True} if box.unchecked and not check else check and {
            "test": [text(word) for word in ("CMD", *check.argv)],
            "interval": check.interval, "timeout": check.timeout, "retries": check.retries, "start_period": check.start_period,
        },
        "logging": {"driver": text("json-file"), "options": {"max-file": text("3"), "max-size": text("10m")}},
        "user": text(box.user),
        "cap_drop": [text("ALL")],
        "cpus": limits.cpus,
        "deploy": {"replicas": box.replicas.count} if box.replicas.count > 1 else None,
        "init": box.init or None,
        "mem_limit": limits.memory,
        "pids_limit": limits.pids,
        "profiles": [text(profile) for profile in box.profiles],
        "read_only": True,
        "security_opt": [text("no-new-privileges:true")],
        "stop_grace_period": box.stop.grace,
        "stop_signal": text(box.stop.signal),
        "tmpfs": [(t.target, tuple(t.options)) for t in box.tmpfs],
    }  # fmt: skip
    always = ("cpus", "mem_limit", "pids_limit", "stop_grace_period")
    return {key: part for key, part in parts.items() if part or key in always}


def _environment(box: Container, slots: Mapping[str, Parts]) -> dict[str, Parts]:
    plain = {
        v.name: text(v.value) if isinstance(v, Literal) else (*text(v.before), *slots[v.slot], *text(v.after))
        for v in box.environment
    }
    return plain | {use.variable: text(f"/run/secrets/{use.name}") for use in box.secrets if use.variable}


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
