"""Sidecars as compose has them in a deployment: a container beside each instance of its service, in that very container's network.

A service and its sidecars are one thing to whoever rolls out: they come beside what runs together, are well together, and go together. Compose knows only
the network of a service's first container, so each sidecar is told to it as a service of its own, for the one container that lends its network. What is
there is found by that container's id, which the engine has for each; what should be there stands in a label of the container.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from speccompile.record import record
from speccompile.releases.engines.compose import HASH, SERVICE
from speccompile.releases.wanted import SERVING, Instance, State

BESIDE = "com.spec-driven.beside"
"""Of a container: the sidecars that it shall have, each with compose's digest of all that it is told (``auth=…,tail=…``)."""
SIDECAR = "com.spec-driven.sidecar"
"""Of a sidecar's container: which one it is."""
_SERVICE, _CONTAINER = "service:", "container:"
_SHORT = 12
_WORST = (State.STOPPED, State.UNHEALTHY, State.STARTING, State.RUNNING, State.HEALTHY)

Container = dict[str, Any]


@record()
class Missing:
    """A sidecar *name* that a *container* has not, or not well; ``there`` are the ids of what is in its place."""

    name: str
    container: str
    there: tuple[str, ...]


def lender(service: Mapping[str, Any]) -> str:
    """The service whose network *service* of a compose file has; "" for one with networks of its own."""
    mode = str(service.get("network_mode", ""))
    return mode.removeprefix(_SERVICE) if mode.startswith(_SERVICE) else ""


def of(services: Mapping[str, Mapping[str, Any]], name: str) -> tuple[str, ...]:
    """The sidecars of the service *name*."""
    return tuple(sorted(one for one, told in services.items() if lender(told) == name))


def labelled(text: str, hashes: Mapping[str, str]) -> str:
    """The compose file *text*, in which each service says which sidecars it shall have: a version with another sidecar is another version."""
    found: dict[str, Any] = json.loads(text)
    services = found["services"]
    for name in {lender(one) for one in services.values()} & services.keys():
        said = ",".join(f"{one}={hashes[one]}" for one in of(services, name))
        services[name]["labels"] = {**services[name].get("labels", {}), BESIDE: said}
    return json.dumps(found, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def lent(text: str, name: str, container: str) -> tuple[str, str]:
    """The compose file *text* with one service more, and what that is called: the sidecar *name* in the network of *container*."""
    found: dict[str, Any] = json.loads(text)
    told = found["services"][name]
    made = f"{name}-{container[:_SHORT]}"
    labels = {**told.get("labels", {}), SIDECAR: name}
    found["services"][made] = {**told, "labels": labels, "network_mode": f"{_CONTAINER}{container}"}
    return json.dumps(found, sort_keys=True, ensure_ascii=False, indent=1) + "\n", made


def lent_by(container: Container) -> str:
    """The id of the container whose network *container* has; "" for one of its own."""
    mode = str(container.get("HostConfig", {}).get("NetworkMode", ""))
    return mode.removeprefix(_CONTAINER) if mode.startswith(_CONTAINER) else ""


def instances(containers: Sequence[Container]) -> Iterator[tuple[str, Instance]]:
    """The instances that *containers* are, each with the name of its service: a sidecar is no instance, but a part of that whose network it has."""
    ids = {one["Id"] for one in containers}
    for one in containers:
        if lent_by(one) not in ids:
            beside = [other for other in containers if lent_by(other) == one["Id"]]
            yield one["Config"]["Labels"].get(SERVICE, ""), _instance(one, beside)


def missing(containers: Sequence[Container], name: str, version: str) -> Iterator[Missing]:
    """What has to be started beside the containers of the service *name* that run and are of *version*."""
    for one in containers:
        labels = one["Config"]["Labels"]
        if labels.get(SERVICE) == name and labels.get(HASH) == version and state(one["State"]) is not State.STOPPED:
            there = [other for other in containers if lent_by(other) == one["Id"]]
            for wanted in _wanted(one):
                found = [other for other in there if _name(other) == wanted]
                if not any(_connected(one, other) for other in found):
                    yield Missing(wanted, one["Id"], tuple(other["Id"] for other in found))


def sharing(containers: Iterable[Container], ids: Iterable[str]) -> tuple[str, ...]:
    """The ids of *containers* that have the network of one of *ids*."""
    wanted = set(ids)
    return tuple(one["Id"] for one in containers if lent_by(one) in wanted)


def left_behind(containers: Sequence[Container], names: Iterable[str]) -> tuple[str, ...]:
    """The ids of the sidecars *names* whose service's container is there no more."""
    ids, wanted = {one["Id"] for one in containers}, set(names)
    return tuple(one["Id"] for one in containers if _name(one) in wanted and lent_by(one) and lent_by(one) not in ids)


def state(found: Mapping[str, Any]) -> State:
    """How a container is (docs.docker.com/reference/cli/docker/container/ls, "status", and "health")."""
    match found.get("Status"):
        case "running":
            health = (found.get("Health") or {}).get("Status", "none")
            return {"healthy": State.HEALTHY, "unhealthy": State.UNHEALTHY, "starting": State.STARTING}.get(
                health, State.RUNNING
            )
        case "restarting":
            return State.UNHEALTHY
        case _:
            return State.STOPPED


def _instance(one: Container, beside: Sequence[Container]) -> Instance:
    own = state(one["State"])
    troubles = [] if own is State.STOPPED else list(_troubles(one, beside))
    states = [own, *(found for found, _ in troubles)]
    worst = min(states, key=_WORST.index)
    why = (
        next((said for found, said in troubles if found is worst and found not in SERVING), "")
        if worst is not own
        else ""
    )
    return Instance(one["Id"], one["Config"]["Labels"].get(HASH, ""), worst, one["Created"], why)


def _troubles(one: Container, beside: Sequence[Container]) -> Iterator[tuple[State, str]]:
    """How each sidecar of *one* is, and why that is not well."""
    for wanted in _wanted(one):
        found = [other for other in beside if _name(other) == wanted]
        connected = next((other for other in found if _connected(one, other)), None)
        if connected:
            yield state(connected["State"]), f"{wanted}, which is beside it, is not well"
        elif any(state(other["State"]) is not State.STOPPED for other in found):
            yield State.UNHEALTHY, f"{wanted} is cut off from it, as it was started again"
        else:
            yield State.UNHEALTHY, f"{wanted}, which is to be beside it, {'has ended' if found else 'is not there'}"


def _wanted(container: Container) -> list[str]:
    said = container["Config"]["Labels"].get(BESIDE, "")
    return [one.partition("=")[0] for one in said.split(",") if one]


def _name(container: Container) -> str:
    return str(container["Config"]["Labels"].get(SIDECAR, ""))


def _connected(one: Container, sidecar: Container) -> bool:
    """Whether *sidecar* was started after *one* was: a container keeps the network that there was at its start (see ``realise.sidecars``)."""
    if state(sidecar["State"]) is State.STOPPED:
        return False
    return _when(sidecar["State"]) >= _when(one["State"])


def _when(found: Mapping[str, Any]) -> datetime:
    """When a container was started; the engine writes more digits than a clock here has."""
    return datetime.fromisoformat(str(found.get("StartedAt", "0001-01-01T00:00:00Z")))
