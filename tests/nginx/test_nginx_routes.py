"""What the keys of a route in deploy.yaml come to, from the file to the answers of a real nginx."""

from __future__ import annotations

import base64
import hashlib
import socket
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from nginx_server import Site, at_ports, free_port, running, service

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing

SHOP, WWW = "shop.example.com", "www.shop.example.com"
NEXT = {f"next/{name}": text for name, text in BUN_WEB.items()}
ROUTES: list[dict[str, object]] = [
    {"host": SHOP, "compression": True, "headers": {"X-Frame-Options": "DENY", "content-security-policy": "default-src 'self'"}},
    {"host": SHOP, "path": "/api", "strip": True, "methods": ["GET", "POST"], "cors": {"origins": ["https://app.example.com"]}},
    {"host": SHOP, "path": "/upload/", "body": "2K", "cache_control": {"static": "1d"}},
    {"host": SHOP, "path": "/staff", "basic_auth": "STAFF_USERS", "headers": {"X-Frame-Options": "SAMEORIGIN"}},
    {"host": WWW, "redirect": {"to": f"https://{SHOP}", "status": 301}},
    {"host": WWW, "path": "/stays"},
    {"path": "/inside", "allow": ["192.0.2.0/24", "2001:db8::/32"], "deny": ["192.0.2.66/32"]},
    {"path": "/limited", "rate": {"count": 1, "per": "m", "burst": 2}},
    {"path": "/few", "connections": {"count": 1}},
    {"path": "/busy", "rate": {"count": 1, "per": "m", "burst": 1, "status": 503}, "connections": {"count": 9, "status": 503}},
    {"path": "/ws", "websockets": {"idle": "3s"}},
    {"path": "/short", "timeouts": {"read": "1s", "connect": "2s"}},
    {"path": "/events", "events": {"idle": "2h"}},
    {"path": "/closing", "maintenance": {"retry_after": "30m"}, "body": "2K", "errors": {"503": "pages/closed.html", "413": "pages/large.html"}},
    {"path": "/new", "canary": {"service": "next", "weight": 25}},
]  # fmt: skip


PAGES = {
    "pages/closed.html": '\ufeff<!doctype html>\r\n<title>Back at $host in {x} "minutes" \\n</title>\r\n',
    "pages/large.html": "<!doctype html>\n<p>" + "too large é " * 2000 + "</p>",
    "pages/404.html": "<p>There is nothing here.</p>\n",
}


def _compiled(routes: list[dict[str, object]], **more: object) -> Compilation:
    services = {"app": {"path": ".", "routes": routes}, "next": {"path": "next", "routes": []}}
    done = compiled({**BUN_WEB, **NEXT, **PAGES}, manifest("web-service"), {"services": services, **more})
    assert done.defects == ()
    return done


@pytest.fixture(scope="module")
def compilation() -> Compilation:
    return _compiled(ROUTES, trusted_proxies=["127.0.0.0/8"], errors={"404": "pages/404.html", "4xx": "pages/404.html"})


@pytest.fixture(scope="module")
def site(compilation: Compilation) -> Iterator[Site]:
    port = free_port()
    text = at_ports(compilation.files["nginx.conf"], {8080: port})
    digest = base64.b64encode(hashlib.sha1(b"open sesame").digest()).decode()
    with (
        service("app", ("X-Frame-Options", "ALLOWALL")) as app,
        service("next") as following,
        running(text, port, {"app:3000": app, "next:3000": following}) as running_site,
    ):
        (running_site.directory / "staff-users").write_text(f"ali:{{SHA}}{digest}\n")
        yield running_site


def test_what_is_generated_is_what_the_plan_says(compilation: Compilation) -> None:
    """Each key has its lines, and each line its reason."""
    artifact = next(one for one in compilation.artifacts if one.path == "nginx.conf")
    assert all(artifact.origins[number] for number, line in enumerate(artifact.text.split("\n"), 1) if line.strip())


