"""Kinds about traffic: what the front door lets in, for how long and from whom, and what may go out."""

from __future__ import annotations

from typing import Literal

from speccompile.record import record


@record()
class Deadline:
    """A request that takes longer than *seconds* (None: not said) is given up.

    The front door's time-outs: nginx (Compose, Swarm, Quadlet), the ingress's (Kubernetes).
    """

    seconds: float | None


@record()
class Objective:
    """*percentile* per cent of requests (None: on average) are answered within *seconds*.

    Measured and never a limit: a field of the front door's log, and a rule of whatever reads the metrics.
    """

    percentile: float | None
    seconds: float


@record()
class Rate:
    """At most *count* requests (None: not said) per ``s``, ``m``, ``h`` or ``d``, counted by *key*, with a *burst* above it.

    The front door: nginx's limit_req (Compose, Swarm, Quadlet), the ingress's annotations (Kubernetes, by address only).
    """

    count: int | None
    per: Literal["s", "m", "h", "d"] | None
    burst: int | None = None
    key: Literal["client", "address", "user", "key", "service"] = "client"


@record()
class Connections:
    """At most *count* connections at once, of everybody or of each client (the scope says which).

    The front door: nginx's limit_conn (Compose, Swarm, Quadlet), the ingress's annotations (Kubernetes).
    """

    count: int


@record()
class Body:
    """A request's body has at most *bytes*.

    The front door: nginx's client_max_body_size (Compose, Swarm, Quadlet), the ingress's annotation (Kubernetes).
    """

    bytes: int


@record()
class Idle:
    """A connection over which nothing goes is closed after, or kept for, *seconds*.

    The front door's time-outs for what is proxied, and for keep-alive.
    """

    seconds: float
    stream: Literal["websocket", "events", "connection"]


@record()
class Transport:
    """TLS between clients and the front door: at least *version*; plain HTTP is redirected; browsers are told to remember it (*hsts*), for at
    least *hsts_age* seconds (None: not said).

    The front door's own certificate (Compose, Swarm, Quadlet), the ingress's TLS section (Kubernetes).
    """

    version: str | None = None
    redirect: bool = False
    hsts: bool = False
    hsts_age: float | None = None


@record()
class Origins:
    """Pages of *allow* may call the system from browsers (CORS); () is none.

    The front door's headers, or the program's.
    """

    allow: tuple[str, ...]


@record()
class CacheControl:
    """Browsers and proxies may keep *what* for *seconds*; 0 is never.

    The front door's headers.
    """

    what: str
    seconds: float


@record()
class Port:
    """The TCP port on which the program listens.

    The image's EXPOSE and the port to which the front door, or a Service (Kubernetes), sends requests.
    """

    number: int


@record()
class Private:
    """Only *networks* (addresses; () is the internal network) may reach the system; with *callers* nobody there but what is said to call it.

    No published port (Compose, Swarm, Quadlet), no Ingress (Kubernetes); for addresses, the front door's allow and deny. Callers: a NetworkPolicy
    (Kubernetes); elsewhere whatever is on the same network reaches it.
    """

    networks: tuple[str, ...] = ()
    callers: bool = False


@record()
class Egress:
    """The program may connect to nothing outside but *allow*.

    None: an internal network (Compose, Swarm, Quadlet), a NetworkPolicy (Kubernetes). A list: a NetworkPolicy; lost elsewhere.
    """

    allow: tuple[str, ...] = ()
