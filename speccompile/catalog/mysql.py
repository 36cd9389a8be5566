"""MySQL, official image. No image to run it with was at hand when this was written: checked statically only.

The server of the entrypoint's set-up has no network, so a probe over TCP does not call it ready too early; ``mysqladmin ping`` is content
with "access denied", so it needs no password. root gets a random password and only the container itself may use it.
"""

from __future__ import annotations

from speccompile.catalog.backing import (
    ALCHEMY,
    DATA_SOURCES,
    RELATIONAL,
    Backing,
    Form,
    Login,
    jdbc,
    keywords,
    scratch,
    url,
)

_USER = "999:999"
_HERE = "{host}:3306/{app}"
GO = ("github.com/go-sql-driver/mysql", "gorm.io/driver/mysql")
# What go-sql-driver calls a data source name is no URL.
GO_FORM = Form(
    "{user}:{password}@tcp({host}:3306)/{app}?parseTime=true",
    "{user}@tcp({host}:3306)/{app}?parseTime=true",
    (GO,),
    plain=False,
)

# None of them reads URLs (https://mysqlconnector.net/connection-options/).
_NET = ("mysqlconnector", "mysql.data", "mysql.entityframeworkcore", "pomelo.entityframeworkcore.mysql")

BACKING = Backing(
    kind="mysql",
    usual_name="db",
    words=("mysql",),
    generic=("relational databases?", "sql databases?", "databases?"),
    clients=(
        "mysql",
        "ext-mysqli",
        "ext-pdo_mysql",
        "mysql2",
        "pymysql",
        "mysqlclient",
        "mysql-connector-python",
        "aiomysql",
        "asyncmy",
        "mysql_async",
        "diesel/mysql",
        "diesel-async/mysql",
        "rocket_db_pools/sqlx_mysql",
        "sea-orm/sqlx-mysql",
        "sqlx/mysql",
        "mysql-connector-java",
        "mysql-connector-j",
        "quarkus-jdbc-mysql",
        "myxql",
        *GO,
        "mysqlconnector",
        "mysql.data",
        "mysql.entityframeworkcore",
        "pomelo.entityframeworkcore.mysql",
        "myxql",
    ),
    schemes=("mysql", "mysql2"),
    own=("MYSQL",),
    prefixes=("MARIADB", *RELATIONAL),
    implied=DATA_SOURCES,
    alike=("mariadb",),
    lasting=True,
    oldest=8,
    version="8.4",
    tag="mysql:{version}",
    port=3306,
    user=_USER,
    data="/var/lib/mysql",
    scratch=(scratch("/tmp", size="128m"), scratch("/var/run/mysqld", size="1m", owner=_USER)),  # noqa: S108  # in the container
    command=(),
    environment=(
        ("MYSQL_DATABASE", "{app}"),
        ("MYSQL_RANDOM_ROOT_PASSWORD", "yes"),
        ("MYSQL_ROOT_HOST", "localhost"),
        ("MYSQL_USER", "{user}"),
    ),
    login=Login(variable="MYSQL_PASSWORD", user="{user}", never=("root",)),
    protocol="mysql",
    url_variable="DATABASE_URL",
    forms=(
        url("mysql+aiomysql", _HERE, ALCHEMY, ("aiomysql",)),
        url("mysql+asyncmy", _HERE, ALCHEMY, ("asyncmy",)),
        url("mysql+pymysql", _HERE, ALCHEMY, ("pymysql",)),
        url("mysql+mysqlconnector", _HERE, ALCHEMY, ("mysql-connector-python",)),
        jdbc("mysql", _HERE, ("mysql-connector-j", "quarkus-jdbc-mysql", "mysql-connector-java")),
        GO_FORM,
        keywords("Server={host};Port=3306;Database={app}", _NET),
        url("mysql", _HERE),
    ),
    check=(
        "mysqladmin",
        "--protocol=tcp",
        "--host=127.0.0.1",
        "--user={user}",
        "--connect-timeout=3",
        "--silent",
        "ping",
    ),
    start_period=60,
    memory=1024 * 2**20,
    least=512 * 2**20,
    cpus=1.0,
    pids=512,
    stop_signal="SIGTERM",
    stop_grace=60,
)
