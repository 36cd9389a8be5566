"""Which route takes a request: a real Caddy with generated routes, beside the model that nginx is compared with."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from caddy_server import running, text_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from nginx_plans import plan, route
from nginx_server import Site, free_port, service

from route_model import ASKED_OF_HOSTS, MORE, OF_HOSTS, ROUTES, SERVICES, Wanted, chosen, passed_on, walked


def _model(routes: list[Wanted], asked: str) -> tuple[str, str] | int:
    """The service that gets *asked*, and the path that it is asked for, decoded; or the status that Caddy answers itself.

    What goes above the root is at the root; of what has dots in it, no path is taken away.
    """
    dotted = {".", ".."} & set(unquote(asked.partition("?")[0]).split("/"))
    segments = walked(asked)
    if segments is None:
        parts = [one for one in unquote(asked.partition("?")[0]).split("/") if one not in ("", ".")]
        up = [number for number, one in enumerate(parts) if one == ".."]
        segments = tuple(parts[up[-1] + 1 :])
    taking = chosen(routes, segments)
    if taking is None:
        return 404
    if taking.strip and taking.segments and dotted:
        return 400
    return taking.service, passed_on(taking, asked, segments)


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, int]]:
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(service(name)) for name in SERVICES}


@contextlib.contextmanager
def _serving(sets: list[list[Wanted]], ports: dict[str, int]) -> Iterator[Site]:
    """Each set of routes at a host of its own, so that one Caddy serves them all."""
    made = plan(
        *(
            route(one.path, one.service, f"h{number}.example", strip=one.strip)
            for number, routes in enumerate(sets)
            for one in routes
        )
    )
    used = {one.service for routes in sets for one in routes}
    with running(text_of(made), {f"{name}:3000": ports[name] for name in used}, {8080: free_port()}) as site:
        yield site


@settings(max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(ROUTES, min_size=6, max_size=6), st.data())
def test_caddy_chooses_as_the_model_does(ports: dict[str, int], sets: list[list[Wanted]], data: st.DataObject) -> None:
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
    with running(text_of(made), used, {8080: listen}) as site:
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
        b"POST / HTTP/1.1\r\nHost: h0.example\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\nHost: h0.example\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h0.example\r\nX-A : b\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: h0.example\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: h0.example\r\n\r\n",
    ],
)
def test_what_two_readers_could_read_differently_gets_through_to_nobody(ports: dict[str, int], sent: bytes) -> None:
    """Two lengths, two hosts, and the like: Caddy answers itself."""
    with _serving([[Wanted((), "one", False)]], ports) as site:
        with socket.create_connection(("127.0.0.1", site.port), timeout=5) as client:
            client.sendall(sent)
            got = client.recv(4096)
        assert got.split(b" ")[1] in (b"400", b"421", b"501"), got
