"""What a real Caddy does with a generated Caddyfile."""

from __future__ import annotations

import base64
import contextlib
import gzip
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from caddy_plans import (
    AWAY,
    closable,
    compressed,
    crossing,
    keeping,
    methods,
    networks,
    of,
    sharing,
    telling,
)
from caddy_server import caddy, running, text_of
from nginx_plans import TEXTS, paged, route
from nginx_server import Site, counting, free_port, service

from speccompile.plan.plan import Plan
from speccompile.realise.front_door import front_door

Start = Callable[..., Site]
SHOP = "https://shop.example.com"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a Caddy for a plan, in front of services that echo; *other* names addresses of others."""
    with contextlib.ExitStack() as stack:

        def started(plan: Plan, **other: int) -> Site:
            assert plan.ingress
            names = {one.service for one in plan.ingress.routes}
            names |= {one.canary.service for one in plan.ingress.routes if one.canary}
            says = (
                *(("X-Powered-By", "magic"), ("Cache-Control", "private")),
                *(("Access-Control-Allow-Origin", "*"), ("Strict-Transport-Security", "max-age=1")),
            )
            ports = {f"{one}:3000": other.get(one) or stack.enter_context(service(one, *says)) for one in names}
            return stack.enter_context(running(text_of(plan), ports, {8080: free_port()}, tmp_path))

        yield started


def test_services_are_told_what_caddy_knows_and_nothing_of_what_clients_say(start: Start) -> None:
    site = start(of(route("/")))
    lies = {
        "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil", "X-Real-IP": "192.0.2.1",
        "Forwarded": "for=192.0.2.1", "X-Forwarded-Prefix": "/x", "X-Forwarded-Port": "1", "Proxy": "evil",
    }  # fmt: skip
    headers = site.ask("/", "a.example:81", said=lies).json["headers"]
    told = {name: headers.get(name.lower()) for name in ("Host", *lies)}
    assert told == {
        "Host": ["a.example:81"], "X-Forwarded-For": ["127.0.0.1"], "X-Forwarded-Proto": ["http"],
        "X-Forwarded-Host": ["a.example:81"], "X-Real-IP": ["127.0.0.1"], "Forwarded": None, "X-Forwarded-Prefix": None,
        "X-Forwarded-Port": None, "Proxy": None,
    }  # fmt: skip


def test_who_is_trusted_is_believed(start: Start) -> None:
    site = start(of(route("/"), trusted=("127.0.0.0/8",)))
    said = {"X-Forwarded-For": "198.51.100.9, 192.0.2.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "a.example"}
    headers = site.ask("/", said=said).json["headers"]
    assert headers["x-forwarded-for"] == ["192.0.2.1"]
    assert headers["x-real-ip"] == ["192.0.2.1"]
    assert headers["x-forwarded-proto"] == ["https"]
    assert headers["x-forwarded-host"] == ["a.example"]


def test_requests_have_a_name_that_is_passed_through_and_logged_without_their_query(start: Start) -> None:
    site = start(of(route("/")))
    answer = site.ask("/a?token=hunter2", said={"X-Request-ID": "request-17", "Authorization": "Basic aHVudGVyMg=="})
    assert answer.headers["x-request-id"] == answer.json["headers"]["x-request-id"] == ["request-17"]
    line = site.logged("request-17")
    assert line["status"] == 200
    assert line["request"]["uri"] == "/a"
    assert "hunter2" not in str(site.log())
    assert "headers" not in line["request"]
    made = site.ask("/", said={"X-Request-ID": "evil id\t"}).headers["x-request-id"]
    assert len(made) == 1
    assert len(made[0]) == 36


def test_answers_are_told_what_they_are_and_not_by_what(start: Start) -> None:
    headers = start(of(route("/"))).ask("/").headers
    assert headers["x-content-type-options"] == ["nosniff"]
    assert headers["referrer-policy"] == ["strict-origin-when-cross-origin"]
    # Who speaks TLS stands in front, and the service knows of it: what nobody says here goes through.
    assert headers["strict-transport-security"] == ["max-age=1"]
    assert not {"server", "x-powered-by"} & headers.keys()


def test_bodies_are_bounded_and_problems_are_json(start: Start) -> None:
    site = start(of(route("/", body=1000)))
    assert site.ask("/", method="POST", body=b"x" * 1000).json["received"] == 1000
    refused = site.ask("/", method="POST", body=b"x" * 1001)
    assert refused.status == 413
    assert refused.headers["content-type"] == ["application/problem+json"]
    assert refused.json == {"status": 413, "request_id": refused.headers["x-request-id"][0]}


def test_a_service_that_is_not_there_is_a_502_of_its_own_routes(start: Start) -> None:
    site = start(of(route("/api"), route("/", "web")), api=free_port())
    assert site.ask("/api").status == 502
    assert site.ask("/").status == 200


def test_who_is_slow_is_given_up_on(start: Start) -> None:
    site = start(of(route("/", timeouts=(1, 1))))
    assert site.ask("/slow").status == 504


def test_what_is_not_to_be_repeated_is_not(start: Start) -> None:
    with counting(breaks=True) as broken:
        site = start(of(route("/")), api=broken.port)
        assert site.ask("/", method="POST", body=b"x").status == 502
        assert broken.requests == 1


def test_websockets_are_upgraded_and_nothing_else_is(start: Start) -> None:
    site = start(of(route("/")))
    for protocol, status in (("websocket", b"101"), ("h2c", b"200")):
        with socket.create_connection(("127.0.0.1", site.port), timeout=5) as client:
            head = f"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: {protocol}\r\n\r\n"
            client.sendall(head.encode())
            assert client.recv(4096).split(b" ")[1] == status


def test_doors(start: Start) -> None:
    site = start(
        of(
            methods(route("/read", number=20), "GET", "HEAD"),
            networks(route("/far", number=30), ("192.0.2.0/24",), ()),
            networks(route("/near", number=40), ("127.0.0.0/8",), ("127.0.0.2/32",)),
            networks(route("/banned", number=50), (), ("127.0.0.1/32",)),
            closable(route("/", "web", number=60)),
        )
    )
    assert [site.ask("/read", method=one).status for one in ("GET", "HEAD", "POST")] == [200, 200, 405]
    assert [site.ask(path).status for path in ("/far/x", "/near", "/banned", "/x/../far")] == [403, 200, 403, 403]
    (site.directory / "maintenance-web").touch()
    closed = site.ask("/")
    assert (closed.status, closed.headers["retry-after"], site.ask("/read").status) == (503, ["300"], 200)
    (site.directory / "maintenance-web").unlink()
    assert site.ask("/").status == 200


def test_browsers_get_pages_for_errors_and_others_data(start: Start) -> None:
    """Those of the route, or of all, word for word, whatever the method; what a service says stays as it is."""
    plan = of(
        closable(methods(route("/closing", number=20), "GET", "POST")),
        route("/small", body=10, number=30),
        route("/gone", "gone", number=40),
        route("/strip", strip=True, number=50),
    )
    shown = {None: {404: 1, 502: 2}, "/closing": {503: 3, 405: 1}, "/small": {413: 2}}
    site = start(paged(plan, shown), gone=free_port())
    html = {"Accept": "text/html,*/*;q=0.8"}
    (site.directory / "maintenance-api").touch()
    for path, method, body, status, page in (
        ("/nowhere", "GET", None, 404, 1),
        ("/gone/x", "POST", b"x", 502, 2),
        ("/closing/x", "POST", b"x", 503, 3),
        ("/small", "POST", b"x" * 99, 413, 2),
    ):
        answer = site.ask(path, method=method, body=body, said={**html, "If-None-Match": "*", "Range": "bytes=0-1"})
        assert (answer.status, answer.body.decode()) == (status, TEXTS[page - 1])
        assert answer.headers["content-type"] == ["text/html; charset=utf-8"]
        assert answer.headers["vary"] == ["Accept"]
        assert site.ask(path, method=method, body=body).json["status"] == status
    (site.directory / "maintenance-api").unlink()
    assert site.ask("/closing", method="PUT", said=html).body.decode() == TEXTS[0]
    assert site.ask("/closing/nothing", said=html).json["service"] == "api"
    assert site.ask("/strip/../x", said=html).status in (400, 404)


def test_users_get_in_with_their_passwords_which_the_service_is_not_told(start: Start, tmp_path: Path) -> None:
    """The file is htpasswd's; at its start the container puts a space where Caddy wants one."""
    hashed = subprocess.run(
        [caddy(), "hash-password", "--bcrypt-cost", "5", "--algorithm", "bcrypt", "--plaintext", "open"],
        capture_output=True,
        text=True,
        check=True,
    )
    plan = of(route("/", guarded=True))
    text = text_of(plan)
    users = tmp_path / "users.users"
    users.write_text(f"anna {hashed.stdout.strip().replace('$2a$', '$2y$')}\n")
    text = text.replace("/tmp/users.users", "/run/secrets/users.users").replace("192.0.2.0/24", "127.0.0.0/8")
    with service("api") as port, running(text, {"api:3000": port}, {8080: free_port()}, tmp_path) as site:
        assert site.ask("/").status == 401
        for password, status in (("open", 200), ("shut", 401)):
            word = base64.b64encode(f"anna:{password}".encode()).decode()
            answer = site.ask("/", said={"Authorization": f"Basic {word}"})
            assert answer.status == status
        assert (
            "authorization"
            not in site.ask("/", said={"Authorization": f"Basic {base64.b64encode(b'anna:open').decode()}"}).json[
                "headers"
            ]
        )


