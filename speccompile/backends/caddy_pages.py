"""Pages for errors that Caddy answers itself: a route says by a variable whose pages are its own, and where errors are handled that is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.backends.caddyfile import Line
from speccompile.backends.escape.caddy import caddy_own, caddy_page
from speccompile.plan.ingress import ErrorPages
from speccompile.provenance import merged
from speccompile.realise.front_door import FrontDoor

_PROBLEM = '{"status":{err.status_code},"request_id":"{header.X-Request-Id}"}'
_NONE = "0"


def turned(said: ErrorPages | None, front: FrontDoor) -> Iterator[Line]:
    """That from here on the pages *said* are shown."""
    if said:
        yield Line((*map(caddy_own, ("vars", "pages", _number(said, front))),), said.origin)


def _number(said: ErrorPages, front: FrontDoor) -> str:
    return str(front.paged.index(said) + 1)


def handled(front: FrontDoor) -> Line:
    """What Caddy answers itself: a page to who asks for HTML, where there is one; else JSON with the request's name."""
    why = front.origin
    data = (
        Line(tuple(map(caddy_own, ("header", "Content-Type", "application/problem+json"))), why),
        Line(tuple(map(caddy_own, ("respond", _PROBLEM))), why),
    )
    if not front.paged:
        return Line((caddy_own("handle_errors"),), why, data)
    paged = merged(one.origin for one in front.paged)
    shown = {one.page for said in front.paged for one in said.each}
    pages = [one for one in front.pages if one.number in shown]
    apart = Line((*map(caddy_own, ("header", "+Vary", "Accept")),), paged)
    inside = (
        *(line for one in pages for line in _asked(one.number, front)),
        Line(
            (caddy_own("route"),), paged, (apart, _chosen(front), *(_page(one.number, front) for one in pages), *data)
        ),
    )
    return Line((caddy_own("handle_errors"),), merged((why, paged)), inside)


def _asked(number: int, front: FrontDoor) -> Iterator[Line]:
    """Who gets the page *number*."""
    why = merged(one.origin for said in front.paged for one in said.each if one.page == number)
    lines = (
        Line(tuple(map(caddy_own, ("header_regexp", "Accept", "(?i)text/html"))), why),
        Line(tuple(map(caddy_own, ("vars", "{page}", str(number)))), why),
    )
    yield Line((caddy_own(f"@page{number}"),), why, lines)


def _chosen(front: FrontDoor) -> Line:
    """Which page each status has, by the number of the pages that are shown."""
    lines = [
        Line((caddy_own(f"{_number(said, front)}:{one.status}"), caddy_own(str(one.page))), one.origin)
        for said in front.paged
        for one in said.each
    ]
    why = merged(line.origin for line in lines)
    last = Line((caddy_own("default"), caddy_own(_NONE)), why)
    return Line(
        tuple(map(caddy_own, ("map", "{http.vars.pages}:{http.error.status_code}", "{page}"))), why, (*lines, last)
    )


def _page(number: int, front: FrontDoor) -> Line:
    page = next(one for one in front.pages if one.number == number)
    lines = (
        Line(tuple(map(caddy_own, ("header", "Content-Type", "text/html; charset=utf-8"))), page.origin),
        Line((caddy_own("respond"), caddy_page(page.text)), page.origin),
    )
    return Line(tuple(map(caddy_own, ("route", f"@page{number}"))), page.origin, lines)
