"""What runs once before a new version serves: what a package manager does before the start script (``prestart``), and migrations."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks_js import SCRIPT_NOT_RUN
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.stacks.javascript import launch, launchers
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
# Programs, the packages that bring them, where migrations are, and the command.
_MIGRATORS = {
    "prisma": ("prisma", "prisma/migrations", ("node_modules/.bin/prisma", "migrate", "deploy")),
    "drizzle-kit": ("drizzle-kit", "drizzle/meta", ("node_modules/.bin/drizzle-kit", "migrate")),
    "sequelize": ("sequelize-cli", "migrations", ("node_modules/.bin/sequelize-cli", "db:migrate")),
}
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
    for program, (owner, sign, command) in _MIGRATORS.items():
        if (
            owner in package.sections["devDependencies"]
            and owner not in package.dependencies
            and tree.is_directory(sign)
        ):
            yield SCRIPT_NOT_RUN.at(
                package.at("devDependencies", owner),
                f"{sign} has migrations, and {program}, which runs them, is among the devDependencies: nothing in the image can run them",
                fix=f"move {owner} to the dependencies and write `release: [[{', '.join(command)}]]` for the service in deploy.yaml",
            )


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
