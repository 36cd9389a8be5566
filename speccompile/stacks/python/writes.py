"""Where a Python program writes, and where it listens when it starts its server itself: what its sources give away."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from speccompile.codes.stacks_py import LOOPBACK
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import writing
from speccompile.stacks.code import source
from speccompile.stacks.python import django
from speccompile.stacks.python.django import Django
from speccompile.stacks.python.modules import Module, modules, others
from speccompile.stacks.python.server import Serving
from speccompile.stacks.writing_forms import DATABASE, DIRECTORY
from speccompile.stacks.written import Written

_FLASK_SQLALCHEMY = "flask-sqlalchemy"
_INSTANCE = regex(r"\binstance_relative_config\s*=\s*True|\binstance_path\b")
_LOOPBACK = regex(r"""\b(?:host|bind|address|server_name)\s*=\s*["'](127\.0\.0\.1|localhost)["']""")
_BOUND = regex(
    r"""(?:\w*HTTPServer|\w*TCPServer|\bcreate_server|\.bind|\bmake_server)\(\s*\(?\s*["'](127\.0\.0\.1|localhost)["']"""
)
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


def loopback(tree: Tree, serving: Serving | None, program: str | None) -> tuple[Diagnostic, ...]:
    """That a program which starts its server itself, of a framework or of the standard library, does so where nobody reaches it."""
    if serving and (serving.server != "python" or serving.framework.name == "gradio"):
        return ()
    path, pattern = (serving.path, _LOOPBACK) if serving else (program or "", _BOUND)
    for line in source(tree, path).lines() if path else ():
        if match := line.search(pattern):
            message = f"{path} listens on {match[1]}: nothing outside of its container reaches it there"
            fix = 'listen on all addresses, host="0.0.0.0", or on what an environment variable says'
            return (LOOPBACK.at(Span(path, line.number, match.start(1) + 1), message, fix=fix),)
    return ()


def _sources(tree: Tree) -> list[str]:
    usual = [one.path for one in modules(tree, _USUAL)]
    return [*usual, *(one.path for one in others(tree, _USUAL))][:_MOST]
