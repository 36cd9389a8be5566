"""The variables that sources read for what they need, and what deploy.yaml can give them.

Compose and the wiring name things their own way (``DATABASE_URL``, ``API_URL``); sources that read ``DB_HOST`` or ``BACKEND_URL`` get these besides, as
plain values. A password is no plain value: it is a file, whose path is in the variable that the wiring sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import identifier
from speccompile.lower.naming import variable
from speccompile.record import record
from speccompile.survey.stores import Store

_PREFIXES = {
    "postgres": ("DB", "DATABASE", "POSTGRES", "POSTGRESQL", "PG", "PSQL", "SQL", "RDS"),
    "mysql": ("DB", "DATABASE", "MYSQL", "MARIADB", "SQL", "RDS"),
    "mariadb": ("DB", "DATABASE", "MYSQL", "MARIADB", "SQL", "RDS"),
    "mongodb": ("MONGO", "MONGODB", "DB", "DATABASE", "SPRING_DATA_MONGODB"),
    "redis": (
        "REDIS",
        "CACHE",
        "CELERY_BROKER",
        "CELERY_RESULT",
        "CELERY",
        "BROKER",
        "SPRING_DATA_REDIS",
        "SPRING_REDIS",
    ),
    "rabbitmq": ("RABBITMQ", "RABBIT", "AMQP", "BROKER", "CELERY_BROKER", "SPRING_RABBITMQ"),
    "nats": ("NATS",),
}
_HOST = ("HOST", "HOSTNAME", "SERVER", "SERVICE_HOST")
_USER = ("USER", "USERNAME", "USR")
_NAME = ("NAME", "DATABASE", "DB", "DBNAME", "DB_NAME", "DATABASE_NAME")
_URL = ("URL", "URI", "DSN", "CONNECTION_STRING", "CONNECTION", "BACKEND", "CONN_STR", "BROKER_URL", "RESULT_BACKEND")
_PASSWORD = ("PASSWORD", "PASS", "PASSWD", "PWD")
_PEER = re.compile(
    r"(?:_(?:SERVICE|API|SERVER|BASE|BACKEND|INTERNAL))*_(URL|URI|ENDPOINT|ORIGIN|ADDR|ADDRESS|HOST|PORT)\Z"
)
_JDBC = {"postgres": "postgresql", "mysql": "mysql", "mariadb": "mariadb"}
_PUBLIC = (
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "VUE_APP_",
    "PUBLIC_",
    "NUXT_PUBLIC_",
    "GATSBY_",
    "EXPO_PUBLIC_",
    "NG_APP_",
)


@record()
class Given:
    """A variable with its value; None where it is a password or needs one, and so cannot stand in deploy.yaml."""

    name: str
    value: str | None
    what: str


def for_store(store: Store, app: str, read: str) -> Given | None:
    """What the variable *read* is to *store* of the application *app*, if it is one of its."""
    backing = CATALOG[store.kind]
    own = identifier(app)
    if read == "SPRING_DATASOURCE_URL" and store.kind in _JDBC:
        return Given(read, f"jdbc:{_JDBC[store.kind]}://{store.name}:{backing.port}/{own}", store.name)
    part = _part(read, (*_PREFIXES[store.kind], variable(store.name)))
    values = {
        **dict.fromkeys(_HOST, store.name),
        "PORT": str(backing.port),
        "ADDR": f"{store.name}:{backing.port}",
        "ADDRESS": f"{store.name}:{backing.port}",
    }
    if backing.password_variable:
        values |= dict.fromkeys(_USER, own) | dict.fromkeys(_NAME, own)
        if part in (*_PASSWORD, *_URL):
            return Given(read, None, store.name)
    else:
        values |= dict.fromkeys(_URL, backing.url.format(app=own, host=store.name))
    return Given(read, values[part], store.name) if part in values else None


def is_public(read: str) -> bool:
    """Whether *read* is put into what is delivered to browsers when it is built."""
    return read.startswith(_PUBLIC)


def for_peer(name: str, port: int, read: str, others: tuple[str, ...]) -> Given | None:
    """What the variable *read* is to the service *name* on *port*, which is also called one of *others*."""
    for called in (name, *others):
        prefix = variable(called)
        match = _PEER.match(read, len(prefix)) if read.startswith(prefix) else None
        if match and (called == name or match[1] not in ("HOST", "PORT", "ORIGIN")):
            values = {"HOST": name, "PORT": str(port), "ADDR": f"{name}:{port}", "ADDRESS": f"{name}:{port}"}
            return Given(read, values.get(match[1], f"http://{name}:{port}"), name)
    return None


def _part(read: str, prefixes: Iterator[str] | tuple[str, ...]) -> str:
    """What follows the longest of *prefixes* in *read*: ``HOST`` of ``DB_HOST`` and of ``PGHOST``; "" where none does."""
    fitting = [prefix for prefix in prefixes if read.startswith(prefix)]
    return read[len(max(fitting, key=len)) :].removeprefix("_") if fitting else ""
