"""What runs once before a new version serves: what a package manager does before the start script (``prestart``), and migrations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.codes.stacks_js import SCRIPT_NOT_RUN
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.javascript import launch, launchers, prisma
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.launch import Launch
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.scripts import commands

_SCRIPT, _BUILD = "prestart", ("build", "compile", "clean", "bundle")
_BINARIES = "/app/node_modules/.bin/"
# Scripts that people have for migrations, those that are for production first.
_MIGRATE = (
    "migrate:deploy", "db:migrate:deploy", "db:deploy", "migrate:prod", "db:migrate:prod", "migration:run:prod", "db:migrate", "migrate",
    "migration:run", "migrations:run", "migrate:up", "db:migrate:up", "migrate:latest",
)  # fmt: skip
_NO_RELEASE = frozenset(("dev", "reset", "create", "generate", "make", "down", "rollback", "push", "studio"))


@record()
class _Migrator:
    """A package that migrates databases: where its migrations are, the words behind its program, and what it reads of the sources."""

    package: str
    signs: tuple[str, ...]
    words: tuple[str, ...]
    reads: tuple[str, ...]
    program: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        """What is run in the image."""
        return (f"node_modules/.bin/{self.program or self.package}", *self.words)


_MIGRATORS = (
    _Migrator("prisma", ("prisma/migrations",), ("migrate", "deploy"), ("prisma", "prisma.config")),
    _Migrator(
        "drizzle-kit",
        ("drizzle/meta", "drizzle/migrations/meta", "migrations/meta"),
        ("migrate",),
        ("drizzle", "migrations", "drizzle.config"),
    ),
    _Migrator("sequelize-cli", ("migrations",), ("db:migrate",), ("migrations", "config", "models", ".sequelizerc")),
    _Migrator("knex", ("migrations", "db/migrations"), ("migrate:latest",), ("migrations", "db", "knexfile")),
    _Migrator(
        "@mikro-orm/cli",
        ("migrations", "src/migrations"),
        ("migration:up",),
        ("migrations", "src", "mikro-orm.config"),
        "mikro-orm",
    ),
    _Migrator("node-pg-migrate", ("migrations",), ("up",), ("migrations",)),
    _Migrator("db-migrate", ("migrations",), ("up",), ("migrations", "database.json")),
)
# They make what the build makes, look at the sources, or say something.
_NOTHING = frozenset((
    "tsc", "tsc-alias", "tsup", "tsdown", "swc", "babel", "esbuild", "rollup", "webpack", "vite", "next", "nuxt", "rimraf", "del-cli", "rm", "mkdir",
    "cp", "cpx", "copyfiles", "echo", "eslint", "prettier", "jest", "vitest", "test", "true", "clear", "ngcc", "patch-package", "install", "ci", "cd",
    "husky", "kill-port", "free-port", "check-engines", "check-node-version", "is-ci", "dotenv",
))  # fmt: skip


def before_start(facts: JsFacts) -> tuple[tuple[str, ...], ...]:
    """The commands before the start script that do something else than a build, as they run in the image."""
    found = (_in_image(words, facts) for words in _before(facts.package))
    return tuple(words for words in found if words)


def migration(facts: JsFacts) -> tuple[tuple[str, ...], str] | None:
    """The command that a script for migrations runs, and the script's name; None where there is none that can run in the image."""
    package = facts.package
    for name in (name for name in _MIGRATE if name in package.scripts):
        found = launch.of_script(name, package, facts.runtime.name)
        if (
            isinstance(found, Launch)
            and not found.missing
            and found.argv[0] != "/bin/sh"
            and not _NO_RELEASE & {*found.argv}
        ):
            return _there(found.argv, facts), name
    return None


def migrator(tree: Tree, facts: JsFacts) -> tuple[tuple[str, ...], str] | None:
    """The command of a package that has migrations in *tree*, and why; None where there is none, or where nothing that is installed is shipped."""
    for one in _migrators(tree, facts.package):
        sign = next((path for path in one.signs if tree.is_directory(path)), None)
        configured = one.package != "knex" or any(tree.is_file(f"knexfile.{end}") for end in ("js", "cjs", "mjs", "ts"))
        if sign is None or one.package not in facts.package.all_dependencies or not configured:
            continue
        if one.package in facts.package.dependencies:
            return one.command, f"{sign} is there"
        if not (facts.server and facts.server.whole):
            return (
                one.command,
                f"{sign} is there; {one.package} is a devDependency, for which the image has all of them",
            )
    return None


