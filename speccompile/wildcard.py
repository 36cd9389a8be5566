"""Names and patterns in which an asterisk is anything, and every other character itself: those of our own tables.

``fnmatch`` makes a regular expression of each pattern, which costs more than all that is asked of it here.
"""

from __future__ import annotations

from collections.abc import Sequence


def fits(name: str, pattern: str) -> bool:
    """Whether *name* is *pattern* with anything in the place of each asterisk."""
    return fits_pieces(name, pattern.split("*"))


def fits_pieces(name: str, pieces: Sequence[str]) -> bool:
    """Whether *name* is *pieces*, at least one, with anything between them."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return name == first
    if not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in pieces[1:-1]:
        at = name.find(piece, at, end) + len(piece)
        if at < len(piece):
            return False
    return at <= end
