"""Clients and services that are slow, silent, or elsewhere, and a Caddy between them."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from dataclasses import replace

import pytest
from caddy_plans import of
from caddy_server import running, text_of
from nginx_plans import origin, route
from nginx_server import free_port, service

from speccompile.plan.ingress import Announced

SHOP = "shop.example.com"


def _answer(client: socket.socket) -> bytes:
    got = b""
    with contextlib.suppress(ConnectionError):
        while chunk := client.recv(4096):
            got += chunk
    return got


def test_who_does_not_finish_a_request_is_cut_off_and_costs_nobody_else() -> None:
    """After ten seconds as it is generated, after one here; requests of others are answered meanwhile."""
    ports = {8080: free_port()}
    text = text_of(of(route("/"))).replace("read_header 10s", "read_header 1s")
    assert "read_header 1s" in text
    with service("api") as api, running(text, {"api:3000": api}, ports) as site, contextlib.ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", site.port), timeout=20)) for _ in range(50)]
        for client in slow:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-")
        assert site.ask("/").status == 200
        assert {b" 200 " in _answer(client) for client in slow} == {False}


def test_a_websocket_may_be_silent_for_as_long_as_its_route_says() -> None:
    """Longer than requests elsewhere wait, and no longer than that."""
    ports = {8080: free_port()}
    times = {"/ws": 30, "/short": 1}
    made = [route(path, number=20 * number) for number, path in enumerate(times, start=1)]
    plan = of(*(replace(one, timeouts=replace(one.timeouts, exchange=times[one.path])) for one in made))
    with service("api") as api, running(text_of(plan), {"api:3000": api}, ports) as site:
        assert _echoed(site.port, "/ws", 1.5).endswith(b"ping\n")
        assert not _echoed(site.port, "/short", 1.5).endswith(b"ping\n")
        assert site.ask("/short/slow").status == 504


def _echoed(port: int, path: str, silent: float) -> bytes:
    """What comes over a WebSocket on which nobody said anything for so long."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n".encode())
        got = client.recv(4096)
        assert b" 101 " in got
        time.sleep(silent)
        with contextlib.suppress(ConnectionError):
            client.sendall(b"ping\n")
        return got + _answer(client)


def test_a_service_that_goes_and_comes_back_is_found() -> None:
    """Its routes answer 502 or 503 meanwhile, and nothing else does."""
    ports, port = {8080: free_port()}, free_port()
    plan = of(route("/"), route("/other", "other", number=20))
    with service("other") as other, running(text_of(plan), {"api:3000": port, "other:3000": other}, ports) as site:
        for _ in range(2):
            assert site.ask("/").status in (502, 503)
            with service("api", ("Connection", "close"), port=port):
                for _ in range(100):
                    if site.ask("/").status == 200:
                        break
                    time.sleep(0.1)
                assert site.ask("/").json["service"] == "api"
            assert site.ask("/other").status == 200


@pytest.mark.parametrize(
    ("asked", "told"), [("shop.example.com:8443", "shop.example.com:8443"), (SHOP, SHOP), ("[::1]:80", "[::1]:80")]
)
def test_the_service_is_told_the_port_that_was_asked_for(asked: str, told: str) -> None:
    """So that Django and Rails find that a form's origin is their own; by IPv6, too."""
    ports = {8080: free_port()}
    with (
        service("api") as api,
        running(text_of(of(route("/"))), {"api:3000": api}, ports) as site,
        socket.create_connection(("::1", site.port), timeout=20) as client,
    ):
        client.sendall(
            f"POST / HTTP/1.1\r\nHost: {asked}\r\nOrigin: http://{asked}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        said = json.loads(_answer(client).partition(b"\r\n\r\n")[2])["headers"]
    assert (said["host"], said["x-forwarded-proto"], said["origin"]) == ([told], ["http"], [f"http://{told}"])
    assert said["x-forwarded-for"] == ["::1"]


def test_who_is_announced_is_believed_and_what_he_says_of_himself_is_not() -> None:
    """PROXY protocol, version 1, from whoever is trusted."""
    ports, made = {8080: free_port()}, of(route("/"), trusted=("127.0.0.0/8",))
    assert made.ingress
    made = replace(made, ingress=replace(made.ingress, announced=Announced(origin=origin(98))))
    with (
        service("api") as api,
        running(text_of(made), {"api:3000": api}, ports) as site,
        socket.create_connection(("127.0.0.1", site.port), timeout=20) as client,
    ):
        lies = "X-Forwarded-Proto: https\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil.example\r\n"
        head = f"PROXY TCP4 192.0.2.9 127.0.0.1 5555 8080\r\nGET / HTTP/1.1\r\nHost: {SHOP}\r\n{lies}Connection: close\r\n\r\n"
        client.sendall(head.encode())
        said = json.loads(_answer(client).partition(b"\r\n\r\n")[2])["headers"]
    assert said["x-forwarded-for"] == said["x-real-ip"] == ["192.0.2.9"]
    assert (said["x-forwarded-proto"], said["x-forwarded-host"]) == (["http"], [SHOP])
