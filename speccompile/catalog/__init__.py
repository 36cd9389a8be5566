"""The backing services that can be deployed beside an application. Adding one is a module and a line here.

The order matters where generic words («a relational database») fit several: the first one is taken.
"""

from __future__ import annotations

from speccompile.catalog import (
    clickhouse,
    elasticsearch,
    kafka,
    mailpit,
    mariadb,
    memcached,
    minio,
    mongodb,
    mysql,
    nats,
    opensearch,
    postgres,
    rabbitmq,
    redis,
    valkey,
)
from speccompile.catalog.backing import Backing

CATALOG: dict[str, Backing] = {
    "postgres": postgres.BACKING,
    "redis": redis.BACKING,
    "mysql": mysql.BACKING,
    "mariadb": mariadb.BACKING,
    "mongodb": mongodb.BACKING,
    "rabbitmq": rabbitmq.BACKING,
    "nats": nats.BACKING,
    "valkey": valkey.BACKING,
    "memcached": memcached.BACKING,
    "opensearch": opensearch.BACKING,
    "elasticsearch": elasticsearch.BACKING,
    "minio": minio.BACKING,
    "kafka": kafka.BACKING,
    "clickhouse": clickhouse.BACKING,
    "mailpit": mailpit.BACKING,
}
