"""Circles among services: found with their path, and opened where nothing could start first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from speccompile.codes.importing import CIRCLE
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends.importers.written import Entry
from speccompile.record import record
from speccompile.source import Span

_SHOWN_AT_MOST = 20


@record()
class Reference:
    """That the service ``one`` refers to the service ``other``: by what, and where."""

    one: str
    other: str
    by: str
    span: Span


def rings(references: Iterable[Reference]) -> Iterator[tuple[Reference, ...]]:
    """Circles among *references*: at least one through each service that is on any, twenty at most."""
    left = _core({(one.one, one.other): one for one in references})
    below: dict[str, list[Reference]] = {}
    for one in left.values():
        below.setdefault(one.one, []).append(one)
    told: set[str] = set()
    for name in below:
        ring = _ring(name, below) if name not in told and len(told) < _SHOWN_AT_MOST else ()
        if ring:
            told.update(one.one for one in ring)
            yield ring


def circle(ring: Sequence[Reference], fix: str) -> Diagnostic:
    """The finding about a circle of references."""
    path = " → ".join((*(f"{one.one} ({one.by})" for one in ring), ring[0].one))
    related = tuple(Related(f"{one.one} refers to {one.other} here", one.span) for one in ring[1:])
    return CIRCLE.at(
        ring[0].span,
        f"these services refer to each other in a circle: {path}",
        fix=fix,
        related=related,
        found=path,
        expected="references without a circle",
    )


def opened(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """*entries* without those needs by which services would wait for each other, and a finding for each circle."""
    needs = [Reference(one.steps[1], str(one.value), "needs", one.span) for one in entries if _is_need(one)]
    core = {(one.one, one.other) for one in _core({(one.one, one.other): one for one in needs}).values()}
    if not core:
        return tuple(entries), ()
    fix = "nothing, if it can start without the other; else take the circle out of the program: start it first with what it can do alone"
    findings = tuple(circle(ring, fix) for ring in rings(needs))
    kept, before = [], dict[str, set[str]]()
    for entry in entries:
        edge = (entry.steps[1], str(entry.value)) if _is_need(entry) else None
        if edge in core and edge is not None:
            if edge[0] == edge[1] or _reaches(edge[1], edge[0], before):
                continue
            before.setdefault(edge[0], set()).add(edge[1])
        kept.append(entry)
    return tuple(kept), findings


def _is_need(entry: Entry) -> bool:
    return entry.listed and len(entry.steps) == 3 and entry.steps[2] == "needs"


def _core(edges: Mapping[tuple[str, str], Reference]) -> dict[tuple[str, str], Reference]:
    """Those of *edges* that can be on a circle: what nothing leads to or nothing leads away from is peeled off."""
    left = dict(edges)
    while True:
        begins, ends = {one for one, _ in left}, {other for _, other in left}
        both = begins & ends
        inner = {edge: one for edge, one in left.items() if edge[0] in both and edge[1] in both}
        if len(inner) == len(left):
            return left
        left = inner


def _ring(start: str, below: Mapping[str, Sequence[Reference]]) -> tuple[Reference, ...]:
    """The shortest way from *start* to itself."""
    came: dict[str, Reference] = {}
    waiting = deque([start])
    while waiting:
        for one in below.get(waiting.popleft(), ()):
            if one.other == start:
                return tuple(_back(one, came, start))[::-1]
            if one.other not in came:
                came[one.other] = one
                waiting.append(one.other)
    return ()


def _back(last: Reference, came: Mapping[str, Reference], start: str) -> Iterator[Reference]:
    yield last
    while last.one != start:
        last = came[last.one]
        yield last


def _reaches(start: str, goal: str, edges: Mapping[str, set[str]]) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for name in edges.get(waiting.pop(), ()):
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return start == goal
