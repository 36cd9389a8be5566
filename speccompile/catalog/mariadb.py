"""MariaDB, official image. No image to run it with was at hand when this was written: checked statically only.

The probe is the image's own ``healthcheck.sh``: a connection over TCP, and InnoDB initialised. root gets a random password and only the container
itself may use it.
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, scratch

_USER = "999:999"

BACKING = Backing(
    kind="mariadb",
    words=("mariadb", "maria db"),
    generic=("relational databases?", "sql databases?", "databases?"),
    clients=("mariadb",),
    version="11.4",
    tag="mariadb:{version}",
    port=3306,
    user=_USER,
    data="/var/lib/mysql",
    tmpfs=(scratch("/tmp", size="128m"), scratch("/run/mysqld", size="1m", owner=_USER)),  # noqa: S108  # in the container
    command=(),
    environment=(
        ("MARIADB_DATABASE", "{app}"),
        ("MARIADB_RANDOM_ROOT_PASSWORD", "yes"),
        ("MARIADB_ROOT_HOST", "localhost"),
        ("MARIADB_USER", "{app}"),
    ),
    password_variable="MARIADB_PASSWORD_FILE",  # a name
    client_password_variable="DATABASE_PASSWORD_FILE",  # a name
    url_variable="DATABASE_URL",
    url="mariadb://{app}@{host}:3306/{app}",
    check=("healthcheck.sh", "--connect", "--innodb_initialized"),
    start_period=60,
    memory=1024 * 2**20,
    cpus=1.0,
    pids=512,
    stop_signal="SIGTERM",
    stop_grace=60,
)
