"""From a plan to nginx.conf: what is said survives, what cannot be said is refused, every line has a reason."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nginx_plans import PLANS, plan, route
from nginx_server import text_of

from speccompile.backends.escape.nginx import (
    nginx_comment,
    nginx_location,
    nginx_plain,
    nginx_server_name,
)
from speccompile.backends.nginx import emit
from speccompile.plan.ingress import Route
from speccompile.plan.plan import Plan
from speccompile.verify.nginx import verify
from speccompile.verify.nginx_site import servers
from speccompile.verify.readers.nginx import read

PRINTABLE = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
SEGMENT = st.text(PRINTABLE, min_size=1, max_size=8).filter(lambda s: s not in (".", "..") and "/" not in s)
PATHS = st.lists(SEGMENT.map(lambda s: quote(s, safe="!$&'()*+,;=:@")), max_size=4).map(lambda s: "/" + "/".join(s))
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
HOSTS = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
RATES = st.tuples(st.integers(1, 10**6), st.sampled_from("sm"), st.integers(0, 1000))


@st.composite
def routes(draw: st.DrawFn) -> tuple[Route, ...]:
    """Routes that do not clash, of any shape that the specs allow."""
    place = st.tuples(st.none() | HOSTS, PATHS)
    places = draw(st.lists(place, min_size=1, max_size=6, unique_by=lambda p: (p[0], unquote(p[1]))))
    return tuple(
        route(
            path,
            draw(st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)),
            host,
            port=draw(st.integers(1, 65535)),
            timeouts=(draw(st.integers(1, 60)), draw(st.integers(1, 3600))),
            rate=draw(st.none() | RATES),
            body=draw(st.integers(1, 2**33)),
        )
        for host, path in places
    )


@given(routes())
def test_hosts_paths_and_services_survive(wanted: tuple[Route, ...]) -> None:
    made = plan(*wanted)
    text = text_of(made)
    by_host = {server.host: server for server in servers(read(text).directives)}
    assert set(by_host) == {None, *(one.host for one in wanted)}
    for one in wanted:
        path = unquote(one.path)
        location = by_host[one.host].asked_for(path)
        assert location is not None
        assert (location.path, location.upstream) == (path, f"http://{one.service}:{one.port}")
    assert verify(made, {"nginx.conf": text}) == ()


@given(routes().flatmap(lambda wanted: st.tuples(st.just(wanted), st.permutations(wanted))))
def test_the_order_of_routes_changes_nothing(orders: tuple[tuple[Route, ...], list[Route]]) -> None:
    wanted, shuffled = orders
    assert text_of(plan(*shuffled)) == text_of(plan(*wanted))


@given(st.text())
def test_whatever_is_not_refused_stays_one_argument(value: str) -> None:
    for escape in (nginx_plain, nginx_location, nginx_server_name):
        try:
            text = escape(value)
        except ValueError:
            continue
        (directive,) = read(f"x {text};").directives
        assert directive.args == (unquote(value) if escape is nginx_location else value,)


@given(st.text())
def test_a_comment_stays_in_its_line(value: str) -> None:
    found = read(f"# {nginx_comment(value)}\nx;")
    assert [comment.line for comment in found.comments] == [1]
    assert [directive.line for directive in found.directives] == [2]


@pytest.mark.parametrize(
    "path",
    [
        *("", "api", "/a b", "/a\n", "/a;b\x00", "/a?b", "/a#b", "/a\\b", '/a"b', "/{", "/a%2", "/é"),
        *("/a//b", "/a/./b", "/a/%2e%2E/b", "/a%2Fb", "/a%00", "/a%0A", "/%80", "/%EE%80%80", "/%C2%85"),
    ],
)
def test_paths_that_no_request_has_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        nginx_location(path)


@pytest.mark.parametrize(
    "host",
    ["", "a b", "A.b", "*.a.b", ".a.b", "a.", "a..b", "-a", "a-", "~^x$", "a;b", "a_b", "_", "é", "a" * 254],
)
def test_hosts_that_are_none_are_refused(host: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        nginx_server_name(host)


@pytest.mark.parametrize("word", ["", "a b", "a;", "a{", "$a", "~a", "=", 'a"', "#a", "a\n", "\\"])
def test_words_that_are_not_plain_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        nginx_plain(word)


@pytest.mark.parametrize(
    "wrong",
    [
        plan(route("/a"), route("/a/", "web")),
        plan(route("/a"), route("/%61", "web")),
        plan(route("/-/proxy-health")),
        plan(route("/", timeouts=(0, 5))),
        plan(route("/", timeouts=(5, 0))),
        plan(route("/", body=0)),
        plan(route("/", rate=(0, "s", 5))),
        plan(route("/", rate=(5, "h", 5))),
        plan(route("/", port=0)),
        plan(route("/", "a;b")),
        plan(route("/", host="_")),
    ],
)
def test_what_nginx_cannot_express_is_refused(wrong: Plan) -> None:
    with pytest.raises(ValueError, match=r"."):
        emit(wrong)


def test_without_a_proxy_there_is_nothing() -> None:
    assert emit(plan()) == ()


@pytest.mark.parametrize("name", sorted(PLANS))
def test_every_line_has_a_reason(name: str) -> None:
    (artifact,) = emit(PLANS[name])
    lines = dict(enumerate(artifact.text.split("\n"), start=1))
    assert {number for number, line in lines.items() if line.strip()} == set(artifact.origins)


def test_the_nearest_reason_comes_first() -> None:
    (artifact,) = emit(plan(route("/api", number=10, rate=(5, "s", 5), body=2**24), route("/", "web", number=20)))
    nearest: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(artifact.text.split("\n"), start=1):
        if line.strip():
            nearest.setdefault(line.strip(), artifact.origins[number][0].assertions)
    assert nearest["location /api/ {"] == ("A-010",)
    assert nearest["proxy_connect_timeout 5s;"] == ("A-011",)
    assert nearest["limit_req zone=api@/api burst=5 nodelay;"] == ("A-012",)
    assert nearest["limit_req_zone $binary_remote_addr zone=api@/api:4m rate=5r/s;"] == ("A-012",)
    assert nearest["client_max_body_size 16m;"] == ("A-013",)
    assert nearest["proxy_request_buffering off;"] == ("A-013",)
    assert nearest["location / {"] == ("A-020",)
    assert nearest["server_tokens off;"] == ("A-001",)
    assert nearest["server_name _;"] == ("A-010", "A-020")
    assert nearest["listen 8080 default_server;"] == ("A-001",)


def test_a_fraction_of_a_cpu_is_one_worker_and_draining_ends_before_the_kill() -> None:
    made = plan(route("/"))
    assert "worker_processes 1;\n" in text_of(made, cpus=0.1)
    assert "worker_processes 3;\n" in text_of(made, cpus=2.5)
    assert "worker_shutdown_timeout 34s;\n" in text_of(made)
    assert "worker_shutdown_timeout 1s;\n" in text_of(made, grace=1)