def test_pages_of_others_may_call_as_is_said(start: Start) -> None:
    site = start(
        of(
            crossing(route("/some", number=20), SHOP, "http://localhost:5173"),
            crossing(route("/all", number=30), "*"),
            crossing(route("/none", number=40)),
            route("/", "web", number=50),
        )
    )
    allowed = "access-control-allow-origin"
    assert site.ask("/some", said={"Origin": SHOP}).headers[allowed] == [SHOP]
    assert site.ask("/some", said={"Origin": SHOP}).headers["access-control-allow-credentials"] == ["true"]
    assert "Origin" in site.ask("/some").headers["vary"]
    for other in ("https://evil.example", f"{SHOP}.evil.example", "https://shopXexample.com"):
        assert allowed not in site.ask("/some", said={"Origin": other}).headers
    assert site.ask("/all", said={"Origin": SHOP}).headers[allowed] == ["*"]
    assert "access-control-allow-credentials" not in site.ask("/all", said={"Origin": SHOP}).headers
    assert allowed not in site.ask("/none", said={"Origin": SHOP}).headers
    assert site.ask("/", said={"Origin": SHOP}).headers[allowed] == ["*"]  # the service's own word
    asks = {"Origin": SHOP, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a, x-b"}
    answer = site.ask("/some", method="OPTIONS", said=asks)
    assert answer.status == 204
    assert answer.headers["access-control-allow-methods"] == ["PUT"]
    assert answer.headers["access-control-allow-headers"] == ["x-a, x-b"]
    refused = site.ask("/some", method="OPTIONS", said={**asks, "Origin": "https://evil.example"})
    assert refused.status == 204
    assert "access-control-allow-methods" not in refused.headers


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/a.css", ["max-age=3600"]),
        ("/a.png", ["max-age=60"]),
        ("/a.html", ["no-store"]),
        ("/a.json", ["no-store"]),
        ("/nothing", ["no-store"]),
    ],
)
def test_browsers_are_told_what_they_may_keep(start: Start, path: str, kept: list[str]) -> None:
    site = start(of(keeping(route("/"), static=3600, images=60, responses=0)))
    assert site.ask(path).headers["cache-control"] == kept


