"""SC453 to SC457: what the proxy that deploy.yaml chose does not do of what routes, TLS and assertions say."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NOT_BY_CADDY = Code(
    "SC453",
    "Caddy: a key of a route that it does not hold",
    """Caddy counts no requests and bounds none that go on at once without a plugin, which is not in its image; its time for a connection without a
    request is one for all routes; and with PROXY protocol it takes connections without such a line, too. Its file server follows links, which a
    service could make to the front door's secrets, so that the service is asked for its files; and its access log has no buffer.""",
    Severity.WARNING,
)
WITHOUT_PROXY = Code(
    "SC454",
    "no proxy: a key of a route, or of the front door, that nothing holds",
    """With `proxy: none` clients ask services themselves. Hosts, paths, rates, limits of bodies and connections, time-outs, headers and
    redirects are a proxy's to hold.""",
    Severity.WARNING,
)
OPEN_WITHOUT_PROXY = Code(
    "SC455",
    "no proxy: a route would be open to everybody",
    """With `proxy: none` nothing stands in front of a service that could ask for a login or look at the address of a client. A route that is not for
    everybody would be, so nothing is generated for it.""",
)
ONE_PORT = Code(
    "SC456",
    "no proxy: several containers at one port",
    """With `proxy: none` a service has a port of the host, and a second container cannot have the same.""",
)
NO_FRONT_DOOR = Code(
    "SC457",
    "a key of the front door, and no front door",
    """`tls`, `trusted_proxies` and `proxy_protocol` say how requests come in to the proxy, `access_log` when it tells of them, `errors` what it answers
    itself. With `proxy: none` there is none.""",
)

CODES: tuple[Code, ...] = (NOT_BY_CADDY, WITHOUT_PROXY, OPEN_WITHOUT_PROXY, ONE_PORT, NO_FRONT_DOOR)
