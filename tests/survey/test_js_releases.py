"""What a package of JavaScript has to run once before a new version serves."""

from __future__ import annotations

import json

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.releases import before_start, migration

BIN = "/app/node_modules/.bin/"
BEFORE: list[tuple[str, tuple[tuple[str, ...], ...]]] = [
    ("node scripts/migrate.js", (("node", "scripts/migrate.js"),)),
    ("npm run build", ()),
    ("tsc && node dist/migrate.js", (("node", "dist/migrate.js"),)),
    ("knex migrate:latest", ((f"{BIN}knex", "migrate:latest"),)),
    ("drizzle-kit migrate", ()),
    ("echo starting", ()),
]
MIGRATIONS: list[tuple[dict[str, str], tuple[str, ...] | None]] = [
    ({"db:migrate": "knex migrate:latest"}, (f"{BIN}knex", "migrate:latest")),
    ({"migrate": "node migrate.js"}, ("node", "migrate.js")),
    ({"migrate": "drizzle-kit migrate"}, None),
    ({"migrate": "knex migrate dev"}, None),
    ({}, None),
]


def facts(scripts: dict[str, str]) -> JsFacts:
    """Of a package with these scripts, with knex to run and drizzle-kit to develop."""
    sections = {"dependencies": {"knex": "3"}, "devDependencies": {"drizzle-kit": "1"}}
    lock = json.dumps({"packages": {"": sections}})
    manifest = json.dumps({**sections, "scripts": {"start": "node server.js", **scripts}})
    found = detect(MemoryTree({"package.json": manifest, "package-lock.json": lock, "server.js": ""})).facts
    assert isinstance(found, JsFacts)
    return found


@pytest.mark.parametrize(("script", "steps"), BEFORE)
def test_what_stands_before_the_start_script(script: str, steps: tuple[tuple[str, ...], ...]) -> None:
    """Builds and words are nothing; a program that only developers have cannot run in the image."""
    assert before_start(facts({"prestart": script})) == steps


@pytest.mark.parametrize(("scripts", "command"), MIGRATIONS)
def test_a_script_for_migrations(scripts: dict[str, str], command: tuple[str, ...] | None) -> None:
    """One that makes no new migration, and that can run in the image."""
    found = migration(facts(scripts))
    assert (found[0] if found else None) == command
