"""The names of IANA's time zones, as data: what a machine has of them differs from machine to machine, and what is compiled must not.

``zones.txt`` is the list of PyPI's tzdata 2026.6 (``tzdata/zones``), in the order of its bytes, without the
placeholder ``Factory``; names are only ever added to it.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

_LONGEST = 60


def is_zone(name: str) -> bool:
    """Whether IANA has a zone of that *name*, written so."""
    return name in _names()


def closest(name: str) -> str | None:
    """The zone that *name* is most like, but for the case of its letters; None where it is like none."""
    known = {one.lower(): one for one in sorted(_names())}
    found = get_close_matches(name[:_LONGEST].lower(), known, n=1, cutoff=0.75)
    return known[found[0]] if found else None


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("zones.txt").read_text(encoding="ascii").split())
