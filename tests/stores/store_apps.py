"""Small real applications, each with the usual client of its language for a store, unchanged from what their users write."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "apps"


@dataclass(frozen=True)
class App:
    """The kinds of the stores that an application needs, what deploy.yaml says of it besides, and the SQL that makes its tables where it does
    not make them itself."""

    stores: tuple[str, ...]
    service: dict[str, Any] = field(default_factory=dict)
    tables: str = ""


APPS = {
    "node-pg": App(("postgres", "redis")),
    # Prisma's programs (`generate`, `migrate deploy`) download an engine from a host of Prisma's own, which not everybody reaches. The client runs
    # without one, and generating it starts none either: it is told of a file, so that it downloads nothing. Migrations do need it: what
    # `migrate deploy` would run is run with psql.
    "node-prisma": App(
        ("postgres",),
        {"build": {"args": {"PRISMA_SCHEMA_ENGINE_BINARY": "/bin/true"}}},
        "prisma/migrations/20260101000000_init/migration.sql",
    ),
    "node-mongoose": App(("mongodb",)),
    "python-sqlalchemy": App(("postgres",)),
    "go-gorm": App(("postgres",)),
    "java-jdbc": App(("postgres",)),
    "rust-sqlx": App(("postgres",)),
}
