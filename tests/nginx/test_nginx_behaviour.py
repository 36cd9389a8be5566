"""What a real nginx does with a generated configuration."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nginx_plans import plan, route
from nginx_server import Site, free_port, running, service, text_of

BANK = "bank.example.com"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Two services and a dead one; one host besides the default server."""
    port = free_port()
    routes = (
        route("/api", "api", BANK, timeouts=(1, 1), body=1000, number=10),
        route("/api/v2", "next", BANK, number=20),
        route("/files", "api", BANK, body=2**22, number=30),
        route("/few", "api", BANK, rate=(1, "m", 2), number=40),
        route("/none", "api", BANK, rate=(1, "m", 0), number=50),
        route("/dead", "dead", BANK, number=60),
        route("/", "next", number=70),
        route("/bare", "api", BANK, strip=True, number=75),
        route("/bare/a%20b/c", "api", BANK, strip=True, number=77),
        route("/sp%20ace;%22$x%7B", "api", number=80),
    )
    says = (("X-Powered-By", "guess"), ("X-Content-Type-Options", "nosniff"), ("X-Request-ID", "theirs"))
    with service("api", *says) as api, service("next", ("Referrer-Policy", "no-referrer")) as following:
        upstreams = {"api:3000": api, "next:3000": following, "dead:3000": free_port()}
        with running(text_of(plan(*routes), listen=port), port, upstreams) as running_site:
            yield running_site


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        (BANK, "/api", "api"),
        (BANK, "/api/", "api"),
        (BANK, "/api/x?y=/api/v2", "api"),
        (BANK, "/api/v2", "next"),
        (BANK, "/api/v2/deep", "next"),
        (BANK, "/api/v20", "api"),
        (BANK.upper(), "/api", "api"),
        (f"{BANK}:8080", "/api", "api"),
        ("other.example", "/", "next"),
        ("other.example", "/api", "next"),
        ("other.example", "/sp%20ace;%22$x%7b", "api"),
        ("other.example", "/sp%20ace;%22$x%7b/more", "api"),
        ("other.example", "/sp%20ace;%22$x%7bb", "next"),
    ],
)
def test_the_longest_route_of_the_host_takes_a_request(site: Site, host: str, path: str, name: str) -> None:
    answer = site.ask(path, host)
    assert (answer.status, answer.json["service"], answer.json["path"]) == (200, name, path)


@pytest.mark.parametrize("path", ["/apix", "/", "/ap", "/few1", "/index.html"])
def test_what_no_route_takes_is_not_found(site: Site, path: str) -> None:
    answer = site.ask(path, BANK)
    assert answer.status == 404
    assert answer.headers["content-type"] == ["application/problem+json"]
    assert answer.json == {"status": 404, "request_id": answer.headers["x-request-id"][0]}


def test_a_host_that_nobody_serves_is_misdirected() -> None:
    port = free_port()
    with running(text_of(plan(route("/", host=BANK)), listen=port), port, {}) as only:
        assert only.ask("/", "other.example").status == 421
        assert only.ask("/-/proxy-health", "other.example").body == b"ok\n"
        assert only.ask("/-/proxy-health", BANK).body == b"ok\n"


@pytest.mark.parametrize("path", ["/api/a%2Fb", "/api/../api/x", "/api//x", "/api/%C3%A9?q=%20#"])
def test_a_path_is_passed_on_as_it_came(site: Site, path: str) -> None:
    assert site.ask(path, BANK).json["path"] == path


@pytest.mark.parametrize(
    ("path", "passed"),
    [
        ("/bare", "/"),
        ("/bare/", "/"),
        ("/bare/x?y=/bare", "/x?y=/bare"),
        ("/bare/bare/x", "/bare/x"),
        ("/bare?x=1", "/?x=1"),
        ("/bare/%C3%A9%20%3Fx", "/%C3%A9%20%3Fx"),
        ("/bare/a%20b/c/d", "/d"),
        ("/bare/a%20b/d", "/a%20b/d"),
        ("/bare/x%0Ay", "/x%0Ay"),
        ("/bare/x%0A", "/x%0A"),
        ("/bare/%0D%0A/x", "/%0D%0A/x"),
    ],
)
def test_a_path_is_taken_away_where_the_route_says_so(site: Site, path: str, passed: str) -> None:
    answer = site.ask(path, BANK)
    assert (answer.json["service"], answer.json["path"]) == ("api", passed)


