"""What browsers are told beside an answer, read from sentences, by a real nginx: whose pages may read it, and how long it may be kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from nginx_server import Answer, Site, at_ports, free_port, running, service

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.verify import held
from speccompile.verify.standings import standings

SHOP, STAFF = "https://shop.example.com", "https://staff.example.com:8443"
CORS = f"CORS requests are accepted only from {SHOP} and {STAFF}"
OPEN = "Any origin may call the API"
NONE = "Cross-origin requests are refused"
STATIC = "Static files may be cached by browsers for 1 day"
NEVER = "API responses must never be cached"
IMAGES = "Images are cached by browsers for 7 days"
OWN = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "true"), ("Cache-Control", "private"))
ALLOW = "access-control-allow-origin"


def _compiled(*texts: str) -> Compilation:
    numbered = [assertion(number, text) for number, text in enumerate(texts, start=1)]
    compilation = compiled(BUN_WEB, manifest("web-service", *numbered))
    assert compilation.defects == ()
    return compilation


def _site(*texts: str) -> Iterator[Site]:
    port = free_port()
    text = at_ports(_compiled(*texts).files["nginx.conf"], {8080: port})
    with service("app", *OWN) as app, running(text, port, {"app:3000": app}) as site:
        yield site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    yield from _site(CORS, STATIC, IMAGES)


@pytest.fixture(scope="module")
def closed() -> Iterator[Site]:
    yield from _site(NONE, NEVER)


@pytest.fixture(scope="module")
def for_all() -> Iterator[Site]:
    yield from _site(OPEN)


def _from(site: Site, origin: str, path: str = "/", **said: str) -> Answer:
    return site.ask(path, said={"Origin": origin, **said})


def _preflight(site: Site, origin: str, method: str = "PUT", headers: str = "content-type, x-one") -> Answer:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return site.ask("/orders", method="OPTIONS", said=asked)


@pytest.mark.parametrize("origin", [SHOP, STAFF])
def test_a_named_origin_is_let_in(site: Site, origin: str) -> None:
    """Once, itself, with its login, told apart by caches; whatever the service says."""
    answer = _from(site, origin)
    assert answer.headers[ALLOW] == [origin]
    assert answer.headers["access-control-allow-credentials"] == ["true"]
    assert answer.headers["vary"] == ["Origin"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example.com", "http://shop.example.com", f"{SHOP}.evil.example", f"{SHOP}:8443", "null", "", f"x{SHOP}", "https://shopxexample.com"],
)  # fmt: skip
def test_no_other_origin_is(site: Site, origin: str) -> None:
    """Not one that only looks alike; and caches are told that there are others."""
    for answer in (_from(site, origin), _preflight(site, origin)):
        assert ALLOW not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert answer.headers["vary"] == ["Origin"]


def test_a_question_before_a_call_is_answered_by_the_front_door(site: Site) -> None:
    """For the method and the headers that are asked for; the service never hears of it."""
    answer = _preflight(site, SHOP)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers[ALLOW] == [SHOP]
    assert answer.headers["access-control-allow-methods"] == ["PUT"]
    assert answer.headers["access-control-allow-headers"] == ["content-type, x-one"]
    assert answer.headers["access-control-max-age"] == ["600"]
    assert site.ask("/", method="OPTIONS").json["service"] == "app"


@pytest.mark.parametrize("headers", ["x" * 2000, "x;y", 'x"y', "<script>"])
def test_what_is_no_list_of_headers_is_not_repeated(site: Site, headers: str) -> None:
    """What clients say gets into an answer only where it is clean."""
    assert "access-control-allow-headers" not in _preflight(site, SHOP, headers=headers).headers


def test_an_error_of_the_front_door_can_be_read_too(site: Site) -> None:
    """Else a page would see nothing of an answer 404 or 502."""
    assert _from(site, SHOP, "/nothing").headers[ALLOW] == [SHOP]


def test_nobody_is_let_in_where_nobody_may(closed: Site) -> None:
    """Although the service would."""
    for answer in (_from(closed, SHOP), _preflight(closed, SHOP)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_everybody_is_let_in_without_a_login(for_all: Site) -> None:
    """A login with the pages of everybody would be everybody's."""
    for answer in (_from(for_all, "https://any.example"), _preflight(for_all, "https://any.example")):
        assert answer.headers[ALLOW] == ["*"]
        assert "access-control-allow-credentials" not in answer.headers
        assert "vary" not in answer.headers


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/a.css", "max-age=86400"),
        ("/a.png", "max-age=604800"),
        ("/a.html", "private"),
        ("/a.json", "private"),
        ("/a.css/nothing", "private"),
    ],
)
def test_what_may_be_kept_is_told_by_its_sort(site: Site, path: str, told: str) -> None:
    """Of answers that there are; all else has what the service says."""
    assert site.ask(path).headers["cache-control"] == [told]


