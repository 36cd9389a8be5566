"""SC465 to SC479, SC815: what deploy.yaml says of routes, TLS and whoever stands in front cannot be meant, or cannot be had."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

BOTH_KEYS = Code(
    "SC465",
    "both `route` and `routes`",
    """A service has one route (`route`), several (`routes`), or none (`routes: []`). With both keys nobody can say which is meant.""",
)
REDIRECTED = Code(
    "SC466",
    "a setting of a route whose requests are sent elsewhere",
    """A route with `redirect` passes nothing on to the service: besides its host and its path no key has a meaning.""",
)
LOOP = Code(
    "SC467",
    "a redirect that leads back",
    """A redirect keeps path and query. Where the host that it names is served here, and what comes there is sent on to where it came from, browsers
    go round until they give up.""",
)
CANARY = Code(
    "SC468",
    "a canary that nobody can ask",
    """`canary` names another service of the same file that is built here and listens on a port.""",
)
TWO_TIMEOUTS = Code(
    "SC469",
    "a stream and another time-out at one route",
    """The front door has one time-out for a route. `websockets` and `events` say how long nothing may go over a stream, which is then the time-out
    of all requests at that route; `timeouts.read` would be another one. Streams that must not shorten or lengthen the wait of other
    requests have a path, and so a route, of their own.""",
)
ANNOUNCED_BY_NOBODY = Code(
    "SC470",
    "PROXY protocol from nobody",
    """With `proxy_protocol` each connection begins with a line that says who the client is, and nothing is taken without. It is believed from
    `trusted_proxies` alone; with none of these nobody could be told from anybody else.""",
)
UNREACHED = Code(
    "SC473",
    "a route to what nobody may reach",
    """deploy.yaml gives a service a route, and an assertion or a constraint wants that nothing outside reaches it, or that it reaches nothing
    outside: then it is on the internal network alone, where the front door is not. So the route is not made.""",
    Severity.WARNING,
)
DOOR_LOST = Code(
    "SC471",
    "Kubernetes: a route would be open to everybody",
    """The API's Ingress has no word for networks or users: a route that is not for everybody would be. So nothing is generated for it.""",
)
ROUTE_LOST = Code(
    "SC472",
    "Kubernetes: a key of a route, or TLS, that the Ingress does not hold",
    """The API's Ingress passes requests on by host and path. Calls of gRPC, methods, streams, compression, headers, redirects, a canary, maintenance, files
    of a volume, the access log, pages for errors, certificates from files and the versions of TLS are settings of the ingress controller, in each of its
    own words.""",
    Severity.WARNING,
)
NO_USE_IN_CALLS = Code(
    "SC815",
    "a key of a route that calls of gRPC have no use for",
    """By this route come calls of gRPC: the sources show that the service speaks it, or the route says so (`grpc`). WebSockets, event streams, what
    browsers are told (`cors`, `cache_control`) and compression of answers are another protocol's. How long a call may be silent in both directions is
    `timeouts: {read: …}`.""",
)

CODES: tuple[Code, ...] = (
    BOTH_KEYS,
    REDIRECTED,
    LOOP,
    CANARY,
    TWO_TIMEOUTS,
    ANNOUNCED_BY_NOBODY,
    UNREACHED,
    DOOR_LOST,
    ROUTE_LOST,
    NO_USE_IN_CALLS,
)
