"""Time zones in sentences: IANA's names, UTC and what is so far from it, cities, and abbreviations that stand for one zone."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.spec.zone_names import is_zone

_IANA = regex(
    r"\b((?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific"
    r"|Etc)/[A-Z][A-Za-z_+-]+(?:/[A-Z][A-Za-z_]+)?(?:\d{1,2})?)\b"
)
_UTC = regex(r"\b(?:UTC|GMT|Zulu|Z(?= time))\b(?! ?[+-]\d)|\bcoordinated universal time\b", re.IGNORECASE)
_OFFSET = regex(r"\b(?:UTC|GMT) ?([+-])(\d{1,2})(?::?00)?\b(?!:)")
# Abbreviations and names that stand for one zone where people write English.
_USUAL = {
    "cet": "Europe/Paris", "cest": "Europe/Paris", "central european time": "Europe/Paris", "bst": "Europe/London",
    "mez": "Europe/Berlin", "mesz": "Europe/Berlin", "eastern time": "America/New_York", "pacific time": "America/Los_Angeles",
    "central time": "America/Chicago", "mountain time": "America/Denver", "est": "America/New_York", "edt": "America/New_York",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "jst": "Asia/Tokyo", "aest": "Australia/Sydney", "sgt": "Asia/Singapore",
    "hkt": "Asia/Hong_Kong", "msk": "Europe/Moscow",
}  # fmt: skip
_CITIES = {
    "new york": "America/New_York", "los angeles": "America/Los_Angeles", "chicago": "America/Chicago", "denver": "America/Denver",
    "toronto": "America/Toronto", "london": "Europe/London", "dublin": "Europe/Dublin", "berlin": "Europe/Berlin", "vienna": "Europe/Vienna",
    "zurich": "Europe/Zurich", "paris": "Europe/Paris", "madrid": "Europe/Madrid", "rome": "Europe/Rome", "amsterdam": "Europe/Amsterdam",
    "brussels": "Europe/Brussels", "stockholm": "Europe/Stockholm", "oslo": "Europe/Oslo", "copenhagen": "Europe/Copenhagen",
    "helsinki": "Europe/Helsinki", "warsaw": "Europe/Warsaw", "prague": "Europe/Prague", "athens": "Europe/Athens", "lisbon": "Europe/Lisbon",
    "istanbul": "Europe/Istanbul", "moscow": "Europe/Moscow", "dubai": "Asia/Dubai", "singapore": "Asia/Singapore", "tokyo": "Asia/Tokyo",
    "hong kong": "Asia/Hong_Kong", "shanghai": "Asia/Shanghai", "seoul": "Asia/Seoul", "sydney": "Australia/Sydney",
    "melbourne": "Australia/Melbourne", "sao paulo": "America/Sao_Paulo",
}  # fmt: skip
_NAMED = regex(r"\b(" + "|".join(sorted(_USUAL, key=len, reverse=True)) + r")\b", re.IGNORECASE)
_CITY = regex(r"\b(" + "|".join(sorted(_CITIES, key=len, reverse=True)) + r")(?:'s)?(?: local)? time\b", re.IGNORECASE)
_ABBREVIATED = regex(r"\b\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\.?)? ?\(?(?!AM\b|PM\b|UTC\b|GMT\b|MB\b|GB\b)([A-Z]{3,5})\b")


def zone(written: str) -> str | None:
    """The zone that the sentence *written* names, as IANA calls it; None where it names none that there is."""
    if match := _IANA.search(written):
        return match[1] if is_zone(match[1]) else None
    if offset := _OFFSET.search(written):
        name = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}"  # POSIX counts westwards
        return name if is_zone(name) else None
    if _UTC.search(written):
        return "UTC"
    if city := _CITY.search(written):
        return _CITIES[city[1].lower()]
    named = _NAMED.search(written)
    return _USUAL[named[1].lower()] if named else None


def is_unknown(written: str) -> bool:
    """Whether *written* has a time of day in a zone that is none of those known here («08:00 IST», «08:00 Europe/Berln»)."""
    named = _ABBREVIATED.search(written) or _IANA.search(written) or _OFFSET.search(written)
    return named is not None and zone(written) is None
