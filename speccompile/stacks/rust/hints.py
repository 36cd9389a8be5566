"""What Rust sources give away: the port and the address that a server binds, and the variables that say otherwise.
Texts are searched, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from speccompile.lexing import Lexed, lex
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen

_DIGITS = r"(\d{2,5})"
# The default for PORT in the environment; then an address that is bound; then a number with a telling name.
_PORTS = (
    ("default of PORT", regex(rf"\"PORT\"[^;{{}}]{{0,160}}?(?<![\w.]){_DIGITS}(?:_?u16|_?u32)?\b(?!\.\d)")),
    (
        "address in the source",
        regex(
            rf"\"(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|localhost|\[::1?\]):{_DIGITS}\"|"
            rf"\(\s*\[\s*\d{{1,3}}(?:\s*,\s*\d{{1,3}}){{3}}\s*\]\s*,\s*{_DIGITS}\s*\)|"
            rf"\"(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|localhost|::1?)\"\s*,\s*{_DIGITS}\b|"
            rf"\b(?:UNSPECIFIED|LOCALHOST)\s*(?:\))?\s*,\s*{_DIGITS}\b"
        ),
    ),
    (
        "default of an option",
        regex(
            rf"default_value(?:_t)?\s*=\s*\"?{_DIGITS}\b[^\]{{}};]{{0,160}}\]\s*(?:pub(?:\([a-z]+\))?\s+)?\w*port\s*:"
        ),
    ),
    ("number in the source", regex(rf"(?:\b|_)port(?:\s*:\s*u16)?\s*[:=(]\s*\"?{_DIGITS}\b", re.IGNORECASE)),
)
_EVERYWHERE = regex(r"\"(?:[a-z]+://)?0\.0\.0\.0\b|\[0,\s*0,\s*0,\s*0\]|\"\[?::\]?[\":]|\bUNSPECIFIED\b")
_LOOPBACK = regex(
    r"\"(?:127\.0\.0\.1|localhost|\[::1\]):(?:[1-9]\d{1,4}|\{\w*\})\"|\"(?:127\.0\.0\.1|localhost|::1)\"\s*,\s*\w|"
    r"\[127,\s*0,\s*0,\s*1\]|\bLOCALHOST\b"
)
_CALLS = regex(
    r"\b(?:bind|bind_auto_h2c|run|serve|new|from|parse|listen|try_bind)\b|SocketAddr|addr|host", re.IGNORECASE
)
# A variable that says what is bound, with the loopback address for want of it.
_VARIABLE = regex(
    r"\"([A-Z][A-Z0-9_]{0,40}(?:HOST|ADDR|ADDRESS|BIND|LISTEN|IP)|HOST|ADDR|ADDRESS|BIND|LISTEN|IP|[A-Z][A-Z0-9_]{0,30}_?URL)\""
    r"[^;{}]{0,160}?\"(127\.0\.0\.1|localhost)(:\d{2,5})?\""
)
# What an option of the command line is called, behind its default.
_FIELD = regex(r"[^\]{};]{0,200}\]\s*(?:pub(?:\([a-z]+\))?\s+)?(?:listen|bind|host|addr|address|socket)\w*\s*:")
_ALL = "0.0.0.0"  # noqa: S104  # in its container it must be reachable
_NOT_BOUND = regex(r"DATABASE|REDIS|POSTGRES|MYSQL|MONGO|KAFKA|NATS|AMQP|RABBIT|SMTP|CLIENT|DB_|PG_?|URL")
_TEST = regex(r"^[ \t]*#\[cfg\(test\)\]", re.MULTILINE)


# Files of configuration with the server's own port: the first number that is no store's.
_CONFIGURED = tuple(
    f"{folder}{stem}{suffix}"
    for folder in ("", "config/", "configuration/", "settings/", "conf/")
    for stem in ("Rocket", "base", "default", "config", "configuration", "settings", "development", "local")
    for suffix in (".toml", ".yaml", ".yml")
)
_SETTING = regex(rf"^[ \t]*[\w.-]*port\s*[:=]\s*[\"']?{_DIGITS}[\"']?\s*(?:#.*)?$", re.MULTILINE | re.IGNORECASE)
_STORES = frozenset((5432, 3306, 6379, 27017, 5672, 4222, 9092, 25, 587, 465, 1025))


class Bound(NamedTuple):
    """A variable with the value that binds the server to all addresses."""

    name: str
    value: str


@record()
class Listening:
    """The port that the sources name, the variables that must be set so that it can be reached, and where it is
    bound to the loopback address for good."""

    port: Chosen | None
    variables: tuple[Bound, ...]
    loopback: Span | None


def listening(texts: Iterable[tuple[str, Lexed]]) -> Listening:
    """What the sources among *texts* (paths with texts, the most telling first) say about listening."""
    sources = tuple((path, code(path, text)) for path, text in texts if not path.endswith("build.rs"))
    variables = tuple(dict.fromkeys(bound for _, text in sources for bound in _variables(text)))
    everywhere = any(text.search(_EVERYWHERE) for _, text in sources)
    return Listening(_port(sources), variables, None if variables or everywhere else _loopback(sources))


def configured(tree: Tree) -> Chosen | None:
    """The port that a file of configuration in *tree* names."""
    for path in _CONFIGURED:
        text = source(tree, path)
        for match in text.finditer(_SETTING):
            if 0 < int(match[1]) < 65536 and int(match[1]) not in _STORES:
                span = _span(path, text, match.start(1))
                return Chosen("port", str(int(match[1])), f"{path}:{span.line}", span)
    return None


def _port(sources: tuple[tuple[str, Lexed], ...]) -> Chosen | None:
    for what, pattern in _PORTS:
        for path, text in sources:
            for match in text.finditer(pattern):
                digits = next(group for group in match.groups() if group)
                span = _span(path, text, match.start())
                if 0 < int(digits) < 65536:
                    return Chosen("port", str(int(digits)), f"{path}:{span.line} ({what})", span)
    return None


def _variables(text: Lexed) -> Iterator[Bound]:
    for match in text.finditer(_VARIABLE):
        if not _NOT_BOUND.search(match[1]):
            yield Bound(match[1], f"{_ALL}{match[3] or ''}")


def _loopback(sources: tuple[tuple[str, Lexed], ...]) -> Span | None:
    for path, text in sources:
        for match in text.finditer(_LOOPBACK):
            line = text.code[text.code.rfind("\n", 0, match.start()) + 1 : match.start()]
            if _CALLS.search(line) or ("default_value" in line and _FIELD.match(text.code, match.end())):
                return _span(path, text, match.start())
    return None


def code(path: str, text: Lexed) -> Lexed:
    """The source at *path* without what is only for tests; lines keep their numbers."""
    test = text.search(_TEST)
    return lex(path, text.text[: test.start()]) if test else text


def _span(path: str, text: Lexed, at: int) -> Span:
    return Span(path, text.line(at), text.column(at))
