"""What a cluster is told about its network: names, who may reach whom, routes from outside; and how many pods may be missing at once."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record


@record(kw_only=True)
class Listener(Node):
    """A name under which a workload's pods are reached, at the ports that they listen on; ``headless`` gives their own addresses."""

    name: str
    ports: tuple[int, ...]
    headless: bool


@record(kw_only=True)
class Peer(Node):
    """The pods of a workload, at a port."""

    workload: str
    port: int


@record(kw_only=True)
class Door(Node):
    """Whatever takes requests in for the cluster, at a port of the workload."""

    port: int


@record(kw_only=True)
class Outside(Node):
    """Everything that is no link-local address: those are the node's own business, the cloud's credentials among them."""


@record(kw_only=True)
class Names(Node):
    """The cluster's DNS."""


@record(kw_only=True)
class Allowed(Node):
    """What the pods of one workload may be reached by, and what they may reach; all else they may not."""

    workload: str
    sources: tuple[Peer | Door, ...]
    destinations: tuple[Peer | Outside | Names, ...]


@record(kw_only=True)
class Budget(Node):
    """Of a workload's pods at most one is taken away at a time."""

    name: str


@record(kw_only=True)
class Path(Node):
    """Requests below ``path`` go to the workload ``to`` at its ``port``."""

    path: str
    to: str
    port: int


@record(kw_only=True)
class Host(Node):
    """What is served under a host's name; None: under every other one."""

    host: str | None
    paths: tuple[Path, ...]
