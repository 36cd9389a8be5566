"""The one way to read a file: a regular one, at most so many bytes of it, and through no symbolic link.

A link can lead out of the project, a device or a FIFO can block or do things, ``/dev/zero`` never ends. What is opened
here is looked at twice: before opening, since opening alone can have effects, and after, since names move.
Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

import errno
import os
import stat

LARGEST = 64 * 1024 * 1024  # bytes; a lock file for ten thousand services stays far below

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def descriptor(path: str | bytes | os.PathLike[str], folder: int | None = None) -> int:
    """A descriptor for reading the regular file *path* (in the open directory *folder*, when one is given).

    ``OSError`` for everything else: ``ELOOP`` for a link as the last name, ``EINVAL`` for what is no regular file.
    """
    _regular(os.stat(path, dir_fd=folder, follow_symlinks=False))
    opened = os.open(path, _READ, dir_fd=folder)
    try:
        _regular(os.fstat(opened))
    except OSError:
        os.close(opened)
        raise
    return opened


def read(path: str | bytes | os.PathLike[str], limit: int = LARGEST, folder: int | None = None) -> bytes:
    """The bytes of the regular file *path*; ``OSError`` as ``descriptor``, and ``EFBIG`` for more than *limit* of them."""
    opened = descriptor(path, folder)
    try:
        return read_all(opened, limit)
    finally:
        os.close(opened)


def read_named(path: str | os.PathLike[str], limit: int = LARGEST) -> bytes:
    """The same for a file that the user or this program names: the links in that name are followed."""
    return read(os.path.realpath(path), limit)


def read_all(opened: int, limit: int = LARGEST) -> bytes:
    """What is left to read of an open file; ``OSError`` (``EFBIG``) when it is more than *limit* bytes."""
    chunks, size = [], 0
    while chunk := os.read(opened, min(1 << 20, limit + 1 - size)):
        size += len(chunk)
        if size > limit:
            raise OSError(errno.EFBIG, f"it is larger than {_shown(limit)}")
        chunks.append(chunk)
    return b"".join(chunks)


def _regular(status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, "it is a symbolic link")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")


def _shown(size: int) -> str:
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size} bytes"
