"""Generated health modules against the real servers: they log in as the service does, or are told why they may not."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from health_logins import ENCODED, PATIENCE, SECRET, UNPROVEN, Case, container, judges, process, retried
from health_plans import LANGUAGES, module, need
from health_programs import install
from health_servers import free_port

from tools import need as need_tool


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language."""
    name: str = request.param
    return name


# Who is let in how: by MD5, in clear, without a password, by TLS alone, by SCRAM.
_HBA = """local all all trust
host all checked all md5
host all clear all password
host all trusted all trust
hostssl all secured all scram-sha-256
host all bank,nobody all scram-sha-256
"""
_ROLES = (
    "CREATE DATABASE bank",
    *(f"CREATE ROLE {name} LOGIN PASSWORD '{SECRET}'" for name in ("bank", "clear", "secured", "trusted")),
    f"SET password_encryption = md5; CREATE ROLE checked LOGIN PASSWORD '{SECRET}'",
)


@pytest.fixture(scope="module")
def postgres() -> Iterator[int]:
    """A server with users for each method of authentication; it does not run as root, whose directories pytest closes."""
    server = Path(need_tool("postgres", "apt-get install postgresql")).resolve()
    user, port = "postgres" if os.geteuid() == 0 else None, free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)

        def run(*argv: str | Path) -> subprocess.CompletedProcess[str]:
            return subprocess.run(argv, user=user, cwd=folder, capture_output=True, text=True, check=False)

        made = run(server.with_name("initdb"), "-D", f"{folder}/d", "-U", "root", "-A", "trust")
        assert made.returncode == 0, made.stderr
        Path(folder, "d/pg_hba.conf").write_text(_HBA)
        options = ("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", folder, "-p", str(port))
        with process(str(server), "-D", f"{folder}/d", *options, cwd=Path(folder), user=user):
            psql = (server.with_name("psql"), "-h", folder, "-p", str(port), "-U", "root", "-d", "postgres")
            retried(lambda: run(*psql, "-c", "SELECT 1"))
            for line in _ROLES:
                done = run(*psql, "-v", "ON_ERROR_STOP=1", "-c", line)
                assert done.returncode == 0, done.stderr
            yield port


_NO_PASSWORD = "a password is demanded, and none is given"
POSTGRES = {
    "scram": Case(f"postgres://bank:{ENCODED}@{{address}}/bank"),
    "md5": Case(f"postgresql+asyncpg://checked:{ENCODED}@{{address}}/bank"),
    "clear": Case(f"jdbc:postgresql://{{address}}/bank?user=clear&password={ENCODED}"),
    "trust": Case("postgres://trusted@{address}/bank?sslmode=disable"),
    "file": Case("postgres://bank@{address}/bank", file=SECRET),
    "wrong-file": Case("postgres://bank@{address}/bank", 'password authentication failed for user "bank" (28P01)', file="no"),
    "wrong-password": Case("postgres://bank:no@{address}/bank", 'password authentication failed for user "bank" (28P01)'),
    "wrong-checked": Case("postgres://checked:no@{address}/bank", 'password authentication failed for user "checked" (28P01)'),
    "wrong-clear": Case("postgres://clear:no@{address}/bank", 'password authentication failed for user "clear" (28P01)'),
    "wrong-database": Case(f"postgres://bank:{ENCODED}@{{address}}/none", 'database "none" does not exist (3D000)'),
    "wrong-user": Case("postgres://nobody:no@{address}/bank", 'password authentication failed for user "nobody" (28P01)'),
    "no-password": Case("postgres://bank@{address}/bank", _NO_PASSWORD),
    "tls-wanted": Case(f"postgres://bank:{ENCODED}@{{address}}/bank?sslmode=require", "it has no TLS"),
    "tls-only": Case(f"postgres://secured:{ENCODED}@{{address}}/bank", UNPROVEN),
}  # fmt: skip


