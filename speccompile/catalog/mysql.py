"""MySQL, official image. No image to run it with was at hand when this was written: checked statically only.

The server of the entrypoint's set-up has no network, so a probe over TCP does not call it ready too early; ``mysqladmin ping`` is content
with "access denied", so it needs no password. root gets a random password and only the container itself may use it.
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, scratch

_USER = "999:999"

BACKING = Backing(
    kind="mysql",
    words=("mysql",),
    generic=("relational databases?", "sql databases?", "databases?"),
    clients=("mysql", "mysql2", "pymysql", "mysqlclient", "mysql-connector-python", "aiomysql", "asyncmy"),
    version="8.4",
    tag="mysql:{version}",
    port=3306,
    user=_USER,
    data="/var/lib/mysql",
    tmpfs=(scratch("/tmp", size="128m"), scratch("/var/run/mysqld", size="1m", owner=_USER)),  # noqa: S108  # in the container
    command=(),
    environment=(
        ("MYSQL_DATABASE", "{app}"),
        ("MYSQL_RANDOM_ROOT_PASSWORD", "yes"),
        ("MYSQL_ROOT_HOST", "localhost"),
        ("MYSQL_USER", "{app}"),
    ),
    password_variable="MYSQL_PASSWORD_FILE",  # a name
    client_password_variable="DATABASE_PASSWORD_FILE",  # a name
    url_variable="DATABASE_URL",
    url="mysql://{app}@{host}:3306/{app}",
    check=(
        "mysqladmin",
        "--protocol=tcp",
        "--host=127.0.0.1",
        "--user={app}",
        "--connect-timeout=3",
        "--silent",
        "ping",
    ),
    start_period=60,
    memory=1024 * 2**20,
    cpus=1.0,
    pids=512,
    stop_signal="SIGTERM",
    stop_grace=60,
)
