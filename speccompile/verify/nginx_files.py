"""Files that nginx gives out, as a plan implies it; and that it gives out no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from speccompile.codes import files as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import HASHED, Files, Route
from speccompile.provenance import Origin, merged
from speccompile.verify.nginx_site import Location, everything, servers
from speccompile.verify.nginx_statements import Statement, Where, statements
from speccompile.verify.readers.nginx import Directive

READS = ("root", "alias", "try_files", "index", "autoindex", "include", "gzip_static", "random_index", "dav_methods")
HIDDEN = ("($uri", "~", "/[.](?!well-known/)", ")")
CHALLENGES = ("^~", "/.well-known/acme-challenge/")
# What a browser shows, and does not act upon: all that is shown of what people sent.
_SHOWN = """
types {
  application/pdf pdf; audio/mp4 m4a; audio/mpeg mp3; audio/ogg oga ogg opus; audio/wav wav;
  image/avif avif; image/gif gif; image/jpeg jpeg jpg; image/png png; image/webp webp;
  text/csv csv; text/plain txt; video/mp4 mp4; video/quicktime mov; video/webm webm;
}
"""
_OF_PROGRAMS = """
types {
  application/atom+xml atom; application/gzip gz; application/json json map; application/manifest+json webmanifest; application/rss+xml rss;
  application/wasm wasm; application/xml xml xsl; application/zip zip; font/otf otf; font/ttf ttf; font/woff woff; font/woff2 woff2;
  image/svg+xml svg; image/x-icon ico; model/gltf-binary glb; text/calendar ics; text/css css; text/html htm html;
  text/javascript cjs js mjs; text/markdown md; text/vtt vtt;
}
etag off; if_modified_since off; gzip_static on;
"""
_BESIDE = """
open_file_cache max=256 inactive=10s; open_file_cache_valid 1s; sendfile on; max_ranges 16; default_type application/octet-stream; charset utf-8;
charset_types text/calendar text/css text/csv text/javascript text/markdown text/plain text/vtt;
"""
_HASHED = """
http { map $named_by:$uri $hashed { default ""; "~^hash:.*[.-][0-9a-f]{8,64}([.][A-Za-z0-9]+)+$" hashed; } }
"""
_SINGLE = """
http { map $uri $page_for_all { default index.html; "~*[.](ENDINGS)$" ""; } }
"""
# What no page of a program of the browser ends with: a file that is not there is not answered by its page.
_ENDINGS = (
    *(
        "avif",
        "bmp",
        "css",
        "csv",
        "eot",
        "gif",
        "glb",
        "gz",
        "ico",
        "jpe?g",
        "js",
        "json",
        "m4a",
        "map",
        "md",
        "mjs",
        "mov",
        "mp3",
        "mp4",
    ),
    *(
        "ogg",
        "otf",
        "pdf",
        "png",
        "svg",
        "ttf",
        "txt",
        "wasm",
        "wav",
        "webm",
        "webmanifest",
        "webp",
        "woff2?",
        "xml",
        "zip",
    ),
)


def at_http(routes: Sequence[Route]) -> Iterator[tuple[Statement, Origin]]:
    """What *routes* imply at the http level: which names have a hash in them, and which are no names of pages."""
    found = [one.files for one in routes if one.files]
    why = merged(one.origin for one in found)
    for text in (
        *((_HASHED,) if any(map(hashed, routes)) else ()),
        *((_SINGLE.replace("ENDINGS", "|".join(_ENDINGS)),) if _paged(found) else ()),
    ):
        yield from ((one, why) for one in statements(text) if one != Statement((), "http", ()))


def _paged(found: Sequence[Files]) -> bool:
    return any(one.single_page for one in found)


def hashed(route: Route) -> bool:
    """Whether browsers keep what *route* gives out for good, where a hash is in its name."""
    return bool(route.files and route.caching and HASHED in {one.what for one in route.caching.rules})


def sorted_by(routes: Sequence[Route]) -> str:
    """By what the sort of an answer's content is told: where files are given out, no service says it."""
    if not any(one.files for one in routes):
        return "$upstream_http_content_type"
    return "$hashed$sent_http_content_type" if any(map(hashed, routes)) else "$sent_http_content_type"


