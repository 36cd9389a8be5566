"""A real nginx in front of the applications of several owners: who gets which request, and what happens to it while others come and go."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from grpc_calls import channel, get, serving
from nginx_server import Site, free_port, service
from shared_hosts import Shared, project

from acme_server import issuer, self_signed

ALICE = "services: {app: {path: ., routes: [{path: /}, {path: /admin, strip: true}, {path: /v1, rate: {count: 2, per: s, burst: 1}}]}}\n"
CLOSING = "services: {app: {path: ., routes: [{path: /}, {path: /closing, maintenance: true}]}}\n"
CALLS = "services: {app: {path: ., routes: [{path: /shop.Pay, grpc: true}]}}\n"
OWN_HOST = "services: {app: {path: ., routes: [{host: shop.example.com, path: /}, {host: www.shop.example.com, redirect: {to: 'https://shop.example.com'}}]}}\n"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shared, Site, dict[str, int]]]:
    """Three owners' applications behind one nginx."""
    top = tmp_path_factory.mktemp("shared")
    host = Shared(top / "machine")
    host.say(host="api.example.com")
    with ExitStack() as stack:
        ports = {name: stack.enter_context(service(name)) for name in ("alice", "bob", "carl", "dora")}
        host.add(project(top / "alice", ALICE), "alice", ports["alice"])
        host.add(project(top / "bob"), "bob", ports["bob"])
        site = stack.enter_context(host.serving())
        host.add(project(top / "carl", OWN_HOST, "shop"), "carl", ports["carl"])
        yield host, site, ports


@pytest.mark.parametrize(
    ("host", "path", "who", "passed"),
    [
        ("api.example.com", "/alice/todo", "alice", "/"),
        ("api.example.com", "/alice/todo/", "alice", "/"),
        ("api.example.com", "/alice/todo/x?y=%2F", "alice", "/x?y=%2F"),
        ("api.example.com", "/alice/todo/a%20b%3Fc", "alice", "/a%20b%3Fc"),
        ("api.example.com", "/alice/todo/admin", "alice", "/"),
        ("api.example.com", "/alice/todo/admin/users", "alice", "/users"),
        ("api.example.com", "/alice/todo/v1", "alice", "/v1"),
        ("api.example.com", "/alice/todo/v1/x", "alice", "/v1/x"),
        ("api.example.com", "/alice/todo/../../bob/todo/secret", "bob", "/secret"),
        ("api.example.com", "/alice/todo/%2e%2e/%2e%2e/bob/todo/x", "bob", "/x"),
        ("api.example.com", "/alice%2Ftodo/x", "alice", "/x"),
        ("api.example.com", "//alice///todo//x", "alice", "/x"),
        ("api.example.com", "/alice/todo/..;/../bob", "alice", "/bob"),
        ("api.example.com", "/bob/todo/bob/todo/x", "bob", "/bob/todo/x"),
        ("shop.example.com", "/bob/todo", "carl", "/bob/todo"),
        ("shop.example.com:8080", "/", "carl", "/"),
        ("SHOP.example.com.", "/x", "carl", "/x"),
    ],
)
def test_each_request_goes_to_whose_place_it_is(
    stage: tuple[Shared, Site, dict[str, int]], host: str, path: str, who: str, passed: str
) -> None:
    """And is passed on without the path that the service does not know."""
    answer = stage[1].ask(path, host)
    assert (answer.status, answer.json["service"], answer.json["path"]) == (200, who, passed)


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("api.example.com", "/", 404),
        ("api.example.com", "/alice", 404),
        ("api.example.com", "/alice/todox", 404),
        ("api.example.com", "/alice/todo/../x", 404),
        ("api.example.com", "/alice/todo/../../../x", 400),
        ("other.example.com", "/alice/todo", 421),
        ("shop.example.com.evil.example", "/", 421),
        ("www.shop.example.com", "/a?b", 308),
        ("api.example.com", "/" + "x" * 7000, 404),
    ],
)
def test_what_is_nobodys_gets_to_nobody(
    stage: tuple[Shared, Site, dict[str, int]], host: str, path: str, status: int
) -> None:
    """nginx answers it by itself."""
    assert stage[1].ask(path, host).status == status


