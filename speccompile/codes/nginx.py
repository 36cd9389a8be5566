"""SC97x, SC820 to SC829: an nginx.conf that is not what the plan asks for. All of these are defects of speccompile."""

from __future__ import annotations

from speccompile.codes.code import Code

UNREADABLE = Code(
    "SC970",
    "nginx.conf cannot be read",
    """The text is not an nginx configuration: a string or a block does not end, a brace is too many, or the file is
    missing.""",
)
PRIVILEGED = Code(
    "SC971",
    "nginx needs privileges",
    """The proxy runs as an ordinary user on a read-only root. It may listen on ports from 1024 only, at the plan's
    port; its pid and all its temporary paths are below /tmp; its logs go to the standard streams; there is no
    `user` directive.""",
)
UNBOUNDED = Code(
    "SC972",
    "nginx waits or accepts without bound",
    """Every wait has a bound: for the client's header and body, for sending, for the next request; for each route
    the time to connect to the service, to read from it and to write to it; and for each route the size of a
    request's body. The plan says how much.""",
)
ROUTES = Code(
    "SC973",
    "requests go to the wrong service",
    """Among the routes of its host, the one with the longest path takes a request; a path ends at a segment, so /api
    takes /api and /api/x but not /apix. No two routes are merged, paths are passed on as they came, and no
    request is answered from a file.""",
)
STATIC_UPSTREAM = Code(
    "SC974",
    "upstream resolved at start",
    """A service's address is looked up while nginx runs: a resolver is set, and proxy_pass names an upstream that shares its addresses among the
    workers (`zone`) and looks them up again and again (`resolve`). Otherwise nginx would not start while a service is down, and would miss
    that one has moved.""",
)
HEADERS = Code(
    "SC975",
    "headers set twice, or taken from the client",
    """add_header, proxy_set_header and proxy_hide_header stand at the http level alone, each header once: nginx
    takes all of an outer level away where an inner one sets any. What tells a service who asked for what
    (Host, Forwarded, X-Forwarded-*, X-Real-IP) is what nginx itself knows, never what a client sent. An
    upgrade is passed on to WebSocket alone.""",
)
RATE = Code(
    "SC976",
    "rate limit missing or wrong",
    """A route with a rate has a zone of its own with that rate, counted by the client's address, and a limit_req
    with the burst in each location; what is too much gets the route's status, 429 where deploy.yaml names none. A route without a rate has none.""",
)
CALLS = Code(
    "SC822",
    "calls of gRPC do not get through as they should",
    """Where a route takes calls of gRPC, nginx speaks HTTP/2 with clients, passes calls on by `grpc_pass`, and tells services and clients the same of
    them as of all other requests: `grpc_set_header` and `grpc_hide_header` say what `proxy_set_header` and `proxy_hide_header` say.""",
)
UNEXPECTED = Code(
    "SC977",
    "directive or comment that nothing calls for",
    """Something stands in nginx.conf that the plan does not imply, or stands there a second time.""",
)
MISSING = Code(
    "SC978",
    "directive or comment missing",
    """Something that the plan implies does not stand in nginx.conf, or says something else, or stands in another
    block.""",
)
HEALTH = Code(
    "SC979",
    "the proxy does not answer for itself",
    """There is exactly one default server, and every server answers the proxy's own health path with 200, exactly
    and unlogged. So the container's health check works whatever host it asks for, and whether or not a
    service is up.""",
)
DOORS = Code(
    "SC820",
    "who gets in is not who should",
    """In each location of a route stands who gets in, and in no other: networks in the order in which nginx takes the first that fits, a file of
    users, methods, what closes it for maintenance.""",
)
TLS = Code(
    "SC821",
    "TLS is not what it should be",
    """With TLS in the plan every server speaks it, in no version older than the plan's and with ciphers of Mozilla's intermediate configuration;
    without, none does. Plain HTTP is sent to HTTPS where the plan says so. Strict-Transport-Security is told over HTTPS alone.""",
)

PAGES = Code(
    "SC813",
    "another page for an error than the plan has",
    """For each error that nginx answers itself, who asks for HTML gets the page of the project that the plan has for it there, word for word; who does not
    gets JSON, as for errors without a page.""",
)

CODES: tuple[Code, ...] = (
    UNREADABLE,
    PRIVILEGED,
    UNBOUNDED,
    ROUTES,
    STATIC_UPSTREAM,
    HEADERS,
    RATE,
    UNEXPECTED,
    MISSING,
    HEALTH,
    DOORS,
    TLS,
    PAGES,
    CALLS,
)
