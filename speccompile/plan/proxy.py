"""The reverse proxy in front of the web services."""

from __future__ import annotations

from dataclasses import field

from speccompile.plan.container import Container
from speccompile.plan.image import Base
from speccompile.plan.node import WHY, Node
from speccompile.provenance import Origin
from speccompile.record import record


@record(kw_only=True)
class Rate(Node):
    """At most ``requests`` per ``per`` ("s" or "m"), with a burst of ``burst``: of each client address, or in ``total`` of all."""

    requests: int
    per: str
    burst: int
    total: bool = False


@record(kw_only=True)
class Connections(Node):
    """At most ``count`` requests at once, of each client address or in ``total``, counted together below the path ``at``."""

    count: int
    total: bool
    at: str


@record(kw_only=True)
class Timeouts(Node):
    """Seconds to connect to the service, and to wait for it between two reads or writes."""

    connect: int
    exchange: int


@record(kw_only=True)
class KeptAlive(Node):
    """Seconds for which a client's connection is kept between two requests."""

    seconds: int


@record(kw_only=True)
class Origins(Node):
    """Pages of ``allow`` may call the service from browsers: exact origins, or ("*",) for all, or none. Said once, for the route at ``at``."""

    allow: tuple[str, ...]
    at: str


@record(kw_only=True)
class Kept(Node):
    """Browsers may keep ``what`` (static, images, html, responses) for ``seconds``; 0 is never."""

    what: str
    seconds: int


@record(kw_only=True)
class Caching(Node):
    """What browsers may keep of what a service answers: one rule for each sort of content. Said once, for the route at ``at``."""

    rules: tuple[Kept, ...]
    at: str


@record(kw_only=True)
class BodyLimit(Node):
    """The largest request body accepted, in bytes."""

    size: int


@record(kw_only=True)
class Route(Node):
    """Requests for ``host`` (None: any) below ``path`` go to ``service`` at ``port``; with ``strip`` without the path in front. A ``part`` of
    another route of the service is one for the sake of its limits alone; its requests are counted with those at ``counted_at``."""

    host: str | None
    path: str
    service: str
    port: int
    timeouts: Timeouts
    rate: Rate | None
    body: BodyLimit
    strip: bool = False
    part: bool = False
    connections: Connections | None = None
    counted_at: str | None = None
    kept_alive: KeptAlive | None = None
    origins: Origins | None = None
    caching: Caching | None = None
    told: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})

    @property
    def reached(self) -> Origin:
        """Why the service is reached there under its name and at its port."""
        return self.told or self.origin

    @property
    def pool(self) -> str:
        """The path of the route with whose requests its own are counted."""
        return self.path if self.counted_at is None else self.counted_at


@record(kw_only=True)
class Trusted(Node):
    """Addresses (CIDR) from which a request's X-Forwarded-For, -Proto and -Host are believed."""

    network: str


@record(kw_only=True)
class Proxy(Node):
    """nginx: its image, its container, the port it listens on, the routes, longest path first within a host, and who in front of it is
    ``trusted``.

    ``health`` is the path that nginx itself answers, for every host; no route may be at it.
    ``pin_slot`` names the slot for the image's digest.
    """

    container: Container
    base: Base
    listen: int
    config: str
    routes: tuple[Route, ...]
    trusted: tuple[Trusted, ...] = ()
    health: str = "/-/proxy-health"
    pin_slot: str = "PROXY_DIGEST"