def test_what_no_rule_is_about_is_the_services(start: Start) -> None:
    site = start(of(keeping(route("/"), images=60)))
    assert site.ask("/a.png").headers["cache-control"] == ["max-age=60"]
    assert site.ask("/a.css").headers["cache-control"] == ["private"]


def test_texts_are_compressed_where_a_route_asks_for_it(start: Start) -> None:
    site = start(of(compressed(route("/small", number=20)), route("/", "web", number=30)))
    said = {"Accept-Encoding": "gzip", "X-Long": "a" * 2000}
    answer = site.ask("/small.json", said=said)
    assert "content-encoding" not in answer.headers  # of the other route
    answer = site.ask("/small/a.json", said=said)
    assert answer.headers["content-encoding"] == ["gzip"]
    assert b"service" in gzip.decompress(answer.body)


def test_headers_of_answers_win_over_the_services_and_are_no_placeholders(start: Start) -> None:
    headers = start(of(telling(route("/"), X_Powered_By="us", X_Odd="a {http.request.host} c"))).ask("/").headers
    assert headers["x-odd"] == ["a {http.request.host} c"]
    assert headers["x-powered-by"] == ["us"]


@pytest.mark.parametrize(
    "value", ["{x", "a}b", "\\}", "\\{a}", "{a\\}", "a\\b", "`a` #b", "{", "}", "{}", "{header.Host}\\\\x"]
)
def test_a_header_is_what_deploy_yaml_says(start: Start, value: str) -> None:
    assert start(of(telling(route("/"), X_Odd=value))).ask("/").headers["x-odd"] == [value]


def test_a_canary_gets_its_share(start: Start) -> None:
    site = start(of(sharing(route("/"), "next", 20)))
    got = [site.ask("/").json["service"] for _ in range(50)]
    assert got.count("next") == 10


def test_redirects_keep_path_and_query(start: Start) -> None:
    site = start(of(route("/", "web"), redirects=(AWAY,)))
    answer = site.ask("/a%20b?c=d", "www.example.com")
    assert (answer.status, answer.headers["location"]) == (308, ["https://example.com/a%20b?c=d"])
    assert site.ask("/").status == 200


def test_a_file_of_users_is_made_of_htpasswds() -> None:
    front = front_door(of(route("/", guarded=True)).ingress)
    assert front
    assert front.workload.entrypoint[:2] == ("sh", "-c")
    assert "sed 's/:/ /' /run/secrets/users > /tmp/users.users" in front.workload.entrypoint[2]
