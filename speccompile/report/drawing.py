"""The system as a figure: shapes, lines and texts with their coordinates, ready to be placed in SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from speccompile.backends.escape.html import HtmlText, anchor, html
from speccompile.record import record
from speccompile.report.layout import Place, Size, laid_out
from speccompile.report.system import Arrow, Box, System

MOST = 150
"""Boxes: beyond that nobody finds anything in a drawing."""

_LINE, _PAD, _CHARACTER, _WIDE = 17, 12, 7, 13  # pixels, of a font of 12
_LONGEST, _LISTED = 44, 4
_CAP = 7
_WIDEST = 1700  # a page is 1,280 wide


@record()
class Row:
    """A line of text in a box: where it begins, and what sort of line it is."""

    x: int
    y: int
    kind: HtmlText
    text: HtmlText


@record(kw_only=True)
class Shape:
    """A box: what it is, the outline of it, its lines of text, what it is called in full, and where more is said of it."""

    kind: HtmlText
    outline: HtmlText
    rows: tuple[Row, ...]
    name: HtmlText
    href: HtmlText


@record()
class Line:
    """An arrow: its path, its label with where that stands, and what it says in full."""

    path: HtmlText
    x: int
    y: int
    label: HtmlText
    name: HtmlText


@record()
class Figure:
    """All of it, with its size; ``fits`` is whether it can still be read when it is made as small as a page is wide."""

    w: int
    h: int
    fits: bool
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]


def figure(system: System) -> Figure | None:
    """*system* drawn; None where nothing is to be drawn, or too much."""
    if not 0 < len(system.boxes) <= MOST:
        return None
    texts = {box.name: tuple(_texts(box)) for box in system.boxes}
    drawn = laid_out(system, {box.name: _size(box, texts[box.name]) for box in system.boxes})
    shapes = (_shape(number, box, drawn.places[box.name], texts[box.name]) for number, box in enumerate(system.boxes))
    lines = (_line(arrow, path) for arrow, path in zip(system.arrows, drawn.paths, strict=True))
    return Figure(drawn.size.w, drawn.size.h, drawn.size.w <= _WIDEST, tuple(shapes), tuple(lines))


def box_anchor(number: int) -> HtmlText:
    """Where the report tells all about the box that is the *number*-th of the system."""
    return anchor(f"s{number}")


def _texts(box: Box) -> Iterator[tuple[str, str]]:
    """What a box says, line by line, with the sort of each."""
    yield "name", box.name + (f", {box.replicas} of it" if box.replicas != 1 else "")
    yield "what", box.is_a
    yield from _several("public", "public at", box.public if box.kind != "door" else ())
    yield from _several("state", "keeps", tuple(name for name, _ in box.state))
    yield from _several("secret", "secret", box.secrets)
    if box.schedule:
        yield "what", f"runs at {box.schedule}"
    if box.leaves:
        yield "what", "may call what is outside"


def _several(kind: str, word: str, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    more = len(names) - _LISTED
    shown = names if more <= 1 else names[:_LISTED]
    yield from ((kind, f"{word} {name}") for name in shown)
    if more > 1:
        yield kind, f"and {more} more"


def _size(box: Box, rows: Sequence[tuple[str, str]]) -> Size:
    widest = max(_width(_clipped(text)) for _, text in rows)
    return Size(max(120, widest + 2 * _PAD), len(rows) * _LINE + 2 * _PAD + 2 * _cap(box))


def _cap(box: Box) -> int:
    """How far the round ends of its outline reach into a box."""
    return _CAP if box.kind == "store" else 0


def _width(text: str) -> int:
    return sum(_WIDE if east_asian_width(character) in "WF" else _CHARACTER for character in text)


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _shape(number: int, box: Box, place: Place, texts: Sequence[tuple[str, str]]) -> Shape:
    rows = (
        Row(place.x + _PAD, place.y + _PAD + 2 * _cap(box) + _LINE * at + 10, HtmlText(kind), html(_clipped(text)))
        for at, (kind, text) in enumerate(texts)
    )
    outline = _cylinder(place) if box.kind == "store" else _rectangle(place)
    return Shape(
        kind=HtmlText(box.kind),
        outline=outline,
        rows=tuple(rows),
        name=html("; ".join(text for _, text in texts)),
        href=box_anchor(number),
    )


def _rectangle(place: Place) -> HtmlText:
    return HtmlText(f"M{place.x},{place.y} h{place.w} v{place.h} h-{place.w} z")


def _cylinder(place: Place) -> HtmlText:
    """A rectangle with round ends above and below, and the rim of the upper one."""
    half, sides = place.w // 2, place.h - 2 * _CAP
    top = f"M{place.x},{place.y + _CAP} a{half},{_CAP} 0 0 1 {place.w},0"
    return HtmlText(f"{top} v{sides} a{half},{_CAP} 0 0 1 -{place.w},0 v-{sides} a{half},{_CAP} 0 0 0 {place.w},0")


def _line(arrow: Arrow, path: Sequence[tuple[int, int]]) -> Line:
    """The label stands at the middle of the way, beside the line."""
    (x1, y1), (x2, y2) = path[(len(path) - 1) // 2], path[len(path) // 2]
    points = " L".join(f"{x},{y}" for x, y in path)
    full = f"{arrow.source} calls {arrow.target}" + (f": {arrow.what}" if arrow.what else "")
    return Line(HtmlText(f"M{points}"), (x1 + x2) // 2 + 6, (y1 + y2) // 2, html(_clipped(arrow.what)), html(full))
