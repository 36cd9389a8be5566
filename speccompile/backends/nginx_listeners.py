"""Where nginx listens, and what it speaks there: plain HTTP, TLS with whose certificate, HTTP/3, with an announcement of the client in front of each
connection or without."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import assert_never

from speccompile.backends.escape.nginx import NginxText, nginx_plain
from speccompile.plan.node import Node
from speccompile.plan.tls import Acme as PlannedAcme
from speccompile.plan.tls import CertificateFiles
from speccompile.provenance import merged
from speccompile.realise.front_door import FrontDoor, secret_file
from speccompile.realise.proxies import ACME_MODULE
from speccompile.record import record

# Mozilla's intermediate configuration, version 5.7 (https://ssl-config.mozilla.org/guidelines/5.7.json) without finite fields, for
# which nginx would want parameters of its own. What TLS 1.3 speaks OpenSSL chooses.
CIPHERS = ":".join(
    (
        *("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"),
        *("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"),
    )
)
_PROTOCOLS = {"1.2": "TLSv1.2 TLSv1.3", "1.3": "TLSv1.3"}


_NAMES_IN_A_MEBIBYTE = 100  # https://github.com/nginx/nginx-acme: about 50 in 256k
_TOLD = NginxText("""'h3=":443"; ma=86400'""")


@record(kw_only=True)
class Listener(Node):
    """The words behind ``listen``; those of the default server, which is the first that names a place, are others."""

    words: NginxText
    first: NginxText


@record(kw_only=True)
class Acme(Node):
    """What nginx's own ACME module is told, and how much it has to keep."""

    module: NginxText
    uri: NginxText
    contact: NginxText | None
    roots: NginxText | None
    state: NginxText
    mebibytes: int
    cached: int


@record(kw_only=True)
class Http3(Node):
    """What clients are told of HTTP/3."""

    told: NginxText


@record(kw_only=True)
class Versions(Node):
    """The versions that are spoken."""

    protocols: NginxText


@record(kw_only=True)
class Hsts(Node):
    """Seconds for which browsers remember HTTPS."""

    seconds: int


@record(kw_only=True)
class ToTls(Node):
    """That plain HTTP is sent to HTTPS."""


@record(kw_only=True)
class Tls(Node):
    """Certificate and key, and what is spoken with them."""

    certificate: NginxText
    key: NginxText
    versions: Versions
    ciphers: NginxText
    redirect: ToTls | None
    hsts: Hsts | None
    acme: Acme | None
    http3: Http3 | None


@record(kw_only=True)
class Own(Node):
    """Certificate and key of a server of its own."""

    certificate: NginxText
    key: NginxText


def own(front: FrontDoor, host: str) -> Own | None:
    """Those of the server of *host*, where it has other ones than all."""
    said = front.tls.own(host) if front.tls else None
    if said is None:
        return None
    certificate, key = nginx_plain(secret_file(said.certificate)), nginx_plain(secret_file(said.key))
    return Own(certificate=certificate, key=key, origin=said.origin)


def tls(front: FrontDoor) -> Tls | None:
    """TLS as the plan has it."""
    said = front.tls
    if said is None:
        return None
    certificate, key = _certificate(said.certified)
    return Tls(
        certificate=certificate,
        key=key,
        versions=Versions(protocols=NginxText(_PROTOCOLS[said.versions.oldest]), origin=said.versions.origin),
        ciphers=nginx_plain(CIPHERS),
        redirect=ToTls(origin=said.redirect.origin) if said.redirect else None,
        hsts=Hsts(seconds=said.hsts.seconds, origin=said.hsts.origin) if said.hsts else None,
        acme=_acme(said.certified, front) if isinstance(said.certified, PlannedAcme) else None,
        http3=Http3(told=_TOLD, origin=said.http3.origin) if said.http3 else None,
        origin=said.origin,
    )


def _certificate(certified: CertificateFiles | PlannedAcme) -> tuple[NginxText, NginxText]:
    """Certificate and key: files, or what the module has for the server that is asked."""
    match certified:
        case CertificateFiles(certificate=certificate, key=key):
            return nginx_plain(secret_file(certificate)), nginx_plain(secret_file(key))
        case PlannedAcme():
            return NginxText("$acme_certificate"), NginxText("$acme_certificate_key")
        case _:
            assert_never(certified)


def _acme(said: PlannedAcme, front: FrontDoor) -> Acme:
    names = max(1, len(front.hosts))  # a shared host's last application may go
    return Acme(
        module=nginx_plain(ACME_MODULE),
        uri=nginx_plain(said.directory),
        contact=nginx_plain(f"mailto:{said.contact}") if said.contact else None,
        roots=nginx_plain(secret_file(said.roots)) if said.roots else None,
        state=nginx_plain(f"{front.place.kept}/acme"),
        mebibytes=math.ceil(names / _NAMES_IN_A_MEBIBYTE),
        cached=2 * names,
        origin=said.origin,
    )


def listeners(front: FrontDoor) -> tuple[Listener, ...]:
    """Where every server listens."""
    return tuple(_listeners(front))


def _listeners(front: FrontDoor) -> Iterator[Listener]:
    doors = [(front.listen, "", front.origin)]
    doors += [(front.listen_tls, " ssl", front.tls.origin)] if front.tls else []
    announced = " proxy_protocol" if front.announced else ""
    for port, ssl, why in doors:
        origin = merged((why, front.announced.origin)) if front.announced else why
        for place in _places(front, port):
            words = f"{place}{ssl}{announced}"
            yield Listener(words=NginxText(words), first=NginxText(f"{words} default_server"), origin=origin)
    if front.tls and front.tls.http3:
        for place in _places(front, front.listen_tls):
            # Each worker has a socket of its own, so that packets of a connection reach the one that has it.
            first = NginxText(f"{place} quic reuseport default_server")
            yield Listener(words=NginxText(f"{place} quic"), first=first, origin=front.tls.http3.origin)


def _places(front: FrontDoor, port: int) -> tuple[str, ...]:
    return (str(port), *((f"[::]:{port}",) if front.ipv6 else ()))
