"""What a swarm is told (`docker stack deploy`, Compose file version 3.9): services, networks, configs, secrets that are there already."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.plan.workload import Parameter, Scratch
from speccompile.realise.compose_plan import Container
from speccompile.realise.front_door import FrontDoor
from speccompile.record import record


@record(kw_only=True)
class Rollout(Node):
    """How a new version takes an old one's place: whether it starts before the old one stops, and for how many seconds it is watched."""

    start_first: bool
    monitor: int


@record(kw_only=True)
class Reference(Node):
    """How an image is named: its repository (or ``place``, a parameter with another one), its tag (or the parameter ``tag``), and the parameter
    ``at`` of what pins it (``@sha256:…``): a stack's file knows no other way to say that something may be there."""

    repository: str
    place: str | None
    tag: str
    tagged: str | None
    at: str | None


@record(kw_only=True)
class Pinned(Node):
    """That what has volumes runs on the node where these are."""


@record(kw_only=True)
class Task(Node):
    """A service of the stack: what its containers are, how many, how often one that has ended is started again, where it may run.

    ``restart`` is ``any``, ``on-failure`` or ``none``. ``alone`` is whether a node may never have two. ``pinned`` is that it runs on the node
    that has the data; ``scratch`` are its directories in memory.
    """

    container: Container
    image: Reference
    replicas: int
    restart: str
    attempts: int | None
    alone: bool
    pinned: Pinned | None
    scratch: tuple[Scratch, ...]
    rollout: Rollout


@record(kw_only=True)
class StackSecret(Node):
    """A secret that somebody created in the swarm; ``parameter`` is the variable with the name it has there, which changes with its value."""

    name: str
    parameter: str


@record(kw_only=True)
class StackConfig(Node):
    """A file that the swarm keeps, under a name that follows from its content, so that another content is another config; ``source`` is
    relative to the output directory's ``swarm``."""

    name: str
    source: str


@record(kw_only=True)
class Link(Node):
    """A network over all nodes, encrypted between them; an internal one has no way out."""

    name: str
    internal: bool


@record(kw_only=True)
class SwarmPlan(Node):
    """Everything that a stack is. ``front`` is the front door whose configuration is among its files."""

    app: str
    tasks: tuple[Task, ...]
    networks: tuple[Link, ...]
    secrets: tuple[StackSecret, ...]
    configs: tuple[StackConfig, ...]
    parameters: tuple[Parameter, ...]
    front: FrontDoor | None