@pytest.mark.parametrize("path", ["/a.css", "/a.json", "/a.html", "/", "/nothing"])
def test_what_may_not_be_kept_is_never(closed: Site, path: str) -> None:
    """Whatever it is, errors too."""
    assert closed.ask(path).headers["cache-control"] == ["no-store"]


def test_each_stands_for_itself() -> None:
    """All of it is enforced."""
    for texts in ((CORS, STATIC, IMAGES), (NONE, NEVER), (OPEN,)):
        assert {one.standing for one in _compiled(*texts).standings} == {Standing.ENFORCED}


def test_two_lists_of_origins_contradict_each_other() -> None:
    """«Only from there» is not so where another one is let in, too."""
    other = "CORS requests are accepted only from https://other.example.com"
    with pytest.raises(Refused, match=r"A-001 is contradicted by .* A-002"):
        _compiled(CORS, other)


IDLE = "Idle WebSockets are closed after 30 minutes"
KEPT = "Connections idle for 90 seconds are closed"
SABOTAGE = [
    (CORS, f"app@/:{SHOP} {SHOP};", f"app@/:{SHOP} https://evil.example;"),
    (CORS, f"        app@/:{STAFF} {STAFF};\n", ""),
    (CORS, f"app@/:{SHOP} {SHOP};", f"app@/:{SHOP} {SHOP};\n        app@/:https://evil.example https://evil.example;"),
    (CORS, "    add_header Access-Control-Allow-Origin $allowed_origin always;\n", ""),
    (CORS, "    proxy_hide_header Access-Control-Allow-Origin;\n", ""),
    (CORS, "            set $origins app@/;\n", ""),
    (OPEN, '        app@/ "*";\n', ""),
    (NONE, 'map $origins $origin_of_all {\n', 'map $origins $origin_of_all {\n        app@/ "*";\n'),
    (STATIC, "app@/:static:found max-age=86400", "app@/:static:found max-age=86401"),
    (STATIC, "            set $caching app@/;\n", ""),
    (STATIC, "    proxy_hide_header Cache-Control;\n", ""),
    (NEVER, "        app@/:other:failed no-store;\n", ""),
    (NEVER, "add_header Cache-Control $cache_control always;", "add_header Cache-Control $cache_control;"),
    (IDLE, "proxy_read_timeout 1800s", "proxy_read_timeout 1801s"),
    (KEPT, "keepalive_timeout 90s", "keepalive_timeout 91s"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new"), SABOTAGE)
def test_what_is_enforced_is_read_back(text: str, old: str, new: str) -> None:
    """Another value, and it is enforced no more."""
    compilation = _compiled(text)
    files = compilation.files
    assert old in files["nginx.conf"]
    altered = {**files, "nginx.conf": files["nginx.conf"].replace(old, new)}
    (before,), (after,) = compilation.standings, standings(compilation.plan, held.compose(compilation.plan, altered))
    assert before.standing is Standing.ENFORCED
    assert after.standing is not Standing.ENFORCED


def test_streams_and_requests_have_one_time_out() -> None:
    """Where both are said of everything, requests go first, and that of the streams is lost with the way out; where a path is named, both hold."""
    first, second = _compiled("Requests time out after 30 seconds", IDLE).standings
    assert (first.standing, second.standing) == (Standing.ENFORCED, Standing.LOST)
    assert "say which paths the streams are at" in second.why
    apart = _compiled(
        "Requests time out after 30 seconds", "Idle WebSockets at /ws are closed after 30 minutes"
    ).standings
    assert {one.standing for one in apart} == {Standing.ENFORCED}


def test_what_is_said_of_a_path_holds_there() -> None:
    """By lines of its own set."""
    compilation = _compiled(CORS, "Responses of /catalogue may be cached by browsers for 1 minute")
    text = compilation.files["nginx.conf"]
    assert text.count("set $origins app@/;") == 3
    assert text.count("set $caching app@/catalogue;") == 2
    assert "app@/catalogue:other:found max-age=60" in text
    assert {one.standing for one in compilation.standings} == {Standing.ENFORCED}
