"""The only writer of line-oriented text: Jinja templates that place values and never compute them.

A ``View`` hands a template the fields of a node as text that remembers the node's origin; such text is wrapped
in private-use marks as it is placed; ``{% trace node %} … {% endtrace %}`` does the same for literal lines; the marks are then
taken out again and become the line map. A value that did not come through ``escape`` is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from speccompile.backends.escape.text import Text
from speccompile.backends.placing import template
from speccompile.plan.node import Node
from speccompile.provenance import Origin
from speccompile.regex import regex

_OPEN, _CLOSE, _END = "\ue000", "\ue001", "\ue002"
_MARK = regex(f"{_OPEN}\\d+{_CLOSE}|{_END}")
_PIECES = regex(f"({_OPEN}\\d+{_CLOSE}|{_END})")  # marks are every second


class _Traced(str):
    """A piece of output with the origin of the node that it comes from."""

    __slots__ = ("origin",)
    origin: Origin

    @classmethod
    def of(cls, text: str, origin: Origin) -> _Traced:
        traced = cls(text)
        traced.origin = origin
        return traced


class View:
    """A node as a template sees it."""

    def __init__(self, node: Node, language: type[Text]) -> None:
        self._node, self._language, self.origin = node, language, node.origin

    def __getattr__(self, name: str) -> Any:
        return _seen(getattr(self._node, name), self.origin, self._language)


def _seen(value: Any, origin: Origin, language: type[Text]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, language):
        return _Traced.of(value, origin)
    if isinstance(value, int):
        return _Traced.of(str(value), origin)
    if isinstance(value, tuple):
        return tuple(_seen(item, origin, language) for item in value)
    if isinstance(value, Node):
        return View(value, language)
    raise TypeError(f"{type(value).__name__} is not {language.__name__}: {value!r} was not escaped for this template")


class _Tracer:
    """Numbers the origins while one template renders, then turns the marks into a line map."""

    def __init__(self) -> None:
        self._numbers: dict[Origin, int] = {}
        self._numbers_by_identity: dict[int, tuple[int, Origin]] = {}

    def placed(self, value: object) -> str:
        """What is written of a value that a template places."""
        if isinstance(value, _Traced):
            return self._wrap(value, value.origin)
        raise TypeError(f"{type(value).__name__} {value!r} reached a template without an origin")

    def traced(self, text: str, node: View) -> str:
        """What is written of literal text that is there because of *node*."""
        return self._wrap(text, node.origin)

    def _wrap(self, text: str, origin: Origin) -> str:
        return f"{_OPEN}{self._number(origin)}{_CLOSE}{text}{_END}"

    def _number(self, origin: Origin) -> int:
        """The same for equal origins. One that cites a thousand services takes long to hash: each object is hashed once."""
        known = self._numbers_by_identity.get(id(origin))
        if known is None:
            known = self._numbers.setdefault(origin, len(self._numbers)), origin  # kept, so that its id stays its own
            self._numbers_by_identity[id(origin)] = known
        return known[0]

    def strip(self, rendered: str) -> tuple[str, dict[int, tuple[Origin, ...]]]:
        numbered = tuple(self._numbers)
        by_line: dict[int, tuple[Origin, ...]] = {}
        known: dict[tuple[tuple[int, ...], ...], tuple[Origin, ...]] = {}  # many lines have the same
        stack: list[int] = []
        for line_number, line in enumerate(rendered.split("\n"), start=1):
            seen = tuple(_covering(line, stack))
            if seen:
                if seen not in known:
                    innermost_first = sorted(
                        (pair for one in seen for pair in enumerate(one)), key=lambda pair: -pair[0]
                    )
                    known[seen] = tuple(numbered[n] for n in dict.fromkeys(n for _, n in innermost_first))
                by_line[line_number] = known[seen]
        return _MARK.sub("", rendered), by_line


def _covering(line: str, stack: list[int]) -> Iterator[tuple[int, ...]]:
    """The numbers of the marks, outermost first, that cover each piece of *line*'s text; *stack* carries open marks across lines."""
    if _OPEN in line or _END in line:
        for at, piece in enumerate(_PIECES.split(line)):
            if at % 2 == 0:
                if stack and piece.strip():
                    yield tuple(stack)
            elif piece == _END:
                stack.pop()
            else:
                stack.append(int(piece[1:-1]))
    elif stack and line.strip():
        yield tuple(stack)


def render(name: str, language: type[Text], document: Node) -> tuple[str, dict[int, tuple[Origin, ...]]]:
    """Render the template *name* with the fields of *document*; all of its text is of *language*.

    Returns the text, and for each line number the origins of that line, innermost first. A field of the document that is
    not escaped for the language raises ``TypeError``; an unknown name in the template raises ``Unknown``.
    """
    if not is_dataclass(document):
        raise TypeError(f"{document!r} is not a document")
    tracer = _Tracer()
    values: dict[str, Any] = {
        f.name: _seen(getattr(document, f.name), document.origin, language)
        for f in fields(document)
        if f.name != "origin"
    }
    known = {**values, "all": View(document, language)}
    return tracer.strip(template(name).render(known, tracer.placed, tracer.traced))
