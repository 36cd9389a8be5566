"""Time zones in sentences: IANA's names, UTC, and the names that people use."""

from __future__ import annotations

import re

_IANA = re.compile(
    r"\b((?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific"
    r"|Etc)/[A-Z][A-Za-z_+-]+(?:/[A-Z][A-Za-z_]+)?(?:\d{1,2})?)\b"
)
_UTC = re.compile(r"\b(?:UTC|GMT|Zulu|Z(?= time))\b|\bcoordinated universal time\b", re.IGNORECASE)
# Abbreviations that stand for one zone only where people use them in German and English of Europe and of North America.
_USUAL = {
    "cet": "Europe/Paris", "cest": "Europe/Paris", "central european time": "Europe/Paris", "bst": "Europe/London",
    "eastern time": "America/New_York", "pacific time": "America/Los_Angeles", "central time": "America/Chicago",
    "mountain time": "America/Denver", "jst": "Asia/Tokyo",
}  # fmt: skip
_NAMED = re.compile(r"\b(" + "|".join(sorted(_USUAL, key=len, reverse=True)) + r")\b", re.IGNORECASE)


def zone(written: str) -> str | None:
    """The zone that the sentence *written* names, as IANA calls it."""
    if match := _IANA.search(written):
        return match[1]
    if _UTC.search(written):
        return "UTC"
    named = _NAMED.search(written)
    return _USUAL[named[1].lower()] if named else None
