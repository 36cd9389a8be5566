"""PostgreSQL, Debian variant of the official image.

While the entrypoint sets up a new database the server does not listen on TCP, so the probe on 127.0.0.1 does not call it ready too early.
``PGDATA`` is set, below the volume: it is empty at first under every version, and does not move with version 18's new default.
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, scratch

_USER = "999:999"

BACKING = Backing(
    kind="postgres",
    words=("postgres", "postgresql"),
    generic=("relational databases?", "sql databases?", "databases?"),
    clients=(
        "pg",
        "postgres",
        "pg-promise",
        "@prisma/adapter-pg",
        "@neondatabase/serverless",
        "@vercel/postgres",
        "psycopg",
        "psycopg2",
        "psycopg2-binary",
        "psycopg-binary",
        "asyncpg",
        "pg8000",
        "aiopg",
    ),
    version="16",
    tag="postgres:{version}-bookworm",
    port=5432,
    user=_USER,
    data="/var/lib/postgresql/data",
    tmpfs=(scratch("/tmp", size="64m"), scratch("/run/postgresql", size="1m", owner=_USER)),  # noqa: S108  # in the container
    command=(),
    environment=(
        ("PGDATA", "/var/lib/postgresql/data/pgdata"),
        ("POSTGRES_DB", "{app}"),
        ("POSTGRES_INITDB_ARGS", "--data-checksums"),
        ("POSTGRES_USER", "{app}"),
    ),
    password_variable="POSTGRES_PASSWORD_FILE",  # a name
    client_password_variable="DATABASE_PASSWORD_FILE",  # a name
    url_variable="DATABASE_URL",
    url="postgres://{app}@{host}:5432/{app}",
    check=("pg_isready", "-q", "-t", "3", "-h", "127.0.0.1", "-U", "{app}", "-d", "{app}"),
    start_period=30,
    memory=512 * 2**20,
    cpus=1.0,
    pids=256,
    stop_signal="SIGINT",
    stop_grace=60,
)
