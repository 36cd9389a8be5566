"""The server as it is started, on a real Redis."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import free_port
from redis import Redis

from sessions.settings import read_settings
from sessions.store import LIFETIME

AUTH = {"Authorization": "Bearer letmein"}


def serve(redis_url: str, token_file: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server and wait until it listens; the process and its URL."""
    port = free_port()
    environment = os.environ | {"REDIS_URL": redis_url, "API_TOKEN_FILE": str(token_file), "PORT": str(port)}
    server = subprocess.Popen([sys.executable, "-m", "sessions"], env=environment, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(f"{url}/healthz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return server, url
    server.kill()
    raise TimeoutError("the server does not answer")


@pytest.fixture(scope="module")
def api(redis_url: str, token_file: Path) -> Iterator[httpx.Client]:
    """A client of a running server, with the token."""
    server, url = serve(redis_url, token_file)
    with httpx.Client(base_url=url, headers=AUTH) as client:
        yield client
    server.terminate()
    server.wait(timeout=15)


def test_health(api: httpx.Client) -> None:
    """No token is asked of whoever looks after the service."""
    answer = httpx.get(f"{api.base_url}/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_without_redis(token_file: Path) -> None:
    """A-001, the other half."""
    server, url = serve(f"redis://127.0.0.1:{free_port()}/0", token_file)
    try:
        assert httpx.get(f"{url}/healthz").status_code == 503
        assert httpx.post(f"{url}/sessions", json={"user": "ada"}, headers=AUTH).status_code == 503
    finally:
        server.terminate()
        server.wait(timeout=15)


def test_life_of_a_session(api: httpx.Client, redis_url: str) -> None:
    """Create, count, end; and it would expire an hour after it was last touched."""
    created = api.post("/sessions", json={"user": "ada"})
    assert created.status_code == 201
    path = f"/sessions/{created.json()['id']}"
    assert [api.post(f"{path}/requests").json()["requests"] for _ in range(3)] == [1, 2, 3]
    with Redis.from_url(redis_url) as redis:
        assert LIFETIME - 5 < redis.ttl(f"session:{created.json()['id']}") <= LIFETIME
    assert api.delete(path).status_code == 204
    assert api.delete(path).status_code == 404


def test_a_lost_session_is_not_revived(api: httpx.Client, redis_url: str) -> None:
    """A-008."""
    session = api.post("/sessions", json={"user": "ada"}).json()["id"]
    with Redis.from_url(redis_url) as redis:
        redis.delete(f"session:{session}")
        assert api.post(f"/sessions/{session}/requests").status_code == 404
        assert not redis.exists(f"session:{session}")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "letmein"}])
def test_token(api: httpx.Client, header: dict[str, str]) -> None:
    """A-003."""
    for method, path in (("POST", "/sessions"), ("POST", "/sessions/x/requests"), ("DELETE", "/sessions/x")):
        assert httpx.request(method, f"{api.base_url}{path}", headers=header, json={"user": "ada"}).status_code == 401


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"user": 1}', '{"user": " "}', '{"user": "a\\u0000"}', b"\xff"])
def test_bad_bodies(api: httpx.Client, body: str | bytes) -> None:
    """The caller's mistakes are the caller's."""
    assert api.post("/sessions", content=body).status_code == 400


def test_sigterm(redis_url: str, token_file: Path) -> None:
    """A-006: asked to stop, it does, in time."""
    server, _ = serve(redis_url, token_file)
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=12) in (0, -signal.SIGTERM)


@pytest.mark.parametrize("name", ["REDIS_URL", "API_TOKEN_FILE"])
def test_what_is_missing_is_named(token_file: Path, name: str) -> None:
    """No half-configured server starts."""
    whole = {"REDIS_URL": "redis://db", "API_TOKEN_FILE": str(token_file)}
    assert read_settings(whole).token == "letmein"
    with pytest.raises(ValueError, match=name):
        read_settings({key: value for key, value in whole.items() if key != name})
