"""What every match of a regular expression has in it, as it is written: a text in which none of it stands need not be searched.

To look for a word in a text takes a hundredth of what ``re`` takes to try an expression at each place of it. Found out when a wheel is built, from what
``re`` itself reads of an expression (https://github.com/python/cpython/blob/3.11/Lib/re/_parser.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, TypeAlias

Needles: TypeAlias = tuple[str, ...]
"""One of these is in every match; none where nothing can be said."""

_NONE: Needles = ()
_MOST = 12
_WRAPPED = {"MAX_REPEAT": 2, "MIN_REPEAT": 2, "POSSESSIVE_REPEAT": 2, "SUBPATTERN": 3}
"""Where what is repeated, or in a group, is among what ``re`` read of it."""


def needles(source: str | bytes, flags: int) -> tuple[str, ...] | tuple[bytes, ...]:
    """The needles of the expression *source*, of its own type."""
    parsed = import_module("re._parser").parse(source, flags)
    if (flags | parsed.state.flags) & re.IGNORECASE:
        return _NONE
    found = _best(_of(parsed))
    return tuple(one.encode("latin-1") for one in found) if isinstance(source, bytes) else found


def _of(parsed: Iterable[tuple[Any, Any]]) -> Iterator[Needles]:
    """Each choice of needles that a sequence gives."""
    word = ""
    for operation, about in parsed:
        if str(operation) == "LITERAL":
            word += chr(about)
            continue
        yield (word,)
        word = ""
        yield _of_one(str(operation), about)
    yield (word,)


def _of_one(operation: str, about: Any) -> Needles:
    match operation:
        case "BRANCH":
            each = [_best(_of(one)) for one in about[1]]
            together = tuple(dict.fromkeys(needle for one in each for needle in one))
            return together if all(each) and len(together) <= _MOST else _NONE
        case "SUBPATTERN" if about[1] or about[2]:  # has flags of its own
            return _NONE
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT" if about[0] == 0:
            return _NONE
        case "ATOMIC_GROUP":
            return _best(_of(about))
        case _:
            return _best(_of(about[_WRAPPED[operation]])) if operation in _WRAPPED else _NONE


def _best(choices: Iterable[Needles]) -> Needles:
    """The choice whose shortest needle is longest: the rarest, most likely."""
    said = (one for one in choices if all(one))
    return max(said, key=lambda one: (min(map(len, one), default=0), -len(one)), default=_NONE)
