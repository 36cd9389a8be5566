"""Mappings and lists that remember where in a text they were written.

They are a ``dict`` and a ``tuple``, so pydantic validates them as such, and they keep character offsets; lines
and columns are counted only when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from speccompile.source import Span


class SourceText:
    """A text, where it stands, and how to turn character offsets into places."""

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self._starts: list[int] = []

    def span(self, offset: int) -> Span:
        """The line and column (in characters) of *offset*."""
        if not self._starts:
            self._starts.append(0)
            found = self.text.find("\n")
            while found >= 0:
                self._starts.append(found + 1)
                found = self.text.find("\n", found + 1)
        line = bisect_right(self._starts, offset)
        return Span(self.path, line, offset - self._starts[line - 1] + 1)


class Located(dict[str, Any]):
    """A mapping that knows where it begins, and where its keys and values do."""

    __slots__ = ("keys_at", "offset", "source", "values_at")
    source: SourceText
    offset: int
    keys_at: dict[str, int]
    values_at: dict[str, int]

    def __init__(self, source: SourceText, offset: int) -> None:
        super().__init__()
        self.source, self.offset, self.keys_at, self.values_at = source, offset, {}, {}

    def add(self, key: str, key_at: int, value: object, value_at: int) -> None:
        """Put *value* under *key*."""
        self[key] = value
        self.keys_at[key], self.values_at[key] = key_at, value_at


class LocatedList(tuple[Any, ...]):
    """A list that knows where it begins, and where its items do."""

    source: SourceText
    offset: int
    values_at: Sequence[int]

    @classmethod
    def of(cls, items: Iterable[object], source: SourceText, offset: int, values_at: Sequence[int]) -> LocatedList:
        """The list of *items* that begins at *offset*."""
        self = cls(items)
        self.source, self.offset, self.values_at = source, offset, values_at
        return self


def key_span(raw: Located | LocatedList, steps: Iterable[str | int]) -> Span:
    """Where the key (or the list item) is that *steps* lead to, or the last of them that exists."""
    return _walk(raw, steps, keys=True)


def value_span(raw: Located | LocatedList, steps: Iterable[str | int]) -> Span:
    """Where the value is that *steps* lead to, or the last of them that exists."""
    return _walk(raw, steps, keys=False)


def _walk(raw: Any, steps: Iterable[str | int], *, keys: bool) -> Span:
    source, offset = raw.source, raw.offset
    for step in steps:
        if isinstance(raw, Located) and step in raw:
            offset = raw.keys_at[str(step)] if keys else raw.values_at[str(step)]
        elif isinstance(raw, LocatedList) and isinstance(step, int) and 0 <= step < len(raw):
            offset = raw.values_at[step]
        else:
            break
        raw = raw[step]
    span: Span = source.span(offset)
    return span
