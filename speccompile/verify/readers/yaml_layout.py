"""Reads YAML in the one layout in which it is written here, line by line; what is laid out in another way is left to a parser of YAML.

A mapping's keys stand two columns to the right of what they are in, dashes two to the right of their key, and each scalar begins on the line of
its key or dash: plain where all readers agree on it, else in double quotes. Comments stand before ``---``. To read so takes a thirtieth of
a parser's time; what it reads means the same to a parser (``tests/compose/test_yaml_layout.py`` alters each line and compares).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from speccompile.record import record
from speccompile.regex import regex

Place: TypeAlias = tuple[int, int]
Found: TypeAlias = tuple[Any, dict[tuple[str | int, ...], Place], tuple[tuple[int, str], ...]]

OTHER_IN_1_1 = regex(
    r"(?:y|n|yes|no|on|off|true|false|null|~|<<|=)|[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*)(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|nan|[0-9][0-9_]*(?:e[-+]?[0-9]+)?)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*",
    re.IGNORECASE,
)
_CHARACTERS = r'(?:[^"\\]|\\["\\tnr ])*'
_QUOTED = f'"{_CHARACTERS}"'
_KEY = rf"(?P<lead>(?:  )*)(?P<dash>- )?(?:(?P<key>{_QUOTED}|[A-Za-z/$.][\w/.$@{{}}+-]*):(?: (?=.)|\Z))?"
_LINE = regex(
    rf"{_KEY}(?P<value>{_QUOTED}|(?:[A-Za-z/$]|\.{{1,2}}(?=/|\Z))[\w/.$@{{}}+-]*(?::[\w/.$@{{}}+-]+)*|(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\{{\}}|\[\]|)\Z",
    re.ASCII,
)
# Text in double quotes that goes on in the next line: an escaped line break and the blanks behind it are no part of it.
_GOES_ON = regex(rf'{_KEY}"{_CHARACTERS}\\\Z', re.ASCII)
_ESCAPE = regex(r"\\(.)")
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
_NUMBER = regex(r"[0-9][0-9.]*\Z")
_WRITTEN = regex(r"[ -~\n]*\Z")  # other characters may be line breaks, or none
_LONGEST = 1000  # a key that ends farther to the right is none


class _Another(Exception):
    """The text is laid out in another way."""


@record()
class _Row:
    """A line: its number, the column (from 0) at which its dash stands (None: it has none) and at which what is behind it, its key, its value."""

    number: int
    dash: int | None
    at: int
    key: str | None
    value: str


def in_layout(text: str) -> Found | None:
    """The data of the document in *text*, the places of its keys and items, and its comment lines; None where it is laid out in another way."""
    lines = text.split("\n")
    begin = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if lines[-1] or lines[begin : begin + 1] != ["---"] or not _WRITTEN.match(text):
        return None
    try:
        reader = _Reader(tuple(_rows(lines[begin + 1 : -1], begin + 2)))
        data = reader.mapping((), 0)
        if not data or reader.row is not None:
            return None
    except _Another:
        return None
    comments = tuple((number, line[1:].removeprefix(" ")) for number, line in enumerate(lines[:begin], 1))
    return data, {(): (begin + 2, 1), **reader.places}, comments


def _rows(lines: list[str], first: int) -> Iterator[_Row]:
    """The rows of *lines*, of which the first has the number *first*."""
    rest = enumerate(lines, first)
    for number, line in rest:
        whole = line
        while _GOES_ON.match(whole):
            _, after = next(rest, (0, ""))
            if not after.startswith(" ") or after.isspace():
                raise _Another
            whole = whole[:-1] + after.lstrip(" ")
        yield _row(number, whole, len(line))


def _row(number: int, line: str, end: int) -> _Row:
    """The row of *line*, which begins with a line of the length *end*: a key is on that."""
    found = _LINE.match(line) if end <= _LONGEST else None
    if found is None or not (found["key"] or found["value"]) or found.end("key") >= end:
        raise _Another
    at = found.start("key") if found["key"] else found.start("value")
    return _Row(number, found.end("lead") if found["dash"] else None, at, found["key"], found["value"])


class _Reader:
    """Goes through rows; ``places`` are those of what was read."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._rows, self._next = rows, 0
        self.places: dict[tuple[str | int, ...], Place] = {}

    @property
    def row(self) -> _Row | None:
        """The row that comes next."""
        return self._rows[self._next] if self._next < len(self._rows) else None

    def mapping(self, path: tuple[str | int, ...], column: int, *, begun: bool = False) -> dict[str, Any]:
        """The mapping whose keys stand at *column*; *begun* where the first of them is behind a dash."""
        found: dict[str, Any] = {}
        while (row := self.row) and row.key is not None and row.at == column and (row.dash is None or begun):
            begun = False
            name = _scalar(row.key)
            if not isinstance(name, str) or name in found:
                raise _Another
            self._next += 1
            self.places[*path, name] = (row.number, column + 1)
            found[name] = _scalar(row.value) if row.value else self._inner((*path, name), column)
        return found

    def _inner(self, path: tuple[str | int, ...], column: int) -> Any:
        """What stands below a key at *column*."""
        row = self.row
        if row is None or (row.at if row.dash is None else row.dash) <= column:
            if row is not None and row.dash == column:
                raise _Another
            return None
        return self._sequence(path, column + 2) if row.dash is not None else self.mapping(path, column + 2) or _refuse()

    def _sequence(self, path: tuple[str | int, ...], column: int) -> list[Any]:
        """The list whose dashes stand at *column*."""
        found: list[Any] = []
        while (row := self.row) and row.dash == column:
            if row.key is not None:
                found.append(self.mapping((*path, len(found)), row.at, begun=True))
                continue
            self._next += 1
            self.places[*path, len(found)] = (row.number, row.at + 1)
            found.append(_scalar(row.value))
        return found or _refuse()


def _refuse() -> Any:
    raise _Another


def _scalar(text: str) -> Any:
    if text.startswith('"'):
        return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text[1:-1])
    if text in ("{}", "[]"):
        return {} if text == "{}" else []
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.match(text):
        return float(text) if "." in text else int(text)
    if OTHER_IN_1_1.fullmatch(text):
        raise _Another
    return text