def test_a_route_and_its_path_with_a_slash_are_the_same(site: Site) -> None:
    """Stripped or not."""
    passed = [
        site.ask(path, SHOP).json["path"] for path in ("/api", "/api/", "/api/x", "/upload", "/upload/", "/upload/x")
    ]
    assert passed == ["/", "/", "/x", "/upload", "/upload/", "/upload/x"]


@pytest.mark.parametrize(
    ("method", "status"), [("GET", 200), ("POST", 200), ("PUT", 405), ("DELETE", 405), ("BREW", 405)]
)
def test_only_the_methods_that_are_named_get_through(site: Site, method: str, status: int) -> None:
    assert site.ask("/api/x", SHOP, method, b"").status == status


def test_a_page_may_ask_before_it_calls_although_the_method_is_none(site: Site) -> None:
    """At a route whose path is taken away, too: what nginx is told after that it does not do."""
    asked = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"}
    answer = site.ask("/api/x", SHOP, "OPTIONS", said=asked)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, ["https://app.example.com"])
    assert site.ask("/api/x", SHOP, "OPTIONS").status == 405


def test_a_body_is_bounded_by_its_own_route(site: Site) -> None:
    statuses = [site.ask(path, SHOP, "POST", b"x" * 3000).status for path in ("/upload", "/upload/x", "/api", "/")]
    assert statuses == [413, 413, 200, 200]


def _login(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"ali:{password}".encode()).decode()}


def test_only_who_has_a_password_gets_in_and_the_service_is_not_told_it(site: Site) -> None:
    assert site.ask("/staff", SHOP).status == 401
    assert site.ask("/staff/x", SHOP, said=_login("wrong")).status == 401
    got = site.ask("/staff/x", SHOP, said=_login("open sesame"))
    assert got.status == 200
    assert "authorization" not in got.json["headers"]
    assert "authorization" in site.ask("/", SHOP, said=_login("for the service")).json["headers"]


def test_headers_of_answers_are_the_routes_once(site: Site) -> None:
    """Also of errors of the front door itself; where nobody says anything, the service's own."""
    for answer in (site.ask("/", SHOP), site.ask("/nothing", SHOP)):
        assert answer.headers["x-frame-options"] == ["DENY"]
        assert answer.headers["content-security-policy"] == ["default-src 'self'"]
        assert answer.headers["x-content-type-options"] == ["nosniff"]
        assert len(answer.headers["x-request-id"]) == 1
    assert site.ask("/staff", SHOP).headers["x-frame-options"] == ["SAMEORIGIN"]
    assert site.ask("/api", SHOP).headers["x-frame-options"] == ["ALLOWALL"]
    assert site.ask("/upload/a.css", SHOP).headers["cache-control"] == ["max-age=86400"]


def test_texts_are_compressed_where_the_route_says_so(site: Site) -> None:
    wanted = {"Accept-Encoding": "gzip", "X-Long": "x" * 2000}
    answer = site.ask("/a.json", SHOP, said=wanted)
    assert answer.headers["content-encoding"] == ["gzip"]
    assert "Accept-Encoding" in ", ".join(answer.headers["vary"])
    assert "content-encoding" not in site.ask("/a.png", SHOP, said=wanted).headers
    assert "content-encoding" not in site.ask("/upload/a.json", SHOP, said=wanted).headers


@pytest.mark.parametrize("path", ["/", "/a/b?c=d&e=%2F", "/a%20b", "//x"])
def test_a_redirect_keeps_path_and_query(site: Site, path: str) -> None:
    answer = site.ask(path, WWW)
    assert (answer.status, answer.headers["location"]) == (301, [f"https://{SHOP}{path}"])
    assert site.ask("/stays", WWW).status == 200


@pytest.mark.parametrize(
    ("client", "status"),
    [
        ("192.0.2.1", 200),
        ("192.0.2.66", 403),
        ("198.51.100.1", 403),
        ("2001:db8::7", 200),
        ("2001:db9::7", 403),
        ("192.0.2.1, 198.51.100.1", 403),
    ],
)
def test_only_the_networks_that_are_named_get_in(site: Site, client: str, status: int) -> None:
    """By the client's address, not the balancer's."""
    assert site.ask("/inside/x", said={"X-Forwarded-For": client}).status == status


