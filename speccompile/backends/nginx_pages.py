"""Pages for errors that nginx answers itself: their texts, and which of them who asks for HTML gets.

A text stands in variables, since a word of a configuration is shorter than 4096 bytes (src/core/ngx_conf_file.c); ``geo`` is what sets variables
and expands nothing in them. A location turns to a set of pages by ``error_page``, which holds for what is refused before anything else is looked at, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.backends.escape.nginx import NginxText, nginx_page
from speccompile.plan import ingress
from speccompile.plan.node import Node
from speccompile.provenance import merged
from speccompile.realise.error_pages import parts
from speccompile.realise.front_door import FrontDoor
from speccompile.record import record


@record(kw_only=True)
class _Part(Node):
    """A part of a page, by the name of its variable."""

    variable: NginxText
    text: NginxText


@record(kw_only=True)
class Page(Node):
    """A page by its number, and its parts."""

    number: int
    parts: tuple[_Part, ...]


@record(kw_only=True)
class _Shown(Node):
    """That a status has a page, by its number."""

    status: int
    page: int


@record(kw_only=True)
class Set(Node):
    """Which statuses have pages, under the number by which locations turn to it."""

    number: int
    each: tuple[_Shown, ...]


@record(kw_only=True)
class Sets(Node):
    """All of them."""

    each: tuple[Set, ...]


@record(kw_only=True)
class Turned(Node):
    """The set that a location turns to."""

    number: int


def pages(front: FrontDoor) -> tuple[Page, ...]:
    """Those that are shown anywhere, by their numbers."""
    used: dict[int, list[ingress.ErrorPage]] = {}
    for one in (one for each in front.paged for one in each.each):
        used.setdefault(one.page, []).append(one)
    return tuple(_page(one, used[one.number]) for one in front.pages if one.number in used)


def _page(page: ingress.Page, used: Sequence[ingress.ErrorPage]) -> Page:
    why = merged((page.origin, *(one.origin for one in used)))
    each = tuple(
        _Part(variable=NginxText(f"page_{page.number}_{number}"), text=nginx_page(text), origin=why)
        for number, text in enumerate(parts(page.text), start=1)
    )
    return Page(number=page.number, parts=each, origin=why)


def sets(front: FrontDoor) -> Sets | None:
    """All sets of pages of *front*; None where errors have none."""
    each = tuple(_set(number, one) for number, one in enumerate(front.paged, start=1))
    return Sets(each=each, origin=merged(one.origin for one in each)) if each else None


def _set(number: int, said: ingress.ErrorPages) -> Set:
    return Set(number=number, each=tuple(_shown(said)), origin=said.origin)


def _shown(said: ingress.ErrorPages) -> Iterator[_Shown]:
    for one in said.each:
        yield _Shown(status=one.status, page=one.page, origin=one.origin)


def turned(said: ingress.ErrorPages | None, known: Sequence[ingress.ErrorPages]) -> Turned | None:
    """Where requests turn to with an error that have the pages *said*, which are among those that are *known*."""
    return Turned(number=known.index(said) + 1, origin=said.origin) if said else None
