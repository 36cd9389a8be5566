"""A Caddy that gets its certificates from a real ACME server, and speaks HTTP/3 with a real client."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from caddy_plans import of
from caddy_server import caddy, running, text_of
from nginx_plans import by_acme, encrypted, origin, route
from nginx_server import Site, service

from acme_server import authority, issuer, self_signed
from speccompile.plan.plan import Plan
from speccompile.plan.tls import Http3, Tls
from tools import free_port

SHOP = "shop.example.com"


def _plan(tls: Tls) -> Plan:
    made = of(route("/", host=SHOP))
    assert made.ingress
    return replace(made, ingress=replace(made.ingress, tls=tls))


@contextlib.contextmanager
def _served(tls: Tls, ports: dict[int, int], secrets: Path) -> Iterator[Site]:
    text = text_of(_plan(tls)).replace("http_port 8080", f"http_port {ports[8080]}")
    text = text.replace("https_port 8443", f"https_port {ports[8443]}")
    with service("api") as port, running(text, {"api:3000": port}, ports, secrets) as site:
        yield site


def test_an_authority_certifies_the_names_of_routes_and_no_others(tmp_path: Path) -> None:
    ports = {8080: free_port(), 8443: free_port()}
    with authority(tmp_path, SHOP, plain=ports[8080], encrypted=ports[8443]) as known:
        shutil.copy(known.roots, tmp_path / "acme-roots")
        with _served(by_acme(known.directory, roots="acme-roots"), ports, tmp_path) as site:
            deadline = time.monotonic() + 60
            while (told := _told(ports[8443])) is None:
                assert time.monotonic() < deadline, (site.directory / "stderr").read_text()
                time.sleep(0.2)
            assert "Pebble Intermediate" in told
            assert f"DNS:{SHOP}" in told
            with pytest.raises(ssl.SSLError):
                issuer(ports[8443], "other.example.com")
            assert site.ask("/", SHOP).status == 308
        # What it was given outlives it: it does not ask for more when it is started again.
        orders = (tmp_path / "pebble.log").read_text().count("order-plz")
        with _served(by_acme(known.directory, roots="acme-roots"), ports, tmp_path):
            assert _told(ports[8443]) == told
        assert (tmp_path / "pebble.log").read_text().count("order-plz") == orders


def _told(port: int) -> str | None:
    try:
        return issuer(port, SHOP)
    except (ssl.SSLError, ConnectionError):
        return None


@contextlib.contextmanager
def _by_http3(port: int, certificate: Path) -> Iterator[int]:
    """A Caddy of its own that asks what it is asked at loopback's *port* by HTTP/3, and nothing else; the port at which it is asked."""
    with tempfile.TemporaryDirectory() as name:
        mine = free_port()
        told = (
            "{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}\n"
            f"http://:{mine} {{\n\treverse_proxy https://127.0.0.1:{port} {{\n\t\theader_up Host {SHOP}\n\t\ttransport http {{\n"
            f"\t\t\tversions 3\n\t\t\ttls_server_name {SHOP}\n\t\t\ttls_trust_pool file {certificate}\n\t\t}}\n\t}}\n}}\n"
        )
        (Path(name) / "Caddyfile").write_text(told, encoding="utf-8")
        argv = [caddy(), "run", "--config", f"{name}/Caddyfile", "--adapter", "caddyfile"]
        environment = {"HOME": name, "XDG_CONFIG_HOME": name, "XDG_DATA_HOME": name}
        with subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        ) as process:
            try:
                _await(mine)
                yield mine
            finally:
                process.terminate()
                process.wait(10)


def _await(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the client does not listen")


def test_http3_is_spoken_and_clients_are_told_where(tmp_path: Path) -> None:
    certificate, _ = self_signed(tmp_path, "tls", SHOP)
    ports = {8080: free_port(), 8443: free_port()}
    spoken = replace(encrypted("1.2"), http3=Http3(origin=origin(94)))
    with (
        _served(spoken, ports, tmp_path),
        _by_http3(ports[8443], certificate) as port,
        urllib.request.urlopen(f"http://127.0.0.1:{port}/a?b=c", timeout=60) as answer,
    ):
        assert answer.status == 200
        assert b'"x-forwarded-proto": ["https"]' in answer.read()
        context = ssl.create_default_context(cafile=str(certificate))
        with (
            socket.create_connection(("127.0.0.1", ports[8443]), timeout=30) as plain,
            context.wrap_socket(plain, server_hostname=SHOP) as client,
        ):
            client.sendall(f"GET / HTTP/1.1\r\nHost: {SHOP}\r\nConnection: close\r\n\r\n".encode())
            told = http.client.HTTPResponse(client)
            told.begin()
            assert told.headers.get_all("Alt-Svc") == ['h3=":443"; ma=86400']