def test_a_rate_is_exact_within_its_burst(site: Site) -> None:
    """One and a burst of two for each client; /limited and all below it together."""
    for client in ("203.0.113.1", "203.0.113.2"):
        said = {"X-Forwarded-For": client}
        assert [site.ask(f"/limited{more}", said=said).status for more in ("", "/", "/x", "/x")] == [200, 200, 200, 429]


def test_what_is_over_a_rate_is_told_what_its_route_says(site: Site) -> None:
    """In the words in which the front door says everything itself."""
    said = {"X-Forwarded-For": "203.0.113.3"}
    assert [site.ask("/busy", said=said).status for _ in range(2)] == [200, 200]
    refused = site.ask("/busy/x", said=said)
    assert (refused.status, refused.json["status"]) == (503, 503)


def _websocket(site: Site, path: str, silent: float) -> bytes:
    """What comes back over a WebSocket after it was *silent* for so long."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=8) as client:
        head = (f"GET {path} HTTP/1.1", "Host: any.example", "Connection: Upgrade", "Upgrade: websocket", "", "")
        client.sendall("\r\n".join(head).encode())
        got = client.recv(4096)
        assert got.startswith(b"HTTP/1.1 101 ")
        time.sleep(silent)
        try:
            client.sendall(b"ping\n")
            while b"ping" not in got and (chunk := client.recv(4096)):
                got += chunk
        except OSError:
            return b""
        return got.rpartition(b"\r\n\r\n")[2]


def test_a_websocket_may_be_silent_for_as_long_as_its_route_says(site: Site) -> None:
    """Longer than requests elsewhere wait, and no longer than that."""
    assert _websocket(site, "/ws", 1.5) == b"ping\n"
    assert _websocket(site, "/short", 1.5) == b""


def test_an_event_stream_comes_part_by_part(site: Site) -> None:
    """The echo service is slow in the end; what it has said by then is there before."""
    start = time.monotonic()
    assert site.ask("/events/slow").status == 200
    assert time.monotonic() - start < 4
    assert site.ask("/short/slow").status == 504


def test_a_route_is_closed_while_there_is_a_file(site: Site) -> None:
    flag = site.directory / "maintenance-app"
    flag.touch()
    try:
        closed = site.ask("/closing/x")
        assert (closed.status, closed.json["status"], site.ask("/short").status) == (503, 503, 200)
        assert (closed.headers["retry-after"], closed.headers["vary"]) == (["1800"], ["Accept"])
        assert not {"retry-after", "vary"} & site.ask("/short").headers.keys()
    finally:
        flag.unlink()
    assert site.ask("/closing/x").status == 200


HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def test_browsers_get_the_pages_of_a_route_and_others_data(site: Site) -> None:
    """Whatever was asked, and whatever the method; the status stays what it is."""
    flag = site.directory / "maintenance-app"
    flag.touch()
    try:
        for method in ("GET", "POST", "DELETE"):
            closed = site.ask("/closing/x", method=method, said=HTML)
            assert (closed.status, closed.headers["content-type"]) == (503, ["text/html; charset=utf-8"])
            assert closed.body.decode() == '<!doctype html>\n<title>Back at $host in {x} "minutes" \\n</title>\n'
            assert closed.headers["x-content-type-options"] == ["nosniff"]
            assert (closed.headers["retry-after"], closed.headers["vary"]) == (["1800"], ["Accept"])
        for accept in ("application/json", "*/*", ""):
            assert site.ask("/closing/x", said={"Accept": accept}).json["status"] == 503
    finally:
        flag.unlink()


def test_what_is_refused_before_all_else_has_the_pages_of_its_route_too(site: Site) -> None:
    large = site.ask("/closing", method="POST", body=b"x" * 3000, said=HTML)
    assert (large.status, large.body.decode()) == (413, PAGES["pages/large.html"])
    assert site.ask("/upload", SHOP, "POST", b"x" * 3000, HTML).body.decode() == PAGES["pages/404.html"]


def test_where_there_is_no_route_there_are_the_pages_of_all(site: Site) -> None:
    """And errors of a service stay as they are."""
    nothing = site.ask("/nowhere", said=HTML)
    assert (nothing.status, nothing.body.decode()) == (404, PAGES["pages/404.html"])
    assert site.ask("/nowhere").json["status"] == 404
    assert site.ask("/closing/nothing", said=HTML).json["service"] == "app"
    assert site.ask("/-/proxy-health", said=HTML).body == b"ok\n"


def test_a_canary_gets_its_share(site: Site) -> None:
    found = Counter(site.ask("/new").json["service"] for _ in range(40))
    assert found == {"app": 30, "next": 10}
    assert {site.ask("/short").json["service"] for _ in range(8)} == {"app"}


def _standing(text: str, *routes: dict[str, object]) -> Standing:
    made = compiled(
        BUN_WEB,
        manifest("web-service", assertion(1, text)),
        {"services": {"app": {"path": ".", "routes": list(routes)}}},
    )
    assert made.defects == ()
    (account,) = made.standings
    return account.standing


BODY, DEADLINE, RATE = (
    "Request bodies are at most 1 MB",
    "Requests time out after 30 seconds",
    "Each client may send at most 10 requests per second",
)
NETWORKS = {"A-001": {"private": {"networks": ["10.0.0.0/8"]}}}


@pytest.mark.parametrize(
    ("text", "routes", "standing"),
    [
        (BODY, [{"body": "1M"}], Standing.ENFORCED),
        (BODY, [{"body": "512K"}], Standing.STRICTER),
        (BODY, [{}, {"path": "/small", "body": "1K"}], Standing.STRICTER),
        (BODY, [{}, {"path": "/large", "body": "8M"}], None),
        (DEADLINE, [{"timeouts": {"read": "30s"}}], Standing.ENFORCED),
        (DEADLINE, [{}, {"path": "/soon", "timeouts": {"read": "5s"}}], Standing.STRICTER),
        (DEADLINE, [{}, {"path": "/ws", "websockets": {"idle": "2h"}}], None),
        (RATE, [{}, {"host": "shop.example.com"}], Standing.ENFORCED),
        (RATE, [{}, {"path": "/slow", "rate": {"count": 1, "per": "s"}}], Standing.APPROXIMATED),
        (RATE, [{}, {"path": "/fast", "rate": {"count": 100, "per": "s"}}], None),
    ],
)  # fmt: skip
def test_a_key_agrees_with_what_is_demanded_or_contradicts_it(
    text: str, routes: list[dict[str, object]], standing: Standing | None
) -> None:
    """The key wins; less than is demanded is an error that names both places, more is held more strictly."""
    if standing is None:
        with pytest.raises(Refused, match="A-001 is contradicted"):
            _standing(text, *routes)
    else:
        assert _standing(text, *routes) is standing


@pytest.mark.parametrize(("allow", "standing"), [(["10.0.0.0/8"], Standing.ENFORCED), ([], Standing.LOST)])
def test_networks_that_are_demanded_are_read_back(allow: list[str], standing: Standing) -> None:
    deploy = {"assertions": NETWORKS, "services": {"app": {"path": ".", "route": {"allow": allow}}}}
    made = compiled(BUN_WEB, manifest("web-service", assertion(1, "Only the office gets in")), deploy)
    assert [one.standing for one in made.standings] == [standing]


def test_each_route_of_a_list_is_cited_by_its_own_lines() -> None:
    """The keys of one, and none of another's."""
    made = _compiled([{"path": "/a", "body": "2K"}, {"path": "/b", "body": "3K", "methods": ["GET"]}])
    artifact = next(one for one in made.artifacts if one.path == "nginx.conf")
    cited = {
        text.strip(): {cause.span.line for origin in artifact.origins[number][:1] for cause in origin.causes}
        for number, text in enumerate(artifact.text.split("\n"), 1)
        if "client_max_body_size" in text or "$request_method !~" in text
    }
    assert len(set(map(frozenset, cited.values()))) == len(cited) == 3
