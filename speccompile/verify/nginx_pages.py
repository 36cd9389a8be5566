"""Pages for errors that nginx answers itself, as a plan implies them; and that each status of each location shows the page that the plan has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from speccompile.codes import nginx as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import ErrorPages, Route
from speccompile.provenance import Origin, merged
from speccompile.realise.error_pages import parts
from speccompile.realise.front_door import FrontDoor
from speccompile.record import record
from speccompile.verify.nginx_site import Location, inside_http, named
from speccompile.verify.nginx_statements import Statement, Where
from speccompile.verify.readers.nginx import Directive

STATUSES = ("401", "403", "404", "405", "413", "421", "429", "500", "502", "503", "504")
"""What nginx answers itself."""

_HTTP = ("http",)


def at_http(front: FrontDoor) -> Iterator[tuple[Statement, Origin]]:
    """The texts, and what each status has for who asks for pages."""
    usual = f"$problem_{front.paged.index(front.errors) + 1}" if front.errors else "@problem"
    yield Statement(_HTTP, "error_page", (*STATUSES, usual)), front.origin
    for number, text, why in _texts(front):
        for at, part in enumerate(parts(text), start=1):
            variable = f"$page_{number}_{at}"
            yield Statement(_HTTP, "geo", (variable,)), why
            yield Statement((*_HTTP, f"geo {variable}"), "default", (part,)), why
    for number, said in enumerate(front.paged, start=1):
        words = ("$status:$reads", f"$problem_{number}")
        inside = (*_HTTP, " ".join(("map", *words)))
        yield Statement(_HTTP, "map", words), said.origin
        yield Statement(inside, "default", ("@problem",)), said.origin
        for one in said.each:
            yield Statement(inside, f"{one.status}:pages", (f"@page_{one.page}",)), one.origin
    yield from _told_apart(front)
    for said in front.paged[:1]:
        inside = (*_HTTP, "map $http_accept $reads")
        yield Statement(_HTTP, "map", ("$http_accept", "$reads")), said.origin
        yield Statement(inside, "default", ("data",)), said.origin
        yield Statement(inside, "~*text/html", ("pages",)), said.origin


def _told_apart(front: FrontDoor) -> Iterator[tuple[Statement, Origin]]:
    """What caches keep apart: by whose page asks, where that is told it, and by what is asked for, where an error is one or the other."""
    crossed, paged = [one.origins.origin for one in front.routes if one.origins], [one.origin for one in front.paged]
    both, inside = "$told_apart_by:$negotiated", (*_HTTP, "map $told_apart_by:$negotiated $told_apart_by_both")
    if crossed and paged:
        why = merged(crossed)
        yield Statement(_HTTP, "map", (both, "$told_apart_by_both")), why
        for name, value in (
            ("default", ""),
            ("Origin:", "Origin"),
            (":Accept", "Accept"),
            ("Origin:Accept", "Accept, Origin"),
        ):
            yield Statement(inside, name, (value,)), why
    by = "$told_apart_by_both" if crossed and paged else "$told_apart_by" if crossed else "$negotiated"
    if crossed or paged:
        yield Statement(_HTTP, "add_header", ("Vary", by, "always")), merged((*crossed, *paged))


def _texts(front: FrontDoor) -> Iterator[tuple[int, str, Origin]]:
    """Each page that is shown anywhere: its number, its text, why."""
    every = [one for said in front.paged for one in said.each]
    for page in front.pages:
        why = [one.origin for one in every if one.page == page.number]
        if why:
            yield page.number, page.text, merged((page.origin, *why))


def in_server(front: FrontDoor, inside: Where) -> Iterator[tuple[Statement, Origin]]:
    """The pages, each at a place to which only nginx itself turns."""
    for said in front.paged[:1]:
        yield Statement((*inside, "location @problem"), "set", ("$negotiated", "Accept")), said.origin
    for number, text, why in _texts(front):
        whole = "".join(f"$page_{number}_{at}" for at, _ in enumerate(parts(text), start=1))
        name = f"@page_{number}"
        yield Statement(inside, "location", (name,)), why
        yield Statement((*inside, f"location {name}"), "set", ("$negotiated", "Accept")), why
        yield Statement((*inside, f"location {name}"), "default_type", ("text/html",)), why
        yield Statement((*inside, f"location {name}"), "charset", ("utf-8",)), why
        yield Statement((*inside, f"location {name}"), "return", ("200", whole)), why


def in_location(route: Route, inside: Where, front: FrontDoor) -> Iterator[tuple[Statement, Origin]]:
    """Where a location of *route* turns to with an error."""
    if route.errors:
        number = front.paged.index(route.errors) + 1
        yield Statement(inside, "error_page", (*STATUSES, f"$problem_{number}")), route.errors.origin


def shown(
    front: FrontDoor, main: Sequence[Directive], served: Iterable[tuple[Route, Location]]
) -> Iterator[tuple[int, Code, str]]:
    """SC813: what is shown for each status, where nobody is asked and in each location of each route: the plan's page, or data."""
    http = inside_http(main)
    usual = [one.args for one in named(http, "error_page")]
    maps, variables = _told(http)
    known = [_Told(server, maps, variables, _places(server)) for server in named(http, "server")]
    # Of a shared host lines are those of many files: a location is known by its block, which is one object.
    around: dict[int, _Told] = {}
    for told in known:
        yield from _compared(front, told, usual, front.errors, told.server.line)
        for one in told.server.block or ():
            around[id(one.block)] = told
            if one.name == "error_page":
                yield one.line, codes.PAGES, "a server has other answers to errors than all have"
    for route, location in served:
        said = location.all("error_page") or usual
        if inside := around.get(id(location.block)):
            yield from _compared(front, inside, said, route.errors or front.errors, location.line)


