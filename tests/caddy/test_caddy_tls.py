"""TLS of a Caddy: what it speaks, with whom, and what it tells whom about it."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from caddy_plans import of
from caddy_server import running, text_of
from nginx_plans import origin, route
from nginx_server import Site, free_port, service

from acme_server import issuer, self_signed
from speccompile.plan.tls import HostCertificate
from tools import need

SHOP = "shop.example.com"


def _certificate(directory: Path) -> None:
    """One for the shop, where the operator puts it."""
    argv = [
        need("openssl", "apt-get install openssl"),
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
    ]
    argv += ["-nodes", "-days", "2", "-subj", f"/CN={SHOP}", "-addext", f"subjectAltName=DNS:{SHOP}"]
    argv += ["-keyout", str(directory / "tls-key"), "-out", str(directory / "tls-certificate")]
    subprocess.run(argv, check=True, capture_output=True)


def _started(directory: Path, oldest: str, *trusted: str) -> Iterator[tuple[Site, int]]:
    _certificate(directory)
    ports = {8080: free_port(), 8443: free_port()}
    text = text_of(of(route("/", host=SHOP), tls=oldest, trusted=trusted))
    says = ("Strict-Transport-Security", "max-age=1")
    with service("api", says) as port, running(text, {"api:3000": port}, ports, directory) as site:
        yield site, ports[8443]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[tuple[Site, int]]:
    """A Caddy that speaks TLS from 1.2 on, and its port for that."""
    yield from _started(tmp_path, "1.2")


def _shaken(directory: Path, port: int, **options: Any) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(directory / "tls-certificate"))
    ciphers = options.pop("ciphers", None)
    for name, value in options.items():
        setattr(context, name, value)
    if ciphers:
        context.set_ciphers(ciphers)
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=5), server_hostname=SHOP)


def _asked(directory: Path, port: int) -> http.client.HTTPResponse:
    client = _shaken(directory, port)
    client.sendall(f"GET /a HTTP/1.1\r\nHost: {SHOP}\r\nConnection: close\r\n\r\n".encode())
    response = http.client.HTTPResponse(client)
    response.begin()
    response.body = response.read()  # type: ignore[attr-defined]  # read before the connection is closed
    client.close()
    return response


def test_what_is_asked_over_tls_is_answered_and_remembered(door: tuple[Site, int], tmp_path: Path) -> None:
    response = _asked(tmp_path, door[1])
    assert response.status == 200
    assert response.headers.get_all("Strict-Transport-Security") == ["max-age=86400"]
    assert b'"x-forwarded-proto": ["https"]' in response.body  # type: ignore[attr-defined]


def test_plain_http_is_sent_to_https_with_path_and_query(door: tuple[Site, int]) -> None:
    for host in (SHOP, "nobody.example"):
        answer = door[0].ask("/a%20b?c=d", host)
        assert (answer.status, answer.headers["location"]) == (308, [f"https://{host}/a%20b?c=d"])
        assert "strict-transport-security" not in answer.headers
    assert door[0].ask("/-/proxy-health").status == 200


def test_each_host_is_shown_the_certificate_that_is_for_it(tmp_path: Path) -> None:
    """By the name that is asked for: a host's own, that of the pattern above it, else that of all."""
    hosts, own = ("a.example.org", "b.example.org", SHOP), (("org", "*.example.org"), ("b", "b.example.org"))
    apart = tuple(
        HostCertificate(host=host, certificate=f"{name}-certificate", key=f"{name}-key", origin=origin(97))
        for name, host in own
    )
    made = of(*(route("/", host=host) for host in (*hosts, "*.example.org")), tls="1.2")
    assert made.ingress
    assert made.ingress.tls
    made = replace(made, ingress=replace(made.ingress, tls=replace(made.ingress.tls, apart=apart)))
    _certificate(tmp_path)
    for name, host in own:
        self_signed(tmp_path, name, host)
    ports = {8080: free_port(), 8443: free_port()}
    with service("api") as port, running(text_of(made), {"api:3000": port}, ports, tmp_path):
        said = {host: issuer(ports[8443], host).rpartition("DNS:")[2].strip() for host in (*hosts, "x.example.org")}
    assert said.pop("x.example.org") == "*.example.org"
    assert said == {"a.example.org": "*.example.org", "b.example.org": "b.example.org", SHOP: SHOP}


def test_old_versions_and_weak_ciphers_are_not_spoken(door: tuple[Site, int], tmp_path: Path) -> None:
    with _shaken(tmp_path, door[1], maximum_version=ssl.TLSVersion.TLSv1_2) as client:
        assert client.version() == "TLSv1.2"
    with pytest.raises(ssl.SSLError):
        _shaken(tmp_path, door[1], maximum_version=ssl.TLSVersion.TLSv1_2, ciphers="AES128-SHA:ECDHE-ECDSA-AES128-SHA")


def test_the_oldest_version_is_the_plans(tmp_path: Path) -> None:
    for _, port in _started(tmp_path, "1.3"):
        with _shaken(tmp_path, port) as client:
            assert client.version() == "TLSv1.3"
        with pytest.raises(ssl.SSLError):
            _shaken(tmp_path, port, maximum_version=ssl.TLSVersion.TLSv1_2)


def test_behind_a_balancer_that_ends_tls_nobody_goes_round(tmp_path: Path) -> None:
    for site, _ in _started(tmp_path, "1.2", "127.0.0.0/8"):
        assert site.ask("/", SHOP).status == 308
        answer = site.ask("/", SHOP, said={"X-Forwarded-Proto": "https"})
        assert answer.status == 200
        assert answer.headers["strict-transport-security"] == ["max-age=86400"]


def test_who_is_not_trusted_is_sent_to_https_whatever_he_says(door: tuple[Site, int]) -> None:
    assert door[0].ask("/", SHOP, said={"X-Forwarded-Proto": "https"}).status == 308
