"""Where requests go while services come, move and die, and over how many connections: a real nginx, and a name server that is asked."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from name_server import Names, names
from nginx_plans import plan, route
from nginx_server import Site, counting, free_port, running, service, text_of

from speccompile.plan.plan import Plan


def _text(made: Plan, listen: int, resolver: int, ports: dict[str, int]) -> str:
    """As generated, but for where names are asked for, and for the ports that this machine has left."""
    text = text_of(made, listen=listen).replace("resolver 127.0.0.11 ", f"resolver 127.0.0.1:{resolver} ")
    for name, port in ports.items():
        text = text.replace(f"server {name}:3000 resolve;", f"server {name}:{port} resolve;")
    return text


@contextlib.contextmanager
def _resolving(made: Plan, known: Names, ports: dict[str, int], listen: int) -> Iterator[Site]:
    with running(_text(made, listen, known.port, ports), listen, {}) as site:
        yield site


def _until(site: Site, status: int, path: str = "/", seconds: float = 5) -> float:
    """How long it takes until *path* is answered so."""
    start = time.monotonic()
    while (got := site.ask(path).status) != status:
        assert time.monotonic() - start < seconds, got
        time.sleep(0.05)
    return time.monotonic() - start


def test_a_service_that_comes_late_goes_and_moves_is_found() -> None:
    """Its name is nobody's when nginx starts: 502 there and nothing else; afterwards it has an address, then another one, then none."""
    listen = free_port()
    made = plan(route("/late", "late", number=20), route("/", number=30))
    with (
        names(api=("127.0.0.1",)) as known,
        service("api") as api,
        service("here") as late,
        service("there", address="127.0.0.2", port=late) as _,
        _resolving(made, known, {"api": api, "late": late}, listen) as site,
    ):
        _until(site, 200)
        assert site.ask("/late").status == 502
        known.addresses["late"] = ("127.0.0.1",)
        _until(site, 200, "/late")
        assert site.ask("/late").json["service"] == "here"
        known.addresses["late"] = ("127.0.0.2",)
        deadline = time.monotonic() + 5
        while site.ask("/late").json["service"] != "there":
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert site.ask("/").json["service"] == "api"


def test_connections_to_a_service_are_kept() -> None:
    """Without that each request would make one: a port and a round trip, and a limit that is reached some day."""
    listen = free_port()
    with (
        counting() as backend,
        running(text_of(plan(route("/")), listen=listen), listen, {"api:3000": backend.port}) as site,
    ):
        assert {site.ask("/").status for _ in range(50)} == {200}
        assert (backend.requests, backend.connections) == (50, 1)
        with ThreadPoolExecutor(4) as clients:
            assert {one.status for one in clients.map(lambda _: site.ask("/"), range(100))} == {200}
        assert backend.requests == 150
        assert backend.connections <= 5


def test_a_kept_connection_is_closed_before_the_service_does_so() -> None:
    """A second later the next request has one of its own: the service may have closed the other, and a POST is not sent twice."""
    listen = free_port()
    with (
        counting() as backend,
        running(text_of(plan(route("/")), listen=listen), listen, {"api:3000": backend.port}) as site,
    ):
        assert site.ask("/", method="POST", body=b"x").status == 200
        time.sleep(1.3)
        assert site.ask("/", method="POST", body=b"x").status == 200
        assert backend.connections == 2


@pytest.mark.parametrize(("method", "status", "asked"), [("GET", 200, 2), ("POST", 502, 1)])
def test_only_what_may_be_repeated_is(method: str, status: int, asked: int) -> None:
    """One of two containers of a service closes what it is asked for without an answer: another one is asked unless that would be a second order."""
    listen = free_port()
    with (
        names(api=("127.0.0.1", "127.0.0.2")) as known,
        counting(breaks=True) as broken,
        counting(address="127.0.0.2", port=broken.port) as sound,
        _resolving(plan(route("/")), known, {"api": broken.port}, listen) as site,
    ):
        _until(site, 200)
        statuses = set()
        for _ in range(6):
            before = broken.requests + sound.requests
            broken_before = broken.requests
            statuses.add(got := site.ask("/", method=method, body=b"x" if method == "POST" else None).status)
            if broken.requests > broken_before:
                assert (got, broken.requests + sound.requests - before) == (status, asked)
        assert broken.requests
        assert 200 in statuses


def test_a_reload_loses_no_request() -> None:
    """Nor does a service that is asked meanwhile."""
    listen = free_port()
    with (
        counting() as backend,
        running(text_of(plan(route("/")), listen=listen), listen, {"api:3000": backend.port}) as site,
    ):
        done = threading.Event()

        def ask() -> list[int]:
            found = []
            while not done.is_set():
                found.append(site.ask("/").status)
            return found

        with ThreadPoolExecutor(3) as clients:
            asking = [clients.submit(ask) for _ in range(3)]
            for _ in range(3):
                time.sleep(0.2)
                site.reload()
            time.sleep(0.3)
            done.set()
            statuses = [status for one in asking for status in one.result()]
    assert len(statuses) > 50
    assert set(statuses) == {200}
