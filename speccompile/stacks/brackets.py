"""Where the brackets of a source are closed, found once for all of them: to look for each by itself takes the square of the length."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from speccompile.regex import regex

_BRACKET = regex(r"[()\[\]{}]")


@lru_cache(maxsize=16)
def closings(bare: str) -> Mapping[int, int]:
    """Of each bracket in *bare*, a source with its strings blanked, the offset, and that of the one that closes it; without those that nothing closes. A
    bracket closes the last one that is open, of whatever shape."""
    opened, found = list[int](), dict[int, int]()
    for match in _BRACKET.finditer(bare):
        if match[0] in "([{":
            opened.append(match.start())
        elif opened:
            found[opened.pop()] = match.start()
    return found
