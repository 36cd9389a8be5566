"""What comes in: which requests go to which service, and within which bounds."""

from __future__ import annotations

from dataclasses import field, replace

from speccompile.plan.node import UNSAID, WHY, Node
from speccompile.plan.tls import Tls
from speccompile.plan.workload import SecretUse
from speccompile.provenance import Origin, merged
from speccompile.record import record
from speccompile.vocabulary import Proxy as ProxyName

LARGEST_BODY = 2**40
"""The largest body that anybody can want to be let in, in bytes."""


HASHED = "hashed"
"""The sort of content that has a hash of itself in its name, and so never changes."""


@record(kw_only=True)
class Rate(Node):
    """At most ``requests`` per ``per`` ("s" or "m"), with a burst of ``burst``: of each client address, or in ``total`` of all. More get
    ``status``."""

    requests: int
    per: str
    burst: int
    total: bool = False
    status: int = 429


@record(kw_only=True)
class Connections(Node):
    """At most ``count`` requests at once, of each client address or in ``total``, counted together below the path ``at``. More get ``status``."""

    count: int
    total: bool
    at: str
    status: int = 429


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
    """Browsers may keep ``what`` (static, images, html, responses, or HASHED) for ``seconds``; 0 is never."""

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
class Methods(Node):
    """Only requests with these methods are passed on."""

    allow: tuple[str, ...]


@record(kw_only=True)
class Networks(Node):
    """Only clients in ``allow`` (all, where that is empty) and not in ``deny`` get in (CIDR)."""

    allow: tuple[str, ...]
    deny: tuple[str, ...]


@record(kw_only=True)
class Login(Node):
    """Only who is in the file of users that is the secret ``secret`` gets in."""

    secret: str


@record(kw_only=True)
class Grpc(Node):
    """Requests are calls of gRPC: HTTP/2 from end to end, with trailers, and parts that come and go at any time."""


@record(kw_only=True)
class Stream(Node):
    """Answers are passed on as they come, part by part."""


@record(kw_only=True)
class Compression(Node):
    """Texts are compressed."""


@record(kw_only=True)
class Header(Node):
    """A header of answers."""

    name: str
    value: str


@record(kw_only=True)
class Headers(Node):
    """Headers of answers, whatever the service says in them. Said once, for the route at ``at``."""

    each: tuple[Header, ...]
    at: str


@record(kw_only=True)
class Files(Node):
    """That files are given out where requests come in, below ``directory``, which is the directory ``below`` in the ``volume`` of the service:
    ``content`` is whose they are ("uploads" or "assets"), ``single_page`` whether index.html answers for what is no file. Who has no such
    volume passes requests on to the service."""

    directory: str
    volume: str
    below: str
    content: str
    single_page: bool


@record(kw_only=True)
class Canary(Node):
    """A share of ``weight`` per cent of the requests goes to another ``service`` at its ``port``."""

    service: str
    port: int
    weight: int


@record(kw_only=True)
class Maintenance(Node):
    """While the operator has put the file ``file`` there, requests are turned away, and told to come again after so many seconds."""

    file: str
    retry_after: int = 300


@record(kw_only=True)
class Page(Node):
    """A page for browsers by its ``number``, the file ``source`` of the project."""

    number: int
    source: str
    text: str


@record(kw_only=True)
class ErrorPage(Node):
    """That browsers get the page with the number ``page`` where whatever takes requests in answers ``status`` itself."""

    status: int
    page: int


@record(kw_only=True)
class ErrorPages(Node):
    """The pages for errors: one a status, in their order. Who does not ask for HTML gets what there is without them."""

    each: tuple[ErrorPage, ...]


@record(kw_only=True)
class Redirect(Node):
    """Requests for ``host`` (None: any) below ``path`` are sent to ``to`` (scheme and host), path and query as they are."""

    host: str | None
    path: str
    service: str
    to: str
    status: int


