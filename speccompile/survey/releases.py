"""What runs once before a new version serves: what a Procfile or a compose file has for it, else the migrations that the sources have."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.catalog import CATALOG
from speccompile.detect.reading import sources
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.javascript import releases
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.python.facts import PyFacts
from speccompile.stacks.ruby.facts import RubyFacts
from speccompile.stacks.writing_forms import DATABASE
from speccompile.stacks.written import free_directories
from speccompile.survey import compiled, scripted
from speccompile.survey.found import Found, Step
from speccompile.survey.stores import database_file

_RELATIONAL = "relational databases?"


# Where migrations are, and what applies them as the program starts: libraries, and what sources call.
_PLACES = (
    "migrations", "db/migrations", "db/migrate", "sql/migrations", "database/migrations", "internal/migrations", "src/main/resources/db/migration",
    "src/main/resources/db/changelog", "app/migrations", "internal/db/migrations", "supabase/migrations",
    "prisma/migrations", "src/prisma/migrations", "server/prisma/migrations", "src/migrations", "src/db/migrations", "src/database/migrations",
    "drizzle/migrations", "drizzle/meta", "alembic/versions",
)  # fmt: skip
_LIBRARIES = {
    "flyway-core": "Flyway",
    "liquibase-core": "Liquibase",
    "quarkus-flyway": "Flyway",
    "quarkus-liquibase": "Liquibase",
}
_APPLIES = regex(
    r"\bgoose\.(?:Up|UpContext|RunContext|Run|NewProvider)\(|\bmigrate\.New\w*\(|\bAutoMigrate\(|\bsqlx::migrate!|\bmigrate!\(|\bembed_migrations!|\brun_pending_migrations\("
    r"|\bFlyway\.configure\(|\bMigrator::up\(|\brunMigrations\(|\bmigrate\.latest\(|\bmigrator\.up\(|\bmigrationsRun\s*:\s*true|\bcommand\.upgrade\("
)


def applied(tree: Tree, service: Found) -> tuple[str | None, str | None]:
    """What applies the migrations of *service* as its program starts; else that nothing was found that does."""
    known = compiled.found(tree, service)
    if known and known.applied:
        return f"{known.applied} applies {known.place} as the program starts", None
    if known:
        return (
            None,
            f"{service.directory or '.'}: {known.place} has migrations, and nothing was found that applies them: {known.otherwise}",
        )
    view = tree.below(service.directory) if service.directory else tree
    place = next((path for path in _PLACES if view.is_directory(path)), None)
    if place is None:
        return None, None
    library = next(
        (_LIBRARIES[name] for name in sorted(service.detection.facts.dependencies) if name in _LIBRARIES), None
    )
    if library:
        return f"{library} applies {place} as the program starts", None
    found = next((path for path, code in sources(view, "", ()) if code.search(_APPLIES)), None)
    if found:
        return f"{found} applies {place} as the program starts", None
    why = f"{place} has migrations, and nothing was found that applies them: write the command as `release:` into specs/deploy.yaml"
    return None, f"{service.directory or '.'}: {why}"


def _in_a_file(service: Found) -> bool:
    """Whether it keeps its database in a file that outlives it: the volume is what runs before it, too."""
    facts = service.detection.facts
    kept = [place for place in free_directories(facts.written) if place.lasting]
    if database_file(service) is not None or any(place.what == DATABASE for place in kept):
        return True
    return isinstance(facts, RubyFacts) and "sqlite3" in facts.dependencies and bool(kept)


def migrations(tree: Tree, service: Found, kinds: frozenset[str]) -> Iterator[Step]:
    """What its start script has before it; else the migrations of *service*.

    Its stores are of *kinds*: nothing is migrated that is no database of this deployment."""
    if isinstance(service.detection.facts, JsFacts) and (before := releases.before_start(service.detection.facts)):
        yield from (Step(command, "the script prestart runs it") for command in before)
        return
    if not any(_RELATIONAL in CATALOG[kind].generic for kind in kinds) and not _in_a_file(service):
        return
    facts, inner = service.detection.facts, f"{service.directory}/" if service.directory else ""
    if isinstance(facts, PyFacts) and facts.django:
        yield Step(("python", facts.django.manage, "migrate", "--noinput"), f"{inner}{facts.django.manage} is there")
    elif "alembic" in facts.dependencies and tree.is_file(f"{inner}alembic.ini"):
        yield Step(("alembic", "upgrade", "head"), f"{inner}alembic.ini is there")
    elif "flask-migrate" in facts.dependencies and tree.is_file(f"{inner}migrations/env.py"):
        yield Step(("flask", "db", "upgrade"), f"{inner}migrations is there")
    elif step := next(iter((*scripted.migrations(tree, service), *compiled.migrations(service))), None):
        yield step
    elif isinstance(facts, JsFacts) and (found := releases.migration(facts)):
        yield Step(found[0], f"the script {found[1]} of {inner}package.json runs it")
    elif isinstance(facts, JsFacts) and (found := releases.migrator(tree.below(inner[:-1]) if inner else tree, facts)):
        yield Step(*found)