def test_postgres(language: str, postgres: int, tmp_path: Path) -> None:
    """SCRAM, MD5, in clear, trusted; a password in the URL, its query or a file; and what is wrong."""
    lacks = ("md5", "wrong-checked") if language == "rust" else ()
    judges(language, "postgres", postgres, POSTGRES, tmp_path, lacks=lacks)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with a password, and a user who may do nothing."""
    server, port = need_tool("redis-server", "apt-get install redis-server"), free_port()
    options = ("--bind", "127.0.0.1", "--save", "", "--requirepass", SECRET)
    with process(server, "--port", str(port), *options, cwd=tmp_path_factory.mktemp("redis")):
        client = need_tool("redis-cli", "apt-get install redis-server")
        ask = [client, "-p", str(port), "-a", SECRET, "-e", "ping"]
        retried(lambda: subprocess.run(ask, capture_output=True, text=True, check=False))
        subprocess.run([*ask[:-1], "ACL", "SETUSER", "idle", "on", f">{SECRET}"], check=True, capture_output=True)
        yield port


_REFUSED = "WRONGPASS invalid username-password pair or user is disabled."
REDIS = {
    "password": Case(f"redis://:{ENCODED}@{{address}}/0"),
    "user": Case(f"redis://default:{ENCODED}@{{address}}/2"),
    "idle": Case(f"redis://idle:{ENCODED}@{{address}}"),
    "file": Case("redis://{address}", file=SECRET),
    "wrong-password": Case("redis://:no@{address}/0", _REFUSED),
    "wrong-user": Case(f"redis://nobody:{ENCODED}@{{address}}/0", _REFUSED),
    "wrong-database": Case(f"redis://:{ENCODED}@{{address}}/99", "ERR DB index is out of range"),
    "no-password": Case("redis://{address}", "NOAUTH Authentication required."),
}


def test_redis(language: str, redis: int, tmp_path: Path) -> None:
    """AUTH with a password and with a user, SELECT, PING."""
    judges(language, "redis", redis, REDIS, tmp_path)


@pytest.fixture(scope="module", params=["mysql_native_password", "ed25519"])
def mariadb(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A server where users authenticate by a plugin."""
    server, port, plugin = need_tool("mariadbd", "apt-get install mariadb-server"), free_port(), str(request.param)
    place = tmp_path_factory.mktemp("mariadb")
    install_db = need_tool("mariadb-install-db", "apt-get install mariadb-server")
    made = [
        install_db,
        "--no-defaults",
        f"--datadir={place}/d",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--user=root",
    ]
    subprocess.run(made, capture_output=True, check=True)
    lines = [
        "CREATE DATABASE bank",
        f"GRANT ALL ON bank.* TO bank@'%' IDENTIFIED BY '{SECRET}'",
        "CREATE USER plain@'%'",
        "GRANT ALL ON bank.* TO plain@'%'",
    ]
    if plugin == "ed25519":
        lines = [
            "INSTALL SONAME 'auth_ed25519'",
            lines[0],
            f"GRANT ALL ON bank.* TO bank@'%' IDENTIFIED VIA ed25519 USING PASSWORD('{SECRET}')",
        ]
    options = ("--bind-address=127.0.0.1", "--user=root", "--skip-name-resolve", "--skip-networking=0")
    with process(
        server, "--no-defaults", f"--datadir={place}/d", f"--socket={place}/s", f"--port={port}", *options, cwd=place
    ):
        client = [
            need_tool("mariadb", "apt-get install mariadb-client"),
            "--no-defaults",
            f"--socket={place}/s",
            "-u",
            "root",
            "-e",
        ]
        retried(lambda: subprocess.run([*client, "SELECT 1"], capture_output=True, text=True, check=False))
        subprocess.run(
            [*client, ";".join(["DELETE FROM mysql.global_priv WHERE User=''", "FLUSH PRIVILEGES", *lines])], check=True
        )
        yield plugin, port


def test_mariadb(language: str, mariadb: tuple[str, int], tmp_path: Path) -> None:
    """The usual method is answered; of another it is said that it was not."""
    plugin, port = mariadb
    denied = "Access denied for user '{}'@'127.0.0.1' (using password: {}) (1045)"
    cases = {
        "right": Case(f"mysql://bank:{ENCODED}@{{address}}/bank"),
        "file": Case("mariadb+pymysql://bank@{address}/bank", file=SECRET),
        "empty": Case("mysql://plain@{address}/bank"),
        "wrong-password": Case("mysql://bank:no@{address}/bank", denied.format("bank", "YES")),
        "wrong-user": Case("mysql://nobody:no@{address}/bank", denied.format("nobody", "YES")),
        "wrong-database": Case(
            f"mysql://bank:{ENCODED}@{{address}}/none", "Access denied for user 'bank'@'%' to database 'none' (1044)"
        ),
        "no-password": Case("mysql://bank@{address}/bank", denied.format("bank", "NO")),
        "tls-wanted": Case(f"mysql://bank:{ENCODED}@{{address}}/bank?ssl-mode=REQUIRED", UNPROVEN),
    }
    if plugin == "ed25519":
        cases = {"right": Case(f"mysql://bank:{ENCODED}@{{address}}/bank", UNPROVEN)}
    # Rust's standard library has no SHA-1, which the usual method takes.
    lacks = tuple(name for name in cases if name not in ("empty", "no-password")) if language == "rust" else ()
    judges(language, "mariadb", port, cases, tmp_path, lacks=lacks)


