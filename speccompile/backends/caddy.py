"""Plan → Caddyfile (Caddy 2.11, the whole file), one reverse proxy in front of all public services.

Each site stands in one ``route``, whose directives are taken in the order in which they are written; the first route that fits answers. Names of
services are looked up while requests come. Certificates are the operator's own, or come from the one authority that the plan names: nothing else is
asked of anybody at the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import assert_never

from speccompile.artifacts import Artifact
from speccompile.backends import caddyfile
from speccompile.backends.caddy_pages import handled, turned
from speccompile.backends.caddy_routes import passed_on, sent_away
from speccompile.backends.caddyfile import Line
from speccompile.backends.escape.caddy import CaddyText, caddy_exactly, caddy_host, caddy_own, caddy_plain
from speccompile.plan.image import SECRETS
from speccompile.plan.ingress import Redirect, Route
from speccompile.plan.plan import Plan
from speccompile.plan.tls import Acme, CertificateFiles, HostCertificate, Tls
from speccompile.provenance import Origin, merged
from speccompile.realise.front_door import FrontDoor, front_door
from speccompile.realise.proxies import CADDY_ADMIN, CADDY_HOME, CERTIFICATES

TARGET = "caddy"

_IDLE = 30
_MISDIRECTED, _NOT_FOUND = 421, 404
# Mozilla's intermediate configuration, version 5.7, of what Go has (https://ssl-config.mozilla.org/guidelines/5.7.json).
_CIPHERS = (
    *("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    *("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    *("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
)
_ALTERNATIVE = 'h3=":443"; ma=86400'
_NAMED = "^[A-Za-z0-9._-]{8,128}$"


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The proxy's configuration, if *plan* has Caddy for one. What a Caddyfile cannot express raises ``ValueError``."""
    front = front_door(plan.ingress)
    return (written(front),) if front and front.kind == "caddy" else ()


def written(front: FrontDoor) -> Artifact:
    """The configuration of *front*. What a Caddyfile cannot express raises ``ValueError``."""
    blocks = (Line((), front.origin, tuple(_options(front))), *_sites(front))
    return caddyfile.artifact(front.config, TARGET, blocks, front.origin, front.chosen)


def _own(*words: str) -> tuple[CaddyText, ...]:
    return tuple(map(caddy_own, words))


def _options(front: FrontDoor) -> Iterator[Line]:
    """What holds for all sites. What it says of requests itself (``http``) shows their queries."""
    why, stop = front.origin, front.workload.stop
    yield Line(_own("admin", f"unix/{CADDY_ADMIN}"), why)
    yield from _automatic(front)
    if not front.ipv6:
        yield Line(_own("default_bind", "0.0.0.0"), why)  # noqa: S104  # in the container
    yield Line(_own("grace_period", f"{max(1, stop.grace - 1)}s"), stop.origin)
    said = (("output", "stderr"), ("format", "json"), ("level", "ERROR"), ("exclude", "http"))
    logged = tuple(Line(_own(*words), why) for words in said)
    yield Line(_own("log"), why, logged)
    yield Line(_own("persist_config", "off"), why)
    yield from _storage(front)
    yield Line(_own("servers"), why, tuple(_servers(front)))


def _automatic(front: FrontDoor) -> Iterator[Line]:
    """What Caddy does of itself about HTTPS: nothing; or it gets certificates, proved at its own ports, to which 80 and 443 lead."""
    acme = _acme(front.tls)
    if acme is None:
        yield Line(_own("auto_https", "off"), front.origin)
        return
    yield Line(_own("auto_https", "disable_redirects"), acme.origin)
    yield Line(_own("http_port", str(front.listen)), acme.origin)
    yield Line(_own("https_port", str(front.listen_tls)), acme.origin)


def _storage(front: FrontDoor) -> Iterator[Line]:
    """Where certificates are kept; without any of its own there is nothing that has to be."""
    acme = _acme(front.tls)
    if acme:
        yield Line(_own("storage", "file_system", f"{CERTIFICATES}/caddy"), acme.origin)
    else:
        yield Line(_own("storage", "file_system", CADDY_HOME), front.origin)


def _acme(tls: Tls | None) -> Acme | None:
    return tls.certified if tls and isinstance(tls.certified, Acme) else None