def in_location(route: Route, inside: Where) -> Iterator[tuple[Statement, Origin]]:
    """What the files of *route* imply in its location, which is *inside*."""
    said = route.files
    if said is None:
        return
    for statement in _inside(route, said):
        yield Statement((*inside, *statement.where), statement.name, statement.args), said.origin


def _inside(route: Route, said: Files) -> Iterator[Statement]:
    assets = said.content == "assets"
    if hashed(route):
        yield Statement((), "set", ("$named_by", "hash"))
    yield Statement((), "if", HIDDEN)
    yield Statement((" ".join(("if", *HIDDEN)),), "return", ("404",))
    yield Statement((), "root", (said.directory,))
    yield Statement((), "disable_symlinks", ("on", f"from={said.directory}"))
    yield from _always(_SHOWN)
    yield from (one for one in _always(_OF_PROGRAMS if assets else "") if one != Statement((), "types", ()))
    yield from _always(_BESIDE)
    if assets and route.compression is None:
        yield from (Statement((), *one) for one in (("gzip_vary", ("on",)), ("gzip_proxied", ("any",))))
    page = ("/$page_for_all",) if said.single_page else ()
    yield Statement((), "try_files", ("$uri", *page, "=404"))


@cache
def _always(text: str) -> tuple[Statement, ...]:
    return tuple(statements(text))


def given_out(
    main: Sequence[Directive], served: Sequence[tuple[Route, Location]], challenges: str | None
) -> Iterator[tuple[int, Code, str]]:
    """SC587: files are given out where the plan says so, from its directory, none hidden, none by a link; of uploads nothing acts. What an
    authority asks for is in the directory *challenges*."""
    mine = _answering(main, challenges)
    for route, location in served:
        said = route.files
        if said is None:
            continue
        mine |= {one.line for one in everything(location.block)}
        yield from ((location.line, codes.NO_LINKS, message) for message in _amiss(said, location))
    for one in everything(main):
        if one.name in READS and one.line not in mine:
            yield one.line, codes.NO_LINKS, f"{one.name} gives out files, against the plan"
    for location in (each for server in servers(main) for each in server.locations):
        for name in ("alias", "autoindex", "index", "include", "random_index", "dav_methods"):
            if location.all(name):
                yield location.line, codes.NO_LINKS, f"{name} gives out more than the files of a directory"


def _answering(main: Sequence[Directive], challenges: str | None) -> set[int]:
    """The lines by which an authority is given what is in the directory *challenges*, and no link there is followed."""
    if challenges is None:
        return set()
    wanted = {"root": (challenges,), "disable_symlinks": ("on", f"from={challenges}")}
    return {
        one.line
        for location in everything(main)
        if location.name == "location" and location.args == CHALLENGES
        for one in location.block or ()
        if wanted.items() <= {each.name: each.args for each in location.block or ()}.items() and one.name in wanted
    }


def _amiss(said: Files, location: Location) -> Iterator[str]:
    root = location.only("root")
    if root != (said.directory,):
        yield f"{' '.join(root) or 'another directory'} is given out, not {said.directory}"
    if location.only("disable_symlinks") != ("on", f"from={said.directory}"):
        yield f"links in {said.directory} are followed, to whatever the front door can read"
    refused = [
        number
        for number, one in enumerate(location.block)
        if one.name == "if"
        and one.args == HIDDEN
        and [(inner.name, inner.args) for inner in one.block or ()] == [("return", ("404",))]
    ]
    rewriting = [number for number, one in enumerate(location.block) if one.name == "rewrite"]
    if not refused or any(number < refused[0] for number in rewriting):
        yield f"hidden files in {said.directory} are given out"
    page = ("/$page_for_all",) if said.single_page else ()
    if location.only("try_files") != ("$uri", *page, "=404"):
        yield f"what is no file in {said.directory} is something else than 404"
    allowed = {one.name for one in _always(_SHOWN)}
    types = {one.name for each in location.block if each.name == "types" for one in each.block or ()}
    if said.content == "uploads" and types - allowed:
        yield f"what people sent is shown as {', '.join(sorted(types - allowed))}, which can act"
