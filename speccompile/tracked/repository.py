"""Where a directory's repository is (gitrepository-layout(5)), and what its index lists below the directory. No program is started."""
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import errno
import os
from importlib import import_module

from speccompile import regular
from speccompile.tracked.index import Unreadable, object_of, paths

_LARGEST = 512 * 1024 * 1024  # bytes of an index that is read: about four million files
_POINTER = b"gitdir: "


def tracked(root: str) -> tuple[str, ...]:
    """The paths that git tracks, as seen from *root*, an absolute path without links; those outside begin with ``..``.

    Nothing where *root* is in no repository, or nothing was added yet; raises ``Unreadable``.
    """
    top, index = _index(root)
    listed = () if index is None else paths(index)
    below = _below(root, top)
    if not below:
        return tuple(map(_shown, listed))
    within = below.removesuffix(b"/")
    return tuple(
        _shown(path.removeprefix(below) if path.startswith(below) else _beside(path, within)) for path in listed
    )


def is_staged(root: str, path: str, content: bytes) -> bool:
    """Whether what git tracks at *path*, as seen from *root*, is just *content*; raises ``Unreadable``."""
    top, index = _index(root)
    name = None if index is None else object_of(index, _below(root, top) + os.fsencode(path))
    whole, hashlib = b"blob %d\0" % len(content) + content, import_module("hashlib")
    names = hashlib.sha1(whole, usedforsecurity=False).hexdigest(), hashlib.sha256(whole).hexdigest()
    return name is not None and name in names


def _index(root: str) -> tuple[str, bytes | None]:
    """The top of the work tree that *root* is in, and the index of its repository; None without one."""
    top, place = root, _git_directory(root)
    while place is None:
        if top == os.path.dirname(top):
            return root, None
        top = os.path.dirname(top)
        place = _git_directory(top)
    return top, _bytes(os.path.join(place, "index"))


def _below(root: str, top: str) -> bytes:
    """What the paths below *root* begin with, as seen from *top*."""
    within = os.fsencode(os.path.relpath(root, top))
    return b"" if within == b"." else within + b"/"


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "replace")


def _beside(path: bytes, within: bytes) -> bytes:
    return b"../" * (within.count(b"/") + 1) + path


def _git_directory(directory: str) -> str | None:
    """The repository whose work tree begins in *directory*: ``.git``, or where a file of that name points to."""
    place = os.path.join(directory, ".git")
    pointer = _bytes(place)
    if pointer is not None:
        if not pointer.startswith(_POINTER):
            return None
        place = os.path.join(directory, os.fsdecode(pointer.removeprefix(_POINTER).rstrip(b"\r\n")))
    return place if os.path.lexists(os.path.join(place, "HEAD")) else None


def _bytes(path: str) -> bytes | None:
    """What is in a regular file; None where there is none; raises ``Unreadable`` for one that is too large or may not be read."""
    try:
        return regular.read(path, _LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        if problem.errno == errno.EINVAL:  # a directory: the usual .git
            return None
        raise Unreadable(
            "git's index is too large" if problem.errno == errno.EFBIG else "git's index may not be read"
        ) from None
