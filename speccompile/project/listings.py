"""What is in the directories below a root, each listed once: what a listing says need not be asked of the disk name by name.

A view of a tree is of one moment, so that what was listed stays. Whatever a link is part of, and what is in a directory that may be entered and not
listed, a listing does not tell: ``place`` leaves these to the disk. Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

import os

FILE, FOLDER, LINK, OTHER = "file", "directory", "link", "other"
TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Mapping


class Unlisted(Exception):
    """Listings do not tell."""


class Listings:
    """The directories below the real path *root*."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._listed: dict[bytes, Mapping[str, str] | None] = {}
        self._folders: dict[str, bytes | None] = {"": root}

    def of(self, place: bytes) -> Mapping[str, str] | None:
        """What is in the directory that is really at *place*: the kind of each name, in the disk's order, names that are not UTF-8 apart; None
        when it may not be listed."""
        if place not in self._listed:
            self._listed[place] = _kinds(place)
        return self._listed[place]

    def place(self, path: str) -> tuple[bytes, str] | None:
        """Where *path* is, a normal one, and of which kind; None when nothing has that name. Raises ``Unlisted``."""
        if not path:
            return self._root, FOLDER
        above, _, name = path.rpartition("/")
        folder = self._folder(above)
        if folder is None:
            return None
        kinds = self.of(folder)
        if kinds is None:
            raise Unlisted
        kind = kinds.get(name)
        if kind == LINK:
            raise Unlisted
        return None if kind is None else (below(folder, name), kind)

    def _folder(self, path: str) -> bytes | None:
        """The directory at *path*; None when there is none. What could not be told is asked again: few trees have it."""
        if path in self._folders:
            return self._folders[path]
        folder: bytes | None = self._root
        at = -1
        while folder is not None and at < len(path):  # a path can have more names than functions may be in one another
            start, at = at + 1, path.find("/", at + 1)
            at = len(path) if at < 0 else at
            if path[:at] not in self._folders:
                self._folders[path[:at]] = self._inside(folder, path[start:at])
            folder = self._folders[path[:at]]
        return folder

    def _inside(self, folder: bytes, name: str) -> bytes | None:
        kinds = self.of(folder)
        kind = LINK if kinds is None else kinds.get(name)
        if kind == LINK:
            raise Unlisted
        return below(folder, name) if kind == FOLDER else None


def below(place: bytes, name: str) -> bytes:
    """The path of *name* in the directory *place*."""
    return place.rstrip(b"/") + b"/" + name.encode()


def _kinds(place: bytes) -> Mapping[str, str] | None:
    """Bytes are listed, so that the locale does not matter."""
    try:
        with os.scandir(place) as listed:
            entries = list(listed)
    except OSError:
        return None
    found = {}
    for entry in entries:
        try:
            found[entry.name.decode()] = _kind(entry)
        except UnicodeDecodeError:
            continue
    return found


def _kind(entry: os.DirEntry[bytes]) -> str:
    if entry.is_symlink():
        return LINK
    if entry.is_dir(follow_symlinks=False):
        return FOLDER
    return FILE if entry.is_file(follow_symlinks=False) else OTHER
