"""What holds for every generated site.conf, said about what nginx does. An invariant yields line, code, message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias
from urllib.parse import unquote

from speccompile.codes import site as codes
from speccompile.codes.code import Code
from speccompile.plan.site import Site
from speccompile.regex import regex
from speccompile.verify.nginx_site import everything, inside_http, named
from speccompile.verify.readers.nginx import Directive
from speccompile.verify.site_expected import FOR_GOOD

Finding: TypeAlias = tuple[int, Code, str]
Directives: TypeAlias = tuple[Directive, ...]
Invariant: TypeAlias = Callable[[Site, Directives], Iterator[Finding]]

_IN_MEMORY = ("pid", *(f"{kind}_temp_path" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")))
_BELOW_TMP = regex(r"/tmp/\w+(?:\.\w+)*")  # noqa: S108  # in the container
_LOGS = {"access_log": {"/dev/stdout", "off"}, "error_log": {"/dev/stderr"}}
_REFUSED = ("user", "include", "alias", "autoindex", "proxy_pass", "rewrite", "if", "load_module")
_CHANGING = ("/", "/index.html", "/about/", "/robots.txt", "/favicon.ico", "/hero-background.png", "/service-worker.js")
_HIDDEN = ("/.git/config", "/.env", "/a/.htpasswd")
_SCRIPTS = ("/assets/gone-DiwrgTda.js", "/gone.css", "/a/gone.png")


def unprivileged(site: Site, main: Directives) -> Iterator[Finding]:
    """SC987: nothing needs root, another process or a writable file system besides /tmp."""
    for name in _IN_MEMORY:
        if not any(_BELOW_TMP.fullmatch("".join(d.args)) for d in named(everything(main), name)):
            yield 0, codes.PRIVILEGED, f"{name} is not below /tmp"
    if [d.args for d in named(main, "daemon")] != [("off",)]:
        yield 0, codes.PRIVILEGED, "the server leaves the foreground"
    listens = named(everything(main), "listen")
    if [d.args[:1] for d in listens] != [(str(site.listen.port),)]:
        yield 0, codes.PRIVILEGED, f"the server does not listen on {site.listen.port}, or not there alone"
    for directive in everything(main):
        if directive.name in _REFUSED:
            yield directive.line, codes.PRIVILEGED, f"{directive.name} has no place here"
        if directive.name in _LOGS and directive.args[:1] not in [(where,) for where in _LOGS[directive.name]]:
            yield directive.line, codes.PRIVILEGED, f"{directive.name} is not a standard stream"


def kept(site: Site, main: Directives) -> Iterator[Finding]:
    """SC988: nothing but names by content is kept for good; headers are set once, at one level."""
    http = inside_http(main)
    for directive in everything(main):
        if directive.name == "add_header" and not any(directive is inner for inner in http):
            yield directive.line, codes.KEPT, "add_header outside of the http level takes the others away"
        if directive.name == "expires":
            yield directive.line, codes.KEPT, "expires sets Cache-Control a second time"
    names = [d.args[0].lower() for d in named(http, "add_header") if d.args]
    if len(set(names)) < len(names) or "cache-control" not in names:
        yield 0, codes.KEPT, "Cache-Control is not set, or some header is set twice"
    changing = (*_CHANGING, *(f"/{directory}/hero-background.png" for directory in site.digested))
    directories = {f"/{directory}/" if directory else "/" for directory in (*site.immutable, *site.digested)}
    for entry in (entry for d in named(http, "map") for entry in d.block or ()):
        if entry.args != (FOR_GOOD,):
            continue
        within = [below for below in directories if entry.name.replace("\\", "").startswith(f"~^{below}")]
        if not within or any(_matches(entry.name, path) for path in changing):
            yield entry.line, codes.KEPT, f"{entry.name} is kept for good, but can change"


def served(site: Site, main: Directives) -> Iterator[Finding]:
    """SC989: health, hidden files, and paths that are no file."""
    server = next((d.block or () for d in named(inside_http(main), "server")), ())
    locations = named(server, "location")
    if site.health and _answer(locations, unquote(site.health.path)) != ["access_log off", "return 200"]:
        yield 0, codes.SERVED, f"{site.health.path} is not answered with 200, unlogged"
    for path in _HIDDEN:
        if _answer(locations, path) != ["return 404"]:
            yield 0, codes.SERVED, f"{path} is given out"
    for path, page in (("/no/such", site.page or "=404"), *((script, "=404") for script in _SCRIPTS)):
        if _answer(locations, path) != [f"try_files {page}"]:
            yield 0, codes.SERVED, f"{path}, which is no file, does not get {page}"


def _answer(locations: list[Directive], path: str) -> list[str]:
    """What the location that gets *path* does: the exact one, the first pattern that fits, or the one for the rest."""
    exact = [d for d in locations if d.args == ("=", path)]
    patterns = [d for d in locations if d.args[:1] in (("~",), ("~*",)) and _matches("".join(d.args), path)]
    rest = [d for d in locations if d.args == ("/",)]
    found = next(iter((*exact, *patterns, *rest)), None)
    said = (found.block or ()) if found else ()
    last = {"return": 0, "access_log": 0, "try_files": -1}
    return sorted(f"{d.name} {d.args[last[d.name]]}" for d in said if d.name in last and d.args)


def _matches(pattern: str, path: str) -> bool:
    """Whether nginx's ``~`` or ``~*`` pattern finds something in *path*; one that cannot be read finds everything."""
    flags = re.IGNORECASE if pattern.startswith("~*") else 0
    try:
        return re.search(pattern.lstrip("~*"), path, flags) is not None
    except re.error:
        return True


ALL: tuple[Invariant, ...] = (unprivileged, kept, served)
