"""What compose is told (Compose Specification): containers, the networks between them, what the operator supplies."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import TypeAlias

from speccompile.plan.given import Given
from speccompile.plan.image import Base, Mount
from speccompile.plan.node import UNSAID, WHY, Node
from speccompile.plan.repository import Repository
from speccompile.plan.workload import (
    Beside,
    Hardening,
    Limits,
    Literal,
    Logs,
    Parameter,
    Replicas,
    Secret,
    SecretUse,
    Stop,
    Supplied,
    Volume,
)
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.vocabulary import PortProtocol


@record(kw_only=True)
class Tmpfs(Node):
    """A memory file system: absolute path and mount options (``size=64m``)."""

    target: str
    options: tuple[str, ...]


@record(kw_only=True)
class ConfigFile(Node):
    """A generated file mounted read-only; ``source`` is relative to the output directory."""

    name: str
    source: str
    target: str


@record(kw_only=True)
class Check(Node):
    """A container health check: exec form, times in seconds."""

    argv: tuple[str, ...]
    interval: int
    timeout: int
    start_period: int
    retries: int


@record(kw_only=True)
class Restart(Node):
    """The restart policy, as compose writes it."""

    policy: str


class Condition(Enum):
    """What a dependency must have reached before its dependent starts."""

    HEALTHY = "service_healthy"
    STARTED = "service_started"
    COMPLETED = "service_completed_successfully"


@record(kw_only=True)
class After(Node):
    """Start order: the named container first."""

    name: str
    condition: Condition


@record(kw_only=True)
class Publish(Node):
    """A published port: container port, and the parameters of the host port and of the address it is bound to."""

    target: int
    port: str
    address: str
    protocol: PortProtocol = "tcp"


@record(kw_only=True)
class Attach(Node):
    """Membership of a network; an ``external`` one is somebody else's."""

    network: str
    external: bool = False


@record(kw_only=True)
class Network(Node):
    """A network of the project; an internal one has no way out. An ``external`` one is somebody else's, and is there."""

    name: str
    internal: bool
    external: bool = False


@record(kw_only=True)
class Built(Node):
    """An image that is built here, from ``dockerfile`` in ``context``, both as seen from the output directory and the context; ``origin`` is
    why it is made so, ``named`` why it is called so, ``placed`` why things are where they are. ``pull_policy`` is when it is fetched instead."""

    repository: Repository
    context: str
    dockerfile: str
    secrets: tuple[Mount, ...]
    pull_policy: str
    named: Origin = field(compare=False, repr=False, metadata={WHY: True})
    placed: Origin = field(compare=False, repr=False, metadata={WHY: True})


@record(kw_only=True)
class Pulled(Node):
    """An image of somebody else's; ``pin`` is the parameter of its digest."""

    base: Base
    pin: str


Image: TypeAlias = Built | Pulled


@record(kw_only=True)
class Container(Node):
    """What the engine is told about one container; without an entrypoint or a command it has its image's own. ``unchecked`` takes the check
    of the image away. ``name`` is the service's, ``container_name`` one that no second container can have. ``start`` is why it is started so.
    """

    name: str
    image: Image
    container_name: str | None
    user: str
    environment: tuple[Literal | Supplied, ...]
    secrets: tuple[SecretUse, ...]
    volumes: tuple[Volume, ...]
    tmpfs: tuple[Tmpfs, ...]
    configs: tuple[ConfigFile, ...]
    networks: tuple[Attach, ...]
    depends_on: tuple[After, ...]
    publish: tuple[Publish, ...]
    check: Check | None
    limits: Limits
    stop: Stop
    restart: Restart
    replicas: Replicas
    init: bool
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    profiles: tuple[str, ...]
    hardening: Hardening
    logs: Logs
    unchecked: bool
    given: Given | None = field(default=None, metadata={UNSAID: True})
    beside: Beside | None = field(default=None, metadata={UNSAID: True})
    start: Origin = field(compare=False, repr=False, metadata={WHY: True})


@record(kw_only=True)
class ComposePlan(Node):
    """Everything that runs, by name, and what it shares. ``parameters`` are all that the compose file asks the operator for."""

    app: str
    containers: tuple[Container, ...]
    networks: tuple[Network, ...]
    secrets: tuple[Secret, ...]
    parameters: tuple[Parameter, ...]

    def container(self, name: str) -> Container | None:
        """The container of that *name*."""
        return next((one for one in self.containers if one.name == name), None)
