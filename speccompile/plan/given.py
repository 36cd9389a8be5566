"""What a workload is given by name in deploy.yaml, and nothing derives: labels, names of hosts, graphics processors, directories of the machine, networks of
others."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record

GATEWAY = "host-gateway"
"""In the place of an address: the machine that the workload runs on, as that machine knows itself."""


@record(kw_only=True)
class Label(Node):
    """A label, for what looks at workloads from outside."""

    key: str
    value: str


@record(kw_only=True)
class KnownHost(Node):
    """A name that leads to ``address``, an IP address or ``GATEWAY``, whatever DNS says."""

    name: str
    address: str


@record(kw_only=True)
class Gpus(Node):
    """NVIDIA's processors: so many, or all that the machine has (None)."""

    count: int | None


@record(kw_only=True)
class HostDirectory(Node):
    """A directory of the machine, and where it is in the image."""

    host: str
    target: str
    writable: bool


@record(kw_only=True)
class Joined(Node):
    """A network that somebody else made, by its name."""

    name: str


@record(kw_only=True)
class Given(Node):
    """All of it, labels and hosts sorted by name, directories by where they are in the image."""

    labels: tuple[Label, ...] = ()
    hosts: tuple[KnownHost, ...] = ()
    gpus: Gpus | None = None
    directories: tuple[HostDirectory, ...] = ()
    networks: tuple[Joined, ...] = ()