@record(kw_only=True)
class Route(Node):
    """Requests for ``host`` (None: any) below ``path`` go to ``service`` at ``port``; with ``strip`` without the path in front. A ``part`` of
    another route of the service is one for the sake of its limits alone; its requests are counted with those at ``counted_at``, a host and a
    path, where that is another route's. ``mount`` is what of the path stands before all that the service knows ("" for nothing): the service
    is not told it, whether ``strip`` takes away more or not. ``errors`` are None where they are as for all requests."""

    host: str | None
    path: str
    service: str
    port: int
    timeouts: Timeouts
    rate: Rate | None
    body: BodyLimit
    strip: bool = False
    mount: str = ""
    part: bool = False
    connections: Connections | None = None
    counted_at: tuple[str | None, str] | None = None
    kept_alive: KeptAlive | None = None
    origins: Origins | None = None
    caching: Caching | None = None
    methods: Methods | None = None
    networks: Networks | None = None
    login: Login | None = None
    stream: Stream | None = None
    compression: Compression | None = None
    headers: Headers | None = None
    canary: Canary | None = None
    maintenance: Maintenance | None = None
    errors: ErrorPages | None = None
    grpc: Grpc | None = None
    files: Files | None = field(default=None, metadata={UNSAID: True})
    told: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})

    @property
    def reached(self) -> Origin:
        """Why the service is reached there under its name and at its port."""
        return self.told or self.origin

    @property
    def hidden(self) -> str:
        """What of the path the service is not told: "" for nothing, as for the root. The path of
        files is that of their directory."""
        return (self.path if self.strip or self.files else self.mount).rstrip("/")

    @property
    def asked(self) -> Route:
        """The same where nobody reads the service's volumes: it is asked for its files itself."""
        if self.files is None:
            return self
        rules = tuple(one for one in self.caching.rules if one.what != HASHED) if self.caching else ()
        kept = replace(self.caching, rules=rules) if self.caching and rules else None
        return replace(self, files=None, methods=None, caching=kept)

    @property
    def pool(self) -> tuple[str | None, str]:
        """The host and the path of the route with whose requests its own are counted."""
        return (self.host, self.path) if self.counted_at is None else self.counted_at

    @property
    def counts(self) -> bool:
        """Whether its requests are counted as its own."""
        return self.pool == (self.host, self.path)


@record(kw_only=True)
class Trusted(Node):
    """Addresses (CIDR) from which a request's X-Forwarded-For, -Proto and -Host are believed."""

    network: str


@record(kw_only=True)
class Announced(Node):
    """Whoever stands in front says who the client is before anything else (PROXY protocol)."""


@record(kw_only=True)
class Buffered(Node):
    """Lines of the access log are written many together."""


@record(kw_only=True)
class Proxy(Node):
    """What deploy.yaml chose to take requests in where the platform brings nothing: a word of ``vocabulary.Proxy``."""

    name: ProxyName


@record(kw_only=True)
class Ingress(Node):
    """What comes in from outside: the routes, longest path first within a host, and who in front of it is ``trusted``.

    ``health`` is the path at which whatever takes requests in answers itself, for every host; no route may be at it. ``ipv6`` is whether
    requests come in by IPv6, too. ``proxy`` is None where nobody chose one. ``errors`` are the pages for errors where no route has its own,
    ``pages`` all pages, by their numbers.
    """

    routes: tuple[Route, ...]
    redirects: tuple[Redirect, ...] = ()
    trusted: tuple[Trusted, ...] = ()
    tls: Tls | None = None
    announced: Announced | None = None
    buffered: Buffered | None = field(default=None, metadata={UNSAID: True})
    ipv6: bool = True
    health: str
    proxy: Proxy | None = None
    errors: ErrorPages | None = None
    pages: tuple[Page, ...] = ()

    @property
    def places(self) -> tuple[Route | Redirect, ...]:
        """All that requests come in at."""
        return (*self.routes, *self.redirects)

    @property
    def secrets(self) -> tuple[SecretUse, ...]:
        """The secret files that whatever takes requests in reads, by name."""
        wanted: dict[str, list[Origin]] = {}
        for login in (route.login for route in self.routes):
            if login:
                wanted.setdefault(login.secret, []).append(login.origin)
        for name in self.tls.secrets if self.tls else ():
            wanted.setdefault(name, []).append(self.tls.origin if self.tls else self.origin)
        return tuple(SecretUse(name=name, variable=None, origin=merged(why)) for name, why in sorted(wanted.items()))
