"""Generated health modules at work: these tests are run by a file for some languages each, side by side; it has the fixture ``language``."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from health_plans import module, need
from health_programs import Program, install
from health_scenarios import EVIL, SCENARIOS, UNPROVEN, Scenario
from health_servers import Server, free_port, http, never_accepting, script, serving

_PONG = script(b"+OK\r\n+OK\r\n+PONG\r\n")
_LET_IN = script(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\5I")
# Whoever heeds these asks a proxy that is not there.
_PROXIES = dict.fromkeys(
    ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), "http://127.0.0.1:9"
)


def _met(scenarios: dict[str, Scenario], language: str, directory: Path) -> tuple[dict[str, Any], dict[str, Server]]:
    """The report about servers that behave as *scenarios*, and the servers."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(scenario.conversation)) for name, scenario in scenarios.items()}
        needs = [need(name, scenario.protocol) for name, scenario in scenarios.items()]
        program = install(module(language, *needs), directory)
        env = {
            needed.variable: scenarios[needed.name].url.format(address=f"127.0.0.1:{servers[needed.name].port}")
            for needed in needs
        }
        report = program.report(env=env)
    return report, servers


def test_every_protocol_is_spoken_and_understood(language: str, tmp_path: Path) -> None:
    """The bytes that the protocols' documents demand are sent; each answer is taken for what it says."""
    report, servers = _met(SCENARIOS, language, tmp_path)
    assert report["status"] == "failing"
    # Go writes the keys of a map in order.
    assert list(report["checks"]) == (sorted(SCENARIOS) if language == "go" else list(SCENARIOS))
    for name, scenario in SCENARIOS.items():
        check = report["checks"][name]
        where = f"{scenario.protocol} at 127.0.0.1:{servers[name].port}"
        assert check["detail"] == (f"{where}: {scenario.reason}" if scenario.reason else where), name
        assert check["ok"] is (scenario.reason in ("", UNPROVEN)), name
        assert 0 <= check["ms"] < 3000, name
        assert (servers[name].problems, servers[name].calls) == ([], 1), name


def test_evil_servers_are_neither_believed_nor_waited_for(language: str, tmp_path: Path) -> None:
    """Silence, noise, floods and drips: each check fails in time and in little memory, in one line."""
    report, servers = _met(EVIL, language, tmp_path)
    for name, scenario in EVIL.items():
        check = report["checks"][name]
        assert check["ok"] is False, name
        assert check["ms"] < 2500, name
        reason = check["detail"].removeprefix(f"{scenario.protocol} at 127.0.0.1:{servers[name].port}: ")
        assert reason != check["detail"]
        assert reason.isprintable()
        assert not scenario.reason or reason == scenario.reason, name
        # A flood is cut off by its size: it is over long before the time is.
        assert not name.endswith("-endless") or reason != "no answer in time", name
    assert "s3cret" not in str(report)


def test_who_does_not_listen_is_not_reached(language: str, tmp_path: Path) -> None:
    """A probe that says nothing waits until it is connected."""
    program = install(module(language, need("queue", "tcp")), tmp_path)
    report = program.report(env={"QUEUE_URL": f"127.0.0.1:{free_port()}"})
    assert report["checks"]["queue"]["ok"] is False
    assert report["checks"]["queue"]["detail"].endswith("connection refused")


@pytest.fixture
def live(language: str, tmp_path: Path) -> Program:
    """A module without needs, strict, for port 1 where nothing listens."""
    return install(module(language, port=1, path="/healthy checks/é?a=%20b"), tmp_path)


_TARGET = "/healthy%20checks/%C3%A9?a=%20b"


@pytest.mark.parametrize("mode", ["live", "ready"])
def test_a_healthy_server(live: Program, mode: str) -> None:
    """One line, status 0; the port comes from the environment, a proxy does not."""
    with serving(http(204, path=_TARGET)) as server:
        ran = live.run(mode, env={"PORT": str(server.port), **_PROXIES})
    assert (ran.code, ran.out, ran.err, server.problems) == (0, "healthy\n", "", [])


