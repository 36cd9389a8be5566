"""The stack that a realised plan implies, in the form in which one is read back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.realise.swarm import DIRECTORY
from speccompile.realise.swarm_plan import Reference as Image
from speccompile.realise.swarm_plan import SwarmPlan, Task
from speccompile.verify.compose_expected import (
    SEE,
    environment,
    healthcheck,
    hosts,
    kept,
    labels,
    logging,
    said,
    size,
    text,
)
from speccompile.verify.readers.interpolation import Parts, Reference

_USE = (
    "",
    "Copy this file to .env beside stack.yml and fill it in there. Keep .env out of version control. A stack reads no such file by itself:",
    "set -a; . ./.env; set +a; docker stack deploy --with-registry-auth --prune --compose-file stack.yml {app}",
    "Values in single quotes stand for themselves.",
)


def head(app: str) -> tuple[str, ...]:
    """What stands at the head of the example of the stack's variables."""
    return tuple(line.format(app=app) for line in _USE)


def creation(swarm: SwarmPlan) -> dict[str, tuple[str, ...]]:
    """How a secret of the swarm comes to be, by the parameter with its name."""
    return {
        one.parameter: (
            "A secret of a swarm cannot be altered: give each value a name of its own, and create it before the stack is deployed.",
            f'No argument of a program ever holds it: docker secret create "${one.parameter}" - (then type the value and Ctrl-D)',
        )
        for one in swarm.secrets
    }


def expected(swarm: SwarmPlan, files: Mapping[str, str]) -> dict[str, Any]:
    """The whole document."""
    slots = {one.name: said(one) for one in swarm.parameters}
    document = {
        "version": text("3.9"),
        "services": {one.container.name: _service(one, slots) for one in swarm.tasks},
        "networks": {one.name: _network(internal=one.internal) for one in swarm.networks},
        "volumes": {volume.name: {} for one in swarm.tasks for volume in one.container.volumes},
        "secrets": {one.name: {"external": True, "name": slots[one.parameter]} for one in swarm.secrets},
        "configs": {
            one.name: {"file": text(f"./{one.source}"), "name": text(_called(swarm.app, one.name, one.source, files))}
            for one in swarm.configs
        },
    }
    return {key: value for key, value in document.items() if value}


def _called(app: str, name: str, source: str, files: Mapping[str, str]) -> str:
    content = files.get(f"{DIRECTORY}/{source}", "")
    return f"{app}-{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _network(*, internal: bool) -> dict[str, Any]:
    return {
        "driver": text("overlay"),
        "driver_opts": {"encrypted": text("true")},
        **({"internal": True} if internal else {}),
    }


def _service(task: Task, slots: Mapping[str, Parts]) -> dict[str, Any]:
    box = task.container
    parts: dict[str, Any] = {
        "image": _image(task.image),
        "cap_add": [text(one) for one in box.hardening.bounding],
        "cap_drop": [text("ALL")] if box.hardening.no_capabilities else None,
        "command": [text(word) for word in box.command],
        "configs": [{"source": text(one.name), "target": text(one.target)} for one in box.configs],
        "deploy": _deploy(task),
        "entrypoint": [text(word) for word in box.entrypoint],
        "environment": environment(box, slots),
        "extra_hosts": hosts(box.given),
        "healthcheck": healthcheck(box),
        "init": box.init or None,
        "labels": labels(box.given),
        "logging": logging(box),
        "networks": [text(one.network) for one in box.networks],
        "ports": [
            {"mode": text("host"), "protocol": text(one.protocol), "published": slots[one.port], "target": one.target}
            for one in box.publish
        ],
        "read_only": box.hardening.read_only or None,
        "secrets": list(_secrets(task)),
        "stop_grace_period": box.stop.grace,
        "stop_signal": text(box.stop.signal),
        "user": text(box.user),
        "volumes": [
            *map(kept, box.volumes),
            *({"type": text("tmpfs"), "target": text(s.target), "tmpfs": {"size": s.size}} for s in task.scratch),
        ],
    }
    return {key: part for key, part in parts.items() if part or key == "stop_grace_period"}


def _image(image: Image) -> Parts:
    place: Parts = (Reference(image.place, ":-", text(image.repository)),) if image.place else text(image.repository)
    tag: Parts = (Reference(image.tagged, ":-", text(image.tag)),) if image.tagged else text(image.tag)
    pin: Parts = (Reference(image.at, ":-", ()),) if image.at else ()
    return _joined((*place, ":", *tag, *pin))


def _joined(parts: Parts) -> Parts:
    """*parts*, of which texts that follow each other are one."""
    found: list[str | Reference] = []
    for one in parts:
        if isinstance(one, str) and found and isinstance(found[-1], str):
            found[-1] += one
        else:
            found.append(one)
    return tuple(found)


def _secrets(task: Task) -> Iterator[dict[str, Any]]:
    uid, _, gid = task.container.user.partition(":")
    for name in dict.fromkeys(use.name for use in task.container.secrets):
        yield {"source": text(name), "target": text(name), "uid": text(uid), "gid": text(gid), "mode": 0o400}


def _deploy(task: Task) -> dict[str, Any]:
    limits, rollout = task.container.limits, task.rollout
    order = text("start-first" if rollout.start_first else "stop-first")
    node = ("node.hostname == ", Reference("DATA_NODE", ":?", text(SEE)))
    placement = {
        **({"max_replicas_per_node": 1} if task.alone else {}),
        **({"constraints": [node]} if task.pinned else {}),
    }
    attempts = {} if task.attempts is None else {"max_attempts": task.attempts}
    bounds = {"cpus": text(f"{limits.cpus:g}"), "memory": text(size(limits.memory)), "pids": limits.pids}
    rolling = {"monitor": text(f"{rollout.monitor}s"), "order": order, "parallelism": 1}
    return {
        "endpoint_mode": text("dnsrr"),
        **({"placement": placement} if placement else {}),
        "replicas": task.replicas,
        "resources": {"limits": bounds},
        "restart_policy": {"condition": text(task.restart), "delay": text("5s"), **attempts},
        "rollback_config": {"failure_action": text("pause"), **rolling},
        "update_config": {"failure_action": text("rollback"), **rolling},
    }
