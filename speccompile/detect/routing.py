"""Whether the sources of a server can have a route for a path that somebody promises: only a no that is sure is a no.

No is said where a router is used whose paths stand in the sources, all sources were read, none of their routes could match the path,
nothing else answers what no route does, and the path's last word stands nowhere but in a health route that is known to be another one.
Everything else is «that cannot be told», with what stands in the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speccompile.detect.answer import Answer
from speccompile.detect.reading import Sources
from speccompile.lexing import Lexed
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Facts

_ROUTERS = frozenset((
    "express", "fastify", "hono", "koa-router", "@koa/router", "elysia", "@nestjs/core", "restify", "polka", "flask", "fastapi", "starlette", "quart",
    "litestar", "sanic", "bottle", "axum", "actix-web", "rocket", "poem", "javalin", "spring-boot-starter-web", "spring-boot-starter-webflux",
    "github.com/gin-gonic/gin", "github.com/go-chi/chi", "github.com/labstack/echo", "github.com/gofiber/fiber", "github.com/gorilla/mux",
))  # fmt: skip
_VERSION = regex(r"/v\d+\Z")
_GIVES_HEALTH = regex(r"health|terminus|lightship|actuator|probe|heartbeat|status-monitor", re.IGNORECASE)
_HEALTHY = regex(r"health|livez|readyz|liveness|readiness|probe", re.IGNORECASE)
# What answers requests that have no route, or has routes that stand nowhere: files, pages, other servers.
_ANSWERS_ALL = regex(
    r"sendFile\b|\bstatic\(|serveStatic|StaticFiles|send_from_directory|FileServer|ServeDir|ServeFile|historyApiFallback|setNotFoundHandler"
    r"|NoRoute\(|\bfallback\w*\(|createProxy|http-?[pP]roxy|ReverseProxy|\bproxy\(|addResourceHandlers|before_request|graphqlHTTP"
    r"|\bautoload\b|require_?dir|readdir|\bglob\b|listdir"
)
_METHODS = (
    r"get|post|put|patch|delete|head|options|all|use|route|group|nest|mount|scope|basePath|at|api_route|websocket|add_route|add_url_rule"
    r"|add_api_route|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|Any|All|Use|Handle|HandleFunc|Group|Route|Get|Post|Put|Patch|Delete|Head|Mount|Methods|PathPrefix|path"
)
_ROUTE = regex(
    rf"(?:\b(\w+)\s*(?:\(\s*\))?\.(?:{_METHODS})\(\s*(?:path\s*=\s*|rule\s*=\s*)?|\b()(?:\w*Mapping|Path)\(\s*(?:(?:value|path)\s*=\s*)?\{{?\s*"
    r"|@()(?:Get|Post|Put|Patch|Delete|All|Head|Controller)\(\s*|#\[()(?:get|post|put|patch|delete|route)\(\s*|web::()(?:resource|scope)\(\s*"
    r"|\b()(?:url|path|prefix|url_prefix)\s*[:=]\s*)"
    r"[\"'`]([^\"'`\n]{0,160})[\"'`]"
)
_MOUNT = regex(
    r"\.(?:use|route|register|mount|include_router|register_blueprint|blueprint|nest|merge|Mount|Use)\(([^\n]{0,200})"
)
_BARE_NAME = regex(r"\s*(?:\w+\s*=\s*)?(?:await\s+)?[A-Za-z_][\w.]*\s*(?:[,)]|\Z)")
_APPLICATIONS = frozenset(("app", "application", "server", "api", "r", "e", "router", "mux", "engine", ""))
_DYNAMIC = regex(r"[:{<*(\[$?+]")
_DEEP = regex(r"\*|\.\.\.|:path\b|<path:|\(\.")
_MOST, _LARGEST = 300, 100_000


@record()
class _Literal:
    """A path of a route as it is written, of what it is a route, and where."""

    receiver: str
    path: str
    at: Span


@record()
class _Sources:
    """The code that was read, by path, and the routes in it."""

    codes: tuple[tuple[str, Lexed], ...]
    routes: tuple[_Literal, ...]

    def first(self, pattern: re.Pattern[str]) -> Span | None:
        """The first place where *pattern* is found."""
        for path, code in self.codes:
            if match := pattern.search(code.code):
                return Span(path, code.line(match.start()), code.column(match.start()))
        return None


def routed(codes: Sources, facts: Facts, wanted: str) -> Answer:
    """Whether the service whose sources *codes* are can route *wanted*."""
    health, path = facts.health, wanted.rstrip("/") or "/"
    if health and health.value.rstrip("/") == path:
        return Answer(True, f"the sources route it ({health.source})", health.span)
    router = next((name for name in sorted(facts.dependencies) if _VERSION.sub("", name) in _ROUTERS), None)
    if router is None or facts.pages or path == "/":
        return Answer(None, "its routes are not such as are read")
    if given := next((name for name in sorted(facts.dependencies) if _GIVES_HEALTH.search(name)), None):
        return Answer(None, f"{given} may answer it")
    if len(codes) >= _MOST or any(len(code.text) >= _LARGEST for _, code in codes):
        return Answer(None, "there are more sources than are read")
    read = _Sources(codes, tuple(one for path, code in codes for one in _literals(path, code)))
    return _matched(read, path) or _mentioned(read, facts, path)


def _literals(path: str, code: Lexed) -> Iterator[_Literal]:
    for match in code.finditer(_ROUTE):
        receiver = next((group for group in match.groups()[:-1] if group is not None), "")
        text = match[match.lastindex or 0]
        if text.startswith(("/", "*", "{")) or receiver == "":
            yield _Literal(receiver, text, Span(path, code.line(match.start()), code.column(match.start())))


def _matched(read: _Sources, path: str) -> Answer | None:
    """What could answer *path* although it does not say so."""
    if at := read.first(_ANSWERS_ALL):
        return Answer(None, "what has no route may be answered, too", at)
    pathless = _pathless(read.codes)
    for one in read.routes:
        below = one.receiver not in _APPLICATIONS and not pathless
        if _could_match(one.path, path, below=below):
            return Answer(None, f"the route {one.path} may match it", one.at)
    return None


def _could_match(route: str, path: str, *, below: bool) -> bool:
    """Whether *route*, or the end of a path that ends with it, is *path*; *below* is whether something stands in front of it for sure."""
    if not _DYNAMIC.search(route):
        return False
    if _DEEP.search(route):
        return True
    written, wanted = route.strip("/").split("/"), path.strip("/").split("/")
    if len(written) + (1 if below else 0) > len(wanted):
        return False
    pairs = zip(reversed(written), reversed(wanted), strict=False)
    return all(_DYNAMIC.search(one) or one == other for one, other in pairs)


def _pathless(codes: Sequence[tuple[str, Lexed]]) -> bool:
    """Whether a router may be mounted without a path of its own."""
    return any(
        _BARE_NAME.match(match[1]) and not re.search(r"[\"'`]", match[1])
        for _, code in codes
        for match in code.finditer(_MOUNT)
    )


def _mentioned(read: _Sources, facts: Facts, path: str) -> Answer:
    """By the words in the sources: the path's last one must stand nowhere but in the health route that is known."""
    health = facts.health
    last = re.escape(path.rpartition("/")[2])
    word = re.compile(rf"(?:(?<=[\"'`/^])|(?<=[\"'`/]_)){last}(?![\w-])", re.IGNORECASE)
    for place, code in read.codes:
        for match in word.finditer(code.code):
            string = code.within(match.start())
            if string and string.value and string.value.startswith("."):  # of what is imported
                continue
            at = Span(place, code.line(match.start()), code.column(match.start()))
            known = health and health.span and (health.span.path, health.span.line) == (at.path, at.line)
            if not known or _pathless(read.codes):
                return Answer(None, "the sources name it where its whole path is not read", at)
    if health and health.span:
        return Answer(False, f"the sources route {health.value}", health.span)
    if spoken := read.first(_HEALTHY):
        return Answer(None, "the sources speak of health where no route is read", spoken)
    plain = next((one for one in read.routes if one.path.startswith("/") and not _DYNAMIC.search(one.path)), None)
    if plain is None:
        return Answer(None, "no route was read in the sources")
    return Answer(False, f"the sources name it nowhere, and route others ({plain.path})", plain.at)
