"""What is demanded of one path alone, read from sentences, held by a real nginx, and nothing else is by it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from nginx_server import Site, at_ports, free_port, running, service

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.verify import held
from speccompile.verify.standings import standings

LOGIN = "Requests to /login are limited to 5 per minute per IP address with a burst of 3"
UPLOAD = "Bodies of requests to /upload are at most 3 MB"
EXPORT = "Requests to /export time out after 1 second"
OTHERS = ("Request bodies are at most 1 MB", "Requests time out after 30 seconds")


def _compiled(*texts: str, **deploy: object) -> Compilation:
    numbered = [assertion(number, text) for number, text in enumerate(texts, start=1)]
    services = {"version": 1, "services": {"app": deploy}} if deploy else None
    compilation = compiled(BUN_WEB, manifest("web-service", *numbered), services)
    assert compilation.defects == ()
    return compilation


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    port = free_port()
    text = at_ports(_compiled(LOGIN, UPLOAD, EXPORT, *OTHERS).files["nginx.conf"], {8080: port})
    with service("app") as app, running(text, port, {"app:3000": app}) as running_site:
        yield running_site


def test_only_what_comes_to_the_path_is_counted(site: Site) -> None:
    """One and a burst of three; then 429 at that path and below it, and nowhere else."""
    assert [site.ask("/login").status for _ in range(5)] == [200, 200, 200, 200, 429]
    assert [site.ask(path).status for path in ("/login/", "/login/x", "/loginx", "/", "/other")] == [429, 429, 200, 200, 200]  # fmt: skip


def test_only_the_path_takes_more(site: Site) -> None:
    """Three megabytes there, one everywhere else."""
    body = b"x" * (2 * 2**20)
    assert [site.ask(path, method="POST", body=body).status for path in ("/upload", "/upload/1", "/else")] == [200, 200, 413]  # fmt: skip
    assert site.ask("/upload", method="POST", body=b"x" * (3 * 2**20 + 1)).status == 413


def test_only_the_path_is_given_up_early(site: Site) -> None:
    """The service takes two seconds."""
    assert [site.ask(path).status for path in ("/export/slow", "/slow")] == [504, 200]


def test_each_stands_for_itself() -> None:
    """All is enforced, each by its own lines."""
    accounts = _compiled(LOGIN, UPLOAD, EXPORT, *OTHERS).standings
    assert [one.standing for one in accounts] == [Standing.ENFORCED] * 5
    places = [set(one.lines["nginx.conf"]) for one in accounts]
    assert not places[1] & places[3]
    assert not places[2] & places[4]


AT_ONCE = "Each client may have at most 2 concurrent connections"


def test_no_more_are_open_at_once_than_may_be() -> None:
    """The service takes two seconds for each of three; the third is not let in, and afterwards all are."""
    port = free_port()
    text = at_ports(_compiled(AT_ONCE).files["nginx.conf"], {8080: port})
    with service("app") as app, running(text, port, {"app:3000": app}) as site, ThreadPoolExecutor(3) as clients:
        asked = [clients.submit(site.ask, "/slow") for _ in range(3)]
        assert sorted(one.result().status for one in asked) == [200, 200, 429]
        assert site.ask("/").status == 200


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (AT_ONCE, "$binary_remote_addr"),
        ("The service accepts at most 100 concurrent connections", "$server_name"),
        ("The service accepts at most 40 concurrent connections to /ws", "$server_name"),
    ],
)
def test_connections_are_counted_as_said(text: str, key: str) -> None:
    """Of each client, or of all; there where it is said."""
    compilation = _compiled(text)
    (account,) = compilation.standings
    assert account.standing is Standing.ENFORCED
    assert f"limit_conn_zone {key} zone=" in compilation.files["nginx.conf"]


IDLE = "WebSocket connections to /ws that are idle for 2 seconds are closed"


def test_a_silent_connection_is_closed_there_and_nowhere_else() -> None:
    """As a time-out of that path; the rest has its own."""
    compilation = _compiled(IDLE, OTHERS[1])
    assert [one.standing for one in compilation.standings] == [Standing.ENFORCED, Standing.ENFORCED]
    assert compilation.files["nginx.conf"].count("proxy_read_timeout 2s") == 2


SABOTAGE = [
    (IDLE, "proxy_read_timeout 2s", "proxy_read_timeout 3s"),
    (AT_ONCE, "@@/ 2;", "@@/ 3;"),
    (AT_ONCE, "limit_conn_zone $binary_remote_addr", "limit_conn_zone $server_name"),
    (AT_ONCE, "            limit_conn app@@/ 2;\n", ""),
    (LOGIN, "rate=5r/m", "rate=6r/m"),
    (LOGIN, "burst=3 nodelay", "burst=4 nodelay"),
    (UPLOAD, "client_max_body_size 3m", "client_max_body_size 4m"),
    (EXPORT, "proxy_read_timeout 1s", "proxy_read_timeout 2s"),
]


@pytest.mark.parametrize(("text", "old", "new"), SABOTAGE)
def test_what_is_enforced_is_read_back(text: str, old: str, new: str) -> None:
    """Another value at that path, and it is enforced no more."""
    compilation = _compiled(text)
    files = compilation.files
    assert old in files["nginx.conf"]
    altered = {**files, "nginx.conf": files["nginx.conf"].replace(old, new)}
    (before,), (after,) = compilation.standings, standings(compilation.plan, held.compose(compilation.plan, altered))
    assert before.standing is Standing.ENFORCED
    assert after.standing is not Standing.ENFORCED


def test_paths_without_a_rate_of_their_own_are_counted_with_the_rest() -> None:
    """A path that has another body bound is no second allowance; one that has its own rate is, and that is said."""
    general = "Each client may send at most 20 requests per second"
    compilation = _compiled(general, UPLOAD)
    assert compilation.files["nginx.conf"].count("limit_req_zone") == 1
    assert [one.standing for one in compilation.standings] == [Standing.ENFORCED, Standing.ENFORCED]
    first, second = _compiled(general, LOGIN).standings
    assert (first.standing, second.standing) == (Standing.APPROXIMATED, Standing.ENFORCED)
    assert "/login is counted apart" in first.why


@pytest.mark.parametrize(
    ("text", "deploy"),
    [
        ("Login attempts are limited to 5 per minute per IP address", {}),
        ("Requests to /users/:id/photo are limited to 5 per minute per IP address", {}),
        (LOGIN, {"route": {"path": "/shop"}}),
    ],
)  # fmt: skip
def test_what_the_front_door_cannot_tell_apart_is_lost(text: str, deploy: dict[str, object]) -> None:
    """No path, a pattern, a path that is none of the service's."""
    (account,) = _compiled(text, **deploy).standings
    assert account.standing is Standing.LOST