@record()
class _Told:
    """A server, what the maps lead to whose keys are statuses, what variables hold, and its named locations: each by its name."""

    server: Directive
    maps: Mapping[str, Mapping[str, str]]
    variables: Mapping[str, Sequence[Directive]]
    places: Mapping[str, Mapping[str, tuple[str, ...]]]


def _told(http: Sequence[Directive]) -> tuple[dict[str, dict[str, str]], dict[str, Sequence[Directive]]]:
    """The maps and the variables; of two with one name there is none."""
    maps: dict[str, dict[str, str]] = {}
    for one in named(http, "map"):
        if len(one.args) == 2 and one.args[0] == "$status:$reads":
            entries = {each.name: "".join(each.args) for each in one.block or ()}
            maps[one.args[1]] = {} if one.args[1] in maps else entries
    return maps, {one.args[0]: one.block or () for one in named(http, "geo") if len(one.args) == 1}


def _places(server: Directive) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for one in named(server.block or (), "location"):
        if len(one.args) == 1 and one.args[0].startswith("@"):
            said = {each.name: each.args for each in one.block or ()}
            found[one.args[0]] = {} if one.args[0] in found else said
    return found


def _compared(
    front: FrontDoor, told: _Told, said: Sequence[tuple[str, ...]], wanted: ErrorPages | None, line: int
) -> Iterator[tuple[int, Code, str]]:
    """What *said* comes to in a server, beside the pages that are *wanted*."""
    texts = {one.number: one.text for one in front.pages}
    pages = {str(one.status): texts.get(one.page) for one in (wanted.each if wanted else ())}
    if len(said) != 1 or said[0][:-1] != STATUSES:
        yield line, codes.PAGES, "not each error that nginx answers itself has an answer of ours"
        return
    for status in STATUSES:
        place = _place(told, said[0][-1], f"{status}:pages")
        if _text(told, place) != pages.get(status) or (place == "@problem") == (status in pages):
            yield line, codes.PAGES, f"{status} is not answered with the page that the plan has for it, or without one"
        if _place(told, said[0][-1], f"{status}:data") != "@problem":
            yield line, codes.PAGES, f"{status} is no data for who asks for data"


def _place(told: _Told, word: str, key: str) -> str:
    """Where *word* of an ``error_page`` leads: itself, or what the map of that name has for *key*."""
    if not word.startswith("$"):
        return word
    entries = told.maps.get(word, {})
    return entries.get(key, entries.get("default", ""))


def _text(told: _Told, place: str) -> str | None:
    """The text of the page at the named location *place*; None where that is no page."""
    said = told.places.get(place, {})
    if (
        said.get("default_type") != ("text/html",)
        or said.get("charset") != ("utf-8",)
        or said.get("return", ())[:1] != ("200",)
    ):
        return None
    values = []
    for name in said["return"][1].split("$")[1:]:
        entries = [one for one in told.variables.get(f"${name}", ()) if one.name == "default"]
        values += ["".join(one.args) for one in entries]
    return "".join(values)