def test_nobodys_rate_is_anothers(stage: tuple[Shared, Site, dict[str, int]]) -> None:
    """A client that asks one application too often may ask another one."""
    site = stage[1]
    assert 429 in [site.ask("/alice/todo/v1/z", "api.example.com").status for _ in range(8)]
    assert [site.ask("/bob/todo/v1/z", "api.example.com").status for _ in range(8)] == [200] * 8


@pytest.fixture
def seen_by_all() -> Iterator[Path]:
    """A directory that nginx's workers see, who are nobody where nginx is started by root."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_calls_and_requests_come_in_at_one_port_and_a_file_closes_an_application(seen_by_all: Path) -> None:
    """Calls of gRPC to one application, requests of HTTP/1.1 to another one; nothing is read again when that is closed."""
    host = Shared(seen_by_all / "machine")
    with serving("pay") as server, service("bob") as bob:
        host.add(project(seen_by_all / "pay", CALLS), "alice", server.port, "--prefix", "/")
        host.add(project(seen_by_all / "bob", CLOSING), "bob", bob)
        with host.serving() as site, channel(site.port) as calls:
            assert [site.ask(path).status for path in ("/bob/todo/x", "/bob/todo/closing")] == [200, 200]
            (host.root / "closed" / "bob.todo").touch()
            closed = site.ask("/bob/todo/closing/x")
            assert (closed.status, closed.headers.get("retry-after")) == (503, ["300"])
            assert site.ask("/bob/todo/x").status == 200
            assert get(calls)[0]["service"] == "pay"


GUARDED = """\
errors: {5xx: pages/down.html, "404": pages/down.html}
services: {app: {path: ., routes: [{path: /}, {path: /staff, basic_auth: STAFF_USERS, errors: {"401": pages/who.html}}]}}
"""


def _guarded(root: Path, name: str) -> Path:
    """A project whose pages have its *name* in them, and a route for some users alone."""
    where = project(root, GUARDED, name)
    (where / "pages").mkdir()
    for page in ("down", "who"):
        (where / "pages" / f"{page}.html").write_text(f"<p>{page} of {name}</p>", encoding="utf-8")
    return where


def test_each_application_has_users_and_pages_of_its_own(seen_by_all: Path) -> None:
    """Its service is reached by IPv6; whoever has no file of users lets nobody in, and that is said."""
    host = Shared(seen_by_all / "machine")
    digest = base64.b64encode(hashlib.sha1(b"open sesame").digest()).decode()
    with service("one", address="::1") as one:
        said = host.told(
            "add", "--owner", "alice", "--address", f"[::1]:{one}", where=_guarded(seen_by_all / "a", "one")
        )
        assert [of["code"] for of in said["diagnostics"]] == ["SC674", "SC672", "SC689"]
        (host.root / "users" / "alice.one.staff-users").write_text(f"ali:{{SHA}}{digest}\n")
        host.told(
            "add", "--owner", "bob", "--address", f"127.0.0.1:{free_port()}", where=_guarded(seen_by_all / "b", "two")
        )
        with host.serving() as site:
            word = base64.b64encode(b"ali:open sesame").decode()
            as_ali = {"Authorization": f"Basic {word}", "Accept": "text/html"}
            inside = site.ask("/alice/one/staff/x", said=as_ali)
            assert (inside.status, inside.json["service"], inside.json["path"]) == (200, "one", "/staff/x")
            assert "authorization" not in inside.json["headers"]
            refused = site.ask("/alice/one/staff", said={"Accept": "text/html"})
            assert (refused.status, refused.body) == (401, b"<p>who of one</p>")
            assert site.ask("/alice/one/staff").json["status"] == 401
            assert site.ask("/bob/two/staff", said=as_ali).status == 403
            down = site.ask("/bob/two/x", said={"Accept": "text/html"})
            assert (down.status, down.body) == (502, b"<p>down of two</p>")
            assert site.ask("/nobody", said={"Accept": "text/html"}).json["status"] == 404


def test_the_host_speaks_tls_with_the_certificates_of_its_operator(seen_by_all: Path) -> None:
    """The one for the name that is asked for; plain HTTP is sent there."""
    host, port = Shared(seen_by_all / "machine"), free_port()
    for name, names in (("all", "api.example.com"), ("shop", "*.example.com")):
        self_signed(seen_by_all, name, names)
    files = {
        name: {part: f"{seen_by_all}/{name}-{part}" for part in ("certificate", "key")} for name in ("all", "shop")
    }
    shop = {"host": "*.example.com", **files["shop"]}
    host.say(host="api.example.net", tls={**files["all"], "listen": port, "hsts": 600, "certificates": [shop]})
    with service("alice") as alice, service("carl") as carl:
        host.add(project(seen_by_all / "alice"), "alice", alice)
        with host.serving() as site:
            host.add(project(seen_by_all / "carl", OWN_HOST, "shop"), "carl", carl)
            assert "DNS:api.example.com" in issuer(port, "api.example.net")
            assert "DNS:*.example.com" in issuer(port, "shop.example.com")
            sent = site.ask("/alice/todo/x?y", "api.example.net")
            assert (sent.status, sent.headers["location"]) == (308, ["https://api.example.net/alice/todo/x?y"])
            context = ssl.create_default_context(cafile=files["shop"]["certificate"])
            with (
                socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
                context.wrap_socket(plain, server_hostname="shop.example.com") as client,
            ):
                client.sendall(b"GET /a HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n")
                answer = http.client.HTTPResponse(client)
                answer.begin()
                assert (answer.status, answer.getheader("Strict-Transport-Security")) == (200, "max-age=600")
                told = json.loads(answer.read())
            assert (told["service"], told["headers"]["x-forwarded-proto"]) == ("carl", ["https"])


def test_an_answer_does_not_make_nginx_ask_somebody_else(tmp_path: Path) -> None:
    """With X-Accel-Redirect one owner's program would let each client, cookies and all, ask the program of another one."""
    host = Shared(tmp_path / "machine")
    with service("good") as good, service("evil", ("X-Accel-Redirect", "/good/todo/secret")) as evil:
        host.add(project(tmp_path / "good"), "good", good)
        host.add(project(tmp_path / "evil"), "evil", evil)
        with host.serving() as site:
            answer = site.ask("/evil/todo/x")
    assert (answer.json["service"], answer.json["path"]) == ("evil", "/x")
    assert "x-accel-redirect" not in answer.headers


def test_others_come_and_go_and_no_request_fails(tmp_path: Path) -> None:
    """Under load; and whose place is taken away gets no more."""
    host = Shared(tmp_path / "machine")
    stop = threading.Event()
    answers: list[int] = []
    with service("alice") as alice, service("bob") as bob:
        host.add(project(tmp_path / "alice"), "alice", alice)
        bobs = project(tmp_path / "bob")
        with host.serving() as site:

            def load() -> None:
                while not stop.is_set():
                    answers.append(site.ask("/alice/todo/x").status)

            clients = [threading.Thread(target=load) for _ in range(4)]
            for client in clients:
                client.start()
            for _ in range(3):
                assert host.add(bobs, "bob", bob)["state"] == "added"
                assert site.ask("/bob/todo").status == 200
                assert host.told("remove", "--owner", "bob", where=bobs)["state"] == "removed"
                assert site.ask("/bob/todo").status == 404
            stop.set()
            for client in clients:
                client.join()
    assert len(answers) > 100
    assert set(answers) == {200}
