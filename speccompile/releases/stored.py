"""What stores have in common: how what they keep is named, and that a record is what its name says."""

from __future__ import annotations

from speccompile.codes.releases import BAD_RECORD
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.regex import regex
from speccompile.releases.record import LARGEST, Release
from speccompile.source import Span

LARGEST_TEXT = 64 * LARGEST
"""The most bytes that a kept text has."""
_DIGEST = regex(r"sha256:([0-9a-f]{64})")


def hexadecimal(named: str) -> str:
    """The hexadecimal digits of the digest *named*; ``KeyError`` when it is none, so that no name of a stranger's becomes a path."""
    found = _DIGEST.fullmatch(named)
    if found is None:
        raise KeyError(named)
    return found[1]


def named_hexadecimal(name: str) -> str:
    """A name of any letters as one of hexadecimal digits."""
    return hexadecimal(digest(name.encode()))


def as_numbered(release: Release, number: int, place: str) -> Release:
    """*release*, which was found at *place* under *number*; raises ``Refused`` (SC700) when it says that it was another."""
    if release.number != number:
        message = f"release {number} says that it is release {release.number}"
        raise Refused([BAD_RECORD.at(Span(place), message, fix="take the record out of the store")])
    return release
