"""config/*.exs: where an endpoint listens in production, and over which scheme it insists on being asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks_rust import LOOPBACK
from speccompile.diagnostics import Diagnostic
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen

RUNTIME, PRODUCTION, ALWAYS = "config/runtime.exs", "config/prod.exs", "config/config.exs"
USUAL = "4000"
"""Where Phoenix listens, and servers of Plug by themselves."""

_PORT = (
    regex(r"\bSystem\.get_env\(\s*\"PORT\"\s*,\s*\"(\d{2,5})\"\s*\)"),
    regex(r"\bSystem\.get_env\(\s*\"PORT\"\s*\)\s*(?:\|\||\?\?)\s*\"(\d{2,5})\""),
    regex(r"\bport:\s*(?:String\.to_integer\(\s*\"|\"?)(\d[\d_]{1,6})\b"),
)
_BOUND = regex(r"\bip:\s*(\{\s*127\s*,\s*0\s*,\s*0\s*,\s*1\s*\}|\{\s*(?:0\s*,\s*){7}1\s*\}|:loopback)|\bip:\s*\{")
_FORCED = regex(r"\bforce_ssl:\s*(?!false\b|nil\b)")
_TLS = regex(r"\bhttps:\s*\[")
_OF_OTHERS = regex(
    r"^([ \t]*)if\s+(?:config_env\(\)|Mix\.env\(\))\s*(?:==\s*:(?:dev|test)\b|in\s*\[:(?:dev|test)\b|!=\s*:prod\b)[^\n]*\bdo[ \t]*$",
    re.MULTILINE,
)


def port(tree: Tree, starting: tuple[str, ...]) -> Chosen:
    """The port: of the configuration that holds when a release starts, else in the sources that start a server."""
    for path in (RUNTIME, PRODUCTION, ALWAYS, *starting):
        code = source(tree, path)
        for pattern in _PORT:
            match = next(iter(_in_production(code, pattern)), None)
            if match and 0 < (number := int(match[1].replace("_", ""))) < 65536:
                what = "number in the source" if pattern is _PORT[-1] else "default of PORT"
                span = Span(path, code.line(match.start()), code.column(match.start()))
                return Chosen("port", str(number), f"{path}:{span.line} ({what})", span)
    return Chosen("port", USUAL, "default")


def loopback(tree: Tree, starting: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """A warning where what decides in a release binds the server to the loopback address."""
    for path in (RUNTIME, PRODUCTION, ALWAYS, *starting):
        code = source(tree, path)
        match = next(iter(_in_production(code, _BOUND)), None)
        if match is None:
            continue
        if match[1] is None:
            return ()
        span = Span(path, code.line(match.start()), code.column(match.start()))
        return (
            LOOPBACK.at(
                span,
                "the server listens on the loopback address: in a container nobody else reaches it there",
                fix="listen on {0, 0, 0, 0, 0, 0, 0, 0}, which is every address of either kind",
            ),
        )
    return ()


def scheme(tree: Tree) -> Chosen | None:
    """https, where the endpoint redirects everything else to it; that is decided when it is compiled."""
    for path in (PRODUCTION, ALWAYS, RUNTIME):
        code = source(tree, path)
        match = next(iter(_in_production(code, _FORCED)), None)
        if match:
            line = code.line(match.start())
            return Chosen("scheme", "https", f"{path}:{line}", Span(path, line, 1))
    return None


def _in_production(code: Lexed, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches of *pattern*, but for those that hold in development or in tests, or are about TLS."""
    spans = [*_blocks(code)]
    for match in code.finditer(pattern):
        tls = [one for one in code.finditer(_TLS) if one.start() < match.start()]
        inside_tls = any("]" not in code.bare[one.end() : match.start()] for one in tls)
        if not inside_tls and not any(begin <= match.start() < end for begin, end in spans):
            yield match


def _blocks(code: Lexed) -> Iterator[tuple[int, int]]:
    """Where blocks for development and tests begin and end; they end at the `end` of their own indentation."""
    for match in code.finditer(_OF_OTHERS):
        ends = re.compile(rf"^{re.escape(match[1])}(?:end|else)\b", re.MULTILINE).search(code.code, match.end())
        yield match.start(), ends.start() if ends else len(code.code)
