"""What is publicly documented of images that are pulled: on which port they listen, and which paths they write.

Kept here and not read from the catalogue, which these facts are to be compared with. Each is from the image's page on hub.docker.com and
the port from IANA's registry of service names.
"""

from __future__ import annotations

from speccompile.record import record

NGINX = ("nginx", "nginx-unprivileged")
"""The images that are an nginx."""


@record()
class Pulled:
    """An image: the scheme of URLs of it, its port, where it keeps its data ("" when it keeps none), what else it writes, and the variable
    that moves the data.

    ``pages`` are further ports, at which it speaks HTTP. Any of its ports may be named by a URL of HTTP: so are those of images that
    deploy.yaml names, of which nobody here knows the protocol.

    Of each tuple in ``writes`` one path has to be writable: two that are in the same tuple are the same directory by a symbolic link.
    """

    schemes: tuple[str, ...]
    port: int
    data: str
    writes: tuple[tuple[str, ...], ...] = ()
    moved_by: str = ""
    pages: tuple[int, ...] = ()


_MYSQLD = (("/run/mysqld", "/var/run/mysqld"),)
_MYSQL = ("mysql", "mysql2", "mariadb")

BACKING: dict[str, Pulled] = {
    "postgres": Pulled(
        ("postgres", "postgresql"),
        5432,
        "/var/lib/postgresql",
        (("/run/postgresql", "/var/run/postgresql"),),
        "PGDATA",
    ),
    "mysql": Pulled(_MYSQL, 3306, "/var/lib/mysql", _MYSQLD),
    "mariadb": Pulled(_MYSQL, 3306, "/var/lib/mysql", _MYSQLD),
    "redis": Pulled(("redis", "rediss", "valkey"), 6379, "/data"),
    "valkey": Pulled(("redis", "rediss", "valkey"), 6379, "/data"),
    "mongo": Pulled(("mongodb",), 27017, "/data/db", (("/data/configdb",),)),
    "rabbitmq": Pulled(("amqp", "amqps"), 5672, "/var/lib/rabbitmq", (("/var/log/rabbitmq",),), pages=(15672,)),
    "nats": Pulled(("nats",), 4222, "", pages=(8222,)),
    "memcached": Pulled(("memcached",), 11211, ""),
    "opensearch": Pulled(("opensearch",), 9200, "/usr/share/opensearch/data", (("/usr/share/opensearch/logs",),)),
    "elasticsearch": Pulled(
        ("elasticsearch",), 9200, "/usr/share/elasticsearch/data", (("/usr/share/elasticsearch/logs",),)
    ),
    "minio": Pulled(("s3",), 9000, ""),
    "clickhouse-server": Pulled(
        ("clickhouse",),
        9000,
        "/var/lib/clickhouse",
        (("/etc/clickhouse-server/users.d",), ("/var/log/clickhouse-server",)),
        pages=(8123,),
    ),
    "kafka": Pulled(("kafka",), 9092, "/var/lib/kafka/data", (("/opt/kafka/config",),)),
    "mailpit": Pulled(("smtp",), 1025, "", pages=(8025,)),
}

PORTS: dict[str, int] = {
    scheme: pulled.port for pulled in BACKING.values() for scheme in pulled.schemes if scheme != "smtp"
}
"""The port of a URL that names none, by its scheme; mail has one of its own (25), and mailpit another."""