def equipped(facts: JsFacts, release: tuple[tuple[str, ...], ...]) -> JsFacts:
    """*facts* of an image that can run *release*: with what is installed for development where a step is one of its programs, and with what that
    reads of the sources; its start no longer runs them itself."""
    if facts.start and release:
        facts = replace(facts, start=launch.without(facts.start, release))
    named = {word.rpartition("/")[2] for step in release for word in step[:1]}
    *others, own = facts.parts
    tree = facts.workspace.tree.below(own.directory) if own.directory else facts.workspace.tree
    wanted = [one for one in _migrators(tree, facts.package) if (one.program or one.package) in named]
    if not wanted:
        return facts
    reads = tuple(name for one in wanted for name in one.reads)
    added = own.sources.only(directories=reads, suffixes=())
    files = (name for name in own.sources.files if name.startswith(tuple(f"{one}." for one in reads)) or name in reads)
    read = replace(
        own.read,
        directories=tuple(sorted({*own.read.directories, *added.directories})),
        files=tuple(sorted({*own.read.files, *files})),
    )
    missing = any(one.package not in facts.package.dependencies for one in wanted)
    return replace(facts, parts=(*others, replace(own, read=read)), everything=facts.everything or missing)


def unreleased(tree: Tree, package: PackageJson) -> Iterator[Diagnostic]:
    """What the sources have for that, where nothing runs it."""
    found = _before(package)
    if found:
        listed = ", ".join(f"[{', '.join(words)}]" for words in found)
        yield SCRIPT_NOT_RUN.at(
            package.at("scripts", _SCRIPT),
            f"the script {_SCRIPT} runs {quoted(' && '.join(' '.join(words) for words in found))} before the program starts; the image starts"
            " the program alone",
            fix=f"have it run once before a new version serves: `release: [{listed}]` for the service in deploy.yaml",
        )
    for one in _migrators(tree, package):
        sign = next((path for path in one.signs if tree.is_directory(path)), None)
        if sign and one.package in package.sections["devDependencies"] and one.package not in package.dependencies:
            yield SCRIPT_NOT_RUN.at(
                package.at("devDependencies", one.package),
                f"{sign} has migrations, and nothing runs them: {one.package} is among the devDependencies, which the image does not have",
                fix=f"write `release: [[{', '.join(one.command)}]]` for the service in deploy.yaml: the image has them then; move {one.package} to "
                "the dependencies to have it without the others",
            )


def _migrators(tree: Tree, package: PackageJson) -> Iterator[_Migrator]:
    """What migrates databases; Prisma is told where its schema and its migrations are."""
    place = prisma.migrations(tree, package) or ""
    for one in _MIGRATORS:
        if one.package == "prisma" and place:
            schema = prisma.schema_of(tree, package) or ""
            tops = dict.fromkeys((place.partition("/")[0], schema.partition("/")[0], *one.reads))
            yield replace(one, signs=(place,), reads=tuple(name for name in tops if name))
        else:
            yield one


def _before(package: PackageJson) -> tuple[tuple[str, ...], ...]:
    if _SCRIPT not in package.scripts or "start" not in package.scripts:
        return ()
    built = {words for name in package.scripts if name.startswith(_BUILD) for words in commands(package, name)}
    found = (words for words in commands(package, _SCRIPT) if words not in built)
    return tuple(words for words in found if words[0] not in _NOTHING and "generate" not in words)


def _in_image(words: tuple[str, ...], facts: JsFacts) -> tuple[str, ...] | None:
    """*words* as they run in the image; None where their program is not there."""
    if words[0] in ("node", "bun"):
        return words
    owner = launchers.owner(words[0])
    return _there((f"{_BINARIES}{words[0]}", *words[1:]), facts) if owner in facts.dependencies else None


def _there(argv: tuple[str, ...], facts: JsFacts) -> tuple[str, ...]:
    """In a workspace programs are in one of two places, which PATH knows."""
    return tuple(word.replace(_BINARIES, "") for word in argv) if facts.workspace.shared else argv
