"""Servers in Ruby that listen on the loopback address, where no other container reaches them: Puma's configuration, where it says where it listens, and
programs that are their own servers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from speccompile.codes.stacks_rust import LOOPBACK
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.ruby.server import PUMA, Server

_HERE = r"(127\.0\.0\.1|localhost|::1|\[::1\])"
_PUMA = (
    regex(rf"""^[ \t]*bind[ \t(]+["'](?:tcp|ssl)://{_HERE}[:"'/?]"""),
    regex(rf"""^[ \t]*port[ \t(]+[^\n]*,[ \t]*["']{_HERE}["']"""),
    regex(rf"""^[ \t]*set_default_host[ \t(]+["']{_HERE}["']"""),
)
_VARIABLE = regex(
    r"""^[ \t]*(?:bind|set_default_host|port)\b[^\n]*?\bENV"""
    r"""(?:\.fetch\([ \t]*["'](\w+)["'][ \t]*(?:,[ \t]*|\)[ \t]*\{[ \t]*)|\[["'](\w+)["']\][ \t]*\|\|[ \t]*)["'](127\.0\.0\.1|localhost|::1)["']"""
)
_OWN = (
    regex(rf"""\bTCPServer\.(?:new|open)\([ \t]*["']{_HERE}["']"""),
    regex(rf"""\b(?:BindAddress|Host|host|bind):[ \t]*["']{_HERE}["']"""),
    regex(rf""":(?:BindAddress|Host)[ \t]*=>[ \t]*["']{_HERE}["']"""),
)


def loopback(tree: Tree, server: Server | None) -> tuple[Diagnostic, ...]:
    """A warning where what decides binds the server to the loopback address: what is told on its command line is not asked."""
    if server is None:
        return ()
    if server.kind == "ruby":
        return tuple(islice(_found(tree, (server.entry,), puma=False), 1))
    return tuple(islice(_found(tree, PUMA, puma=True), 1)) if server.configured else ()


def _found(tree: Tree, paths: tuple[str, ...], *, puma: bool) -> Iterator[Diagnostic]:
    for path in paths:
        for line in source(tree, path).lines():
            match = next((one for pattern in (_PUMA if puma else _OWN) if (one := line.search(pattern))), None)
            if match:
                yield LOOPBACK.at(
                    Span(path, line.number, match.start(1) + 1),
                    f"the server listens on {match[1]}: nothing outside of its container gets through to it",
                    fix="listen on 0.0.0.0",
                )
            elif puma and (told := line.search(_VARIABLE)):
                name = told[1] or told[2]
                yield LOOPBACK.at(
                    Span(path, line.number, told.start(3) + 1),
                    f"the server listens on {told[3]} unless {name} is set: nothing outside of its container gets through to it",
                    fix=f"set it in specs/deploy.yaml (`env: {{{name}: 0.0.0.0}}`), or listen on 0.0.0.0",
                )
