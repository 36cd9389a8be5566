"""At which path each web service is reached: what a development server's proxy or an nginx configuration in the tree says, or the routes in the
service's own sources; else the frontend gets ``/`` and each of the others a path of its own name. Where none is the frontend, each has a
host."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from speccompile.detect.reading import sources
from speccompile.lexing import Lexed, lex
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.spec.archetypes import WEB_SERVICE
from speccompile.stacks import protocols
from speccompile.stacks.directories import inside
from speccompile.survey.found import Found
from speccompile.survey.roles import frontend

_PATH = r"(/[A-Za-z0-9_][A-Za-z0-9_/-]{0,60}?)"
_TARGET = r"https?://([A-Za-z0-9][A-Za-z0-9.-]{0,60})(?::(\d{2,5}))?"
# '/api': 'http://…', '/api': {target: 'http://…'}, createProxyMiddleware('/api', {target: …}), source: '/api/:path*', destination: …
_FORWARDED = regex(rf"[\"'`]\^?{_PATH}/?(?:\*\*?|:path\*|\(\.\*\))?[\"'`]\s*[:,)][^\"'`]{{0,200}}?[\"'`]{_TARGET}")
_LOCATION = regex(rf"\blocation\s+(?:\^~\s+|=\s+)?{_PATH}?/?\s*\{{([^{{}}]{{0,2000}})\}}")
_PASSED = regex(rf"\bproxy_pass\s+{_TARGET}(/?)")
_UPSTREAM = regex(r"\bupstream\s+([\w.-]{1,60})\s*\{\s*server\s+([\w.-]{1,60})(?::(\d{2,5}))?")
_ROUTE = regex(
    r"(?:\b(?:prefix|url_prefix|basePath|setGlobalPrefix)\b\s*[=:(]\s*|\.(?:use|get|post|put|route|basePath|group|nest|scope)\(\s*|Mapping\((?:value\s*=\s*)?"
    r"|Handle(?:Func)?\(\s*|Prefix\(\s*|@\w+\.(?:get|post|put|route)\(\s*|\bpath\(\s*|\bAPI\w{0,20}\s*(?::\s*\w+\s*)?=\s*)"
    r"[\"'`](?:(?:GET|POST|PUT) )?/?([A-Za-z0-9_-]{1,40})(?=[/\"'`])"
)
_FIRST = ("api",)
_CONFIGURATION = (
    "vite.config.",
    "vue.config.",
    "next.config.",
    "nuxt.config.",
    "svelte.config.",
    "astro.config.",
    "rsbuild.config.",
    "webpack.config.",
    "setupProxy.",
    "proxy.conf.",
    "angular.json",
)


@record()
class Routed:
    """Where a service is reached, and why: a path, of a host where it needs one of its own. ``stripped`` is whether the tree's own proxy takes
    the path away before it passes a request on, ``keys`` are what the route says besides, as it says."""

    path: str
    why: str
    stripped: bool = False
    host: str | None = None
    keys: tuple[tuple[str, str], ...] = ()


def routes(tree: Tree, services: Sequence[Found]) -> dict[str, Routed]:
    """The path of each web service by its name; none where there is only one, but for pages that insist on theirs."""
    web = [one for one in services if one.archetype == WEB_SERVICE and not protocols.spoken(one.detection.facts)]
    found = {one.name: based for one in web if (based := _by_base(one))}
    if len(web) < 2:
        return found
    first = frontend(web)
    if first and first.name not in found:
        found[first.name] = Routed("/", "it is what people see first")
    rest = [one for one in web if one.name not in found]
    by_proxies, by_sources = _told_by_proxies(tree, rest, first), _told_by_sources(tree, rest, services)
    for one in rest:
        forwarded, own = by_proxies.get(one.name), by_sources.get(one.name)
        routed = forwarded or own
        taken = {other.path for other in found.values() if other.host is None}
        found[one.name] = routed if routed and routed.path not in taken else _by_name(one, first, taken)
    return found


def _by_base(one: Found) -> Routed | None:
    """The path that the addresses in a site's pages begin with, where that is not the root."""
    pages = one.detection.facts.pages
    return Routed(pages.base, "the addresses in its pages begin with it") if pages and pages.base else None


def _by_name(one: Found, first: Found | None, taken: set[str]) -> Routed:
    """Beside a frontend a path is a guess that may be right, unless another service has it; of several sites that are alike each has its own root."""
    if first and f"/{one.name}" not in taken:
        return Routed(f"/{one.name}", "its name, as nothing in the tree says which path it has")
    return Routed("/", "a host of its own, as nothing in the tree says which path it has", host=f"{one.name}.localhost")


def _told_by_proxies(tree: Tree, rest: Sequence[Found], first: Found | None) -> dict[str, Routed]:
    told: dict[str, Routed] = {}
    for path, code in _configurations(tree):
        for route, host, port, stripped in (*_forwarded(code), *_passed(code)):
            one = meant(rest, host, port, any_host=first is not None)
            if one:
                told.setdefault(one.name, Routed(route, f"{path} passes {route} on to it", stripped))
    return told


def _configurations(tree: Tree) -> Iterator[tuple[str, Lexed]]:
    for folder in inside(tree, ""):
        for entry in tree.entries(folder):
            if (
                entry.startswith(_CONFIGURATION)
                or entry.endswith((".conf", ".conf.template", "nginx.conf", "/conf"))
                or entry == "conf"
            ):
                path = f"{folder}/{entry}" if folder else entry
                text = tree.read(path)
                if text is not None and len(text) < 100_000:
                    yield path, lex(path, text)


def _forwarded(code: Lexed) -> Iterator[tuple[str, str, str, bool]]:
    for match in code.finditer(_FORWARDED):
        rest = code.code[match.end() : match.end() + 200].partition("}")[0]
        yield (
            match[1],
            match[2],
            match[3] or "",
            bool(re.search(r"rewrite|pathRewrite", match[0] + rest, re.IGNORECASE)) and "destination" not in match[0],
        )


def _passed(code: Lexed) -> Iterator[tuple[str, str, str, bool]]:
    upstreams = {name: (host, port) for name, host, port in _UPSTREAM.findall(code.code)}
    for route, block in _LOCATION.findall(code.code):
        passed = _PASSED.search(block)
        if passed and route:
            host, port = upstreams.get(passed[1], (passed[1], passed[2] or ""))
            yield route, host, port, passed[3] == "/" or "rewrite" in block


def meant(rest: Sequence[Found], host: str, port: str, *, any_host: bool) -> Found | None:
    """Of *rest* the service at *host* and *port*: by its name, on this machine by its port, or the only one that there is."""
    named = next((one for one in rest if host in (one.name, one.compose.name if one.compose else "")), None)
    if named or not any_host or ("." in host and not host.startswith("127.")):
        return named
    ports = [one for one in rest if port == str(one.port)]
    return ports[0] if len(ports) == 1 else (rest[0] if len(rest) == 1 else None)


def _told_by_sources(tree: Tree, rest: Sequence[Found], services: Sequence[Found]) -> Mapping[str, Routed]:
    told: dict[str, Routed] = {}
    for one in rest:
        counted: Counter[str] = Counter()
        for _, code in sources(tree, one.directory, [other.directory for other in services]):
            counted.update(match[1] for match in code.finditer(_ROUTE))
        common = next((name for name in (*_FIRST, one.name) if counted[name]), None)
        if common:
            told[one.name] = Routed(f"/{common}", f"its own routes begin with /{common}")
    return told
