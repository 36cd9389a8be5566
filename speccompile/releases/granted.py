"""What services have of their machine and of others' systems: a release keeps it, and it is given again only as far as deploy.yaml gives it now.

So who can write to a store of releases gets no directory and no network by that: both stand in the specs of whoever deploys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.spec.neighbours import is_directory, is_network

_MADE = {"create_host_path": False}


@record()
class Granted:
    """Directories (workload, of the machine, in the container, whether it may write there) and networks (workload, name)."""

    directories: frozenset[tuple[str, str, str, bool]] = frozenset()
    networks: frozenset[tuple[str, str]] = frozenset()


NOTHING = Granted()


def of(plan: Plan) -> Granted:
    """What deploy.yaml gives the workloads of *plan*."""
    every = (
        *(one for service in plan.services for one in service.workloads),
        *(one for store in plan.stores for one in store.workloads),
    )
    given = [(one.name, one.given) for one in every if one.given]
    return Granted(
        frozenset((name, one.host, one.target, one.writable) for name, all_ in given for one in all_.directories),
        frozenset((name, one.name) for name, all_ in given for one in all_.networks),
    )


def is_mount(volume: Mapping[str, Any]) -> bool:
    """Whether *volume* of a compose file is a directory of the machine as deploy.yaml can give one."""
    return (
        set(volume) <= {"type", "source", "target", "read_only", "bind"}
        and volume.get("type") == "bind"
        and volume.get("bind") == _MADE
        and volume.get("read_only", True) is True
        and isinstance(volume.get("target"), str)
        and is_directory(str(volume.get("source", "")))
    )


def is_joined(name: str, network: Mapping[str, Any]) -> bool:
    """Whether *network* of a compose file is one of others', under its own name."""
    return dict(network) == {"external": True, "name": name} and is_network(name)


def beyond(content: Mapping[str, Any], granted: Granted) -> Iterator[str]:
    """What the services of a part's *content* have that is not *granted*."""
    others = {name for name, what in content["networks"].items() if (what or {}).get("external")}
    for name, service in content["services"].items():
        yield from (
            f"{name} {'reads' if kept else 'writes to'} {source} of its machine, at {target}"
            for source, target, kept in _mounts(service.get("volumes", ()))
            if (name, source, target, not kept) not in granted.directories
        )
        yield from (
            f"{name} is on the network {network}, which others made"
            for network in service.get("networks", ())
            if network in others and (name, network) not in granted.networks
        )


def _mounts(volumes: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, bool]]:
    for one in volumes:
        if one.get("type") == "bind":
            yield one["source"], one["target"], one.get("read_only", False)
