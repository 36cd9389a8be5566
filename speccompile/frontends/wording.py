"""How findings speak about what was written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from speccompile.diagnostics import quoted

_LONGEST = 40
_NEIGHBOURS = 32


def shown(text: str) -> str:
    """*text* in quotes, shortened, on one line."""
    return quoted(text, _LONGEST)


def described(value: object) -> str:
    """What kind of value somebody wrote, and the value itself where it is short."""
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {str(value)[:_LONGEST]}"
        case str():
            return f"the text {shown(value)}" if value else "an empty text"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case _:
            return "something else"


def listed(words: Iterable[str]) -> str:
    """Words of one's own, with commas between."""
    return ", ".join(words)


def suggestion(word: str, known: Collection[str], otherwise: str) -> str:
    """A fix for an unknown *word*: the closest of the *known* ones, or *otherwise*."""
    close = nearest(word, known)
    return f"did you mean {close}?" if close else otherwise


def nearest(word: str, known: Collection[str]) -> str | None:
    """The closest of the *known* words, None where none is close.

    Of many known words only the neighbours in the alphabet are compared: a thousand mistakes must not take a minute.
    """
    candidates = sorted(known)
    if len(candidates) > 2 * _NEIGHBOURS:
        here = bisect_left(candidates, word)
        candidates = candidates[max(0, here - _NEIGHBOURS) : here + _NEIGHBOURS]
    close = get_close_matches(word[:_LONGEST], candidates, n=1) or get_close_matches(
        word.lower()[:_LONGEST], candidates, n=1
    )
    return close[0] if close else None


def dotted(steps: Iterable[str | int]) -> str:
    """A path of keys and indexes as people say it: ``services.api.needs[0]``."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step[:_LONGEST]}" if text else step[:_LONGEST]
    return text
