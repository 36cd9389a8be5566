"""What runs once before a new version serves: what a Procfile or a compose file has for it, else the migrations that the sources have."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.catalog import CATALOG
from speccompile.project.tree import Tree
from speccompile.stacks.javascript import releases
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.python.facts import PyFacts
from speccompile.survey.found import Found, Step

_RELATIONAL = "relational databases?"


def migrations(tree: Tree, service: Found, kinds: frozenset[str]) -> Iterator[Step]:
    """What its start script has before it; else the migrations of *service*.

    Its stores are of *kinds*: nothing is migrated that is no database of this deployment."""
    if isinstance(service.detection.facts, JsFacts) and (before := releases.before_start(service.detection.facts)):
        yield from (Step(command, "the script prestart runs it") for command in before)
        return
    if not any(_RELATIONAL in CATALOG[kind].generic for kind in kinds):
        return
    facts, inner = service.detection.facts, f"{service.directory}/" if service.directory else ""
    if isinstance(facts, PyFacts) and facts.django:
        yield Step(("python", facts.django.manage, "migrate", "--noinput"), f"{inner}{facts.django.manage} is there")
    elif "alembic" in facts.dependencies and tree.is_file(f"{inner}alembic.ini"):
        yield Step(("alembic", "upgrade", "head"), f"{inner}alembic.ini is there")
    elif "flask-migrate" in facts.dependencies and tree.is_file(f"{inner}migrations/env.py"):
        yield Step(("flask", "db", "upgrade"), f"{inner}migrations is there")
    elif "prisma" in facts.dependencies and tree.is_directory(f"{inner}prisma/migrations"):
        yield Step(("node_modules/.bin/prisma", "migrate", "deploy"), f"{inner}prisma/migrations is there")
    elif isinstance(facts, JsFacts) and (found := releases.migration(facts)):
        yield Step(found[0], f"the script {found[1]} of {inner}package.json runs it")