def test_the_services_own_errors_stay_as_they_are(site: Site) -> None:
    answer = site.ask("/api/nothing", BANK)
    assert (answer.status, answer.json["service"]) == (404, "api")


def test_what_is_over_the_rate_gets_429(site: Site) -> None:
    assert [site.ask("/few/x", BANK).status for _ in range(4)] == [200, 200, 200, 429]
    assert site.ask("/few", BANK).status == 429
    assert [site.ask("/none", BANK).status for _ in range(2)] == [200, 429]
    assert site.ask("/api", BANK).status == 200


def test_bodies_are_bounded_for_each_route(site: Site) -> None:
    assert site.ask("/api", BANK, "POST", b"x" * 1000).json["received"] == 1000
    answer = site.ask("/api", BANK, "POST", b"x" * 1001)
    assert (answer.status, answer.json["status"]) == (413, 413)
    assert site.ask("/files", BANK, "POST", b"x" * 2**22).json["received"] == 2**22
    assert site.ask("/", "other.example", "POST", b"x" * 2**20).json["received"] == 2**20


def test_a_slow_service_is_given_up(site: Site) -> None:
    start = time.monotonic()
    answer = site.ask("/api/slow", BANK)
    assert (answer.status, answer.json["status"]) == (504, 504)
    assert time.monotonic() - start < 1.9
    assert site.ask("/slow").status == 200


def test_a_dead_service_does_not_stop_the_others(site: Site) -> None:
    answer = site.ask("/dead", BANK)
    assert (answer.status, answer.json["status"]) == (502, 502)
    head = site.ask("/dead", BANK, "HEAD")
    assert (head.status, head.body) == (502, b"")
    assert site.ask("/api", BANK).status == 200


def test_names_that_do_not_resolve_do_not_stop_nginx() -> None:
    port = free_port()
    text = text_of(plan(route("/", "nowhere")), listen=port)
    with running(text, port, {}) as alone:
        assert alone.ask("/").status == 502
        assert alone.ask("/-/proxy-health").status == 200


def test_what_a_client_says_about_itself_is_not_believed(site: Site) -> None:
    lies = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "X-Forwarded-Host": "evil",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Server": "evil",
        "Forwarded": "for=6.6.6.6",
        "Proxy": "http://evil",
    }
    told = site.ask("/api", BANK, said=lies).json["headers"]
    about = {name: values for name, values in told.items() if name.startswith(("x-", "forwarded", "proxy", "host"))}
    request_id = about.pop("x-request-id")
    assert about == {
        "host": [BANK],
        "x-real-ip": ["127.0.0.1"],
        "x-forwarded-for": ["127.0.0.1"],
        "x-forwarded-host": [BANK],
        "x-forwarded-proto": ["http"],
    }
    assert re.fullmatch(r"[0-9a-f]{32}", request_id[0])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0af7651916cd43dd", True),
        ("a" * 128, True),
        ("short", False),
        ("a" * 129, False),
        ('x"},{"y":"', False),
        ("", False),
    ],
)
def test_a_request_id_is_passed_on_or_made(site: Site, sent: str, *, kept: bool) -> None:
    answer = site.ask("/api", BANK, said={"X-Request-ID": sent})
    (used,) = answer.json["headers"]["x-request-id"]
    assert answer.headers["x-request-id"] == [used]
    assert used == sent if kept else re.fullmatch(r"[0-9a-f]{32}", used)


def test_headers_of_answers_are_set_once(site: Site) -> None:
    for answer in (site.ask("/api", BANK), site.ask("/dead", BANK), site.ask("/-/proxy-health"), site.ask("/x", BANK)):
        assert answer.headers["x-content-type-options"] == ["nosniff"]
        assert answer.headers["referrer-policy"] == ["strict-origin-when-cross-origin"]
        assert len(answer.headers["x-request-id"]) == 1
        assert answer.headers["server"] == ["nginx"]
        assert "x-powered-by" not in answer.headers
    assert site.ask("/").headers["referrer-policy"] == ["no-referrer"]


