"""A file of reviewed parts with lines between them that a plan decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from speccompile.verify.health_parts import Part

Piece: TypeAlias = "Part | str | re.Pattern[str]"
"""A part by its digests, a line as it is, or what a line has to look like."""


class Departure(NamedTuple):
    """Where a file is not what it has to be, by the line from 1, and what is there and should be."""

    line: int
    message: str


def departure(pieces: Iterable[Piece], text: str) -> Departure | None:
    """The first line of *text* that is not what *pieces* want; a file that ends in a line feed has an empty last line."""
    lines, at = text.split("\n"), 0
    for piece in pieces:
        if isinstance(piece, Part):
            altered = piece.altered(lines[at:])
            if altered is not None:
                return _departure(lines, at + altered, f"another line there (part {piece.name})")
            at += len(piece.marks)
            continue
        if at >= len(lines) or not _fits(piece, lines[at]):
            return _departure(lines, at, repr(piece) if isinstance(piece, str) else f"a line like {piece.pattern}")
        at += 1
    return _departure(lines, at, "nothing more") if at < len(lines) else None


def _departure(lines: list[str], at: int, want: str) -> Departure:
    have = repr(lines[at]) if at < len(lines) else "nothing more"
    return Departure(at + 1, f"found {have}, the reviewed code has {want}")


def _fits(want: str | re.Pattern[str], have: str) -> bool:
    return have == want if isinstance(want, str) else want.fullmatch(have) is not None
