"""Build scripts that migrate a database: what is left of them, command by command."""

from __future__ import annotations

import json

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript import migrating
from speccompile.stacks.javascript.migrating import Rest
from speccompile.stacks.javascript.packagejson import read

NPX = ("npx", "--no-install")
SCRIPTS: list[tuple[dict[str, str], Rest | None]] = [
    ({"build": "next build"}, None),
    ({"build": "prisma generate && next build"}, None),
    ({"build": "prisma migrate deploy && next build"}, Rest(((*NPX, "next", "build"),), ("prisma migrate deploy",))),
    (
        {"build": "yarn up && tsc -p .", "up": "prisma migrate deploy"},
        Rest(((*NPX, "tsc", "-p", "."),), ("prisma migrate deploy",)),
    ),
    (
        {"build": "npm run db && npm run pages", "db": "rm -rf x && npx knex migrate:latest", "pages": "vite build"},
        Rest((("rm", "-rf", "x"), ("npm", "run", "pages")), ("knex migrate:latest",)),
    ),
    (
        {"prebuild": "drizzle-kit push", "build": "NODE_ENV=production next build"},
        Rest((("env", "NODE_ENV=production", *NPX, "next", "build"),), ("drizzle-kit push",)),
    ),
    ({"build": "prisma migrate deploy"}, Rest((), ("prisma migrate deploy",))),
    ({"build": "prisma migrate deploy && tsc > log"}, Rest((), ("prisma migrate deploy",), whole=False)),
    ({"build": "prisma migrate deploy; next build"}, Rest((), ("prisma migrate deploy",), whole=False)),
    ({"build": "run-s db pages", "db": "prisma db push", "pages": "vite build"}, Rest((), ("prisma db push",), False)),
]


@pytest.mark.parametrize(("scripts", "left"), SCRIPTS)
def test_what_is_left_of_a_build(scripts: dict[str, str], left: Rest | None) -> None:
    """Nothing is changed where nothing is migrated; what cannot be taken apart is said to be whole no more."""
    package = read(MemoryTree({"package.json": json.dumps({"name": "a", "scripts": scripts})}))
    assert package is not None
    assert migrating.rest(package, "build", NPX) == left


@pytest.mark.parametrize(("provider", "codes"), [("sqlite", []), ("postgresql", ["SC148"])])
def test_a_schema_says_whether_the_database_is_a_file(provider: str, codes: list[str]) -> None:
    """A build can have that one."""
    scripts = {"build": "prisma migrate deploy && vite build", "start": "node s.js"}
    manifest = {"name": "a", "scripts": scripts, "dependencies": {"prisma": "6.0.0"}}
    schema = f'datasource db {{\n  provider = "{provider}"\n  url = env("DATABASE_URL")\n}}\n'
    tree = MemoryTree({"package.json": json.dumps(manifest), "s.js": "", "prisma/schema.prisma": schema})
    assert [one.code for one in detect(tree).facts.diagnostics if one.code == "SC148"] == codes


def test_a_database_in_a_file_may_be_made_by_a_build() -> None:
    """It needs no server."""
    manifest = {"name": "a", "scripts": {"build": "knex migrate:latest"}, "dependencies": {"better-sqlite3": "11.0.0"}}
    package = read(MemoryTree({"package.json": json.dumps(manifest)}))
    assert package is not None
    assert migrating.rest(package, "build") is None
