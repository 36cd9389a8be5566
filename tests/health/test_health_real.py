"""Generated health modules against the real servers: unhealthy until these accept work, healthy then, unhealthy after."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from health_plans import LANGUAGES, module, need
from health_programs import install
from health_servers import free_port

from tools import need as need_tool
from tools import need_engine

_PATIENCE = 90


@contextmanager
def process(*argv: str, cwd: Path) -> Iterator[None]:
    """A server in the foreground, stopped afterwards."""
    server = subprocess.Popen(argv, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def container(image: str, port: int, published: int, *options: str) -> Iterator[None]:
    """A container whose *port* is *published* on the loopback interface, removed afterwards."""
    docker = need_engine()
    publish = ["--publish", f"127.0.0.1:{published}:{port}"]
    started = subprocess.run(
        [docker, "run", "--detach", *publish, *options, image], capture_output=True, text=True, check=False
    )
    assert started.returncode == 0, started.stderr
    try:
        yield
    finally:
        subprocess.run([docker, "rm", "--force", "--volumes", started.stdout.strip()], capture_output=True, check=True)


def lives_and_dies(
    protocol: str, url: str, server: Callable[[int], AbstractContextManager[None]], directory: Path
) -> None:
    """Before, while it starts, when it is up and when it is gone: what each language's module says of the server."""
    port = free_port()
    env = {"IT_URL": url.format(address=f"127.0.0.1:{port}")}
    programs = []
    for language in LANGUAGES:
        (directory / language).mkdir()
        programs.append(install(module(language, need("it", protocol), strict=False), directory / language))
    where = f"{protocol} at 127.0.0.1:{port}"
    for program in programs:
        assert program.report(env=env)["checks"]["it"]["detail"] == f"{where}: connection refused"
    with server(port):
        until = time.monotonic() + _PATIENCE
        while not (check := programs[0].report(env=env)["checks"]["it"])["ok"]:
            assert check["detail"].startswith(f"{where}: ")
            assert time.monotonic() < until, check
            time.sleep(0.2)
        for program in programs:
            for _ in range(2):
                check = program.report(env=env)["checks"]["it"]
                assert (check["ok"], check["detail"]) == (True, where), program.language
    for program in programs:
        check = program.report(env=env)["checks"]["it"]
        assert (check["ok"], check["detail"]) == (False, f"{where}: connection refused")


@pytest.mark.parametrize("password", ["", "s3cret"])
def test_redis(password: str, tmp_path: Path) -> None:
    """With and without a password."""
    redis = need_tool("redis-server", "apt-get install redis-server")
    secured = ("--requirepass", password) if password else ()
    lives_and_dies(
        "redis", "redis://{address}/0",
        lambda port: process(redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "", *secured, cwd=tmp_path),
        tmp_path,
    )  # fmt: skip


@pytest.mark.parametrize("options", [[], ["--user", "bank", "--pass", "s3cret"]])
def test_nats(options: list[str], tmp_path: Path) -> None:
    """With and without authorisation."""
    nats = need_tool("nats-server", "apt-get install nats-server")
    lives_and_dies(
        "nats", "nats://{address}",
        lambda port: process(nats, "--addr", "127.0.0.1", "--port", str(port), *options, cwd=tmp_path), tmp_path,
    )  # fmt: skip


def test_mariadb(tmp_path: Path) -> None:
    """The real handshake, to its end."""
    mariadb = need_tool("mariadbd", "apt-get install mariadb-server")
    (tmp_path / "data").mkdir()
    options = (
        f"--datadir={tmp_path}/data",
        f"--socket={tmp_path}/s",
        "--bind-address=127.0.0.1",
        "--skip-grant-tables",
    )
    lives_and_dies(
        "mariadb", "mariadb://bank@{address}/bank",
        lambda port: process(
            mariadb, "--no-defaults", *options, f"--port={port}", "--skip-networking=0", "--user=root", cwd=tmp_path
        ),
        tmp_path,
    )  # fmt: skip


@pytest.mark.engine
@pytest.mark.slow
def test_postgres(tmp_path: Path) -> None:
    """While the official entry point prepares the database, too."""
    options = ("--env", "POSTGRES_PASSWORD=s3cret", "--env", "POSTGRES_USER=bank")
    lives_and_dies(
        "postgres", "postgres://bank@{address}/bank",
        lambda port: container("postgres:16-bookworm", 5432, port, *options), tmp_path,
    )  # fmt: skip


@pytest.mark.engine
@pytest.mark.slow
def test_rabbitmq(tmp_path: Path) -> None:
    """Its start takes long."""
    lives_and_dies(
        "rabbitmq", "amqp://bank@{address}/bank", lambda port: container("rabbitmq:3.13", 5672, port), tmp_path
    )
