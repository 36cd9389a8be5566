"""What a package of JavaScript has to run once before a new version serves."""

from __future__ import annotations

import json

import pytest

from speccompile.detect.detection import detect
from speccompile.plan.image import Copy, Run
from speccompile.project.memory import MemoryTree
from speccompile.provenance import Wanted, because
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.node import recipe
from speccompile.stacks.javascript.releases import before_start, migration, migrator
from speccompile.stacks.request import Request

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


# A package among the devDependencies, a file of its migrations, and the command.
DEVELOPED: list[tuple[str, str, tuple[str, ...]]] = [
    ("prisma", "prisma/migrations/1/migration.sql", ("prisma", "migrate", "deploy")),
    ("drizzle-kit", "drizzle/meta/_journal.json", ("drizzle-kit", "migrate")),
    ("sequelize-cli", "migrations/1.js", ("sequelize-cli", "db:migrate")),
    ("@mikro-orm/cli", "migrations/1.js", ("mikro-orm", "migration:up")),
]


@pytest.mark.parametrize(("package", "path", "command"), DEVELOPED)
def test_a_migrator_that_only_developers_have(package: str, path: str, command: tuple[str, ...]) -> None:
    """It is proposed; where a release runs it, the image has what is installed for development, and else it has not."""
    sections = {"devDependencies": {package: "1"}, "dependencies": {"pg": "8"}}
    lock = json.dumps({"packages": {"": sections}})
    manifest = json.dumps({**sections, "scripts": {"start": "node server.js"}})
    tree = MemoryTree({"package.json": manifest, "package-lock.json": lock, "server.js": "", path: ""})
    found = detect(tree).facts
    assert isinstance(found, JsFacts)
    proposed = migrator(tree, found)
    assert proposed is not None
    assert proposed[0] == (f"node_modules/.bin/{command[0]}", *command[1:])
    assert [one.code for one in found.unreleased] == ["SC283"]
    for release, omits in (((proposed[0],), False), ((), True)):
        made = recipe(
            found,
            Request(
                archetype="web-service",
                prefix="",
                port=Wanted(3000, because("SC300")),
                command=None,
                release=release,
                origin=because("SC300"),
            ),
        )
        words = [
            word
            for stage in made.stages
            for step in stage.steps
            if isinstance(step, Run)
            for one in step.commands
            for word in one
        ]
        copied = [source for step in made.stages[-1].steps if isinstance(step, Copy) for source in step.sources]
        assert ("--omit=dev" in words) is omits
        assert any(source.startswith(path.partition("/")[0]) for source in copied)
