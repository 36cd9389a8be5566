"""Time zones, compared: IANA has several names for some of them."""

from __future__ import annotations

_UNIVERSAL = frozenset(["UTC", "UCT", "Zulu", "GMT", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Etc/GMT", "Etc/Universal"])


def is_same_zone(one: str, other: str) -> bool:
    """Whether the two names are of one zone; of all names that IANA links, only those of UTC are known here."""
    return one == other or {one, other} <= _UNIVERSAL
