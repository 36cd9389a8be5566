"""Build scripts that migrate a database: an image is built where none is, so that part of the script is left out, and the rest is run part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks_js import BUILD_MIGRATES, MIGRATION_LEFT_OUT
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.javascript import prisma
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.scripts import of_text
from speccompile.stacks.javascript.workspaces import Workspace

# Programs with the words by which they change a database that has a server.
_MIGRATES = {
    "db-migrate": ("up",),
    "drizzle-kit": ("migrate", "push"),
    "knex": ("migrate:latest", "seed:run"),
    "mikro-orm": ("migration:up", "schema:update"),
    "node-pg-migrate": ("up",),
    "prisma": ("migrate", "db"),
    "sequelize": ("db:migrate", "db:seed:all"),
    "sequelize-cli": ("db:migrate", "db:seed:all"),
    "typeorm": ("migration:run", "schema:sync"),
}
# With a database in a file a build can have one.
_IN_FILES = frozenset(("better-sqlite3", "sqlite3", "sqlite", "@libsql/client"))
_MANAGERS = ("npm", "pnpm", "yarn", "bun")
_AS_IT_IS = (*_MANAGERS, "npx", "bunx", "node", "rm", "cp", "mv", "mkdir", "echo", "true")
_ASSIGNED = regex(r"[A-Za-z_][A-Za-z0-9_]*=")
_SQLITE = regex(r"^[ \t]*provider[ \t]*=[ \t]*[\"']sqlite[\"']", re.MULTILINE)
# What means the same without a shell.
_PLAIN = regex(r"[\w@%+:,./=-]+(?: +[\w@%+:,./=-]+)*\Z")


@record()
class Rest:
    """What is left of a build script: its commands one by one, and those that were left out, as they are said. ``whole`` is false where it
    cannot be taken apart."""

    kept: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]
    whole: bool = True


def left(workspace: Workspace, place: str, script: str, execute: tuple[str, ...] = ()) -> Rest | None:
    """What is left of *script* of the package at *place*, see ``rest``; None where its database is a file, which a build can have."""
    view = workspace.tree.below(place) if place else workspace.tree
    schema = prisma.file(workspace, place)
    if schema and source(view, schema).search(_SQLITE):
        return None
    return rest(workspace.manifest(place), script, execute)


def rest(package: PackageJson, script: str, execute: tuple[str, ...] = ()) -> Rest | None:
    """What is left of *script* of *package* without its migrations; None where it has none. *execute* comes before a program of an installed
    package."""
    if _IN_FILES & package.all_dependencies:
        return None
    texts = (package.scripts.get(name, "") for name in (f"pre{script}", script, f"post{script}"))
    kept, left_out, whole = [], [], True
    for part in (part for text in texts for part in _parts(package, text, {script})):
        ran = of_text(package, part)
        migrations = [" ".join(words) for words in ran if _migrates(words)]
        left_out += migrations
        if migrations and len(migrations) == len(ran):
            continue
        whole = whole and not migrations and _PLAIN.match(part) is not None
        kept.append(part)
    if not left_out:
        return None
    return Rest(tuple(_argv(part, execute) for part in kept) if whole else (), tuple(left_out), whole)


def told(workspace: Workspace, script: str | None) -> Iterator[Diagnostic]:
    """That the build script migrates a database: an error where that cannot be taken out of it here."""
    package = workspace.package
    found = left(workspace, workspace.place, script) if script else None
    if found is None or script is None:
        return
    what = ", ".join(quoted(one) for one in found.left_out)
    span = package.at("scripts", script)
    if found.whole:
        yield MIGRATION_LEFT_OUT.at(
            span,
            f"the script {quoted(script)} changes a database ({what}), and no build has one: the image is built without that",
            fix="have it run once a release: `release` in specs/deploy.yaml",
        )
        return
    yield BUILD_MIGRATES.at(
        span,
        f"the script {quoted(script)} changes a database ({what}), and no build has one",
        fix=f"take it out of the script {quoted(script)} of package.json, and have it run once a release: `release` in specs/deploy.yaml",
    )


def _parts(package: PackageJson, text: str, seen: set[str]) -> Iterator[str]:
    """The parts of *text* between ``&&``, those of a script that migrates in the place of what runs it."""
    for part in (one.strip() for one in text.split("&&") if one.strip()):
        words = part.split()
        name = words[-1]
        runs = words[0] in _MANAGERS and words[1:-1] in ([], ["run"], ["run-script"]) and name in package.scripts
        if runs and name not in seen and any(_migrates(one) for one in of_text(package, part)):
            inner = (package.scripts.get(one, "") for one in (f"pre{name}", name, f"post{name}"))
            for one in inner:
                yield from _parts(package, one, {*seen, name})
        else:
            yield part


def _migrates(words: tuple[str, ...]) -> bool:
    program, *others = words
    return any(word in _MIGRATES.get(program, ()) for word in others[:1])


def _argv(part: str, execute: tuple[str, ...]) -> tuple[str, ...]:
    words = part.split()
    count = next((at for at, word in enumerate(words) if not _ASSIGNED.match(word)), len(words))
    given, run = words[:count], words[count:]
    return (*(("env", *given) if given else ()), *(() if run[:1] and run[0] in _AS_IT_IS else execute), *run)