@pytest.fixture(scope="module")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with a user."""
    server, port = need_tool("nats-server", "apt-get install nats-server"), free_port()
    options = ("--addr", "127.0.0.1", "--port", str(port), "--user", "bank", "--pass", SECRET)
    with process(server, *options, cwd=tmp_path_factory.mktemp("nats")):
        time.sleep(1)
        yield port


NATS = {
    "right": Case(f"nats://bank:{ENCODED}@{{address}}"),
    "file": Case("nats://bank@{address}", file=SECRET),
    "wrong-password": Case("nats://bank:no@{address}", "'Authorization Violation'"),
    "wrong-user": Case(f"nats://nobody:{ENCODED}@{{address}}", "'Authorization Violation'"),
    "no-password": Case("nats://{address}", "'Authorization Violation'"),
}


def test_nats(language: str, nats: int, tmp_path: Path) -> None:
    """CONNECT with a user and a password, PING."""
    judges(language, "nats", nats, NATS, tmp_path)


@pytest.fixture(scope="module")
def rabbitmq() -> Iterator[int]:
    """The official image, whose start takes long."""
    port = free_port()
    options = ("--env", "RABBITMQ_DEFAULT_USER=bank", "--env", f"RABBITMQ_DEFAULT_PASS={SECRET}")
    with container("rabbitmq:3.13", 5672, port, *options):
        end = time.monotonic() + PATIENCE
        while True:
            with socket.create_connection(("127.0.0.1", port), 5) as link, contextlib.suppress(OSError):
                link.settimeout(2)
                link.sendall(b"AMQP\0\0\x09\1")
                if link.recv(1) == b"\1":
                    break
            assert time.monotonic() < end
            time.sleep(1)
        yield port


_REFUSED_LOGIN = (
    "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile."
)
RABBITMQ = {
    "right": Case(f"amqp://bank:{ENCODED}@{{address}}"),
    "host": Case(f"amqp://bank:{ENCODED}@{{address}}/%2F"),
    "file": Case("amqp://bank@{address}/", file=SECRET),
    "wrong-password": Case("amqp://bank:no@{address}", _REFUSED_LOGIN),
    "wrong-user": Case(f"amqp://nobody:{ENCODED}@{{address}}", _REFUSED_LOGIN),
    "wrong-host": Case(f"amqp://bank:{ENCODED}@{{address}}/none", "NOT_ALLOWED - vhost none not found"),
}


@pytest.mark.engine
@pytest.mark.slow
def test_rabbitmq(language: str, rabbitmq: int, tmp_path: Path) -> None:
    """PLAIN, and the virtual host."""
    judges(language, "rabbitmq", rabbitmq, RABBITMQ, tmp_path)


@pytest.mark.parametrize("server", ["redis"])
def test_a_server_that_comes_and_goes(server: str, language: str, tmp_path: Path) -> None:
    """Refused before and after, healthy between."""
    port = free_port()
    program = install(module(language, need("it", server), strict=False), tmp_path)
    env = {"IT_URL": f"redis://127.0.0.1:{port}"}
    where = f"redis at 127.0.0.1:{port}"
    assert program.report(env=env)["checks"]["it"]["detail"] == f"{where}: connection refused"
    redis = need_tool("redis-server", "apt-get install redis-server")
    with process(redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "", cwd=tmp_path):
        retried(lambda: subprocess.run([*program_ping(port)], capture_output=True, text=True, check=False))
        assert program.report(env=env)["checks"]["it"]["detail"] == where
    assert program.report(env=env)["checks"]["it"]["detail"] == f"{where}: connection refused"


def program_ping(port: int) -> tuple[str, ...]:
    """What asks whether a Redis is up."""
    return (need_tool("redis-cli", "apt-get install redis-server"), "-p", str(port), "-e", "ping")