@pytest.mark.parametrize("needs", [False, True], ids=["alone", "with a need"])
def test_readiness_has_a_path_of_its_own(language: str, tmp_path: Path, needs: bool) -> None:
    """`live` asks the one, `ready` and `watchdog` the other."""
    with serving(http(204, path="/livez")) as alive, serving(http(503, path="/readyz")) as busy, ExitStack() as stack:
        api = stack.enter_context(serving(http(200, path="/")))
        wanted = [need("api", "http")] if needs else []
        env = {"API_URL": f"http://127.0.0.1:{api.port}/"}
        program = install(module(language, *wanted, path="/livez", ready="/readyz", port=1), tmp_path)
        lives = program.run("live", env={**env, "PORT": str(alive.port)})
        ready = [program.run(mode, env={**env, "PORT": str(busy.port)}) for mode in ("ready", "watchdog")]
    assert (lives.code, lives.out) == (0, "healthy\n")
    said = f"unhealthy: server (http at 127.0.0.1:{busy.port}/readyz): answered 503\n"
    assert [(ran.code, ran.out) for ran in ready] == [(1, said)] * 2
    assert alive.problems == busy.problems == []


@pytest.mark.parametrize(("status", "strict", "lax"), [(302, 1, 0), (404, 1, 0), (500, 1, 1)])
def test_what_counts_as_healthy(language: str, tmp_path: Path, status: int, strict: int, lax: int) -> None:
    """With a promised health endpoint only 2xx, without one whatever is below 500."""
    with serving(http(status)) as server:
        for is_strict, code in ((True, strict), (False, lax)):
            ran = install(module(language, strict=is_strict, port=server.port), tmp_path).run("live")
            line = (
                f"unhealthy: server (http at 127.0.0.1:{server.port}/health): answered {status}\n"
                if code
                else "healthy\n"
            )
            assert (ran.code, ran.out, ran.err) == (code, line, "")


def test_an_absent_server(live: Program) -> None:
    """Refused, said in one line; an empty PORT is no PORT."""
    ran = live.run("live", env={"PORT": ""})
    where = "http at 127.0.0.1:1/healthy checks/??a=%20b"
    assert (ran.code, ran.out, ran.err) == (1, f"unhealthy: server ({where}): connection refused\n", "")


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80\n", "٣"])
def test_a_port_that_is_none(live: Program, port: str) -> None:
    """Said, not crashed on; one line even then."""
    ran = live.run("live", env={"PORT": port})
    assert (ran.code, ran.err, ran.out.count("\n")) == (1, "", 1)
    assert ran.out.endswith("): PORT is not a port number\n")


@pytest.mark.parametrize("arguments", [[], ["alive"], ["live", "ready"], ["--help"]])
def test_wrong_usage(live: Program, arguments: list[str]) -> None:
    """Status 2 and how to do it right, on standard error."""
    ran = live.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: health")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("timeout", [1, 3])
def test_the_probe_ends_before_it_is_killed(language: str, tmp_path: Path, timeout: int) -> None:
    """A server and a store that accept nothing, and nobody waits for them for longer than the time limit."""
    with never_accepting() as port, serving(script()) as silent:
        program = install(module(language, need("db", "postgres"), port=port, timeout=timeout), tmp_path)
        started = program.run("live", env={"PORT": "1"}).seconds
        ran = program.run("ready", env={"DB_URL": f"postgres://127.0.0.1:{silent.port}/"})
    assert (ran.code, ran.out) == (
        1,
        f"unhealthy: server (http at 127.0.0.1:{port}/health): no answer in time; "
        f"db (postgres at 127.0.0.1:{silent.port}): no answer in time\n",
    )
    assert ran.seconds - started < timeout - 0.2
    assert ran.seconds > timeout / 2


