"""What a variable that sources read is to a backing service: its URL, its host, its password."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Protocol

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import Backing, client_among
from speccompile.lower.naming import variable

_CONNECTION = "CONNECTIONSTRINGS__"


class Role(Enum):
    """Which part of the way to a store a variable holds."""

    URL = "url"
    HOST = "host"
    PORT = "port"
    ADDRESS = "address"
    USER = "user"
    DATABASE = "database"
    PASSWORD = "password"  # noqa: S105  # a word
    PASSWORD_FILE = "password file"  # noqa: S105  # a word


class Named(Protocol):
    """A store of the project: its name, and its kind in the catalogue."""

    @property
    def name(self) -> str:
        """Its name in this project, which is its host."""

    @property
    def kind(self) -> str:
        """Its kind in the catalogue."""


_PASSWORDS = ("PASSWORD", "PASS", "PASSWD", "PWD", "SECRET_KEY", "SECRET_ACCESS_KEY", "ROOT_PASSWORD")
_PARTS: Mapping[str, Role] = {
    **dict.fromkeys(("HOST", "HOSTNAME", "SERVER", "SERVICE_HOST"), Role.HOST),
    "PORT": Role.PORT,
    **dict.fromkeys(("ADDR", "ADDRESS", "BROKERS", "BOOTSTRAP_SERVERS", "SERVERS"), Role.ADDRESS),
    **dict.fromkeys(("USER", "USERNAME", "USR", "ACCESS_KEY", "ACCESS_KEY_ID", "ROOT_USER"), Role.USER),
    **dict.fromkeys(
        ("NAME", "DATABASE", "DB", "DBNAME", "DB_NAME", "DATABASE_NAME", "VHOST", "VIRTUAL_HOST"), Role.DATABASE
    ),
    **dict.fromkeys(
        ("URL", "URI", "DSN", "JDBC_URL", "CONNECTION_STRING", "CONNECTION", "CONN_STR", "BACKEND", "BROKER_URL", "RESULT_BACKEND",
         "ENDPOINT", "ENDPOINT_URL", "ENDPOINT_URL_S3", "URIS", "NODE"),
        Role.URL,
    ),
    **dict.fromkeys(_PASSWORDS, Role.PASSWORD),
    **dict.fromkeys((f"{name}_FILE" for name in _PASSWORDS), Role.PASSWORD_FILE),
}  # fmt: skip


def implied(kind: str, dependencies: Iterable[str]) -> tuple[str, ...]:
    """The variables for a store of *kind* that a framework among *dependencies* reads though no source names them."""
    installed = tuple(dependencies)
    return next((names for clients, names in CATALOG[kind].implied if client_among(clients, installed)), ())


def roles(stores: Sequence[Named], read: Iterable[str]) -> dict[str, dict[str, Role]]:
    """For each of *stores*, by name, those of the variables *read* that are about it and no other, with their roles.

    Where a name fits several stores (``DB_HOST`` beside two databases) it is about the one whose own prefix it has, then about the one to
    which the prefix belongs rather than to the others, then about the first.
    """
    found: dict[str, dict[str, Role]] = {store.name: {} for store in stores}
    for name in read:
        fitting = [(fit, number) for number, store in enumerate(stores) if (fit := _fit(store, name))]
        if fitting:
            (_, _, role), number = max(fitting, key=lambda one: (one[0][0], one[0][1], -one[1]))
            found[stores[number].name][name] = role
    return found


def _fit(store: Named, read: str) -> tuple[int, int, Role] | None:
    """How well *read* fits *store*: the length of the prefix, and how much the prefix is the store's own."""
    backing = CATALOG[store.kind]
    if read.startswith(_CONNECTION):
        return _connected(backing, variable(store.name), read.removeprefix(_CONNECTION))
    prefixes = (variable(store.name), *backing.own, *backing.prefixes)
    fits = [
        (len(prefix), -place, role)
        for place, prefix in enumerate(prefixes)
        if read.startswith(prefix) and (role := _PARTS.get(read[len(prefix) :].removeprefix("_")))
    ]
    return max(fits, key=lambda fit: fit[:2], default=None)


def _connected(backing: Backing, own: str, named: str) -> tuple[int, int, Role] | None:
    """How well one of .NET's named connections fits: by the words of its name; one that speaks of no kind is a relational database."""
    words = (own, *backing.own)
    if any(word in named for word in words):
        return len(_CONNECTION), 0, Role.URL
    of_others = any(
        word in named for kind in CATALOG.values() if kind is not backing for word in kind.own if len(word) > 2
    )
    return (1, -len(words), Role.URL) if "DB" in backing.prefixes and not of_others else None
