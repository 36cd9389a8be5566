"""Where a Python program writes, and where it listens when it starts its server itself: what its sources give away."""

from __future__ import annotations

import posixpath
import re

from speccompile.codes.stacks_py import LOOPBACK, READ_ONLY_DATA
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.python.modules import Module, modules, others
from speccompile.stacks.python.server import Serving
from speccompile.stacks.sources import nameable

_FLASK_SQLALCHEMY = "flask-sqlalchemy"
_SQLITE = re.compile(r"""["']sqlite(?:\+\w+)?:///(?!/)(?::memory:)?(?:\./)?([\w.-]+(?:/[\w.-]+)*)""")
_MADE = re.compile(
    r"""(?:makedirs|mkdir)\(\s*["'](?:\./)?([\w-]+(?:/[\w.-]+)*)/?["']"""
    r"""|\bPath\(\s*["'](?:\./)?([\w-]+(?:/[\w.-]+)*)/?["']\s*\)\.mkdir\("""
    r"""|["']?\bUPLOAD_(?:FOLDER|DIR)["']?\]?\s*=\s*["'](?:\./)?([\w-]+(?:/[\w.-]+)*)/?["']"""
)
_INSTANCE = re.compile(r"\binstance_relative_config\s*=\s*True|\binstance_path\b")
_LOOPBACK = re.compile(r"""\b(?:host|bind|address|server_name)\s*=\s*["'](127\.0\.0\.1|localhost)["']""")
_BOUND = re.compile(
    r"""(?:\w*HTTPServer|\w*TCPServer|\bcreate_server|\.bind|\bmake_server)\(\s*\(?\s*["'](127\.0\.0\.1|localhost)["']"""
)
_USUAL = ("models", "database", "db", "config", "settings", "main", "app", "__init__", "core", "session")
_MOST = 40


@record()
class Writes:
    """Directories below the service that must be writable, and what to tell about them."""

    directories: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def writes(tree: Tree, names: frozenset[str], module: Module | None) -> Writes:
    """What the sources write into the directory that they are in; *names* are the dependencies."""
    root = module.root if module else ""
    found: dict[str, Span] = {}
    told: list[Diagnostic] = []
    for path in _sources(tree):
        for line in source(tree, path).lines():
            span = Span(path, line.number, 1)
            for made in line.finditer(_MADE):
                found.setdefault(next(filter(None, made.groups())), span)
            if line.search(_INSTANCE):
                found.setdefault(posixpath.join(root, "instance"), span)
            if (match := line.search(_SQLITE)) and (file := match[1]) != ":memory:":
                folder = posixpath.join(root, "instance") if _FLASK_SQLALCHEMY in names else posixpath.dirname(file)
                if folder:
                    found.setdefault(posixpath.normpath(folder), span)
                else:
                    told.append(_beside(span, file))
    free = {path: span for path, span in found.items() if _is_free(tree, path)}
    kept = {path: span for path, span in free.items() if not any(path.startswith(f"{outer}/") for outer in free)}
    return Writes(tuple(sorted(kept)), (*told[:1], *(_scratch(span, path) for path, span in list(kept.items())[:3])))


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


def _is_free(tree: Tree, path: str) -> bool:
    """Whether nothing of the image would be hidden by memory that is mounted at *path*."""
    return nameable(path) and not any(not entry.startswith(".") for entry in tree.entries(path))


def _beside(span: Span, file: str) -> Diagnostic:
    return READ_ONLY_DATA.at(
        span,
        f"the database is the file {quoted(file)} beside the code, which is read-only in a container",
        fix="read its place from the environment and declare that directory `writable` in specs/deploy.yaml, or use a server",
    )


def _scratch(span: Span, path: str) -> Diagnostic:
    return READ_ONLY_DATA.at(
        span,
        f"{quoted(path)} is written to: it is kept in memory, and lost when the container ends",
        fix=f"to keep it, declare it in specs/deploy.yaml: writable: [/app/{path}]",
    )
