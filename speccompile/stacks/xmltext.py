"""Reading XML that anybody may have written: no document types, so no entities; nothing raises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.parsers import expat

from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import word

_DEEPEST, _MOST = 64, 50_000


@record(kw_only=True)
class Element:
    """An element: its name without prefix, its text when that is one printable line, its children, where it begins, and those of its attributes
    that are one printable line."""

    name: str
    text: str | None
    children: tuple[Element, ...]
    span: Span
    attributes: Mapping[str, str]

    def all(self, *names: str) -> Iterator[Element]:
        """The elements at *names* below this one, in their order."""
        if not names:
            yield self
            return
        for child in self.children:
            if child.name == names[0]:
                yield from child.all(*names[1:])

    def first(self, *names: str) -> Element | None:
        """The first of them."""
        return next(self.all(*names), None)

    def says(self, *names: str) -> str | None:
        """The text of the first of them."""
        found = self.first(*names)
        return found.text if found else None

    def anywhere(self, name: str) -> Iterator[Element]:
        """The elements of that name, however deep they are."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.anywhere(name)


class _Refused(ValueError):
    """More than a manifest needs: a document type, a bottomless nest, a flood."""


class _Builder:
    """Builds elements from the events of the parser."""

    def __init__(self, path: str) -> None:
        self.path, self.open, self.count = path, [_Open("", Span(path), {})], 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data

    def refuse(self, *_: object) -> None:
        raise _Refused("a document type is not read: entities are declared in it")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if len(self.open) > _DEEPEST or self.count > _MOST:
            raise _Refused("too deep or too large for a manifest")
        span = Span(self.path, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        self.open.append(_Open(name.rpartition(":")[2], span, attributes))

    def end(self, _: str) -> None:
        closed = self.open.pop().closed()
        self.open[-1].children.append(closed)

    def data(self, text: str) -> None:
        self.open[-1].text.append(text)


class _Open:
    def __init__(self, name: str, span: Span, attributes: Mapping[str, str]) -> None:
        self.name, self.span, self.attributes = name, span, attributes
        self.children: list[Element] = []
        self.text: list[str] = []

    def closed(self) -> Element:
        said = {key: text for key, value in self.attributes.items() if (text := word(value))}
        return Element(
            name=self.name,
            text=word("".join(self.text)),
            children=tuple(self.children),
            span=self.span,
            attributes=said,
        )


def parse(path: str, text: str) -> Element | tuple[Span, str]:
    """The root element of *text*, the file at *path*; else where it stops being XML that is read here, and why."""
    builder = _Builder(path)
    try:
        builder.parser.Parse(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"), True)
    except _Refused as error:
        return Span(path, builder.parser.CurrentLineNumber, builder.parser.CurrentColumnNumber + 1), str(error)
    except expat.ExpatError as error:
        return Span(path, error.lineno, error.offset + 1), expat.ErrorString(error.code)
    return builder.open[0].children[0]
