"""PostgreSQL, Debian variant of the official image.

While the entrypoint sets up a new database the server does not listen on TCP, so the probe on 127.0.0.1 does not call it ready too early.
``PGDATA`` is set, below the volume: it is empty at first under every version, and does not move with version 18's new default. From 18 on the
image refuses to start where something is mounted at the old place (https://github.com/docker-library/postgres/pull/1259).
"""

from __future__ import annotations

from speccompile.catalog.backing import ALCHEMY, DATA_SOURCES, RELATIONAL, Backing, Login, jdbc, keywords, scratch, url

_USER = "999:999"
_HERE = "{host}:5432/{app}"
# lib/pq insists on TLS unless it is told otherwise; inside of the project nothing has a certificate.
_TLS_OR_NOTHING = ("github.com/lib/pq", "github.com/golang-migrate/migrate")
# Npgsql reads no URLs (https://www.npgsql.org/doc/connection-string-parameters.html).
_NET = ("npgsql", "npgsql.entityframeworkcore.postgresql", "marten")
_PYTHON = ("psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary", "asyncpg", "aiopg", "pg8000")

BACKING = Backing(
    kind="postgres",
    usual_name="db",
    words=("postgres", "postgresql"),
    generic=("relational databases?", "sql databases?", "databases?"),
    clients=(
        "pg",
        "ext-pdo_pgsql",
        "ext-pgsql",
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
        "github.com/lib/pq",
        "github.com/jackc/pgx",
        "gorm.io/driver/postgres",
        "tokio-postgres",
        "deadpool-postgres",
        "diesel/postgres",
        "diesel-async/postgres",
        "rocket_db_pools/sqlx_postgres",
        "sea-orm/sqlx-postgres",
        "sqlx/postgres",
        "postgresql",
        "quarkus-jdbc-postgresql",
        "postgrex",
        "npgsql",
        "npgsql.entityframeworkcore.postgresql",
        "marten",
    ),
    schemes=("postgres", "postgresql"),
    own=("POSTGRES", "POSTGRESQL", "PG", "PSQL"),
    prefixes=RELATIONAL,
    implied=DATA_SOURCES,
    lasting=True,
    oldest=11,
    version="16",
    tag="postgres:{version}-bookworm",
    port=5432,
    user=_USER,
    data="/var/lib/postgresql/data",
    moved=(18, "/var/lib/postgresql"),
    scratch=(scratch("/tmp", size="64m"), scratch("/run/postgresql", size="1m", owner=_USER)),  # noqa: S108  # in the container
    command=(),
    environment=(
        ("PGDATA", "/var/lib/postgresql/data/pgdata"),
        ("POSTGRES_DB", "{app}"),
        ("POSTGRES_INITDB_ARGS", "--data-checksums"),
        ("POSTGRES_USER", "{user}"),
    ),
    login=Login(variable="POSTGRES_PASSWORD", user="{user}"),
    protocol="postgres",
    url_variable="DATABASE_URL",
    forms=(
        url("postgresql+asyncpg", _HERE, ALCHEMY, ("asyncpg",)),
        url("postgresql+psycopg", _HERE, ALCHEMY, ("psycopg", "psycopg-binary")),
        url("postgresql+pg8000", _HERE, ALCHEMY, ("pg8000",)),
        jdbc(
            "postgresql",
            _HERE,
            (
                "postgresql",
                "quarkus-jdbc-postgresql",
            ),
        ),
        keywords("Host={host};Port=5432;Database={app}", _NET),
        url("postgresql", _HERE, (*ALCHEMY, *_PYTHON)),
        url("postgres", f"{_HERE}?sslmode=disable", _TLS_OR_NOTHING),
        url("postgres", _HERE),
    ),
    check=("pg_isready", "-q", "-t", "3", "-h", "127.0.0.1", "-U", "{user}", "-d", "{app}"),
    start_period=30,
    memory=512 * 2**20,
    least=64 * 2**20,
    cpus=1.0,
    pids=256,
    stop_signal="SIGINT",
    stop_grace=60,
)
