"""Answers that are asked for again and again about the same thing, given once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_A = TypeVar("_A")
_B = TypeVar("_B")
_MOST = 4


def once_each(function: Callable[[_A], _B]) -> Callable[[_A], _B]:
    """*function* of a value that never changes, with its answers about the last few of them kept: about this very one, as to compare two plans takes
    longer than to know."""
    kept: list[tuple[_A, _B]] = []

    @wraps(function)
    def answered(about: _A) -> _B:
        for one, answer in kept:
            if one is about:
                return answer
        answer = function(about)
        kept.append((about, answer))
        del kept[:-_MOST]
        return answer

    return answered
