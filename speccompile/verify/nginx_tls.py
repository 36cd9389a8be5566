"""Where nginx listens and what it speaks there, as a plan implies it; and that TLS is what it should be, and nowhere promised without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import Redirect, Route
from speccompile.plan.tls import Acme, CertificateFiles, Tls
from speccompile.provenance import Origin, merged
from speccompile.realise.front_door import FrontDoor, secret_file
from speccompile.verify.nginx_files import CHALLENGES
from speccompile.verify.nginx_site import inside_http, named, of_name
from speccompile.verify.nginx_statements import Statement, Where
from speccompile.verify.readers.nginx import Directive

_HTTP = ("http",)
# Without what has no forward secrecy or no authenticated encryption: https://wiki.mozilla.org/Security/Server_Side_TLS (5.7, intermediate).
_CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
)
_TO_HTTPS = ("308", "https://$host$request_uri")
_ALTERNATIVE = 'h3=":443"; ma=86400'
_VERSIONS = {"1.2": ("TLSv1.2", "TLSv1.3"), "1.3": ("TLSv1.3",)}


def at_http(front: FrontDoor) -> Iterator[tuple[Statement, Origin]]:
    """What TLS implies for all servers."""
    said = front.tls
    if said is None:
        return
    certificate, key = _certificate(said.certified)
    for name, args in (
        ("ssl_certificate", (certificate,)),
        ("ssl_certificate_key", (key,)),
        ("ssl_ciphers", (_CIPHERS,)),
        ("ssl_prefer_server_ciphers", ("off",)),
        ("ssl_session_cache", ("shared:TLS:10m",)),
        ("ssl_session_timeout", ("24h",)),
        ("ssl_session_tickets", ("off",)),
        ("http2", ("on",)),
    ):
        yield Statement(_HTTP, name, args), said.origin
    yield Statement(_HTTP, "ssl_protocols", _VERSIONS[said.versions.oldest]), said.versions.origin
    yield from _maps(front, said)
    yield from _by_acme(front, said.certified)
    if said.http3:
        why, inside = said.http3.origin, (*_HTTP, "map $scheme $also_by")
        yield Statement(_HTTP, "map", ("$scheme", "$also_by")), why
        yield Statement(inside, "default", ("",)), why
        yield Statement(inside, "https", (_ALTERNATIVE,)), why
        yield Statement(_HTTP, "proxy_hide_header", ("Alt-Svc",)), why
        yield Statement(_HTTP, "add_header", ("Alt-Svc", "$also_by", "always")), why


def _certificate(certified: CertificateFiles | Acme) -> tuple[str, str]:
    match certified:
        case CertificateFiles(certificate=certificate, key=key):
            return secret_file(certificate), secret_file(key)
        case Acme():
            return "$acme_certificate", "$acme_certificate_key"
        case _:
            assert_never(certified)


def _by_acme(front: FrontDoor, certified: CertificateFiles | Acme) -> Iterator[tuple[Statement, Origin]]:
    """The module, the authority, and room for a certificate and a key of each name."""
    if not isinstance(certified, Acme):
        return
    why, inside = certified.origin, (*_HTTP, "acme_issuer authority")
    every: list[Route | Redirect] = [*front.routes, *front.redirects]
    names = len({one.host for one in every if one.host}) or 1
    yield Statement((), "load_module", ("modules/ngx_http_acme_module.so",)), why
    yield Statement(_HTTP, "acme_issuer", ("authority",)), why
    yield Statement(inside, "uri", (certified.directory,)), why
    if certified.contact:
        yield Statement(inside, "contact", (f"mailto:{certified.contact}",)), why
    if certified.roots:
        yield Statement(inside, "ssl_trusted_certificate", (secret_file(certified.roots),)), why
    yield Statement(inside, "state_path", (f"{front.place.kept}/acme",)), why
    yield Statement(inside, "accept_terms_of_service", ()), why
    yield Statement(_HTTP, "acme_shared_zone", (f"zone=acme:{-(-names // 100)}m",)), why
    yield Statement(_HTTP, "ssl_certificate_cache", (f"max={names * 2}",)), why


def _maps(front: FrontDoor, said: Tls) -> Iterator[tuple[Statement, Origin]]:
    scheme = "$asked_scheme" if front.believes else "$scheme"
    if said.redirect:
        why, inside = said.redirect.origin, (*_HTTP, f"map {scheme}:$uri $to_https")
        yield Statement(_HTTP, "map", (f"{scheme}:$uri", "$to_https")), why
        yield Statement(inside, "default", ("",)), why
        yield Statement(inside, f"http:{front.health}", ("",)), why
        if front.place.challenges:
            yield Statement(inside, "~^http:/[.]well-known/acme-challenge/", ("",)), why
        yield Statement(inside, "~^http:", ("yes",)), why
    if said.hsts:
        why, inside = said.hsts.origin, (*_HTTP, f"map {scheme} $hsts")
        yield Statement(_HTTP, "map", (scheme, "$hsts")), why
        yield Statement(inside, "default", ("",)), why
        yield Statement(inside, "https", (f"max-age={said.hsts.seconds}",)), why
        yield Statement(_HTTP, "proxy_hide_header", ("Strict-Transport-Security",)), why
        yield Statement(_HTTP, "add_header", ("Strict-Transport-Security", "$hsts", "always")), why


def in_server(front: FrontDoor, host: str | None, inside: Where) -> Iterator[tuple[Statement, Origin]]:
    """Where the server of *host* (None: the default one) listens, with which certificate, and what it sends to HTTPS."""
    default = host is None
    doors: list[tuple[int, tuple[str, ...], Origin]] = [(front.listen, (), front.origin)]
    doors += [(front.listen_tls, ("ssl",), front.tls.origin)] if front.tls else []
    announced = ("proxy_protocol",) if front.announced else ()
    last = ("default_server",) if default else ()
    for port, ssl, why in doors:
        origin = merged((why, front.announced.origin)) if front.announced else why
        for place in (str(port), *((f"[::]:{port}",) if front.ipv6 else ())):
            yield Statement(inside, "listen", (place, *ssl, *announced, *last)), origin
    if front.tls and front.tls.http3:
        for place in (str(front.listen_tls), *((f"[::]:{front.listen_tls}",) if front.ipv6 else ())):
            first = ("reuseport", "default_server") if default else ()
            yield Statement(inside, "listen", (place, "quic", *first)), front.tls.http3.origin
    if front.tls and (own := front.tls.own(host)):
        yield Statement(inside, "ssl_certificate", (secret_file(own.certificate),)), own.origin
        yield Statement(inside, "ssl_certificate_key", (secret_file(own.key),)), own.origin
    elif front.tls and isinstance(front.tls.certified, Acme):
        certified = ("ssl_reject_handshake", ("on",)) if default else ("acme_certificate", ("authority",))
        yield Statement(inside, *certified), front.tls.certified.origin
    if front.place.challenges:
        yield from ((one, front.origin) for one in _answers(front.place.challenges, inside))
    if default and front.announced:
        yield Statement(inside, "listen", (f"127.0.0.1:{front.listen_health}",)), front.announced.origin
    if front.tls and front.tls.redirect:
        why = front.tls.redirect.origin
        yield Statement(inside, "if", ("($to_https)",)), why
        yield Statement((*inside, "if ($to_https)"), "return", _TO_HTTPS), why


def _answers(directory: str, inside: Where) -> Iterator[Statement]:
    """What an authority asks for, as somebody else has put it into *directory* (RFC 8555, 8.3)."""
    within = (*inside, " ".join(("location", *CHALLENGES)))
    yield Statement(inside, "location", CHALLENGES)
    yield Statement(within, "default_type", ("text/plain",))
    yield Statement(within, "root", (directory,))
    yield Statement(within, "disable_symlinks", ("on", f"from={directory}"))


def _with_its_own(said: Tls | None, server: Directive) -> Iterator[tuple[int, Code, str]]:
    """That a server shows the certificate that the plan has for each of its names, and else that of all."""
    for name in (name for names in named(server.block or (), "server_name") for name in names.args):
        own = said.own(of_name(name)) if said else None
        wanted = [(secret_file(own.certificate),), (secret_file(own.key),)] if own else []
        there = [
            one.args for key in ("ssl_certificate", "ssl_certificate_key") for one in named(server.block or (), key)
        ]
        if there != wanted:
            yield server.line, codes.TLS, f"clients that ask for {name} are shown another certificate than the plan's"


def encrypted(front: FrontDoor, main: tuple[Directive, ...]) -> Iterator[tuple[int, Code, str]]:
    """SC821: with TLS every server speaks it, in the plan's versions, with ciphers that have forward secrecy; what is told about HTTPS is told over it."""
    http, said = inside_http(main), front.tls
    for server in named(http, "server"):
        ssl = [one for one in named(server.block or (), "listen") if "ssl" in one.args]
        if bool(ssl) != bool(said):
            yield server.line, codes.TLS, "it speaks TLS without a plan for it" if ssl else "it does not speak TLS"
        over_udp = any("quic" in one.args for one in named(server.block or (), "listen"))
        if over_udp != bool(said and said.http3):
            yield server.line, codes.TLS, f"it {'speaks' if over_udp else 'does not speak'} HTTP/3, against the plan"
        yield from _with_its_own(said, server)
        sends = any(one.name == "if" and one.args == ("($to_https)",) for one in server.block or ())
        if sends != bool(said and said.redirect):
            yield server.line, codes.TLS, f"plain HTTP is {'' if sends else 'not '}sent to HTTPS"
    wanted = {"ssl_protocols": _VERSIONS[said.versions.oldest], "ssl_ciphers": (_CIPHERS,)} if said else {}
    for name, args in wanted.items():
        there = named(http, name)
        if [one.args for one in there] != [args]:
            yield there[0].line if there else 0, codes.TLS, f"{name} is not {' '.join(args)}"
    for one in named(http, "add_header"):
        if one.args[:1] == ("Alt-Svc",) and not (said and said.http3):
            yield one.line, codes.TLS, "clients would be told of HTTP/3, which is not spoken"
        if one.args[:1] == ("Strict-Transport-Security",) and one.args[1:2] != ("$hsts",):
            yield one.line, codes.TLS, "browsers would be told of HTTPS by plain HTTP"