def test_ready_tells_everything_at_once(language: str, tmp_path: Path) -> None:
    """What fails is told in order; what is not critical only when something else fails, or beside "healthy"."""
    needs = (need("cache", "redis"), need("db", "postgres"), need("pay", "http", critical=False))
    closed = free_port()
    with serving(http(200)) as server, serving(_PONG) as cache, serving(_LET_IN) as database:
        program = install(module(language, *needs, port=server.port), tmp_path)
        env = {"CACHE_URL": f"redis://127.0.0.1:{cache.port}", "DB_URL": f"postgres://127.0.0.1:{closed}/x"}
        bad = program.run("ready", env={**env, "PAY_URL": "http://no-such-host.invalid"})
        urls = {"DB_URL": f"postgres://127.0.0.1:{database.port}", "PAY_URL": f"http://127.0.0.1:{server.port}/health"}
        good = program.run("ready", env={**env, **urls})
        only = program.run("live", env=env)
    assert (bad.code, bad.out) == (
        1,
        f"unhealthy: db (postgres at 127.0.0.1:{closed}): connection refused; "
        "pay (http at no-such-host.invalid:80): unknown host\n",
    )
    assert (good.code, good.out) == (0, "healthy\n")
    assert (only.code, only.out) == (0, "healthy\n")
    assert (bad.err, good.err, only.err) == ("", "", "")


def test_what_is_not_critical_leaves_the_service_healthy(language: str, tmp_path: Path) -> None:
    """Reported, with status 0 and "ok"."""
    closed = free_port()
    env = {"PAY_URL": f"http://127.0.0.1:{closed}"}
    with serving(http(200)) as server:
        program = install(module(language, need("pay", "http", critical=False), port=server.port), tmp_path)
        ran, report = program.run("ready", env=env), program.report(env=env)
    reason = f"127.0.0.1:{closed}): connection refused"
    assert (ran.code, ran.out) == (0, f"healthy without: pay (http at {reason}\n")
    assert (report["status"], report["checks"]["pay"]["ok"]) == ("ok", False)


def test_reports_for_the_application(language: str, tmp_path: Path) -> None:
    """As a module it prints nothing, asks only what is needed, never the server that calls it."""
    with serving(http(200)) as server, serving(_PONG) as cache:
        program = install(module(language, need("cache", "redis"), port=server.port), tmp_path)
        env = {"CACHE_URL": f"redis://127.0.0.1:{cache.port}"}
        report = program.report(env=env)
        assert program.report("liveness", env) == {"status": "ok", "checks": {}}
        alone = install(module(language, port=server.port), tmp_path)
        assert alone.report("readiness") == alone.report("liveness") == {"status": "ok", "checks": {}}
    assert report["checks"]["cache"].pop("ms") >= 0
    where = f"redis at 127.0.0.1:{cache.port}"
    assert report == {"status": "ok", "checks": {"cache": {"ok": True, "detail": where}}}
    assert (server.calls, cache.calls) == (0, 1)


_UNREADABLE = "is not a URL with a host (special characters in it must be percent-encoded)"


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        (None, "redis: CACHE_URL is not set"),
        ("", "redis: CACHE_URL is not set"),
        ("redis:///0", f"redis: CACHE_URL {_UNREADABLE}"),
        ("redis://u:p/s3cret@h:6379", f"redis: CACHE_URL {_UNREADABLE}"),
        ("redis://u:12/s3cret@h", f"redis: CACHE_URL {_UNREADABLE}"),
        ("redis://h:99999", f"redis: CACHE_URL {_UNREADABLE}"),
        ("redis://h:s3cret", f"redis: CACHE_URL {_UNREADABLE}"),
        ("redis://h\r\nx", f"redis: CACHE_URL {_UNREADABLE}"),
        ("redis://[::1", f"redis: CACHE_URL {_UNREADABLE}"),
        ("redis://:p@s3cret@[::1]:{closed}/0", "redis at [::1]:{closed}: connection refused"),
        ("[::1]:{closed}", "redis at [::1]:{closed}: connection refused"),
        ("127.0.0.1:{closed}", "redis at 127.0.0.1:{closed}: connection refused"),
        ("no-such-host.invalid", "redis at no-such-host.invalid:6379: unknown host"),
        ("bank:s3cret@tcp(db:3306)/bank", f"redis: CACHE_URL {_UNREADABLE}"),
        ("host=db user=bank password=s3cret dbname=bank", f"redis: CACHE_URL {_UNREADABLE}"),
        ("jdbc:redis://127.0.0.1:{closed}/0?user=a&password=s3cret", "redis at 127.0.0.1:{closed}: connection refused"),
        ("redis+sentinel://u:s3cret%40@127.0.0.1:{closed}", "redis at 127.0.0.1:{closed}: connection refused"),
        (f"redis://{'a' * 70}.invalid", None),
    ],
)  # fmt: skip
def test_addresses(language: str, tmp_path: Path, url: str | None, detail: str | None) -> None:
    """Whatever stands in the variable, the answer is one line, and no password is in it."""
    closed = free_port()
    program = install(module(language, need("cache", "redis")), tmp_path)
    env = {} if url is None else {"CACHE_URL": url.format(closed=closed)}
    check = program.report(env=env)["checks"]["cache"]
    assert check["ok"] is False
    assert detail is None or check["detail"] == detail.format(closed=closed)
    assert check["detail"].isprintable()
    assert "s3cret" not in check["detail"]


