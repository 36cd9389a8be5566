"""A workload: a process, or several alike, that runs from an image, and all that must hold while it does."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from speccompile.plan.given import Given
from speccompile.plan.node import UNSAID, WHY, Node
from speccompile.plan.program import Program
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
    the Parameter of the name ``parameter``."""

    name: str
    parameter: str
    before: str = ""
    after: str = ""


@record(kw_only=True)
class Parameter(Node):
    """What the operator has to or may supply.

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
class Secret(Node):
    """A secret in a file; the operator names the file by the parameter ``parameter``."""

    name: str
    parameter: str


@record(kw_only=True)
class SecretUse(Node):
    """A workload reads the secret ``name`` from a file; ``variable`` holds the file's path, when the program wants to be told."""

    name: str
    variable: str | None


@record(kw_only=True)
class Volume(Node):
    """A directory, an absolute path, whose content outlives the workload under a name. ``lent`` is the workload whose it is, where it is only
    read here."""

    name: str
    target: str
    lent: str | None = field(default=None, metadata={UNSAID: True})


@record(kw_only=True)
class Scratch(Node):
    """A directory in memory of at most ``size`` bytes, an absolute path, that is empty at each start; ``owner`` (``uid:gid``) is who owns it
    where that is not root, ``mode`` its permissions."""

    target: str
    size: int
    mode: int
    owner: str | None = None
    executable: bool = False


@record(kw_only=True)
class Probes(Node):
    """How a workload is asked whether it is well: argument vectors, times in seconds.

    ``ready`` asks whether it can serve, ``live`` whether it has to be started again (empty where nothing tells that apart). ``watch`` is for a
    platform that asks one question only: it asks both, and ends what does not answer (empty where nothing can).
    """

    ready: tuple[str, ...]
    interval: int
    timeout: int
    start_period: int
    retries: int
    live: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()


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
    """How a workload is stopped: the signal, and the seconds until it is killed."""

    signal: str
    grace: int


class RestartPolicy(Enum):
    """When a workload that has ended is started again; servers do not stay down, jobs run again by themselves only after
    failures, where somebody demands it."""

    ALWAYS = "always"
    ON_FAILURE = "on-failure"
    NEVER = "never"


@record(kw_only=True)
class Restart(Node):
    """When it is started again; after a failure at most so many ``times``."""

    policy: RestartPolicy
    times: int | None = None


class Readiness(Enum):
    """What a dependency must have reached before its dependent starts."""

    HEALTHY = "healthy"
    STARTED = "started"
    COMPLETED = "completed"


@record(kw_only=True)
class Dependency(Node):
    """Start order: the named workload first."""

    name: str
    readiness: Readiness


@record(kw_only=True)
class Port(Node):
    """The TCP port that a workload listens on."""

    number: int


@record(kw_only=True)
class Call(Node):
    """A workload opens connections to the workload ``to``, at its ``port``."""

    to: str
    port: int


@record(kw_only=True)
class Egress(Node):
    """A workload may open connections to what is no part of the system."""


@record(kw_only=True)
class Inside(Node):
    """A workload takes part in what the system's workloads say to each other, as one who calls or is called."""


@record(kw_only=True)
class Replicas(Node):
    """How many; ``exclusive`` means that a second one must be impossible. The load may start more, ``most`` at once; None: nothing does.
    Another one is started when they use ``busy`` per cent of the processor time that they may; None: as a platform sees fit.
    """

    count: int
    exclusive: bool
    most: int | None = None
    busy: float | None = None

    @property
    def several(self) -> bool:
        """Whether there is, or may be, more than one."""
        return self.count > 1 or bool(self.most)


@record(kw_only=True)
class Schedule(Node):
    """When a job runs: five cron fields, and the zone that they are in as IANA calls it ("" is the platform's own)."""

    cron: str
    zone: str = ""
    zone_origin: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})

    @property
    def zoned(self) -> Origin:
        """Why it is in its zone."""
        return self.zone_origin or self.origin


@record(kw_only=True)
class RunDeadline(Node):
    """The seconds after which a run is ended."""

    seconds: int


@record(kw_only=True)
class Beside(Node):
    """A workload has the network of the workload ``name``: one beside each instance of that. ``first`` is why it has to be up before that is, None
    where it need not."""

    name: str
    first: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})


class Trigger(Enum):
    """Who starts a workload: the system when it comes up, its schedule, or somebody by hand."""

    SYSTEM = "system"
    SCHEDULE = "schedule"
    HAND = "hand"


@record(kw_only=True)
class Hardening(Node):
    """What a workload may not: write to its root file system, use a capability of the kernel's, get privileges that it was not started with.

    ``bounding`` are capabilities that it could be given and is not: the kernel starts no file that says it has one which it cannot have
    (capabilities(7), "Safety checking for capability-dumb binaries").
    """

    read_only: bool
    no_capabilities: bool
    no_new_privileges: bool
    bounding: tuple[str, ...] = ()


@record(kw_only=True)
class Logs(Node):
    """What is kept of what a workload says: so many files, each of at most so many bytes."""

    files: int
    size: int


@record(kw_only=True)
class Workload(Node):
    """What a platform is told about one workload; without an entrypoint or a command it has its image's own.

    ``init`` is whether something else has to be process 1: it passes signals on and reaps. ``unchecked`` takes the check of the image away, for
    what runs in a server's image and is none. ``program`` is what a platform that needs no image can start. What is ``beside`` another
    workload is in no network but that one's. ``started`` is why it is started so, where that has a reason of its own.
    """

    name: str
    user: str
    environment: tuple[Literal | Supplied, ...]
    secrets: tuple[SecretUse, ...]
    volumes: tuple[Volume, ...]
    scratch: tuple[Scratch, ...]
    port: Port | None
    inside: Inside | None
    calls: tuple[Call, ...]
    egress: Egress | None
    depends_on: tuple[Dependency, ...]
    probes: Probes | None
    limits: Limits
    stop: Stop
    restart: Restart
    replicas: Replicas
    hardening: Hardening
    logs: Logs
    init: bool
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    trigger: Trigger = Trigger.SYSTEM
    deadline: RunDeadline | None = None
    unchecked: bool = False
    given: Given | None = field(default=None, metadata={UNSAID: True})
    program: Program | None = field(default=None, metadata={UNSAID: True})
    beside: Beside | None = field(default=None, metadata={UNSAID: True})
    started: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})

    @property
    def start(self) -> Origin:
        """Why its entrypoint and its command are what they are."""
        return self.started or self.origin
