"""TLS, PROXY protocol and IPv6: what a real nginx speaks, with whom, and what it tells whom about it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nginx_server import Site, at_ports, free_port, running, service

from acme_server import issuer, self_signed
from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.verify import held
from speccompile.verify.standings import standings
from tools import need

SHOP = "shop.example.com"
TLS = {"certificate": "TLS_CERTIFICATE", "key": "TLS_KEY"}


def _compiled(*texts: str, **deploy: Any) -> Compilation:
    numbered = [assertion(number, text) for number, text in enumerate(texts, start=1)]
    services = {"services": {"app": {"path": "."}}, **deploy}
    done = compiled(BUN_WEB, manifest("web-service", *numbered), services)
    assert done.defects == ()
    return done


def _certificate(directory: Path) -> None:
    """A new one, written into the same files: what is mounted into a container stays what it was."""
    openssl = need("openssl", "apt-get install openssl")
    new = directory / "new.pem"
    argv = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    argv += [
        "-subj",
        f"/CN={SHOP}",
        "-addext",
        f"subjectAltName=DNS:{SHOP}",
        "-keyout",
        str(directory / "new.key"),
        "-out",
        str(new),
    ]
    subprocess.run(argv, check=True, capture_output=True)
    (directory / "tls-certificate").write_bytes(new.read_bytes())
    (directory / "tls-key").write_bytes((directory / "new.key").read_bytes())


@dataclass
class Door:
    """A front door that speaks TLS at *port*, and its plain one."""

    site: Site
    port: int
    secrets: Path

    def shake(self, **options: Any) -> ssl.SSLSocket:
        """A connection over TLS, as *options* of the context say."""
        context = ssl.create_default_context(cafile=str(self.secrets / "tls-certificate"))
        alpn = options.pop("alpn", None)
        ciphers = options.pop("ciphers", None)
        for name, value in options.items():
            setattr(context, name, value)
        if alpn:
            context.set_alpn_protocols(alpn)
        if ciphers:
            context.set_ciphers(ciphers)
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=5), server_hostname=SHOP)

    def ask(self, path: str = "/", **said: str) -> tuple[int, dict[str, str], Any]:
        """An answer over TLS: status, headers, and what the service was told."""
        with self.shake() as client:
            head = (
                f"GET {path} HTTP/1.1",
                f"Host: {SHOP}",
                "Connection: close",
                *(f"{n}: {v}" for n, v in said.items()),
            )
            client.sendall("\r\n".join((*head, "", "")).encode())
            response = http.client.HTTPResponse(client)
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            body = response.read()
        return response.status, headers, json.loads(body) if body.startswith(b"{") else body


@contextlib.contextmanager
def _door(directory: Path, compilation: Compilation, more: Callable[[], object] = list) -> Iterator[Door]:
    secrets = directory / "secrets"
    secrets.mkdir()
    _certificate(secrets)
    more()
    plain, port = free_port(), free_port()
    text = at_ports(compilation.files["nginx.conf"], {8080: plain, 8443: port})
    with (
        service("app", ("Strict-Transport-Security", "max-age=1")) as app,
        running(text, plain, {"app:3000": app}, secrets=secrets) as site,
    ):
        yield Door(site, port, secrets)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Behind a balancer at 127.0.0.2; everybody else comes from 127.0.0.1."""
    made = _compiled(tls={**TLS, "hsts": "180d"}, trusted_proxies=["127.0.0.2/32"])
    with _door(tmp_path_factory.mktemp("tls"), made) as running_door:
        yield running_door


def test_https_is_spoken_with_what_is_modern_and_nothing_else(door: Door) -> None:
    for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
        with door.shake(minimum_version=version, maximum_version=version) as client:
            assert client.version() == name
    with door.shake(maximum_version=ssl.TLSVersion.TLSv1_2, ciphers="ECDHE+AESGCM:AES128-SHA") as client:
        assert client.cipher() is not None
    for wrong in ("AES128-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA"):
        with pytest.raises(ssl.SSLError):
            door.shake(maximum_version=ssl.TLSVersion.TLSv1_2, ciphers=f"{wrong}:@SECLEVEL=0")
    with door.shake(alpn=["h2", "http/1.1"]) as client:
        assert client.selected_alpn_protocol() == "h2"


