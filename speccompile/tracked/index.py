"""Git's index (gitformat-index(5), versions 2 to 4): the paths of all files that are tracked or staged.

Read here and not by git, since ``check`` has milliseconds, runs where git is not on PATH, and starts no program.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Places: TypeAlias = list[tuple[bytes, int]]

_STATS = 40  # bytes of an entry before its object's name
_HASHES = (20, 32)  # bytes of an object's name: SHA-1, SHA-256; which one, the index does not say
_EXTENDED, _LENGTH = 0x4000, 0xFFF
# Extensions whose entries stand elsewhere, or are whole directories: only git can list these.
_ELSEWHERE = (b"link", b"sdir")


class Unreadable(Exception):
    """What the bytes are, the end of a sentence: only git can say what is tracked."""


def paths(data: bytes) -> Iterator[bytes]:
    """The paths in an index, from the top of the work tree, in its order; raises ``Unreadable``."""
    return (path for path, _ in _entries(data)[0])


def object_of(data: bytes, path: bytes) -> str | None:
    """The name of the object that an index has for *path*, which also says what its bytes are; None where it lists no such path;
    raises ``Unreadable``."""
    found, size = _entries(data)
    place = dict(found).get(path)
    return None if place is None else data[place + _STATS : place + _STATS + size].hex()


def _entries(data: bytes) -> tuple[Places, int]:
    """Each path with the place of its entry, and how many bytes the name of an object has."""
    version, count = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        raise Unreadable("git's index is of no known version")
    names = _shared if version == 4 else _whole
    for size in _HASHES:
        try:
            found, end = names(data, count, size)
            _extensions(data, end, len(data) - size)
        except (ValueError, IndexError):
            continue
        return found, size
    raise Unreadable("git's index is damaged")


def _whole(data: bytes, count: int, size: int) -> tuple[Places, int]:
    """Versions 2 and 3: each path in full, with one to eight NULs up to a multiple of eight bytes."""
    found: Places = []
    place = 12
    for _ in range(count):
        start = _name(data, place, size)
        end = data.index(0, start)
        _check(data, start, end, place + _STATS + size)
        found.append((data[start:end], place))
        place += (end - place) // 8 * 8 + 8
    return found, place


def _shared(data: bytes, count: int, size: int) -> tuple[Places, int]:
    """Version 4: how many bytes of the path before are dropped, what comes instead, NUL."""
    found: Places = []
    place, last = 12, b""
    for _ in range(count):
        dropped, start = _number(data, _name(data, place, size))
        end = data.index(0, start)
        if dropped > len(last):
            raise ValueError(dropped)
        last = last[: len(last) - dropped] + data[start:end]
        found.append((last, place))
        place = end + 1
    return found, place


def _name(data: bytes, place: int, size: int) -> int:
    """Where the name of the entry at *place* begins: flags may have two more bytes."""
    flags = place + _STATS + size
    return flags + (4 if data[flags] & (_EXTENDED >> 8) else 2)


def _check(data: bytes, start: int, end: int, flags: int) -> None:
    """That a name is as long as the entry says; another size of hash would not fit."""
    length = int.from_bytes(data[flags : flags + 2], "big") & _LENGTH
    if start == end or (length != end - start and length != _LENGTH):
        raise ValueError(length)


def _number(data: bytes, place: int) -> tuple[int, int]:
    """An offset as packs encode it (gitformat-pack(5)), and where it ends."""
    byte = data[place]
    value = byte & 0x7F
    while byte & 0x80:
        place += 1
        byte = data[place]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, place + 1


def _extensions(data: bytes, place: int, end: int) -> None:
    """That what stands from *place* to the checksum at *end* is extensions, and none that puts entries elsewhere."""
    while place < end:
        if data[place : place + 4] in _ELSEWHERE:
            raise Unreadable("git's index is split or sparse")
        place += 8 + int.from_bytes(data[place + 4 : place + 8], "big")
    if place != end:
        raise ValueError(place)
