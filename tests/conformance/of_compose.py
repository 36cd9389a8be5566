"""A compose file's answers, and a stack's, which is written in the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml
from answers import Answers, System, asked, octets, passed_on, told


def of_compose(files: Mapping[str, str]) -> System:
    """The answers of the compose file and of the crontab beside it."""
    document = _document(files, "docker-compose.yml")
    boxes: dict[str, Any] = document["services"]
    workloads = {
        name: Answers(
            memory=octets(box["mem_limit"]),
            cpus=float(box["cpus"]),
            escalates=box["security_opt"] != ["no-new-privileges:true"],
            secrets=frozenset(box.get("secrets", ())),
            writable=_volumes(box) | {one.partition(":")[0] for one in box.get("tmpfs", ())},
            **_alike(box, document),
        )
        for name, box in boxes.items()
        if name != "proxy"
    }
    calls = _calls(boxes, files.get("nginx.conf", ""))
    lines = [line for line in files.get("crontab", "").splitlines() if re.match(r"[\d*]", line)]
    overlaps = {(_started(line), " ".join(line.split()[:5])): "flock --nonblock" in line for line in lines}
    by_hand = {name: "container_name" in box for name, box in boxes.items() if "container_name" in box}
    alone = {(name, ""): kept for name, kept in by_hand.items() if name not in {job for job, _ in overlaps}}
    return System(workloads, calls, {**overlaps, **alone})


def _started(line: str) -> str:
    """The service that a line of the crontab starts."""
    found: list[str] = re.findall(r"(?:run|up)\b.*?([a-z0-9-]+)\S*(?:\s*[>|&].*)?$", line)
    return found[-1]


def of_swarm(files: Mapping[str, str]) -> System:
    """The answers of the stack, of what stays up."""
    document = _document(files, "swarm/stack.yml")
    boxes: dict[str, Any] = document["services"]
    workloads = {name: _task(box, document) for name, box in boxes.items() if name != "proxy"}
    return System(workloads, _calls(boxes, files.get("swarm/nginx.conf", "")), {})


def _task(box: dict[str, Any], document: dict[str, Any]) -> Answers:
    limits = box["deploy"]["resources"]["limits"]
    return Answers(
        memory=octets(limits["memory"]),
        cpus=float(limits["cpus"]),
        escalates=None,
        secrets=frozenset(one["target"] for one in box.get("secrets", ())),
        writable=_volumes(box),
        **_alike(box, document),
    )


def neighbours(files: Mapping[str, str], path: str, name: str) -> frozenset[str]:
    """Who is in a network with the service *name* of the document at *path*, itself too: what it can find, whether it calls it or not."""
    networks = {one: set(box.get("networks", ())) for one, box in _document(files, path)["services"].items()}
    return frozenset(one for one, mine in networks.items() if mine & networks[name])


def _document(files: Mapping[str, str], path: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(files[path]) if path in files else {"services": {}}
    return found


def _volumes(box: dict[str, Any]) -> frozenset[str]:
    """Where it can write; a lock is the platform's own business."""
    return frozenset(one["target"] for one in box.get("volumes", ()) if not one.get("source", "").endswith("-lock"))


def _alike(box: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """What both say in the same words."""
    public = {name for name, network in document.get("networks", {}).items() if not (network or {}).get("internal")}
    check = box.get("healthcheck", {}).get("test", [])[1:]
    return {
        "user": box["user"],
        "read_only": box["read_only"],
        "capabilities": box["cap_drop"] != ["ALL"] or bool(box.get("cap_add")),
        "variables": frozenset(box.get("environment", ())),
        "ready": asked(word.replace("$$", "$") for word in check),
        "goes_out": bool(public & set(box.get("networks", ()))),
        "number": box.get("deploy", {}).get("replicas", 1),
    }


def _calls(boxes: dict[str, Any], configuration: str) -> frozenset[tuple[str, str]]:
    """Whom each is told of, where a network has both; whom the front door passes on to."""
    environments = {
        name: {key: str(value) for key, value in box.get("environment", {}).items()} for name, box in boxes.items()
    }
    found = {pair for name, environment in environments.items() for pair in told(name, environment, boxes)}
    found |= {("proxy", host) for _, host in passed_on(configuration)}
    networks = {name: set(box.get("networks", ())) for name, box in boxes.items()}
    return frozenset(("" if one == "proxy" else one, other) for one, other in found if networks[one] & networks[other])
