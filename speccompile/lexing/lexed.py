"""A text in which comments and string literals are known."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Literal

from speccompile.record import record
from speccompile.regex import regex

Kind = Literal["string", "raw", "template", "character", "regex", "heredoc", "text"]
Extent = tuple[int, int]

# All that str.splitlines takes for the end of a line, so that no line moves, however they are counted.
_NO_BREAK = regex("[^\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")
_LONGEST = 400


@record()
class StringLiteral:
    """A string as it is written, or a piece of one between embedded expressions: from ``start`` (its prefix included) to
    ``end`` (its closing delimiter included); ``inner`` is where its contents begin. ``value`` is None where it is no
    plain literal."""

    kind: Kind
    start: int
    inner: int
    end: int
    value: str | None


class Line:
    """A line of code: its number from 1, and its text without comments."""

    def __init__(self, lexed: Lexed, number: int, start: int, end: int) -> None:
        self.number = number
        self.code = lexed.code[start:end]
        self._lexed, self._start = lexed, start

    def finditer(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The matches of *pattern* that begin in code: not in a comment, and not amid the words of a string."""
        return (found for found in pattern.finditer(self.code) if not self._lexed.within(self._start + found.start()))

    def search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first of the matches that ``finditer`` gives."""
        return next(self.finditer(pattern), None)


class Lexed:
    """A text, its string literals and its comments (documentation strings among them), in the order of their places.

    ``code`` is the text with comments blanked, ``bare`` with the contents of strings blanked as well: both as long as the
    text, with the same line breaks.
    """

    def __init__(self, text: str, strings: Iterable[StringLiteral] = (), comments: Iterable[Extent] = ()) -> None:
        self.text = text
        self.strings = tuple(sorted(strings, key=lambda one: one.start))
        self.comments = tuple(sorted(comments))
        self.code = _blanked(text, self.comments)

    @cached_property
    def bare(self) -> str:
        """The code with the contents of strings blanked."""
        return _blanked(self.code, ((one.inner, one.end) for one in self.strings))

    @cached_property
    def _inner(self) -> tuple[int, ...]:
        return tuple(one.inner for one in self.strings)

    def within(self, offset: int) -> StringLiteral | None:
        """The string literal that *offset* is in the contents of, or at the end of."""
        number = bisect_right(self._inner, offset) - 1
        return self.strings[number] if number >= 0 and offset < self.strings[number].end else None

    def finditer(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The matches of *pattern* in ``code`` that begin in code: not in a comment, and not amid the words of a
        string."""
        at = 0
        while at <= len(self.code) and (found := pattern.search(self.code, at)):
            string = self.within(found.start())
            if string is None:
                yield found
            at = string.end if string else max(found.end(), found.start() + 1)

    def search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first of the matches that ``finditer`` gives."""
        return next(self.finditer(pattern), None)

    def in_lines(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
        """The matches of *pattern* that ``finditer`` of each line gives, with the numbers of the lines. It says nothing of where a line
        begins or ends: what is nowhere in the code is in none of its lines, and few are looked at."""
        for line in self.lines() if pattern.search(self.code) else ():
            yield from ((line.number, match) for match in line.finditer(pattern))

    def lines(self) -> Iterator[Line]:
        """The lines, without those that are too long to have been written by hand."""
        for number, (start, end) in enumerate(pairwise(self._starts), 1):
            if end - start <= _LONGEST + 1:
                yield Line(self, number, start, end - 1)

    def line(self, offset: int) -> int:
        """The number of the line that *offset* is in, from 1."""
        return bisect_right(self._starts, offset)

    def column(self, offset: int) -> int:
        """The column of *offset* in its line, from 1."""
        return offset - self._starts[self.line(offset) - 1] + 1

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where each line begins, and where one would begin behind the last."""
        ends = (found.end() for found in re.finditer("\n", self.text))
        return (0, *ends, len(self.text) + 1)


def _blanked(text: str, extents: Iterable[Extent]) -> str:
    pieces, at = [], 0
    for start, end in extents:
        pieces += [text[at:start], _NO_BREAK.sub(lambda found: " " * len(found[0]), text[start:end])]
        at = end
    return "".join((*pieces, text[at:]))
