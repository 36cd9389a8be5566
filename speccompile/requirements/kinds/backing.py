"""Kinds about what the system keeps and needs: stores, files, secrets, copies."""

from __future__ import annotations

from typing import Literal

from speccompile.record import record


@record()
class Store:
    """Data that outlives the process, in *product* ("" where the sentence names none: «a database») of *version* ("" where it names none).

    Everywhere a backing service with a volume of its own, or the address of one that runs outside.
    """

    product: str
    version: str = ""


@record()
class Cache:
    """Data that may be lost, kept near, in *product* of *version* ("" where none is named).

    Everywhere a backing service without a backup; without a product it is the process's own business.
    """

    product: str
    version: str = ""


@record()
class Queue:
    """Messages that wait, in *product* of *version* ("" where none is named); after *dead_letter* failures they are put aside (None: not said).

    Everywhere a backing service; the number of failures is the program's and the broker's to keep.
    """

    product: str
    dead_letter: int | None = None
    version: str = ""


@record()
class External:
    """Something that somebody else runs and this system calls. Nothing is started.

    Everywhere a slot for its address and its secret; where egress is held, a destination that is allowed.
    """

    name: str


@record()
class Files:
    """The program reads or writes files at *path* (None: not said).

    Read: a bind mount (Compose, Quadlet), a ConfigMap or a claim (Kubernetes). Written: a volume, a claim.
    """

    access: Literal["read", "write"]
    path: str | None


@record()
class Secret:
    """A value that only the program may know, and how it gets it (None: not said).

    A secret that is mounted as a file (Compose, Swarm, Quadlet, Kubernetes), or a variable of the environment.
    """

    name: str
    given: Literal["file", "env"] | None = None


@record()
class AtRest:
    """What is stored is encrypted where it lies.

    No engine of containers does that: the host's disks (Compose, Swarm, Quadlet), the class of storage (Kubernetes), or the store.
    """


@record()
class Backup:
    """The data is copied *every* so many seconds, or as the *cron* fields say, and the copies are kept for *keep* seconds (None: not said).

    A scheduled job that dumps the store to a volume: beside the services (Compose, Swarm), a timer (Quadlet), a CronJob (Kubernetes).
    """

    every: float | None
    keep: float | None = None
    cron: str = ""


@record()
class Retention:
    """*what* is kept for *seconds* and then deleted.

    The program's business, or a scheduled job's; no engine knows how old a record is.
    """

    what: str
    seconds: float


@record()
class Migrate:
    """The database's schema is brought up to date before a new version serves.

    A release step that runs once before the new version starts: by the deployment (Compose, Swarm, Quadlet), a Job (Kubernetes).
    """


@record()
class Rotation:
    """*what* (secrets, certificates) is replaced every so many seconds.

    The operator's work everywhere; a deployment makes it possible, since secrets are files and not part of images.
    """

    what: str
    every: float