def _servers(front: FrontDoor) -> Iterator[Line]:
    why = front.origin
    kept = [one for one in (route.kept_alive for route in front.routes) if one]
    idle = max((one.seconds for one in kept), default=_IDLE)
    reasons = merged((why, *(one.origin for one in kept if one.seconds == idle)))
    if front.announced:
        yield _announced(front, front.announced.origin)
    yield _protocols(front)
    yield Line(_own("timeouts"), why, (Line(_own("idle", f"{idle}s"), reasons), Line(_own("read_header", "10s"), why)))
    if front.believes:
        believed = merged(one.origin for one in front.trusted)
        yield Line(_own("client_ip_headers", "X-Forwarded-For"), believed)
        yield Line((*_own("trusted_proxies", "static"), *_networks(front)), believed)
        yield Line(_own("trusted_proxies_strict"), believed)


def _protocols(front: FrontDoor) -> Line:
    """What is spoken: without TLS HTTP/2 where calls of gRPC come in, which are nothing else."""
    third = front.tls.http3 if front.tls else None
    calls = [one.grpc.origin for one in front.routes if one.grpc]
    words = ("h1", "h2", *(("h2c",) if calls else ()), *(("h3",) if third else ()))
    return Line(_own("protocols", *words), merged((third.origin if third else front.origin, *calls)))


def _announced(front: FrontDoor, why: Origin) -> Line:
    """Who the client is the trusted say in front of a connection; it is nobody else's to say."""
    trusted = merged((why, *(one.origin for one in front.trusted)))
    lines = (
        Line((*_own("allow"), *_networks(front)), trusted),
        Line(_own("fallback_policy", "reject"), why),
        Line(_own("timeout", "10s"), why),
    )
    ends = (Line(_own("tls"), front.tls.origin),) if front.tls else ()
    return Line(_own("listener_wrappers"), why, (Line(_own("proxy_protocol"), why, lines), *ends))


def _networks(front: FrontDoor) -> tuple[CaddyText, ...]:
    return tuple(caddy_plain(str(ip_network(one.network))) for one in front.trusted)


def _sites(front: FrontDoor) -> Iterator[Line]:
    """That of other hosts first, then one a host; over TLS each has a second one."""
    every: tuple[Route | Redirect, ...] = (*front.routes, *front.redirects)
    for host in sorted({"", *(one.host or "" for one in every)}):
        mine = sorted(
            (one for one in every if (one.host or "") == host), key=lambda one: (-len(one.path), one.path, one.service)
        )
        paths = [one.path.rstrip("/") for one in mine]
        if len(set(paths)) < len(paths) or front.health in paths:
            clashing = ", ".join(sorted(paths))
            raise ValueError(f"two things at one path of {host or 'other hosts'}: {clashing}, {front.health}")
        yield _site(front, host, mine, None)
        if front.tls:
            yield _site(front, host, mine, front.tls)


def _site(front: FrontDoor, host: str, mine: Sequence[Route | Redirect], tls: Tls | None) -> Line:
    """What *host* answers over plain HTTP, or over *tls*."""
    why = merged(one.origin for one in mine) if mine else front.origin
    why = merged((why, tls.origin)) if tls else why
    name = caddy_host(host) if host else ""
    address = f"https://{name}:{front.listen_tls}" if tls else f"http://{name}:{front.listen}"
    block = (
        _access_log(front.origin),
        *((_tls(tls, host),) if tls else ()),
        Line(_own("route"), why, tuple(_answers(front, mine, tls, why))),
        handled(front),
    )
    return Line((CaddyText(address),), why, block)


def _access_log(why: Origin) -> Line:
    """A line of JSON a request, without its query and its headers, which hold what is nobody's business."""
    fields = (
        Line(_own("request>headers", "delete"), why),
        Line(_own("request>uri", "regexp", "[?].*", ""), why),
        Line(_own("resp_headers", "delete"), why),
    )
    return Line(_own("log"), why, (Line(_own("output", "stdout"), why), Line(_own("format", "filter"), why, fields)))


def _tls(tls: Tls, host: str) -> Line:
    """What is spoken with *host* ("": all others), and with which certificate: nobody gives one for others."""
    oldest = {"1.2": ("tls1.2", "tls1.3"), "1.3": ("tls1.3",)}[tls.versions.oldest]
    spoken = (Line(_own("protocols", *oldest), tls.versions.origin),)
    ciphers = (Line(_own("ciphers", *_CIPHERS), tls.origin),) if tls.versions.oldest == "1.2" else ()
    certified = tls.own(host) or tls.certified
    match certified:
        case CertificateFiles(certificate=certificate, key=key) | HostCertificate(certificate=certificate, key=key):
            files = tuple(caddy_plain(f"{SECRETS}/{name}") for name in (certificate, key))
            return Line((*_own("tls"), *files), certified.origin, (*spoken, *ciphers))
        case Acme():
            given = (Line(_own("issuer", "acme"), certified.origin, tuple(_issuer(certified))),) if host else ()
            return Line(_own("tls"), tls.origin, (*spoken, *ciphers, *given))
        case _:
            assert_never(certified)


