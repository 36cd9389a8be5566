"""SC800 to SC811, SC814, SC816: a Caddyfile that is not what the plan asks for. All of these are defects of speccompile."""

from __future__ import annotations

from speccompile.codes.code import Code

UNREADABLE = Code(
    "SC800",
    "the Caddyfile cannot be read",
    """The text is not a Caddyfile as it is generated: a quote or a block does not end, a brace stands in the middle of a line, something would be
    taken from the environment, or the file is missing.""",
)
PRIVILEGED = Code(
    "SC801",
    "Caddy needs privileges, or is told what to do by others",
    """The proxy runs as an ordinary user on a read-only root. It listens at the plan's ports, from 1024 on; what it writes is below /tmp; it logs to
    the standard streams; it asks nobody for certificates; it takes commands at a socket in its own container alone.""",
)
UNBOUNDED = Code(
    "SC802",
    "Caddy waits or accepts without bound",
    """Reading a request's header and waiting for the next request have a bound; for each route the time to connect to the service, to read from it
    and to write to it, and the size of a request's body. The plan says how much.""",
)
ROUTES = Code(
    "SC803",
    "requests go to the wrong service",
    """Among the routes of its host, the one with the longest path takes a request; a path ends at a segment, so /api takes /api and /api/x but not
    /apix. Paths are passed on as they came, or without the route's own where the route says so.""",
)
STATIC_UPSTREAM = Code(
    "SC804",
    "a service's addresses are looked up once",
    """A service's addresses are looked up while Caddy runs, all of them (`dynamic a`); where another service has a share, each is named.""",
)
HEADERS = Code(
    "SC805",
    "headers taken from the client",
    """What tells a service who asked for what (Host, Forwarded, X-Forwarded-*, X-Real-IP) is what Caddy itself knows, or what somebody said who is
    trusted. An upgrade is passed on to WebSocket alone.""",
)
DOORS = Code(
    "SC806",
    "who gets in is not who should",
    """In each route stands who gets in, before anything is passed on, and in no other: networks, a file of users, methods, what closes it for
    maintenance.""",
)
TLS = Code(
    "SC807",
    "TLS is not what it should be",
    """With TLS in the plan every host is served over it, in no version older than the plan's, with the operator's certificate. Plain HTTP is sent
    to HTTPS where the plan says so. Strict-Transport-Security is told over HTTPS alone.""",
)
HEALTH = Code(
    "SC808",
    "the proxy does not answer for itself",
    """Every site answers the proxy's own health path with 200, before all else and unlogged; there is a site for hosts that nobody has.""",
)
UNEXPECTED = Code(
    "SC809",
    "line or comment that nothing calls for",
    """Something stands in the Caddyfile that the plan does not imply, or stands there a second time.""",
)
MISSING = Code(
    "SC810",
    "line or comment missing",
    """Something that the plan implies does not stand in the Caddyfile, or says something else, or stands in another block.""",
)
ORDER = Code(
    "SC811",
    "lines in another order",
    """In a `route` the first line that answers does so: all that is there is called for, but something stands before what it should follow.""",
)

PAGES = Code(
    "SC814",
    "another page for an error than the plan has",
    """For each error that Caddy answers itself, who asks for HTML gets the page of the project that the plan has for it there, word for word; who does not
    gets JSON, as for errors without a page.""",
)

CALLS = Code(
    "SC816",
    "calls of gRPC do not get through as they should",
    """Where a route takes calls of gRPC, Caddy speaks HTTP/2 without TLS, too (`h2c`), and asks the service by
    nothing else; where none does, neither is so.""",
)

CODES: tuple[Code, ...] = (
    UNREADABLE, PRIVILEGED, UNBOUNDED, ROUTES, STATIC_UPSTREAM, HEADERS, DOORS, TLS, HEALTH, UNEXPECTED, MISSING, ORDER, PAGES,
    CALLS,
)  # fmt: skip
