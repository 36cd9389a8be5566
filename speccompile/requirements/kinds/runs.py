"""Kinds about jobs: when they run, for how long, and what follows when they do not end well."""

from __future__ import annotations

from typing import Literal

from speccompile.record import record


@record()
class Schedule:
    """When a job runs: five *cron* fields, and the *zone* they are in ("" where none is said).

    A crontab beside the service (Compose, Swarm), a systemd timer (Quadlet), a CronJob (Kubernetes).
    """

    cron: str
    zone: str = ""


@record()
class RunDeadline:
    """A run that takes longer than *seconds* is stopped.

    The scheduler's time-out (Compose, Swarm), RuntimeMaxSec (Quadlet), activeDeadlineSeconds (Kubernetes).
    """

    seconds: float


@record()
class Retries:
    """A run that failed is started again, at most *count* times (None: no number said; 0: never).

    The restart policy (Compose, Swarm), Restart and its burst (Quadlet), backoffLimit (Kubernetes).
    """

    count: int | None


@record()
class Overlap:
    """What happens when a run is due and the last one has not ended: the new one is skipped, waits, or replaces the old one.

    A lock around the run (Compose, Swarm), systemd itself (Quadlet), concurrencyPolicy (Kubernetes; it cannot wait).
    """

    policy: Literal["skip", "wait", "replace"]


@record()
class Resume:
    """An interrupted run goes on where it stopped.

    The program's business, for which a deployment keeps a volume for its checkpoint.
    """
