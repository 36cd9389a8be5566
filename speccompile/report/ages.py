"""Points in time as specs write them (RFC 3339), and how long ago they were, in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from speccompile.regex import regex

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))
_TIME = regex(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)


def moment(text: str) -> datetime | None:
    """The point in time that *text* means, to the second; a leap second is the one before. None where there is no such day or hour."""
    found = _TIME.fullmatch(text)
    try:
        return found and datetime.fromisoformat(f"{found[1]}{min(int(found[2]), 59):02}{found[3]}".upper()).astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return None


def age(time: str, reference: str) -> int | None:
    """The seconds from *time* to *reference*; None where one of them is no point in time."""
    then, now = moment(time), moment(reference)
    return None if then is None or now is None else round((now - then).total_seconds())


def in_words(seconds: int | None) -> str:
    """*seconds* in the largest unit of which there is one: ``3 days before``; what is less than a minute is ``at that time``."""
    if seconds is None:
        return "no point in time"
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            count = abs(seconds) // size
            return f"{count} {unit}{'s' if count > 1 else ''} {'before' if seconds > 0 else 'after'}"
    return "at that time"