def test_the_health_path_answers_for_any_host_and_is_not_logged(site: Site) -> None:
    for host in ("127.0.0.1:8080", BANK, "localhost", "other.example"):
        answer = site.ask("/-/proxy-health", host)
        assert (answer.status, answer.body) == (200, b"ok\n")
    site.ask("/api", said={"X-Request-ID": "the-last-one"})
    assert site.logged("the-last-one")["request"] == "GET /api HTTP/1.1"
    assert not any("proxy-health" in line["request"] for line in site.log())


def test_the_log_is_json_whatever_clients_send(site: Site) -> None:
    said = {"User-Agent": 'quote " backslash \\ tab \t', "X-Request-ID": "my-request-id"}
    site.ask('/api/%22,"x":"', BANK, said=said)
    line = site.logged("my-request-id")
    assert line["request"] == 'GET /api/%22,"x":" HTTP/1.1'
    assert line["user_agent"] == said["User-Agent"]
    assert (line["status"], line["upstream_status"], line["remote_addr"]) == ("200", "200", "127.0.0.1")
    assert line["upstream_addr"].startswith("127.0.0.1:")
    assert float(line["upstream_response_time"]) >= 0
    assert isinstance(line["request_time"], float)


def test_the_log_has_no_query_string(site: Site) -> None:
    """Tokens and names of people stand there; the path is as the client wrote it, and the service gets all of it."""
    for number, asked in enumerate(("/api/a%2Fb?token=canary", "/api?canary", "/api/x?a=1?b=canary&c")):
        site.ask(asked, BANK, said={"X-Request-ID": f"with-a-query-{number}"})
        assert site.logged(f"with-a-query-{number}")["request"] == f"GET {asked.partition('?')[0]} HTTP/1.1"
    assert not any("canary" in json.dumps(line) for line in site.log())


def test_the_other_log_has_no_query_string_either() -> None:
    """What goes wrong with a request is told there with the whole of it; what goes wrong with nginx is still told."""
    port = free_port()
    routes = (
        route("/api", "api", BANK, timeouts=(1, 1), body=1000, number=10),
        route("/none", "api", BANK, rate=(1, "m", 0), number=50),
        route("/dead", "dead", BANK, number=60),
        route("/gone", "gone", BANK, number=70),
    )
    with service("api") as api:
        upstreams = {"api:3000": api, "dead:3000": free_port()}
        text = text_of(plan(*routes), listen=port)
        with running(text, port, upstreams) as site:
            paths = (
                "/dead?canary",
                "/api/x?canary/slow",
                "/none?canary",
                "/none?canary",
                "/gone?canary",
                "/api/%2e%2e/%2e%2e/%2e%2e?canary",
            )
            statuses = [site.ask(path, BANK).status for path in paths]
            statuses.append(site.ask("/api?canary", BANK, "POST", b"x" * 1001).status)
            assert statuses == [502, 504, 200, 429, 502, 400, 413]
            (worker,) = _children(site.process.pid)[:1]
            os.kill(worker, signal.SIGKILL)
            errors = _until_said(site, "exited on signal 9")
            assert site.ask("/api", BANK).status == 200
    assert "canary" not in errors
    assert "exited on signal 9" in errors


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _until_said(site: Site, wanted: str) -> str:
    for _ in range(250):
        said = (site.directory / "stderr").read_text()
        if wanted in said:
            return said
        time.sleep(0.02)
    return said


def _upgraded(site: Site, protocol: str) -> bytes:
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as client:
        head = ("GET /api HTTP/1.1", f"Host: {BANK}", "Connection: Upgrade", f"Upgrade: {protocol}", "", "")
        client.sendall("\r\n".join(head).encode())
        got = client.recv(4096)
        if b" 101 " in got:
            client.sendall(b"ping\n")
        while not got.endswith((b"ping\n", b"}")):
            chunk = client.recv(4096)
            assert chunk, got
            got += chunk
        return got


@pytest.mark.parametrize("protocol", ["websocket", "WebSocket"])
def test_websockets_are_passed_on(site: Site, protocol: str) -> None:
    got = _upgraded(site, protocol)
    assert got.startswith(b"HTTP/1.1 101 ")
    assert got.endswith(b"\r\n\r\nping\n")


def test_other_upgrades_are_not_passed_on(site: Site) -> None:
    got = _upgraded(site, "h2c")
    assert got.startswith(b"HTTP/1.1 200 ")
    assert b'"connection"' not in got
    assert b'"upgrade"' not in got
