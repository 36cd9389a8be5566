"""A container at run time: everything a compose service says besides its image."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from speccompile.plan.node import WHY, Node
from speccompile.provenance import Origin
from speccompile.record import record


@record(kw_only=True)
class Literal(Node):
    """An environment variable with a value that stands in the artifact."""

    name: str
    value: str


@record(kw_only=True)
class Supplied(Node):
    """An environment variable whose value the operator supplies, or the part of it between ``before`` and ``after`` (a URL's password); see
    the Slot of the same ``slot`` name."""

    name: str
    slot: str
    before: str = ""
    after: str = ""


@record(kw_only=True)
class Slot(Node):
    """What the operator has to or may supply: a line of ``.env.example``, a ``${…}`` in the compose file.

    ``default`` None means required. ``example`` is never a real secret; it is empty where the value itself is ``secret``, or
    nobody but the operator knows it, so that nothing starts before there is one. ``in_url`` is whether the value becomes part of a URL as it
    is. ``requested_by`` names services and assertion ids, without line numbers (these would change with the order of keys), and places in
    sources that want it.
    """

    name: str
    purpose: str
    default: str | None
    example: str
    secret: bool = False
    in_url: bool = False
    requested_by: tuple[str, ...]


@record(kw_only=True)
class SecretFile(Node):
    """A secret: mounted at ``/run/secrets/<name>``; its file on the host is named by the slot ``slot``."""

    name: str
    slot: str


@record(kw_only=True)
class SecretUse(Node):
    """A container reads the secret ``name``; ``variable`` holds the path, when the container wants to be told."""

    name: str
    variable: str | None


@record(kw_only=True)
class Volume(Node):
    """A named volume mounted at an absolute path."""

    name: str
    target: str


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
class Limits(Node):
    """Upper bounds: memory in bytes, CPUs, processes. Where the latter two have another reason than memory, it is beside them."""

    memory: int
    cpus: float
    pids: int
    cpus_origin: Origin | None = field(default=None, compare=False, repr=False)
    pids_origin: Origin | None = field(default=None, compare=False, repr=False)


@record(kw_only=True)
class Stop(Node):
    """How a container is stopped: the signal, and the seconds until SIGKILL."""

    signal: str
    grace: int


class RestartPolicy(Enum):
    """When the engine starts a container again; servers do not stay down, jobs run again by themselves only after
    failures, where somebody demands it."""

    UNLESS_STOPPED = "unless-stopped"
    ON_FAILURE = "on-failure"
    NEVER = "no"


@record(kw_only=True)
class Restart(Node):
    """The restart policy; on a failure at most so many ``times``."""

    policy: RestartPolicy
    times: int | None = None


class Readiness(Enum):
    """What a dependency must have reached before its dependent starts."""

    HEALTHY = "service_healthy"
    STARTED = "service_started"
    COMPLETED = "service_completed_successfully"


@record(kw_only=True)
class Dependency(Node):
    """Start order: the named container first."""

    name: str
    readiness: Readiness


@record(kw_only=True)
class Publish(Node):
    """A published port: container port, and the slots of the host port and of the address it is bound to."""

    target: int
    port_slot: str
    address_slot: str


@record(kw_only=True)
class Attach(Node):
    """Membership of a network."""

    network: str


@record(kw_only=True)
class Network(Node):
    """A network of the project; an internal one has no way out."""

    name: str
    internal: bool


@record(kw_only=True)
class Replicas(Node):
    """How many; ``exclusive`` means that a second one must be impossible."""

    count: int
    exclusive: bool


@record(kw_only=True)
class Container(Node):
    """What the engine is told about one container; without an entrypoint or a command it has its image's own. ``unchecked`` takes the check
    of the image away, for what runs in a server's image and is none. ``started`` is why it is started so, where that has a reason of its own."""

    name: str
    user: str
    environment: tuple[Literal | Supplied, ...]
    secrets: tuple[SecretUse, ...]
    volumes: tuple[Volume, ...]
    tmpfs: tuple[Tmpfs, ...]
    configs: tuple[ConfigFile, ...]
    networks: tuple[Attach, ...]
    depends_on: tuple[Dependency, ...]
    publish: tuple[Publish, ...]
    check: Check | None
    limits: Limits
    stop: Stop
    restart: Restart
    replicas: Replicas
    init: bool
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    unchecked: bool = False
    started: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})

    @property
    def start(self) -> Origin:
        """Why its entrypoint and its command are what they are."""
        return self.started or self.origin
