"""Servers in Java and Kotlin that listen on the loopback address, where no other container reaches them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from speccompile.codes.stacks_rust import LOOPBACK
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.java.settings import Setting
from speccompile.stacks.java.sources import with_neighbours

_KEYS = ("server.address", "quarkus.http.host", "micronaut.server.host")
_ALL = "0.0.0.0"  # noqa: S104  # in its container it must be reachable
_LOCAL = r"\"(127\.0\.0\.1|localhost|::1)\""
_BOUND = regex(
    rf"(?:\bHttps?Server\.create|\.bind|\bServerSocket|\bembeddedServer|\bNettyServerBuilder\.forAddress)\([^;\n]{{0,120}}?(?:{_LOCAL}|getLoopbackAddress\(\))"
    rf"|\.(?:start|listen)\(\s*(?:\d{{2,5}}\s*,\s*)?{_LOCAL}|\bHttpServerOptions\(\)[^;]{{0,200}}?\.setHost\(\s*{_LOCAL}"
)


def loopback(tree: Tree, path: str, settings: Mapping[str, Setting]) -> tuple[Diagnostic, ...]:
    """A warning where the settings, or the source at *path* or one beside it, bind the server to the loopback address."""
    for key in _KEYS:
        said = settings.get(key)
        if said and re.match(r"(?:127\.|localhost\Z|::1\Z)", said.value):
            return (_warning(said.span, f"{key} is {quoted(said.value)}", f"{_ALL}, or take the setting away"),)
    for each in with_neighbours(tree, path):
        code = source(tree, each)
        if match := code.search(_BOUND):
            host = next((one for one in match.groups() if one), "the loopback address")
            span = Span(each, code.line(match.start()), code.column(match.start()))
            return (_warning(span, f"the server listens on {host}", _ALL),)
    return ()


def _warning(span: Span, message: str, everywhere: str) -> Diagnostic:
    return LOOPBACK.at(
        span,
        f"{message}: in a container nobody else reaches it there",
        fix=f"listen on {everywhere}",
    )
