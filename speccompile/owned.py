"""The files that speccompile writes, on disk: reached without following a symbolic link, whatever is in the way.

Imported by the fast path of ``check``, so nothing costly may be imported here (no pathlib, no dataclasses).
"""
# ruff: noqa: PTH118

from __future__ import annotations

import hashlib
import os
import stat

from speccompile.digests import ABSENT
from speccompile.paths import leaves

IRREGULAR = "irregular"  # stands where a digest would: a link, a directory, a device, something unreadable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Ground:
    """Where the paths of owned files are on disk.

    *root* is the project's directory; *output* the output directory as seen from it, possibly outside. The links
    in the name of either are the user's and are followed; below them none is.
    """

    def __init__(self, root: str, output: str) -> None:
        self.root = os.path.realpath(root)
        self.output = output
        self._outside = os.path.realpath(os.path.join(self.root, output)) if leaves(output) else None

    def split(self, path: str) -> tuple[str, list[str], str]:
        """An absolute directory, the names of the directories below it, and the file's own name."""
        base, below = self.root, path
        if self._outside is not None and path.startswith(self.output + "/"):
            base, below = self._outside, path[len(self.output) + 1 :]
        *folders, name = below.split("/")
        return base, folders, name

    def folder(self, path: str) -> int:
        """A descriptor of the directory that *path* is in; ``OSError`` when it is not there or is reached by a link."""
        base, folders, _ = self.split(path)
        return open_folder(base, folders)

    def digest(self, path: str) -> str:
        """The digest of an owned file, ``ABSENT`` when nothing is there, ``IRREGULAR`` when it is no readable file."""
        try:
            folder = self.folder(path)
        except FileNotFoundError:
            return ABSENT
        except OSError:
            return IRREGULAR
        try:
            return digest_in(folder, self.split(path)[2])
        finally:
            os.close(folder)


def open_folder(base: str, folders: list[str]) -> int:
    """A descriptor of the directory *folders* below *base*; none of them may be a link (``OSError``)."""
    descriptor = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for folder in folders:
        try:
            below = os.open(folder, _FOLDER, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = below
    return descriptor


def digest_in(folder: int, name: str) -> str:
    """The same as ``Ground.digest`` for a name in an open directory."""
    try:
        if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            return IRREGULAR
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except FileNotFoundError:
        return ABSENT
    except OSError:
        return IRREGULAR
    try:
        return _digest_of(descriptor)
    except OSError:
        return IRREGULAR
    finally:
        os.close(descriptor)


def _digest_of(descriptor: int) -> str:
    hashed = hashlib.sha256()
    while chunk := os.read(descriptor, 1 << 20):
        hashed.update(chunk)
    return "sha256:" + hashed.hexdigest()
