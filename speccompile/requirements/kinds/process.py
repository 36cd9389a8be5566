"""Kinds about processes: what they are given, how many there are, how they are watched, stopped and confined."""

from __future__ import annotations

from typing import Literal, TypeAlias

from speccompile.record import record

Bound: TypeAlias = Literal["most", "least", "exactly"]


@record()
class Memory:
    """A process uses at most, or is given at least, *bytes*.

    mem_limit and mem_reservation (Compose), resources (Swarm), Memory (Quadlet), limits and requests (Kubernetes).
    """

    bytes: int
    bound: Bound = "most"


@record()
class Cpu:
    """A process uses at most, or is given at least, *cpus* processors.

    cpus (Compose), resources (Swarm), CPUQuota (Quadlet), limits and requests (Kubernetes).
    """

    cpus: float
    bound: Bound = "most"


@record()
class Replicas:
    """How many instances run: from *least* to *most* (None: unbounded).

    deploy.replicas (Compose, Swarm), instances of a unit (Quadlet), replicas of a Deployment (Kubernetes).
    """

    least: int | None
    most: int | None


@record()
class Availability:
    """The share of time, in per cent, in which the system answers (None: «highly available»).

    Measured, and helped by replicas and probes; no platform promises it.
    """

    percent: float | None


@record()
class Scale:
    """The load decides how many instances run, from *least* to *most*; another one starts when they use *percent* of their processor time
    (None: not said).

    A HorizontalPodAutoscaler (Kubernetes); lost elsewhere.
    """

    least: int | None = None
    most: int | None = None
    percent: float | None = None


@record()
class Exclusive:
    """Never two at once: instances of a service (scope *service*) or runs of a job (scope *run*).

    A count of one that is stopped before the next starts; a lock around a run; Recreate and concurrencyPolicy (Kubernetes).
    """


@record()
class Health:
    """A *path* (None: not said) that tells whether the program lives, or is ready; somebody asks it every so many seconds (None: not said).

    The image's HEALTHCHECK and the engine's (Compose, Swarm, Quadlet), livenessProbe and readinessProbe (Kubernetes).
    """

    path: str | None
    probe: Literal["live", "ready"]
    every: float | None = None


@record()
class Drain:
    """On a request to stop, what is in flight is finished, for up to *seconds* (None: not said).

    stop_grace_period (Compose, Swarm), TimeoutStopSec (Quadlet), terminationGracePeriodSeconds (Kubernetes); the program heeds the signal.
    """

    seconds: float | None


@record()
class Restart:
    """A process that died is started again, within *seconds* (None: not said).

    restart (Compose), restart_policy (Swarm), Restart and RestartSec (Quadlet), the kubelet (Kubernetes).
    """

    seconds: float | None = None


@record()
class Metrics:
    """Numbers about the program at *path* (None: not said), for a monitoring system.

    The path is kept off the front door; annotations or a monitor tell who scrapes it (Kubernetes).
    """

    path: str | None


@record()
class LogsKept:
    """Logs: their *format*, and for how many *seconds* they are kept (None: not said).

    The log driver's rotation, by size and so by age only nearly (Compose, Swarm), journald (Quadlet), the cluster's (Kubernetes).
    """

    format: str | None = None
    seconds: float | None = None


@record()
class Audit:
    """A record of who did what that nobody can alter.

    A volume to which the program appends; that nothing is altered there is the storage's to hold.
    """


@record()
class Unprivileged:
    """The process is no superuser.

    The image's USER; no capabilities, no new privileges (all engines), runAsNonRoot (Kubernetes).
    """


@record()
class ReadOnly:
    """The file system of the process's root cannot be written to.

    read_only (Compose, Swarm), ReadOnly (Quadlet), readOnlyRootFilesystem (Kubernetes), with tmpfs where the program writes.
    """


@record()
class TimeZone:
    """The zone of the process's clock (IANA's name).

    TZ in the environment; the image needs the zones' files.
    """

    name: str


@record()
class Platform:
    """What the program runs on: a processor *architecture*, an operating *system* or kubernetes, a *runtime* with a *version*, a *region* of the world.

    The image's platform and base; a node selector (Kubernetes). Where the machines stand is the operator's to choose.
    """

    architecture: str | None = None
    system: str | None = None
    runtime: str | None = None
    version: str | None = None
    region: str | None = None
