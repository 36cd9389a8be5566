"""Servers of gRPC: what the sources start, at which port, and whether they serve gRPC's own health service.

gRPC is HTTP/2 with trailers: no HTTP/1.1 probe is answered by it, and no proxy for HTTP/1.1 gets anything through to it. So such a server is
asked by its own protocol: for its health where it serves that, else whether it speaks HTTP/2; behind TLS only whether its port is reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from speccompile.codes.stacks_rust import LOOPBACK
from speccompile.detect.reading import sources
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen, Facts

F = TypeVar("F", bound=Facts)
_HEALTH_ROUTE = "/grpc.health.v1.Health/Check"
_USUAL_PORT = "50051"

_LIBRARY = regex(r"(?<![a-z])grpc|nice-grpc|\btonic\Z|@nestjs/microservices")
# Starters whose servers are configured, not written, and register the health service by themselves.
_STARTERS = ("grpc-server-spring-boot-starter", "grpc-spring-boot-starter", "spring-grpc-spring-boot-starter")
_OF_STARTERS = "9090"
_CONFIGURED = regex(r"grpc[.:\s]+server[.:\s]+port\s*[=:]\s*(\d{2,5})")
_SERVES = regex(
    r"\bbindAsync\s*\(|\bgrpc\.(?:aio\.)?server\s*\(|\baio\.server\s*\(|\bgrpc\.NewServer\s*\(|\btonic::transport::Server\b|\bTransport\.GRPC\b"
    r"|\bServer::builder\s*\(\)[\s.]*\w|\bServerBuilder\s*\.\s*forPort\s*\(|\bnewServerBuilderForPort\s*\(|(?<!\.)\bcreateServer\s*\(\s*\)"
)
_HTTP = regex(
    r"\bListenAndServe|\bhttp\.Serve\(|\bhttps?\.createServer\(|\bexpress\(|\bfastify\(|\bnew\s+(?:Koa|Hono)\b|\bBun\.serve|\buvicorn\.run|\bFlask\(|\bFastAPI\("
    r"|\baxum::serve|\bHttpServer::new|\bNestFactory\.create\(|\bHttpServer\.create\(|\b(?:gin|echo|fiber)\.(?:New|Default)\("
)
_APART = regex(r"metrics|prom|pprof|debug", re.IGNORECASE)
_HEALTH = regex(
    r"\bRegisterHealthServer\(|grpc[_.]health[_.]v1|grpc-health-check|grpchealth|\bHealthStatusManager\b|\btonic_health\b|\bHealthImplementation\b|\bHealthServiceImpl\b"
)
_TLS = regex(
    r"\bcreateSsl\s*\(|\badd_secure_port\s*\(|\bgrpc\.Creds\s*\(|\buseTransportSecurity\s*\(|\bTlsServerCredentials\b|\.tls_config\s*\("
)
_PORT = regex(
    r"""(?:["'`]|\b)(?:(?:[\w.-]+|\[[0-9a-f:]*\])?:|\w*[fF]orPort\(\s*|\w*(?i:port)\w*["']?[\])]*\s*(?:=|:|\|\||\?\?|,|\bor\b)\s*["'`]?:?)(\d{4,5})\b"""
)
# Where a server is told its address, as a text or by a name; and what a line is about that only asks another one.
_BOUND = regex(
    r"""\b(?:add_(?:in)?secure_port|bindAsync|serve(?:_with_shutdown)?|forAddress|InetSocketAddress|listen)\s*\(\s*|\burl\s*:\s*"""
)
_LOCAL = regex(r"""[^"'`\n]{0,40}["'`](localhost|127\.0\.0\.1|\[::1\]|::1)(?::[^"'`\n]{0,30})?["'`]""")
_NAMED = regex(r"(?:\w+\.)?([A-Za-z_]\w*)\s*[,)}?\n]|[`\"']\$\{(?:\w+\.)?(\w+)\}|f[\"']\{(\w+)\}")
_SAID = frozenset((LOOPBACK.id, "SC263", "SC268"))
_MOST = 200


def told(tree: Tree, facts: F) -> F:
    """*facts* of *tree*, as those of a server of gRPC where that is what the sources start."""
    names = sorted(name for name in facts.dependencies if _LIBRARY.search(name))
    if not names:
        return facts
    texts = tuple(_code(tree))
    started = next((name for name in names if name in _STARTERS), None)
    served = _first(texts, _SERVES) or (Span(facts.evidence[0].path) if started and facts.evidence else None)
    if served is None or _serves_http(texts):
        return facts
    secret = _first(texts, _TLS)
    healthy = _first(texts, _HEALTH)
    health = Chosen("health", _HEALTH_ROUTE, f"{healthy.path} serves it", healthy) if healthy else None
    if started:
        health = health or Chosen("health", _HEALTH_ROUTE, f"{started} serves it")
    return replace(
        facts,
        answers_to=None,
        asked_over=Chosen("scheme", "tcp" if secret else "grpc", f"{served.path} serves gRPC", secret or served),
        health=None if secret else health,
        listens=_port(texts, facts, started),
        suggests=("web-service", f"{served.path} serves gRPC"),
        diagnostics=(*facts.diagnostics, *islice(_loopback(texts, facts), 1)),
    )


def _loopback(texts: tuple[tuple[str, Lexed], ...], facts: Facts) -> Iterator[Diagnostic]:
    """A warning where the server is told the loopback address, unless the stack has said so."""
    if any(one.code in _SAID for one in facts.diagnostics):
        return
    for path, code in texts:
        if not code.search(_SERVES):
            continue
        for match in islice(code.finditer(_BOUND), _MOST):
            written = code.code[match.end() :].partition("\n")[0] + "\n"
            local = _LOCAL.match(written) or _of_name(code, written)
            if local:
                yield LOOPBACK.at(
                    Span(path, code.line(match.start()), code.column(match.start())),
                    f"the server of gRPC listens on {quoted(local[1])}: nothing outside of its container gets through to it",
                    fix="listen on 0.0.0.0, or on what an environment variable says",
                )


def _of_name(code: Lexed, written: str) -> re.Match[str] | None:
    """The loopback address that the name has which stands there."""
    named = _NAMED.match(written)
    name = next((one for one in named.groups() if one), None) if named else None
    if name is None:
        return None
    given = re.compile(rf"\b{re.escape(name)}\b\s*(?::\s*[\w<>.]+\s*)?=(?!=)\s*")
    found = (_LOCAL.match(code.code[one.end() :].partition("\n")[0]) for one in code.finditer(given))
    return next((one for one in found if one), None)


def _code(tree: Tree) -> Iterator[tuple[str, Lexed]]:
    return ((path, code) for path, code in sources(tree, "", ()) if not path.endswith("package.json"))


def _first(texts: tuple[tuple[str, Lexed], ...], pattern: re.Pattern[str]) -> Span | None:
    for path, code in texts:
        found = code.search(pattern)
        if found:
            return Span(path, code.line(found.start()), 1)
    return None


def _serves_http(texts: tuple[tuple[str, Lexed], ...]) -> bool:
    """Whether the sources start a server of HTTP besides, for others than those who watch it."""
    for _, code in texts:
        for found in code.finditer(_HTTP):
            line = code.code[code.code.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0]
            if not _APART.search(line):
                return True
    return False


def _port(texts: tuple[tuple[str, Lexed], ...], facts: Facts, started: str | None) -> Chosen:
    """Where the sources say that they listen; the usual port, where they are told it."""
    if facts.listens.span and started is None and not _is_apart(texts, facts.listens.span):
        return facts.listens
    pattern = _CONFIGURED if started else _PORT
    for path, code in texts:
        if started is None and not code.search(_SERVES):
            continue
        for line in code.lines():
            found = line.search(pattern) or (pattern.search(line.code) if started else None)
            if found and not _HTTP.search(line.code) and 1023 < int(found[1]) < 65536:
                return Chosen("port", found[1], f"{path}:{line.number}", Span(path, line.number, 1))
    if started:
        return Chosen("port", _OF_STARTERS, f"default of {started}")
    return Chosen("port", _USUAL_PORT, "usual for gRPC")


def _is_apart(texts: tuple[tuple[str, Lexed], ...], place: Span) -> bool:
    """Whether what stands at *place* is for those who watch the server."""
    lines = (line for path, code in texts if path == place.path for line in code.lines() if line.number == place.line)
    return any(_APART.search(line.code) for line in lines)
