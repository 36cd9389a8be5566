"""Images that are pulled: a backing service of the catalogue, or any image beside the services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.catalog import CATALOG
from speccompile.catalog.images import kind_of
from speccompile.codes.importing import CHOSEN
from speccompile.diagnostics import masked
from speccompile.frontends.importers.keys import not_carried, not_needed
from speccompile.frontends.importers.parts import Part, Service
from speccompile.frontends.importers.variables import NO_VALUE, in_clear_text, looks_secret
from speccompile.frontends.wording import shown
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.names import STORE_WORD


def store(service: Service, kind: str, version: str | None, span: Span, said: str = "") -> Iterator[Part]:
    """A backing service of the catalogue's *kind*; *said* is the version or image that the file names, where the catalogue takes another."""
    yield service.put("uses", kind, span)
    if version:
        yield service.put("version", version, span)
    elif said:
        yield CHOSEN.at(
            span,
            f"{service.name}: {shown(said)} names no version of {kind} that is run here; the catalogue's, {CATALOG[kind].version}, is taken",
            fix=f"nothing, or write `version` below {service.name} in deploy.yaml; data of another version has to be moved by its own tools",
            found=shown(said),
            expected=f"a version of {kind} from {CATALOG[kind].oldest} on",
        )


def image(service: Service, name: str, port: int | None, span: Span) -> Iterator[Part]:
    """The image *name*: a backing service where the catalogue has it, else a container beside the services."""
    kind, version = kind_of(name)
    if kind:
        yield from store(service, kind, version, span, masked(name))
        return
    yield service.put("image", name, span)
    if port is not None:
        yield service.put("port", port, span)


# What the official images are told to call the database and its user.
_CALLED = {
    "postgres": {"POSTGRES_DB": "database", "POSTGRES_USER": "user"},
    "mysql": {"MYSQL_DATABASE": "database", "MYSQL_USER": "user"},
    "mariadb": {
        "MARIADB_DATABASE": "database",
        "MYSQL_DATABASE": "database",
        "MARIADB_USER": "user",
        "MYSQL_USER": "user",
    },
    "mongodb": {"MONGO_INITDB_DATABASE": "database", "MONGO_INITDB_ROOT_USERNAME": "user"},
    "rabbitmq": {"RABBITMQ_DEFAULT_VHOST": "database", "RABBITMQ_DEFAULT_USER": "user"},
}
_PLAIN_NAME = regex(STORE_WORD, re.ASCII)
# The catalogue's images are told these in a way of their own.
_OURS = regex(
    r"[A-Z_]*(?:PASSWORD|PASSWORD_FILE|_USER|_USERNAME|_DB|_DATABASE|_VHOST|_PASS|_HOST|_PORT)|PGDATA|TZ", re.ASCII
)


def told(service: Service, kind: str, name: str, value: str, span: Span) -> Iterator[Part]:
    """What the image of a backing service is told by the variable *name*."""
    key = _CALLED.get(kind, {}).get(name)
    if looks_secret(name, value) and not NO_VALUE.fullmatch(value):
        yield in_clear_text(service.name, name, span)
    elif key and _PLAIN_NAME.fullmatch(value) and value != "root":
        yield service.put(key, value, span)
    elif key or _OURS.fullmatch(name):
        yield not_needed(
            span,
            f"{service.name}: {name}",
            "the store is set up with an account and a password of its own, which services that need it get",
        )
    else:
        why = "a backing service is set up as the catalogue has it"
        yield not_carried(
            span,
            f"{service.name}: {name}",
            why,
            "declare the image itself as a service (`image:`, `port:`, `env:`) where the setting matters",
        )


def address(service: Service, name: str, value: str, other: str, span: Span) -> Iterator[Part]:
    """The address of the store *other*, in the variable by which clients read it: it is told by this compiler."""
    yield not_needed(span, f"{service.name}: {name}", f"it is told it since it needs {other}")
    if looks_secret(name, value) and not NO_VALUE.fullmatch(value):
        yield in_clear_text(service.name, name, span)
