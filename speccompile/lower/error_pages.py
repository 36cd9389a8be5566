"""Pages for the errors that whatever takes requests in answers itself, and which of them is for which status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from speccompile.detect.seen import PageText
from speccompile.plan.ingress import ErrorPage, ErrorPages, Page
from speccompile.provenance import Cause, Origin, because, merged
from speccompile.record import record
from speccompile.spec.project import ProjectSpec

CODE = "SC385"
"""The rule of the front door."""

OF_ROUTES = (401, 403, 405, 413, 429, 500, 502, 503, 504)
"""The errors that it answers to requests for a route."""
OF_ALL = (401, 403, 404, 405, 413, 421, 429, 500, 502, 503, 504)
"""The same, where a request may be for no route."""


@record()
class Pages:
    """The pages that were ``found``, and which of them are for all requests."""

    found: tuple[PageText, ...] = ()
    usual: ErrorPages | None = None


def pages(spec: ProjectSpec, found: tuple[PageText, ...]) -> Pages:
    """Those that were *found* of *spec*."""
    said = {one.answer: (one.path, because(CODE, Cause(one.at))) for one in spec.errors}
    return Pages(found, together(chosen(said, OF_ALL, found)))


def numbered(found: Sequence[PageText]) -> tuple[Page, ...]:
    """The pages that were *found*, by their paths."""
    return tuple(
        Page(number=number, source=one.path, text=one.text, origin=because(CODE, *map(Cause, one.at)))
        for number, one in enumerate(found, start=1)
    )


def chosen(
    said: Mapping[str, tuple[str, Origin]], statuses: Sequence[int], found: Sequence[PageText]
) -> tuple[ErrorPage, ...]:
    """What is *said* of each of the *statuses*, by it or by its hundred (4xx): the page's path and why."""
    numbers = {one.path: number for number, one in enumerate(found, start=1)}
    each = []
    for status in statuses:
        path, why = said.get(str(status)) or said.get(f"{status // 100}xx") or ("", None)
        if why is not None:
            each.append(ErrorPage(status=status, page=numbers[path], origin=why))
    return tuple(each)


def together(*layers: tuple[ErrorPage, ...]) -> ErrorPages | None:
    """Pages of several places; what stands in a later one wins. None where there is none."""
    by_status = {one.status: one for layer in layers for one in layer}
    each = tuple(by_status[status] for status in sorted(by_status))
    return ErrorPages(each=each, origin=merged(one.origin for one in each)) if each else None
