"""Calls of gRPC through a real nginx and a real Caddy to a real server, as a client of gRPC makes them."""

from __future__ import annotations

import queue
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import caddy_server
import grpc
import nginx_server
import pytest
from caddy_plans import networks
from caddy_server import with_caddy
from grpc_calls import SERVICE, Served, channel, get, serving
from nginx_plans import plan, route
from nginx_server import Site, at_ports, free_port, service

from speccompile.plan.plan import Plan
from tools import need

SHOP = "shop.example.com"
SILENCE = 2
CALLS = plan(
    route(f"/{SERVICE}", "pay", number=20, port=50051, calls=True, body=2**40, timeouts=(5, SILENCE)),
    networks(route("/shop.Staff", "pay", number=40, port=50051, calls=True), ("192.0.2.0/24",), ()),
    route("/in/front", "pay", number=60, port=50051, calls=True, strip=True, body=1000),
    route("/", "web", number=80),
)


@dataclass
class Door:
    """A front door, the port at which calls come in, and the server behind it."""

    site: Site
    port: int
    server: Served


def _running(
    kind: str, made: Plan, ports: dict[int, int], secrets: Path, at: dict[str, int]
) -> AbstractContextManager[Site]:
    """A proxy of this *kind* for *made*; *ports* are generated → free, *at* where services are."""
    if kind == "caddy":
        return caddy_server.running(caddy_server.text_of(with_caddy(made)), at, ports, secrets)
    text = at_ports(nginx_server.text_of(made), ports)
    return nginx_server.running(text, ports[8080], at, secrets=secrets)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Each of the two, without TLS."""
    port, secrets = free_port(), tmp_path_factory.mktemp("secrets")
    with (
        serving("pay") as server,
        service("web") as web,
        _running(request.param, CALLS, {8080: port}, secrets, {"pay:50051": server.port, "web:3000": web}) as site,
    ):
        yield Door(site, port, server)


def _refused(call: object) -> grpc.StatusCode:
    assert isinstance(call, grpc.Call)
    return call.code()


def test_a_call_gets_through_with_what_is_known_of_its_client(door: Door) -> None:
    said = (("x-forwarded-for", "192.0.2.1"), ("x-real-ip", "192.0.2.1"), ("forwarded", "for=192.0.2.1"), ("mine", "1"))
    with channel(door.port) as made:
        answer, call = get(made, b"x" * 10, said)
    told = answer["told"]
    assert (answer["service"], answer["got"], told["mine"]) == ("pay", 10, "1")
    assert told["x-forwarded-for"] == told["x-real-ip"] == "127.0.0.1"
    assert told["x-forwarded-host"] == "pay.example.com"
    assert "forwarded" not in told
    assert dict(call.trailing_metadata())["told-last"] == "yes"
    assert dict(call.initial_metadata())["x-content-type-options"] == "nosniff"


def test_requests_of_http_1_come_in_at_the_same_port(door: Door) -> None:
    answer = door.site.ask("/page")
    assert (answer.status, answer.json["service"]) == (200, "web")


def test_what_the_server_says_of_a_failure_gets_through(door: Door) -> None:
    with channel(door.port) as made, pytest.raises(grpc.RpcError) as failed:
        made.unary_unary(f"/{SERVICE}/Fail")(b"", timeout=20)
    assert (_refused(failed.value), failed.value.details()) == (grpc.StatusCode.FAILED_PRECONDITION, "no funds: é")


def test_parts_of_a_stream_get_through_as_they_come(door: Door) -> None:
    """The server says each part when the one before has come: nothing of it is held back."""
    with channel(door.port) as made:
        parts = made.unary_stream(f"/{SERVICE}/Watch")(b"", timeout=20)
        for number in range(3):
            door.server.go_on.release()
            assert next(parts) == str(number).encode()
        assert list(parts) == []


def test_both_sides_of_a_call_speak_in_turn(door: Door) -> None:
    said: queue.Queue[bytes | None] = queue.Queue()
    with channel(door.port) as made:
        answers = made.stream_stream(f"/{SERVICE}/Chat")(iter(said.get, None), timeout=20)
        for number in range(5):
            said.put(str(number).encode())
            assert next(answers) == str(number).encode()
        said.put(None)
        assert list(answers) == []
        assert answers.code() is grpc.StatusCode.OK


def test_a_call_may_say_more_than_a_request_may(door: Door) -> None:
    with channel(door.port) as made:
        assert made.stream_unary(f"/{SERVICE}/Sum")(iter([b"x" * 2**20] * 5), timeout=20) == str(5 * 2**20).encode()


def test_a_path_in_front_is_taken_away_and_a_body_is_bounded(door: Door) -> None:
    with channel(door.port) as made:
        ask = made.unary_unary(f"/in/front/{SERVICE}/Sum")
        assert ask(b"x" * 100, timeout=20) == b"100"
        with pytest.raises(grpc.RpcError) as failed:
            ask(b"x" * 100_000, timeout=20)
    assert _refused(failed.value) is not grpc.StatusCode.OK


def test_who_is_not_let_in_is_told_so(door: Door) -> None:
    """403, for which gRPC has this word (https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md)."""
    with channel(door.port) as made, pytest.raises(grpc.RpcError) as failed:
        made.unary_unary("/shop.Staff/Get")(b"", timeout=20)
    assert _refused(failed.value) is grpc.StatusCode.PERMISSION_DENIED


def test_a_call_that_goes_silent_is_ended(door: Door) -> None:
    door.server.go_on.release()
    with channel(door.port) as made:
        parts = made.unary_stream(f"/{SERVICE}/Watch")(b"", timeout=60)
        assert next(parts) == b"0"
        with pytest.raises(grpc.RpcError) as failed:
            next(parts)
    door.server.go_on.release(2)
    assert _refused(failed.value) is not grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_calls_come_in_over_tls(kind: str, tmp_path: Path) -> None:
    argv = [need("openssl", "apt-get install openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt"]
    argv += ["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={SHOP}"]
    argv += ["-addext", f"subjectAltName=DNS:{SHOP}", "-keyout", str(tmp_path / "tls-key")]
    certificate = tmp_path / "tls-certificate"
    subprocess.run([*argv, "-out", str(certificate)], check=True, capture_output=True)
    made = plan(route("/", "pay", SHOP, port=50051, calls=True), tls="1.2")
    ports = {8080: free_port(), 8443: free_port()}
    known = grpc.ssl_channel_credentials(certificate.read_bytes())
    with (
        serving("pay") as server,
        _running(kind, made, ports, tmp_path, {"pay:50051": server.port}),
        channel(ports[8443], known, SHOP) as calls,
    ):
        answer, _ = get(calls)
    assert (answer["service"], answer["told"]["x-forwarded-proto"]) == ("pay", "https")