def test_a_password_s_file_that_cannot_be_read(language: str, tmp_path: Path) -> None:
    """Said by the variable's name; without the variable there is no password."""
    program = install(module(language, need("cache", "redis", password="CACHE_FILE")), tmp_path)
    with serving(script(b"-NOAUTH log in first\r\n")) as server:
        url = {"CACHE_URL": f"redis://127.0.0.1:{server.port}"}
        missing = program.report(env={**url, "CACHE_FILE": "/run/secrets/none"})["checks"]["cache"]
        none = program.report(env=url)["checks"]["cache"]
    assert missing["detail"] == "redis: CACHE_FILE names no file that can be read"
    assert none["detail"] == f"redis at 127.0.0.1:{server.port}: NOAUTH log in first"


def test_what_is_only_reached_is_not_called_healthy(language: str, tmp_path: Path) -> None:
    """The line says so in place of "healthy"; the status stays 0."""
    demand = script(b"R\0\0\0\x08\0\0\0\7")
    with serving(http(200)) as server, serving(demand) as database:
        program = install(module(language, need("db", "postgres"), port=server.port), tmp_path)
        ran = program.run("ready", env={"DB_URL": f"postgres://u:p@127.0.0.1:{database.port}/x"})
    assert (ran.code, ran.out) == (0, f"db (postgres at 127.0.0.1:{database.port}): {UNPROVEN}\n")


def test_the_host_and_the_scheme_that_the_plan_names_are_sent(language: str, tmp_path: Path) -> None:
    """For servers that refuse names which are not theirs, or send everybody on to https."""
    asked: list[bytes] = []

    def conversation(caller: socket.socket) -> None:
        asked.append(caller.recv(4096))
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with serving(conversation) as server:
        made = module(language, port=server.port)
        assert install(made, tmp_path).run("live").code == 0
        named = replace(made, probe=replace(made.probe, site="bank.example.com", scheme="https"))
        assert install(named, tmp_path).run("live").code == 0
    plain, special = (request.split(b"\r\n") for request in asked)
    assert plain[1:2] == [f"Host: 127.0.0.1:{server.port}".encode()]
    assert b"Forwarded" not in asked[0]
    assert {b"Host: bank.example.com", b"X-Forwarded-Proto: https"} <= set(special)


def test_one_of_several_hosts_is_enough(language: str, tmp_path: Path) -> None:
    """A dead first host does not hide the second, nor use up its time; IPv6 and names are hosts too."""
    with never_accepting() as dead, serving(_PONG) as four, serving(_PONG, host="::1") as six:
        program = install(module(language, need("cache", "redis")), tmp_path)
        for alive in (f"localhost:{four.port}", f"[::1]:{six.port}"):
            hosts = f"127.0.0.1:{dead},{alive}"
            check = program.report(env={"CACHE_URL": f"redis://:p@{hosts}/0"})["checks"]["cache"]
            assert (check["ok"], check["detail"]) == (True, f"redis at {hosts}")