def test_versions_before_the_oldest_are_not_spoken(tmp_path: Path) -> None:
    with _door(tmp_path, _compiled(tls={**TLS, "oldest": "1.3"})) as strict:
        with strict.shake() as client:
            assert client.version() == "TLSv1.3"
        with pytest.raises(ssl.SSLError):
            strict.shake(maximum_version=ssl.TLSVersion.TLSv1_2)


def test_plain_http_is_sent_to_https_with_all_that_was_asked_for(door: Door) -> None:
    answer = door.site.ask("/a%20b?c=%2F", f"{SHOP}:8080", "POST", b"x")
    assert (answer.status, answer.headers["location"]) == (308, [f"https://{SHOP}/a%20b?c=%2F"])
    assert "strict-transport-security" not in answer.headers
    assert door.site.ask("/-/proxy-health").body == b"ok\n"
    assert door.site.ask("/", said={"X-Forwarded-Proto": "https"}).status == 308


def test_a_balancer_that_speaks_https_itself_is_not_sent_in_a_circle(door: Door) -> None:
    """It says so, from an address that is trusted."""
    client = http.client.HTTPConnection("127.0.0.1", door.site.port, timeout=5, source_address=("127.0.0.2", 0))
    with contextlib.closing(client):
        client.request("GET", "/", headers={"Host": SHOP, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"})
        response = client.getresponse()
        told = json.loads(response.read())["headers"]
    assert (response.status, told["x-forwarded-proto"], told["x-forwarded-for"]) == (200, ["https"], ["192.0.2.9"])
    assert response.headers.get_all("Strict-Transport-Security") == ["max-age=15552000"]


def test_the_service_is_told_and_so_are_browsers_once(door: Door) -> None:
    """Whatever the service itself says of it; what clients say of themselves is believed no more than without TLS."""
    status, headers, told = door.ask("/x", **{"X-Forwarded-Proto": "http", "X-Forwarded-For": "6.6.6.6"})
    assert (status, told["path"], told["headers"]["x-forwarded-proto"]) == (200, "/x", ["https"])
    assert told["headers"]["x-forwarded-for"] == ["127.0.0.1"]
    assert headers["strict-transport-security"] == "max-age=15552000"


def test_a_new_certificate_loses_no_request(tmp_path: Path) -> None:
    """Written into the same files, then a reload."""
    with _door(tmp_path, _compiled(tls=TLS)) as renewed, ThreadPoolExecutor(2) as clients:
        before = (renewed.secrets / "tls-certificate").read_bytes()
        done = threading.Event()
        context = ssl._create_unverified_context()

        def ask() -> list[int]:
            found = []
            while not done.is_set():
                client = http.client.HTTPSConnection("127.0.0.1", renewed.port, timeout=5, context=context)
                client.request("GET", "/", headers={"Host": SHOP})
                found.append(client.getresponse().status)
                client.close()
            return found

        asking = [clients.submit(ask) for _ in range(2)]
        try:
            _certificate(renewed.secrets)
            # What nginx kept of a file is good for its inode and whole second: nobody else renews within one.
            # https://nginx.org/en/docs/ngx_core_module.html#ssl_object_cache_inheritable
            for name in ("tls-certificate", "tls-key"):
                os.utime(renewed.secrets / name, (time.time() + 60,) * 2)
            renewed.site.reload()
            for _ in range(100):
                with contextlib.suppress(ssl.SSLError), renewed.shake():
                    break
                time.sleep(0.05)
            else:
                raise AssertionError("the old certificate")
        finally:
            done.set()
        statuses = [status for one in asking for status in one.result()]
        assert len(statuses) > 4
        assert set(statuses) == {200}
        assert (renewed.secrets / "tls-certificate").read_bytes() != before


def test_each_host_is_shown_the_certificate_that_is_for_it(tmp_path: Path) -> None:
    """By the name that is asked for: a host's own, that of the pattern above it, else that of all; and requests are answered there."""
    hosts = ("a.example.org", "b.example.org", "deep.a.example.org", SHOP)
    apart = [
        {"host": "*.example.org", "certificate": "ORG_CERTIFICATE", "key": "ORG_KEY"},
        {"host": "b.example.org", "certificate": "B_CERTIFICATE", "key": "B_KEY"},
    ]
    made = _compiled(
        tls={**TLS, "certificates": apart},
        services={"app": {"path": ".", "routes": [{"host": one} for one in (*hosts, "*.example.org")]}},
    )
    secrets = tmp_path / "secrets"
    with _door(
        tmp_path,
        made,
        lambda: [self_signed(secrets, *one) for one in (("org", "*.example.org"), ("b", "b.example.org"))],
    ) as shown:
        said = {
            host: issuer(shown.port, host).rpartition("DNS:")[2].strip()
            for host in (*hosts, "tenant.example.org", "nobody.example.net")
        }
        assert shown.ask("/x")[0] == 200
    assert said == {
        "a.example.org": "*.example.org",
        "tenant.example.org": "*.example.org",
        "b.example.org": "b.example.org",
        "deep.a.example.org": SHOP,
        SHOP: SHOP,
        "nobody.example.net": SHOP,
    }


def test_it_is_reached_by_ipv6(door: Door) -> None:
    with socket.create_connection(("::1", door.site.port), timeout=5) as client:
        client.sendall(b"GET /-/proxy-health HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n")
        assert b" 200 " in client.recv(4096)
    assert "listen [::]" not in _compiled(ipv6=False).files["nginx.conf"]


def _announced(port: int, line: bytes, *headers: str) -> bytes:
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client, contextlib.suppress(ConnectionError):
        head = ("GET / HTTP/1.1", f"Host: {SHOP}", "Connection: close", *headers, "", "")
        client.sendall(line + "\r\n".join(head).encode())
        while chunk := client.recv(4096):
            got += chunk
    return got


def test_who_is_announced_is_believed_and_what_he_says_of_himself_is_not() -> None:
    """PROXY protocol, version 1; without a line in front nothing is taken, and nobody else's line is believed."""
    port, health = free_port(), free_port()
    made = _compiled(proxy_protocol=True, trusted_proxies=["127.0.0.0/8"])
    text = at_ports(made.files["nginx.conf"], {8080: port, 8081: health})
    lies = ("X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example", "X-Forwarded-For: 6.6.6.6")
    with (
        service("app") as app,
        running(text.replace("server app:3000 resolve;", f"server 127.0.0.1:{app};"), health, {}) as site,
    ):
        got = _announced(port, b"PROXY TCP4 192.0.2.9 127.0.0.1 5555 8080\r\n", *lies)
        told = json.loads(got.partition(b"\r\n\r\n")[2])["headers"]
        assert told["x-forwarded-for"] == told["x-real-ip"] == ["192.0.2.9"]
        assert (told["x-forwarded-proto"], told["x-forwarded-host"]) == (["http"], [SHOP])
        assert b" 200 " not in _announced(port, b"")
        assert site.ask("/-/proxy-health").body == b"ok\n"


DEMANDED = "All traffic is served over TLS 1.3 or newer and plain HTTP is redirected to HTTPS"
HSTS = "Browsers are told to use HTTPS only (HSTS)"
SABOTAGE = [
    (DEMANDED, "ssl_protocols TLSv1.3;", "ssl_protocols TLSv1.2 TLSv1.3;"),
    (DEMANDED, "        if ($to_https) {\n            return 308 https://$host$request_uri;\n        }\n", ""),
    (DEMANDED, "8443 ssl", "8443"),
    (HSTS, "    add_header Strict-Transport-Security $hsts always;\n", ""),
    (HSTS, "https max-age=31536000;", "https max-age=0;"),
]


@pytest.mark.parametrize(("text", "old", "new"), SABOTAGE)
def test_what_is_demanded_of_tls_is_held_and_read_back(text: str, old: str, new: str) -> None:
    made = _compiled(text, tls=TLS)
    assert old in made.files["nginx.conf"]
    altered = {**made.files, "nginx.conf": made.files["nginx.conf"].replace(old, new)}
    (before,), (after,) = made.standings, standings(made.plan, held.compose(made.plan, altered))
    assert before.standing is Standing.ENFORCED
    assert after.standing is not Standing.ENFORCED
    assert _compiled(text).standings[0].standing is Standing.LOST


def test_an_older_version_than_is_demanded_is_a_contradiction() -> None:
    with pytest.raises(Refused, match="A-001 is contradicted"):
        _compiled(DEMANDED, tls={**TLS, "oldest": "1.2"})
