"""Pages for errors that Caddy answers itself, as a plan implies them; and that each status of each route shows the page that the plan has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from speccompile.codes import caddy as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import ErrorPages, Route
from speccompile.provenance import merged
from speccompile.realise.front_door import FrontDoor
from speccompile.verify.caddy_patterns import unexpanded
from speccompile.verify.caddy_site import Answer, Site
from speccompile.verify.caddy_wanted import Wanted, block, line
from speccompile.verify.readers.caddyfile import Directive, named

_STATUSES = (401, 403, 404, 405, 413, 421, 429, 500, 502, 503, 504)
_SOURCE = "{http.vars.pages}:{http.error.status_code}"


def turned(said: ErrorPages | None, front: FrontDoor) -> Iterator[Wanted]:
    """The variable by which the pages *said* are found."""
    if said:
        yield line(said.origin, f"vars pages {front.paged.index(said) + 1}")


def handled(front: FrontDoor) -> Wanted:
    """What becomes of an error."""
    why = front.origin
    data = (
        line(why, "header Content-Type application/problem+json"),
        line(why, "respond", '{"status":{err.status_code},"request_id":"{header.X-Request-Id}"}'),
    )
    every = [(number, one) for number, said in enumerate(front.paged, start=1) for one in said.each]
    if not every:
        return block(why, "handle_errors", *data)
    all_ = merged(one.origin for _, one in every)
    asked, shown = [], []
    for page in front.pages:
        mine = [one.origin for _, one in every if one.page == page.number]
        if mine:
            html = line(merged(mine), "header_regexp Accept (?i)text/html")
            asked.append(
                block(merged(mine), f"@page{page.number}", html, line(merged(mine), f"vars {{page}} {page.number}"))
            )
            text = line(page.origin, "respond", unexpanded(page.text))
            kind = line(page.origin, "header Content-Type", "text/html; charset=utf-8")
            shown.append(block(page.origin, f"route @page{page.number}", kind, text))
    chosen = (line(one.origin, f"{number}:{one.status} {one.page}") for number, one in every)
    table = block(all_, f"map {_SOURCE} {{page}}", *chosen, line(all_, "default 0"))
    apart = line(all_, "header +Vary Accept")
    return block(merged((why, all_)), "handle_errors", *asked, block(all_, "route", apart, table, *shown, *data))


def shown(front: FrontDoor, site: Site, served: Iterator[tuple[Route, Answer]]) -> Iterator[tuple[int, Code, str]]:
    """SC814: what *site* shows for each status, where there is no route and in each route that is *served*: the plan's page, or data."""
    usual = "".join(word for one in named(site.route, "vars") for word in one.args if one.args[:1] == ("pages",))
    yield from _compared(front, site, usual.removeprefix("pages"), front.errors, site.line)
    for route, answer in served:
        own = [one.args[1] for one in named(answer.inside, "vars") if one.args[:1] == ("pages",) and len(one.args) == 2]
        first = answer.inside[0].name if answer.inside else ""
        if len(own) > 1 or (own and first != "vars"):
            yield answer.line, codes.PAGES, f"{route.service} turns to its pages after it has turned requests away"
        key = own[0] if own else usual.removeprefix("pages")
        yield from _compared(front, site, key, route.errors or front.errors, answer.line)


def _compared(
    front: FrontDoor, site: Site, key: str, wanted: ErrorPages | None, line_: int
) -> Iterator[tuple[int, Code, str]]:
    """What is shown under the *key* in *site*, beside the pages that are *wanted*."""
    texts = {one.number: one.text for one in front.pages}
    pages = {one.status: texts.get(one.page) for one in (wanted.each if wanted else ())}
    handling = next(iter(named(site.directive.block, "handle_errors")), None)
    if handling is None or handling.args:
        yield line_, codes.PAGES, "nothing handles all errors"
        return
    inner = [one for each in named(handling.block, "route") if not each.args for one in each.block or ()]
    tables = [one for one in inner if one.words == ("map", _SOURCE, "{page}")]
    chosen = {one.name: "".join(one.args) for one in (tables[0].block or () if len(tables) == 1 else ())}
    for status in _STATUSES:
        number = chosen.get(f"{key}:{status}", chosen.get("default", "0"))
        if _text(handling, inner, number) != pages.get(status):
            yield line_, codes.PAGES, f"{status} is not answered with the page that the plan has for it, or without one"


def _text(handling: Directive, inner: list[Directive], number: str) -> str | None:
    """The text of the page *number*, which who asks for HTML gets; None where there is none."""
    matchers: Mapping[str, frozenset[tuple[str, ...]]] = {
        one.name: frozenset(each.words for each in one.block or ()) for one in handling.block or ()
    }
    asked = {("header_regexp", "Accept", "(?i)text/html"), ("vars", "{page}", number)}
    routes = [one for one in inner if one.words == ("route", f"@page{number}")]
    if matchers.get(f"@page{number}", frozenset()) != frozenset(asked) or len(routes) != 1:
        return None
    said = [one for one in routes[0].block or () if one.name == "respond"]
    return re.sub(r"\\([{}])", r"\1", said[0].args[0]) if len(said) == 1 and len(said[0].args) == 1 else None
