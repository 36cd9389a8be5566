"""The health route of a Ruby application: one whose whole path is known, and that answers GET; and the host and the scheme that Rails insists on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import hints
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE
from speccompile.stacks.ruby.server import RACKUP, Server

ROUTES = "config/routes.rb"
PRODUCTION = "config/environments/production.rb"
_NAME = ROUTE
# What is deeper is inside of a scope or a namespace, whose prefix is not known here.
_RAILS = regex(rf"""^(?:  |\t)get[ \t(]+["']/?({_NAME})/?["']""")
_SINATRA = regex(rf"""^(?:  |\t)?get[ \t(]+["'](/{_NAME})/?["']""")
_MAPPED = regex(r"^[ \t]*map[ \t(]", re.MULTILINE)
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
        return next(_matching(tree, ROUTES, _RAILS, "/"), None)
    if server.kind == "ruby":
        return hints.health(tree, (server.entry,))
    if source(tree, RACKUP).search(_MAPPED):
        return None
    paths = [path for path in (server.entry, *_BASE, *_beside(tree)) if tree.is_file(path)]
    found = (one for path in dict.fromkeys(paths) for one in _matching(tree, path, _SINATRA))
    return next(found, None) or hints.health(tree, (RACKUP,))


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


def _matching(tree: Tree, path: str, pattern: re.Pattern[str], prefix: str = "") -> Iterator[Chosen]:
    for line in source(tree, path).lines():
        if match := line.search(pattern):
            yield Chosen(
                "health", prefix + match[1], f"{path}:{line.number}", Span(path, line.number, match.start(1) + 1)
            )
