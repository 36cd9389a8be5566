"""Where a Python program writes: what its sources give away."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import writing
from speccompile.stacks.code import source
from speccompile.stacks.python import django
from speccompile.stacks.python.django import Django
from speccompile.stacks.python.modules import Module, modules, others
from speccompile.stacks.writing_forms import DATABASE, DIRECTORY
from speccompile.stacks.written import Written

_FLASK_SQLALCHEMY = "flask-sqlalchemy"
_INSTANCE = regex(r"\binstance_relative_config\s*=\s*True|\binstance_path\b")
_USUAL = ("models", "database", "db", "config", "settings", "main", "app", "__init__", "core", "session")
_MOST = 40


def writes(tree: Tree, names: frozenset[str], module: Module | None, web: Django | None) -> tuple[Written, ...]:
    """What the sources write into; *names* are the dependencies."""
    instance = posixpath.join(module.root if module else "", "instance")
    codes = [(path, source(tree, path)) for path in _sources(tree)]
    found = writing.written(codes, writing.below(tree), django.root(tree) or "" if web else "")
    if _FLASK_SQLALCHEMY in names:
        found = tuple(_of_flask(tree, one, instance) for one in found)
    made = (
        Written(
            directory=instance,
            what=DIRECTORY,
            named=instance,
            lasting=True,
            free=writing.is_free(tree, instance),
            span=Span(path, code.line(match.start()), 1),
        )
        for path, code in codes
        if (match := code.search(_INSTANCE))
    )
    return (*found, *made, *(web.writes if web else ()))


def _of_flask(tree: Tree, one: Written, instance: str) -> Written:
    """*one*, in the directory where Flask-SQLAlchemy keeps a database whose path is relative."""
    if one.what != DATABASE or one.directory is None or one.directory.startswith("/"):
        return one
    return replace(one, directory=instance, free=writing.is_free(tree, instance))


def _sources(tree: Tree) -> list[str]:
    usual = [one.path for one in modules(tree, _USUAL)]
    return [*usual, *(one.path for one in others(tree, _USUAL))][:_MOST]
