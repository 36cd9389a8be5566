"""The health route of a Ruby application: one whose whole path is known, and that answers GET; and the host and the scheme that Rails insists on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import hints
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE
from speccompile.stacks.ruby import blocks
from speccompile.stacks.ruby.server import RACKUP, Server

ROUTES = "config/routes.rb"
PRODUCTION = "config/environments/production.rb"
_NAME = ROUTE
_ROUTE = regex(
    rf"""[ \t]*get[ \t(]+(?:["'](/?(?:[\w.-]+/){{0,4}}{_NAME})/?["']|:({_NAME})(?!\w))(?![^\n]*\b(?:constraints|host|subdomain|host_name|provides|agent):)"""
)
_RUN = regex(r"(?:^|[{;])[ \t]*(?:run|use)\b([^\n]*)")
_CONSTANT = regex(r"\b(?:[A-Z]\w*::)*([A-Z]\w*)")
_MAPPED = regex(r"[ \t]*map\b[ \t(]*([^\n{]*)\{([^\n]*)")
_PAIR = regex(r"""["'](/[\w./-]*)["'][ \t]*=>[ \t]*(?:[A-Z]\w*::)*([A-Z]\w*)""")
_MAPS = regex(r"^[ \t]*map[ \t(]|\bURLMap\b", re.MULTILINE)
_FORCED = regex(r"^[ \t]*config\.force_ssl[ \t]*=[ \t]*true\b", re.MULTILINE)
# Whom Rails answers (https://guides.rubyonrails.org/configuring.html#actiondispatch-hostauthorization).
_HOSTS = regex(
    r"""^[ \t]*config\.hosts[ \t]*(?:<<|=|\+=|\.(?:push|concat|append)\()[ \t]*\[?[ \t]*["']\.?([a-z0-9.-]{1,120})["']""",
    re.MULTILINE,
)
_EVERY_HOST = regex(
    r"^[ \t]*config\.hosts[ \t]*(?:\.clear\b|=[ \t]*(?:nil|\[\])[ \t]*$)|^[ \t]*config\.host_authorization\b[^\n]*\bexclude:",
    re.MULTILINE,
)
_SETTINGS = (PRODUCTION, "config/application.rb")
_BASE = ("app.rb", "main.rb", "server.rb", "web.rb")
_MOST = 20


def health(tree: Tree, server: Server | None) -> Chosen | None:
    """The route, with its place."""
    if server is None:
        return None
    if server.kind == "rails":
        return next(_routes(tree, ROUTES, {}), None)
    if server.kind == "ruby":
        return hints.health(tree, (server.entry,))
    mapped = _mapped(source(tree, RACKUP))
    paths = [path for path in (server.entry, *_BASE, *_beside(tree)) if tree.is_file(path)]
    found = next((one for path in dict.fromkeys(paths) for one in _routes(tree, path, mapped)), None)
    return found or (None if mapped else hints.health(tree, (RACKUP,)))


def _routes(tree: Tree, path: str, mapped: dict[str, str | None]) -> Iterator[Chosen]:
    """The health routes in the source at *path* whose whole paths are known; *mapped* is where config.ru puts what it runs."""
    code = source(tree, path)
    for where in blocks.lines(code):
        match = _ROUTE.match(where.text)
        if match is None:
            continue
        above = mapped.get(where.owner or "", None if mapped and "" not in mapped else "") if mapped else ""
        prefix = blocks.joined(above, where.prefix)
        if prefix is not None:
            own = (match[1] or match[2]).removeprefix("/")
            at = Span(path, where.number, match.start(1 if match[1] else 2) + 1)
            yield Chosen("health", f"{prefix}/{own}", f"{path}:{where.number}", at)


def _mapped(code: Lexed) -> dict[str, str | None]:
    """Where config.ru puts what it runs, where it puts anything below a path; one that is run in two places is asked for in the first."""
    found: dict[str, str | None] = {}
    if not code.search(_MAPS):
        return found
    for where in blocks.lines(code):
        whole, prefix = where.text, where.prefix
        if single := _MAPPED.match(where.text):
            whole, prefix = f"{{{single[2]}", blocks.joined(where.prefix, blocks.prefix("map", single[1]))
        for pair in _PAIR.finditer(where.text):
            found.setdefault(pair[2], blocks.joined(where.prefix, pair[1]))
        run = _RUN.search(whole)
        for name in _CONSTANT.finditer(run[1]) if run else ():
            found.setdefault(name[1], prefix)
    return found


def scheme(tree: Tree, server: Server | None) -> Chosen | None:
    """https, where Rails redirects everything else to it."""
    code = source(tree, PRODUCTION)
    match = code.search(_FORCED) if server and server.kind == "rails" else None
    if match is None:
        return None
    line = code.line(match.start())
    return Chosen("scheme", "https", f"{PRODUCTION}:{line}", Span(PRODUCTION, line, 1))


def host(tree: Tree, server: Server | None) -> Chosen | None:
    """The host that Rails answers, where it refuses all others."""
    if server is None or server.kind != "rails" or any(source(tree, path).search(_EVERY_HOST) for path in _SETTINGS):
        return None
    for path in _SETTINGS:
        code = source(tree, path)
        if match := code.search(_HOSTS):
            line = code.line(match.start())
            return Chosen("host", match[1], f"{path}:{line}", Span(path, line, 1))
    return None


def _beside(tree: Tree) -> list[str]:
    """Sources that a config.ru is made of."""
    return [f"{folder}/{name}" for folder in ("lib", "app") for name in tree.entries(folder) if name.endswith(".rb")][
        :_MOST
    ]
