"""A page in parts, of which each is a word of a configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator

# With every character of it escaped, a part is shorter than the longest word of a configuration of nginx.
_LONGEST = 1900


def parts(text: str) -> Iterator[str]:
    """*text* in its order, cut behind lines where it can be, else anywhere between two characters."""
    part = ""
    for line in re.split(r"(?<=\n)", text):
        if part and _size(part) + _size(line) > _LONGEST:
            yield part
            part = ""
        for character in line if _size(line) > _LONGEST else ():
            if _size(part) + _size(character) > _LONGEST:
                yield part
                part = ""
            part += character
        part += line if _size(line) <= _LONGEST else ""
    if part:
        yield part


def _size(text: str) -> int:
    return len(text.encode())
