"""The variable by which a program is told which database's driver it uses: programs that are made for several have one, and a default that need not be
the database that is proposed."""

from __future__ import annotations

import re

from speccompile.detect.variables import Reading
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.php.facts import PhpFacts
from speccompile.stacks.php.frameworks import LARAVEL
from speccompile.stacks.python.facts import PyFacts
from speccompile.survey.found import Found

_NAMED = regex(
    r"(?:(?:APP|TYPEORM|ORM|SQL)_)?(?:DB|DATABASE|TYPEORM|SQL)_?(?:CLIENT|CONNECTION|ENGINE|TYPE|DIALECT|DRIVER|ADAPTER|VENDOR|BACKEND|PROVIDER|KIND|FLAVOU?R)\Z"
)
# What each kind is called by the words that choose it.
_WORDS = {
    "pg": "postgres", "pgsql": "postgres", "postgres": "postgres", "postgresql": "postgres", "psycopg2": "postgres", "psycopg": "postgres",
    "cockroachdb": "postgres", "django.db.backends.postgresql": "postgres", "django.db.backends.postgresql_psycopg2": "postgres",
    "mysql": "mysql", "mysql2": "mysql", "pymysql": "mysql", "django.db.backends.mysql": "mysql", "mariadb": "mariadb",
    "sqlite": "", "sqlite3": "", "better-sqlite3": "", "better-sqlite": "", "libsql": "", "django.db.backends.sqlite3": "",
}  # fmt: skip
_QUOTED = regex(r"[\"'`]([\w.-]{2,60})[\"'`]")
_ALIKE = {"mysql": frozenset(("mysql", "mariadb")), "mariadb": frozenset(("mysql", "mariadb"))}
# What libraries of JavaScript call the databases; the one that is told is the first that a program depends on.
_LIBRARIES = (
    ("knex", {"postgres": "pg", "mysql": "mysql2", "mariadb": "mysql2"}),
    ("typeorm", {"postgres": "postgres", "mysql": "mysql", "mariadb": "mariadb"}),
    ("sequelize", {"postgres": "postgres", "mysql": "mysql", "mariadb": "mariadb"}),
)
_OF_LARAVEL = {"postgres": "pgsql", "mysql": "mysql", "mariadb": "mariadb"}
_OF_DJANGO = {
    "postgres": "django.db.backends.postgresql",
    "mysql": "django.db.backends.mysql",
    "mariadb": "django.db.backends.mysql",
}
_NEAR = 200


@record(kw_only=True)
class Chooser:
    """The variable ``name``, where it is read, the word that the program takes without it (None: none is seen), and the kind of store that
    this means: "" for a file."""

    name: str
    where: str
    word: str | None
    kind: str | None


def chooser(tree: Tree, reading: Reading) -> Chooser | None:
    """The variable that chooses the database, of those that sources read."""
    for name, span in reading.variables.items():
        if _NAMED.match(name):
            where = f"{span.path}:{span.line}" if span.line else span.path
            word = _default(tree.read(span.path) or "", name) if span.line else None
            return Chooser(name=name, where=where, word=word, kind=None if word is None else _WORDS[word])
    return None


def preferred(found: Chooser | None) -> tuple[str, str] | None:
    """The kind of store that a program takes when it is not told, and why."""
    return (
        (found.kind, f"{found.where} takes {found.word} where {found.name} does not say")
        if found and found.kind
        else None
    )


def told(service: Found, found: Chooser | None, kind: str) -> tuple[str | None, str | None]:
    """What the variable has to be for a store of *kind*, None where its default will do; else what is to be looked after."""
    if found is None or (found.kind is not None and found.kind in _ALIKE.get(kind, (kind,))):
        return None, None
    word = _word(service, kind)
    if word is not None:
        return word, None
    without = "a file" if found.kind == "" else f"{found.word}" if found.word else "what it likes"
    return None, (
        f"{found.name}, which {found.where} reads, chooses the database, and is not set: without it the program takes {without}, and not {kind}; write it "
        f"into specs/deploy.yaml: services.{service.name}.env"
    )


def _word(service: Found, kind: str) -> str | None:
    facts = service.detection.facts
    if isinstance(facts, PhpFacts) and facts.framework == LARAVEL:
        return _OF_LARAVEL.get(kind)
    if isinstance(facts, PyFacts) and facts.django:
        return _OF_DJANGO.get(kind)
    return next((words.get(kind) for library, words in _LIBRARIES if library in facts.dependencies), None)


def _default(text: str, name: str) -> str | None:
    """The first word for a database that stands behind *name*, in the same line."""
    for match in re.finditer(rf"\b{name}\b", text):
        behind = text[match.end() : match.end() + _NEAR].partition("\n")[0]
        words = [str(one).lower() for one in _QUOTED.findall(behind)]
        if word := next((one for one in words if one in _WORDS), None):
            return word
    return None
