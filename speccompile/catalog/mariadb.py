"""MariaDB, official image. No image to run it with was at hand when this was written: checked statically only.

The probe is the image's own ``healthcheck.sh``: a connection over TCP, and InnoDB initialised. root gets a random password and only the container
itself may use it.
"""

from __future__ import annotations

from speccompile.catalog import mysql
from speccompile.catalog.backing import ALCHEMY, DATA_SOURCES, RELATIONAL, Backing, Login, jdbc, scratch, url

_USER = "999:999"
_HERE = "{host}:3306/{app}"

BACKING = Backing(
    kind="mariadb",
    usual_name="db",
    words=("mariadb", "maria db"),
    generic=("relational databases?", "sql databases?", "databases?"),
    clients=("mariadb", "mariadb-java-client", "quarkus-jdbc-mariadb"),
    schemes=("mariadb",),
    own=("MARIADB",),
    prefixes=("MYSQL", *RELATIONAL),
    implied=DATA_SOURCES,
    alike=("mysql",),
    lasting=True,
    oldest=10,
    version="11.4",
    tag="mariadb:{version}",
    port=3306,
    user=_USER,
    data="/var/lib/mysql",
    scratch=(scratch("/tmp", size="128m"), scratch("/run/mysqld", size="1m", owner=_USER)),  # noqa: S108  # in the container
    command=(),
    environment=(
        ("MARIADB_DATABASE", "{app}"),
        ("MARIADB_RANDOM_ROOT_PASSWORD", "yes"),
        ("MARIADB_ROOT_HOST", "localhost"),
        ("MARIADB_USER", "{user}"),
    ),
    login=Login(variable="MARIADB_PASSWORD", user="{user}", never=("root",)),
    protocol="mariadb",
    url_variable="DATABASE_URL",
    forms=(
        url("mariadb+mariadbconnector", _HERE, ALCHEMY, ("mariadb",)),
        jdbc(
            "mariadb",
            _HERE,
            (
                "mariadb-java-client",
                "quarkus-jdbc-mariadb",
            ),
        ),
        url("mariadb", _HERE, ("mariadb",)),
        *(form for form in mysql.BACKING.forms if form.clients),
        url("mysql", _HERE, mysql.BACKING.clients),
        url("mariadb", _HERE),
    ),
    check=("healthcheck.sh", "--connect", "--innodb_initialized"),
    start_period=60,
    memory=1024 * 2**20,
    least=192 * 2**20,
    cpus=1.0,
    pids=512,
    stop_signal="SIGTERM",
    stop_grace=60,
)
