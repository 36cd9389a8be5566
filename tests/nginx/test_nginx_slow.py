"""Clients that are slow: a real nginx with a generated configuration lets them go in the end, and keeps them from the service until then."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
from nginx_plans import plan, route
from nginx_server import Counting, Site, counting, free_port, running, text_of


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[Site, Counting]]:
    """The generated waits of ten seconds are one here."""
    port = free_port()
    text = text_of(plan(route("/"), route("/large", body=8 * 2**20)), listen=port)
    for wait in ("client_header_timeout", "client_body_timeout"):
        assert f"{wait} 10s;" in text
        text = text.replace(f"{wait} 10s;", f"{wait} 1s;")
    with counting() as backend, running(text, port, {"api:3000": backend.port}) as running_site:
        yield running_site, backend


def _rest(client: socket.socket) -> bytes:
    got = b""
    with contextlib.suppress(ConnectionError):
        while chunk := client.recv(4096):
            got += chunk
    return got


@pytest.mark.parametrize("begun", [b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-"])
def test_who_does_not_finish_his_headers_is_cut_off(site: tuple[Site, Counting], begun: bytes) -> None:
    """Fifty of them keep nobody else waiting, and the service hears nothing of them."""
    door, backend = site
    before = backend.requests
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", door.port), timeout=20)) for _ in range(50)]
        for client in slow:
            client.sendall(begun)
        assert door.ask("/").status == 200
        assert {b" 200 " in _rest(client) for client in slow} == {False}
    assert backend.requests == before + 1


def test_a_body_is_whole_before_the_service_is_asked(site: tuple[Site, Counting]) -> None:
    """However slowly it comes; one that stops is not passed on at all."""
    door, backend = site
    before = backend.connections
    head = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8\r\n\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as client:
        client.sendall(head + b"1234")
        time.sleep(0.3)
        assert backend.connections == before
        client.sendall(b"5678")
        assert b" 200 " in _rest(client)
    asked = backend.requests
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as client:
        client.sendall(head + b"1234")
        assert b" 200 " not in _rest(client)
    assert backend.requests == asked
