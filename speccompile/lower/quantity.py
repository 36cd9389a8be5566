"""Quantities in sentences: times, sizes and rates, each with its unit."""

from __future__ import annotations

import math
import re

from speccompile.requirements.phrases import Phrase

_SECONDS = {
    "ms": 0.001,
    "millisecond": 0.001,
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
}
_BYTES = {
    "k": 2**10,
    "kb": 2**10,
    "kib": 2**10,
    "m": 2**20,
    "mb": 2**20,
    "mib": 2**20,
    "g": 2**30,
    "gb": 2**30,
    "gib": 2**30,
    "byte": 1,
    "kilobyte": 2**10,
    "megabyte": 2**20,
    "gigabyte": 2**30,
}
_UNIT = r"(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)"
_DURATION = Phrase(rf"(?<![\d.])(\d{{1,9}}(?:\.\d{{1,3}})?)\s*-?{_UNIT}\b")
_REST = Phrase(rf"\s*(?:and\s+)?(\d{{1,9}}(?:\.\d{{1,3}})?)\s*{_UNIT}\b")
# A letter alone is a unit where it touches its number: «512m» is a size, «5 m» a length.
_SIZE = Phrase(
    r"(?<![\d.])(\d{1,12}(?:\.\d{1,3})?)(?:\s*-?(kib|kb|kilobytes?|mib|mb|megabytes?|gib|gb|gigabytes?|bytes?)|([kmg]))\b"
)
_LARGEST = 2**50
_EVERY = r"(?:(?:per|a|an|each|every)\s+|/\s*)"
_WHOSE = rf"(?:client|user|ip|ip address|caller|consumer|customer|account)\s*(?:and\s+)?{_EVERY}?"
_RATE = Phrase(
    rf"(?<![\d.])(\d{{1,12}})\s*(?:(?!per\b)[a-z]+\s+){{0,3}}?(?:[a-z]+)?\s*{_EVERY}(?:{_WHOSE})?(s|sec|second|m|min|minute|h|hr|hour|d|day)\b"
)
_THOUSANDS = Phrase(r"(?<=\d),(?=\d{3}(?!\d))")
_ONES = dict(zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(1, 10), strict=True))
_TEENS = dict(zip(["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"], range(10, 16), strict=True))
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_NUMBER = Phrase(rf"\b(?:({'|'.join(_TENS)})(?:[\s-]({'|'.join(_ONES)}))?|({'|'.join([*_ONES, *_TEENS])}))\b")
_AN = Phrase(r"\b(within|after|than|of|in|for|least|most) an? (?=(?:second|minute|hour)\b)")


def _digits(text: str) -> str:
    """*text* with its numbers in digits: «1,000» is 1000, «thirty seconds» 30 seconds, «within a minute» within 1 minute."""
    return _AN.sub(r"\1 1 ", _NUMBER.sub(_in_digits, _THOUSANDS.sub("", text)))


def _in_digits(match: re.Match[str]) -> str:
    tens, ones, small = match.groups()
    return str(_TENS[tens] + _ONES.get(ones or "", 0)) if tens else str((_ONES | _TEENS)[small])


def _unit(name: str) -> float:
    return _SECONDS[name if name in _SECONDS else name.removesuffix("s")]


def seconds(text: str) -> int | None:
    """The first duration in *text* («1 minute 30 seconds» is one), rounded up to whole seconds; None when there is none."""
    text = _digits(text)
    match = _DURATION.search(text)
    if not match:
        return None
    total = float(match[1]) * _unit(match[2])
    while rest := _REST.match(text, match.end()):
        match = rest
        total += float(match[1]) * _unit(match[2])
    return max(1, math.ceil(total))


def size(text: str) -> int | None:
    """The first size in *text*, in bytes (units are binary), at most 1 PiB; None when there is none."""
    match = _SIZE.search(_digits(text))
    if not match:
        return None
    return min(int(float(match[1]) * _BYTES[(match[2] or match[3]).removesuffix("s")]), _LARGEST)


def rate(text: str) -> tuple[int, str] | None:
    """The first rate in *text* as (requests, first letter of second, minute, hour or day); None when there is none."""
    match = _RATE.search(_digits(text))
    return (int(match[1]), match[2][0]) if match and int(match[1]) else None
