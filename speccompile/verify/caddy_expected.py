"""The Caddyfile that a front door implies, in the form in which one is read back: words, and what is below them, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, assert_never

from speccompile.plan.image import SECRETS
from speccompile.plan.ingress import Redirect, Route
from speccompile.plan.tls import Acme, CertificateFiles, HostCertificate, Tls
from speccompile.provenance import Origin, merged
from speccompile.realise.front_door import FrontDoor
from speccompile.realise.proxies import CADDY_ADMIN, CADDY_HOME, CERTIFICATES
from speccompile.record import record
from speccompile.verify.caddy_pages import handled, turned
from speccompile.verify.caddy_patterns import below, exactly
from speccompile.verify.caddy_routes_expected import passed_on
from speccompile.verify.caddy_wanted import Wanted, block, line

Places: TypeAlias = Route | Redirect

CIPHERS = tuple(
    f"TLS_ECDHE_{key}_WITH_{cipher}"
    for cipher in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")
    for key in ("ECDSA", "RSA")
)
_REQUEST_ID = "^[A-Za-z0-9._-]{8,128}$"


@record()
class Site:
    """What is served for ``host`` (None: all others) over TLS or without, at ``address``: the places there, the longest path first."""

    host: str | None
    tls: Tls | None
    address: str
    places: tuple[Places, ...]


def sites(front: FrontDoor) -> tuple[Site, ...]:
    """All sites of *front*, in their order."""
    return tuple(_sites(front))


def _sites(front: FrontDoor) -> Iterator[Site]:
    every: list[Places] = [*front.routes, *front.redirects]
    for host in [None, *sorted({one.host for one in every if one.host})]:
        mine = [one for one in every if one.host == host]
        places = tuple(sorted(mine, key=lambda one: (-len(one.path), one.path, one.service)))
        yield Site(host, None, f"http://{host or ''}:{front.listen}", places)
        if front.tls:
            yield Site(host, front.tls, f"https://{host or ''}:{front.listen_tls}", places)


def expected(front: FrontDoor) -> tuple[Wanted, ...]:
    """The whole file."""
    return (_options(front), *(_site(front, one) for one in sites(front)))


def _options(front: FrontDoor) -> Wanted:
    why, stop = front.origin, front.workload.stop
    return Wanted(
        (),
        why,
        (
            line(why, f"admin unix/{CADDY_ADMIN}"),
            *_automatic(front),
            *(() if front.ipv6 else (line(why, "default_bind 0.0.0.0"),)),
            line(stop.origin, f"grace_period {max(1, stop.grace - 1)}s"),
            block(
                why, "log", *(line(why, one) for one in ("output stderr", "format json", "level ERROR", "exclude http"))
            ),
            line(why, "persist_config off"),
            _storage(front),
            block(why, "servers", *_servers(front)),
        ),
    )


def _automatic(front: FrontDoor) -> Iterator[Wanted]:
    if front.tls and isinstance(front.tls.certified, Acme):
        why = front.tls.certified.origin
        yield line(why, "auto_https disable_redirects")
        yield line(why, f"http_port {front.listen}")
        yield line(why, f"https_port {front.listen_tls}")
    else:
        yield line(front.origin, "auto_https off")


def _storage(front: FrontDoor) -> Wanted:
    if front.tls and isinstance(front.tls.certified, Acme):
        return line(front.tls.certified.origin, f"storage file_system {CERTIFICATES}/caddy")
    return line(front.origin, f"storage file_system {CADDY_HOME}")


def _servers(front: FrontDoor) -> Iterator[Wanted]:
    why = front.origin
    networks = [one.network for one in front.trusted]
    if front.announced:
        told = front.announced.origin
        allow = line(merged((told, *(one.origin for one in front.trusted))), "allow", *networks)
        asked = block(told, "proxy_protocol", allow, line(told, "fallback_policy reject"), line(told, "timeout 10s"))
        yield block(told, "listener_wrappers", asked, *((line(front.tls.origin, "tls"),) if front.tls else ()))
    yield _protocols(front)
    idle = max((one.kept_alive.seconds for one in front.routes if one.kept_alive), default=30)
    yield block(why, "timeouts", line(_kept(front, idle), f"idle {idle}s"), line(why, "read_header 10s"))
    if front.believes:
        believed = merged(one.origin for one in front.trusted)
        yield line(believed, "client_ip_headers X-Forwarded-For")
        yield line(believed, "trusted_proxies static", *networks)
        yield line(believed, "trusted_proxies_strict")


def _protocols(front: FrontDoor) -> Wanted:
    third = front.tls.http3 if front.tls else None
    calls = [route.grpc.origin for route in front.routes if route.grpc]
    spoken = f"protocols h1 h2{' h2c' if calls else ''}{' h3' if third else ''}"
    return line(merged((third.origin if third else front.origin, *calls)), spoken)


def _kept(front: FrontDoor, idle: int) -> Origin:
    kept = (one.kept_alive for one in front.routes if one.kept_alive)
    return merged((front.origin, *(one.origin for one in kept if one.seconds == idle)))


def _site(front: FrontDoor, site: Site) -> Wanted:
    why = front.origin
    mine = merged(one.origin for one in site.places) if site.places else why
    filtered = block(
        why,
        "format filter",
        line(why, "request>headers delete"),
        line(why, "request>uri regexp [?].*", ""),
        line(why, "resp_headers delete"),
    )
    return block(
        mine,
        site.address,
        block(why, "log", line(why, "output stdout"), filtered),
        *((_tls(site.tls, site.host),) if site.tls else ()),
        block(mine, "route", *_answers(front, site, mine)),
        handled(front),
    )


def _tls(tls: Tls, host: str | None) -> Wanted:
    old = tls.versions.oldest == "1.2"
    inside = [line(tls.versions.origin, "protocols tls1.2 tls1.3" if old else "protocols tls1.3")]
    inside += [line(tls.origin, "ciphers", *CIPHERS)] if old else []
    certified = tls.own(host) or tls.certified
    match certified:
        case CertificateFiles(certificate=certificate, key=key) | HostCertificate(certificate=certificate, key=key):
            return block(certified.origin, f"tls {SECRETS}/{certificate} {SECRETS}/{key}", *inside)
        case Acme(directory=directory, contact=contact, roots=roots):
            why = certified.origin
            told = [line(why, f"dir {directory}")]
            told += [line(why, f"email {contact}")] if contact else []
            told += [line(why, f"trusted_roots {SECRETS}/{roots}")] if roots else []
            return block(tls.origin, "tls", *inside, *([block(why, "issuer acme", *told)] if host else []))
        case _:
            assert_never(certified)


def _answers(front: FrontDoor, site: Site, mine: Origin) -> Iterator[Wanted]:
    why = front.origin
    yield line(why, "@health path_regexp", exactly((front.health,)))
    for text in (
        "log_skip @health",
        "respond @health ok 200",
        f"@named header_regexp named X-Request-Id {_REQUEST_ID}",
        f"@nameless not header_regexp X-Request-Id {_REQUEST_ID}",
        "request_header @named X-Request-Id {re.named.0}",
        "request_header @nameless X-Request-Id {http.request.uuid}",
        "log_append request_id {header.X-Request-Id}",
        "header X-Request-Id {header.X-Request-Id}",
        "header X-Content-Type-Options nosniff",
        "header ?Referrer-Policy strict-origin-when-cross-origin",
        "header -Server",
    ):
        yield line(why, text)
    yield from _encrypted(front, site)
    if front.tls and front.tls.redirect and not site.tls and not front.believes:
        return
    yield from turned(front.errors, front)
    for number, one in enumerate(site.places, start=1):
        yield line(one.origin, f"@r{number} path_regexp", below(one.path))
        if isinstance(one, Route):
            yield block(one.origin, f"route @r{number}", *passed_on(number, one, front))
        else:
            yield line(one.origin, f"redir @r{number} {one.to}{{uri}} {one.status}")
    if all(one.path != "/" for one in site.places):
        yield line(mine, "error 404" if site.places else "error 421")


def _encrypted(front: FrontDoor, site: Site) -> Iterator[Wanted]:
    """What browsers are told of HTTPS, and that they are sent there."""
    tls, told = front.tls, _told(front)
    if tls is None:
        return
    if tls.hsts and site.tls:
        yield line(tls.hsts.origin, f"header Strict-Transport-Security max-age={tls.hsts.seconds}")
    elif tls.hsts and told:
        yield block(tls.hsts.origin, "@told", *told)
        yield line(tls.hsts.origin, f"header @told Strict-Transport-Security max-age={tls.hsts.seconds}")
    if tls.http3 and site.tls:
        yield line(tls.http3.origin, "header Alt-Svc", 'h3=":443"; ma=86400')
    if tls.redirect and not site.tls:
        why = tls.redirect.origin
        if told:
            yield block(why, "@plain", block(why, "not", *told))
        yield line(why, f"redir {'@plain ' if told else ''}https://{{host}}{{uri}} 308")


def _told(front: FrontDoor) -> Sequence[Wanted]:
    """By what somebody who is trusted says that he was asked by HTTPS; nothing where nobody is."""
    if not front.believes:
        return ()
    why = merged(one.origin for one in front.trusted)
    return line(why, "header X-Forwarded-Proto https"), line(why, "remote_ip", *(one.network for one in front.trusted))
