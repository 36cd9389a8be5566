"""Places as specs have them (lines and columns from 1, in characters) and as the Language Server Protocol does (from 0, in units of UTF-16)."""

from __future__ import annotations

from lsprotocol import types

from speccompile.regex import regex
from speccompile.source import Span

_WORD = regex(r'"(?:[^"\\]|\\.)*"|[\w.$/-]+|\S')


def range_of(span: Span, source: str) -> types.Range:
    """The word at *span* in *source*, or all of its line where that is all that is known; the first line for the file as a whole."""
    lines = source.split("\n")
    at = min(max(span.line, 1), len(lines)) - 1
    text = lines[at].rstrip("\r")
    if not span.column:
        return _range(at, text, len(text) - len(text.lstrip()), len(text))
    begin = min(span.column - 1, len(text))
    word = _WORD.match(text, begin)
    return _range(at, text, begin, word.end() if word else len(text))


def _range(line: int, text: str, begin: int, end: int) -> types.Range:
    return types.Range(
        types.Position(line, _units(text[:begin])), types.Position(line, max(_units(text[:end]), _units(text[:begin])))
    )


def _units(text: str) -> int:
    """The length of *text* in UTF-16, which is what every client counts in when nothing else was agreed upon."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