def _issuer(acme: Acme) -> Iterator[Line]:
    yield Line((*_own("dir"), caddy_plain(acme.directory)), acme.origin)
    if acme.contact:
        yield Line((*_own("email"), caddy_plain(acme.contact)), acme.origin)
    if acme.roots:
        yield Line((*_own("trusted_roots"), caddy_plain(f"{SECRETS}/{acme.roots}")), acme.origin)


def _answers(front: FrontDoor, mine: Sequence[Route | Redirect], tls: Tls | None, site: Origin) -> Iterator[Line]:
    """The proxy's own health, what is said of all requests, then the longest path first."""
    why = front.origin
    yield Line((*_own("@health", "path_regexp"), caddy_exactly((front.health,))), why)
    yield Line(_own("log_skip", "@health"), why)
    yield Line(_own("respond", "@health", "ok", "200"), why)
    yield Line(_own("@named", "header_regexp", "named", "X-Request-Id", _NAMED), why)
    yield Line(_own("@nameless", "not", "header_regexp", "X-Request-Id", _NAMED), why)
    yield Line(_own("request_header", "@named", "X-Request-Id", "{re.named.0}"), why)
    yield Line(_own("request_header", "@nameless", "X-Request-Id", "{http.request.uuid}"), why)
    yield Line(_own("log_append", "request_id", "{header.X-Request-Id}"), why)
    yield Line(_own("header", "X-Request-Id", "{header.X-Request-Id}"), why)
    yield Line(_own("header", "X-Content-Type-Options", "nosniff"), why)
    yield Line(_own("header", "?Referrer-Policy", "strict-origin-when-cross-origin"), why)
    yield Line(_own("header", "-Server"), why)
    yield from _remembered(front, tls)
    yield from _also_by_http3(tls)
    if front.tls and front.tls.redirect and not tls:
        yield from _to_tls(front, front.tls.redirect.origin)
        if not front.believes:
            return
    yield from turned(front.errors, front)
    for number, one in enumerate(mine, start=1):
        yield from passed_on(number, one, front) if isinstance(one, Route) else sent_away(number, one)
    if not any(one.path == "/" for one in mine):
        yield Line(_own("error", str(_NOT_FOUND if mine else _MISDIRECTED)), site)


def _remembered(front: FrontDoor, tls: Tls | None) -> Iterator[Line]:
    """That browsers remember HTTPS, said over it; or to who is trusted and says that he was asked by HTTPS."""
    hsts = front.tls.hsts if front.tls else None
    if hsts is None:
        return
    said = _own("Strict-Transport-Security", f"max-age={hsts.seconds}")
    if tls:
        yield Line((*_own("header"), *said), hsts.origin)
    elif front.believes:
        yield Line(_own("@told"), hsts.origin, _told(front))
        yield Line((*_own("header", "@told"), *said), hsts.origin)


def _also_by_http3(tls: Tls | None) -> Iterator[Line]:
    """At which port clients find HTTP/3: Caddy would name the one in its container. What a service says of its own it does not pass on."""
    if tls and tls.http3:
        yield Line(_own("header", "Alt-Svc", _ALTERNATIVE), tls.http3.origin)


def _to_tls(front: FrontDoor, why: Origin) -> Iterator[Line]:
    """All that is asked by plain HTTP, but for what somebody who is trusted says was not."""
    matcher: tuple[str, ...] = ()
    if front.believes:
        matcher = ("@plain",)
        yield Line(_own("@plain"), why, (Line(_own("not"), why, _told(front)),))
    yield Line(_own("redir", *matcher, "https://{host}{uri}", "308"), why)


def _told(front: FrontDoor) -> tuple[Line, ...]:
    trusted = merged(one.origin for one in front.trusted)
    return (
        Line(_own("header", "X-Forwarded-Proto", "https"), trusted),
        Line((*_own("remote_ip"), *_networks(front)), trusted),
    )
