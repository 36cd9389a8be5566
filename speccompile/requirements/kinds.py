"""The kinds of requirement: a closed union. Durations are in seconds, sizes in bytes (units are binary), schedules cron with a zone.

Each docstring says what the kind means and what usually holds it. A kind's name in reports is its class's in lower case.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from speccompile.record import record

Bound: TypeAlias = Literal["most", "least", "exactly"]


@record()
class Store:
    """Data that outlives the process, in *product* ("" where the sentence names none: «a database»). A backing service."""

    product: str


@record()
class Cache:
    """Data that may be lost, kept near, in *product* ("" where none is named). A backing service, or the process itself."""

    product: str


@record()
class Queue:
    """Messages that wait, in *product* ("" where none is named); after *dead_letter* failures they are put aside (None: not said)."""

    product: str
    dead_letter: int | None = None


@record()
class External:
    """Something that somebody else runs and this system calls. A slot for its address; nothing is started."""

    name: str


@record()
class Health:
    """A path that tells whether the program lives, or is ready. The engine's probe asks it."""

    path: str | None
    probe: Literal["live", "ready"]


@record()
class Deadline:
    """A request that takes longer than *seconds* (None: not said) is given up. The front door's time-outs."""

    seconds: float | None


@record()
class Objective:
    """*percentile* per cent of requests are answered within *seconds*: measured, never a limit."""

    percentile: float | None
    seconds: float


@record()
class Rate:
    """At most *count* requests (None: not said) per ``s``, ``m``, ``h`` or ``d``, counted by *key*, with a *burst* above it. The front
    door."""

    count: int | None
    per: Literal["s", "m", "h", "d"] | None
    burst: int | None = None
    key: Literal["client", "address", "user", "key", "service"] = "client"


@record()
class Connections:
    """At most *count* connections at once. The front door."""

    count: int


@record()
class Body:
    """A request's body has at most *bytes*. The front door."""

    bytes: int


@record()
class Memory:
    """A process uses at most, or is given at least, *bytes*. The engine's limit."""

    bytes: int
    bound: Bound = "most"


@record()
class Cpu:
    """A process uses at most, or is given at least, *cpus* processors. The engine's limit."""

    cpus: float
    bound: Bound = "most"


@record()
class Replicas:
    """How many instances run: from *least* to *most* (None: unbounded). The engine's count."""

    least: int | None
    most: int | None


@record()
class Availability:
    """The share of time, in per cent, in which the system answers (None: «highly available»): measured, helped by replicas."""

    percent: float | None


@record()
class Scale:
    """The load decides how many instances run. An autoscaler."""

    least: int | None = None
    most: int | None = None


@record()
class Exclusive:
    """Never two at once: instances of a service (scope *service*) or runs of a job (scope *run*). A count of one, a lock."""


@record()
class Schedule:
    """When a job runs: five cron fields, and the zone they are in ("" where none is said)."""

    cron: str
    zone: str = ""


@record()
class RunDeadline:
    """A run that takes longer than *seconds* is stopped. The engine's job deadline."""

    seconds: float


@record()
class Retries:
    """A run that failed is started again, at most *count* times (None: no number said). The engine's restart policy."""

    count: int | None


@record()
class Overlap:
    """What happens when a run is due and the last one has not ended: the new one is skipped, waits, or replaces the old one."""

    policy: Literal["skip", "wait", "replace"]


@record()
class Drain:
    """On a request to stop, what is in flight is finished, for up to *seconds* (None: not said). The engine's grace period."""

    seconds: float | None


@record()
class Resume:
    """An interrupted run goes on where it stopped. A volume for its checkpoint."""


@record()
class Files:
    """The program reads or writes files at *path* (None: not said). A bind slot, a volume."""

    access: Literal["read", "write"]
    path: str | None


@record()
class Port:
    """The TCP port on which the program listens."""

    number: int


@record()
class Secret:
    """A value that only the program may know, and how it gets it (None: not said)."""

    name: str
    given: Literal["file", "env"] | None = None


@record()
class Transport:
    """TLS between clients and the front door: at least *version*; plain HTTP is redirected; browsers are told to remember it (HSTS)."""

    version: str | None = None
    redirect: bool = False
    hsts: bool = False


@record()
class AtRest:
    """What is stored is encrypted where it lies. The host's disks, or the store."""


@record()
class Private:
    """Only *networks* (addresses; () is the internal network) may reach the system. No published port."""

    networks: tuple[str, ...] = ()


@record()
class Egress:
    """The program may connect to nothing outside but *allow*. The networks of its platform."""

    allow: tuple[str, ...] = ()


@record()
class LogsKept:
    """Logs: their *format*, and how long they are kept (None: not said). The engine's log driver."""

    format: str | None = None
    seconds: float | None = None


@record()
class Audit:
    """A record of who did what that nobody can alter. An append-only place."""


@record()
class Backup:
    """The data is copied *every* so many seconds, or as the schedule says, and *keep* seconds long kept."""

    every: float | None
    keep: float | None = None
    cron: str = ""


@record()
class Retention:
    """*what* is kept for *seconds* and then deleted."""

    what: str
    seconds: float


@record()
class Migrate:
    """The database's schema is brought up to date before a new version serves. A release step."""


@record()
class Origins:
    """Pages of *allow* may call the system from browsers (CORS); () is none."""

    allow: tuple[str, ...]


@record()
class CacheControl:
    """Browsers and proxies may keep *what* for *seconds*; 0 is never."""

    what: str
    seconds: float


@record()
class Idle:
    """A connection over which nothing goes is closed after, or kept for, *seconds*."""

    seconds: float
    stream: Literal["websocket", "events", "connection"]


@record()
class TimeZone:
    """The zone of the process's clock (IANA's name)."""

    name: str


@record()
class Platform:
    """What the program runs on: a processor architecture, an operating system, a runtime with a version, a region of the world."""

    architecture: str | None = None
    system: str | None = None
    runtime: str | None = None
    version: str | None = None
    region: str | None = None


@record()
class Unprivileged:
    """The process is no superuser. The image's user, the engine's capabilities."""


@record()
class ReadOnly:
    """The file system of the process's root cannot be written to."""


@record()
class Restart:
    """A process that died is started again, within *seconds* (None: not said). The engine's restart policy."""

    seconds: float | None = None


@record()
class Metrics:
    """Numbers about the program at *path* (None: not said), for a monitoring system."""

    path: str | None


@record()
class Rotation:
    """*what* (secrets, certificates) is replaced every so many seconds: the operator's work, which a deployment only makes possible."""

    what: str
    every: float


Requirement: TypeAlias = (
    Store | Cache | Queue | External | Health | Deadline | Objective | Rate | Connections | Body | Memory | Cpu | Replicas
    | Availability | Scale | Exclusive | Schedule | RunDeadline | Retries | Overlap | Drain | Resume | Files | Port | Secret
    | Transport | AtRest | Private | Egress | LogsKept | Audit | Backup | Retention | Migrate | Origins | CacheControl | Idle
    | TimeZone | Platform | Unprivileged | ReadOnly | Restart | Metrics | Rotation
)  # fmt: skip
