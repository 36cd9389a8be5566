"""Where the boxes of a system are drawn, and along which points its arrows: Sugiyama's layers, by grandalf.

grandalf keeps vertices and edges in sets, whose order is that of the hashes, which are addresses of memory where nobody says otherwise: here they are
numbers, so that the same system is always drawn alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import SugiyamaLayout
from grandalf.routing import route_with_lines

from speccompile.record import record
from speccompile.report.system import System

_BETWEEN, _LAYERS = 36, 64
_MARGIN, _WIDEST = 12, 1100
_PASSES = 12  # after a few the crossings do not get fewer


@record()
class Size:
    """Width and height."""

    w: int
    h: int


@record()
class Place:
    """The upper left corner of a box, and its size."""

    x: int
    y: int
    w: int
    h: int


@record()
class Drawn:
    """The size of a drawing, the place of each box by its name, and the points of each arrow, in the system's order."""

    size: Size
    places: Mapping[str, Place]
    paths: tuple[tuple[tuple[int, int], ...], ...]


class _Vertex(Vertex):  # type: ignore[misc]  # grandalf has no types
    def __init__(self, number: int, name: str, size: Size) -> None:
        super().__init__(name)
        self.number, self.view = number, _View(size.w, size.h)

    def __hash__(self) -> int:
        return self.number


class _Edge(Edge):  # type: ignore[misc]
    def __init__(self, number: int, source: _Vertex, target: _Vertex) -> None:
        super().__init__(source, target)
        self.number, self.view = number, _Route()

    def __hash__(self) -> int:
        return self.number


class _View:
    """What grandalf wants to know of a vertex, and where it writes the middle of it."""

    def __init__(self, w: int, h: int) -> None:
        self.w, self.h, self.xy = w, h, (0.0, 0.0)


class _Route:
    """Where grandalf writes the points of an edge."""

    head_angle = 0.0

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []

    def setpath(self, points: list[tuple[float, float]]) -> None:
        """As grandalf calls it."""
        self.points = list(points)


def laid_out(system: System, sizes: Mapping[str, Size]) -> Drawn:
    """*system* drawn from top to bottom; *sizes* are those of its boxes, by name. Parts that nothing connects stand beside each other."""
    vertices = {box.name: _Vertex(at, box.name, sizes[box.name]) for at, box in enumerate(system.boxes)}
    edges = [_Edge(at, vertices[one.source], vertices[one.target]) for at, one in enumerate(system.arrows)]
    graph = Graph(list(vertices.values()), edges)
    cursor, row, widest = (_MARGIN, _MARGIN), 0, 0
    for part in graph.C:
        _layered(part)
        corners = _corners(part)
        width, height = round(corners[2] - corners[0]), round(corners[3] - corners[1])
        if cursor[0] > _MARGIN and cursor[0] + width > _WIDEST:
            cursor, row = (_MARGIN, cursor[1] + row + _BETWEEN), 0
        _moved(part, cursor[0] - corners[0], cursor[1] - corners[1])
        cursor, row = (cursor[0] + width + _BETWEEN, cursor[1]), max(row, height)
        widest = max(widest, cursor[0] - _BETWEEN)
    places = {name: _place(vertex.view) for name, vertex in vertices.items()}
    paths = tuple(tuple((round(x), round(y)) for x, y in edge.view.points) for edge in edges)
    return Drawn(Size(widest + _MARGIN, cursor[1] + row + _MARGIN), places, paths)


def _layered(part: Any) -> None:
    layout = SugiyamaLayout(part)
    layout.xspace, layout.yspace, layout.route_edge = _BETWEEN, _LAYERS, route_with_lines
    layout.init_all()
    layout.draw(_PASSES)


def _corners(part: Any) -> tuple[float, float, float, float]:
    """The smallest and the largest coordinates of the boxes of *part*, and of the arrows that go around them."""
    views = [vertex.view for vertex in part.sV]
    turns = [point for edge in part.sE for point in edge.view.points]
    across = [*(one.xy[0] + side * one.w / 2 for one in views for side in (-1, 1)), *(x for x, _ in turns)]
    down = [*(one.xy[1] + side * one.h / 2 for one in views for side in (-1, 1)), *(y for _, y in turns)]
    return min(across), min(down), max(across), max(down)


def _moved(part: Any, right: float, down: float) -> None:
    for vertex in part.sV:
        vertex.view.xy = (vertex.view.xy[0] + right, vertex.view.xy[1] + down)
    for edge in part.sE:
        edge.view.points = [(x + right, y + down) for x, y in edge.view.points]


def _place(view: _View) -> Place:
    return Place(round(view.xy[0] - view.w / 2), round(view.xy[1] - view.h / 2), view.w, view.h)
