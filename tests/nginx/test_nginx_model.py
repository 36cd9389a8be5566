"""Which route takes a request: a real nginx with generated routes, beside a small model of the rules that reads no configuration."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from nginx_plans import plan, route
from nginx_server import Site, free_port, running, service, text_of

from route_model import ASKED_OF_HOSTS, MORE, OF_HOSTS, ROUTES, SERVICES, Wanted, chosen, passed_on, walked


def _model(routes: list[Wanted], asked: str) -> tuple[str, str] | int:
    """The service that gets *asked*, and the path that it is asked for, decoded; or the status that nginx answers itself."""
    segments = walked(asked)
    if segments is None:
        return 400
    route = chosen(routes, segments)
    return (route.service, passed_on(route, asked, segments)) if route else 404


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, int]]:
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(service(name)) for name in SERVICES}


@contextlib.contextmanager
def _serving(sets: list[list[Wanted]], ports: dict[str, int]) -> Iterator[Site]:
    """Each set of routes at a host of its own, so that one nginx serves them all."""
    listen = free_port()
    made = plan(
        *(
            route(one.path, one.service, f"h{number}.example", strip=one.strip)
            for number, routes in enumerate(sets)
            for one in routes
        )
    )
    used = {one.service for routes in sets for one in routes}
    with running(text_of(made, listen=listen), listen, {f"{name}:3000": ports[name] for name in used}) as site:
        yield site


# Shrinking would start an nginx for each attempt; the assertion names the routes and the path.
@settings(max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(ROUTES, min_size=6, max_size=6), st.data())
def test_nginx_chooses_as_the_model_does(ports: dict[str, int], sets: list[list[Wanted]], data: st.DataObject) -> None:
    with _serving(sets, ports) as site:
        for number, routes in enumerate(sets):
            near = [one.path.rstrip("/") + more for one in routes for more in MORE] + [
                "/",
                "/nowhere",
                "/%61",
                "/a%20b",
            ]
            asked = data.draw(
                st.lists(st.sampled_from([one for one in near if one.startswith("/")]), min_size=12, max_size=12)
            )
            for path in asked:
                answer = site.ask(path, f"h{number}.example")
                told = answer.json.get("service") if answer.status == 200 else None
                got = (told, "/" + unquote(answer.json["path"]).lstrip("/")) if told else answer.status
                assert got == _model(routes, path), (path, routes)


def test_a_pattern_of_hosts_is_of_names_that_are_one_label_longer(ports: dict[str, int]) -> None:
    made, listen = plan(*(route("/", name, host) for host, name in OF_HOSTS.items())), free_port()
    used = {f"{name}:3000": ports[name] for name in OF_HOSTS.values()}
    with running(text_of(made, listen=listen), listen, used) as site:
        for host, name in ASKED_OF_HOSTS.items():
            answer = site.ask("/", host)
            got = answer.json.get("service") if answer.status == 200 else None
            assert (got, answer.status in (200, 400, 421)) == (name, True), (host, answer.status)


@pytest.mark.parametrize("host", ["nobody.example", "", "h0.example.evil", "h0"])
def test_a_host_that_no_route_has_gets_nothing(ports: dict[str, int], host: str) -> None:
    with _serving([[Wanted((), "one", False)]], ports) as site:
        assert site.ask("/", host).status in (400, 421)
        assert site.ask("/", "h0.example").status == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: h0.example\r\nHost: evil.example\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h0.example\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h0.example\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\nHost: h0.example\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h0.example\r\nX-A : b\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: h0.example\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: h0.example\r\n\r\n",
        b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: h0.example\r\n\r\n",
    ],
)
def test_what_two_readers_could_read_differently_gets_through_to_nobody(ports: dict[str, int], sent: bytes) -> None:
    """Two lengths, two hosts, and the like: nginx answers itself."""
    with _serving([[Wanted((), "one", False)]], ports) as site:
        with socket.create_connection(("127.0.0.1", site.port), timeout=5) as client:
            client.sendall(sent)
            got = client.recv(4096)
        assert got.split(b" ")[1] in (b"400", b"414", b"421", b"501"), got
