"""The files that speccompile writes, on disk: reached without following a symbolic link, whatever is in the way.

Imported by the fast path of ``check``, so nothing costly may be imported here (no pathlib, no dataclasses).
"""
# ruff: noqa: PTH118

from __future__ import annotations

import os
import stat

from speccompile import gitdir, regular
from speccompile.digests import ABSENT, digest
from speccompile.paths import leaves

IRREGULAR = "irregular"  # stands where a digest would: a link, a directory, a device, something unreadable or huge

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Ground:
    """Where the paths of owned files are on disk.

    *root* is the project's directory; *output* the output directory as seen from it, possibly outside. The links in the
    names of the directories around the checkout are the user's and are followed; those that a commit could carry are not.
    For an output directory outside, ``base`` is a directory above it and ``above`` the names from there down to it.
    """

    def __init__(self, root: str, output: str) -> None:
        self.root = os.path.realpath(root)
        self.output = output
        self.base, self.above = _outside(self.root, output) if leaves(output) else (self.root, [])

    def split(self, path: str) -> tuple[str, list[str], str]:
        """An absolute directory, the names of the directories below it, and the file's own name."""
        base, above, below = self.root, [], path
        if leaves(self.output) and path.startswith(self.output + "/"):
            base, above, below = self.base, self.above, path[len(self.output) + 1 :]
        *folders, name = below.split("/")
        return base, [*above, *folders], name

    def folder(self, path: str) -> int:
        """A descriptor of the directory that *path* is in; ``OSError`` when it is not there or is reached by a link."""
        base, folders, _ = self.split(path)
        return open_folder(base, folders)

    def content(self, path: str) -> bytes:
        """The bytes of an owned file; ``OSError`` when it is not there or is no file that may be read."""
        folder = self.folder(path)
        try:
            return regular.read(self.split(path)[2], folder=folder)
        finally:
            os.close(folder)

    def is_there(self, path: str) -> bool:
        """Whether anything has that name; nothing is read."""
        try:
            folder = self.folder(path)
        except OSError:
            return False
        try:
            os.stat(self.split(path)[2], dir_fd=folder, follow_symlinks=False)
        except OSError:
            return False
        else:
            return True
        finally:
            os.close(folder)

    def is_executable(self, path: str) -> bool:
        """Whether git would commit an owned file as executable: its owner may run it, and the file system keeps that."""
        try:
            folder = self.folder(path)
        except OSError:
            return False
        try:
            mode = os.stat(self.split(path)[2], dir_fd=folder, follow_symlinks=False).st_mode
        except OSError:
            return False
        finally:
            os.close(folder)
        return stat.S_ISREG(mode) and bool(mode & stat.S_IXUSR) and gitdir.keeps_modes(self.root)

    def digest(self, path: str) -> str:
        """The digest of an owned file, ``ABSENT`` when nothing is there, ``IRREGULAR`` when it is no readable file."""
        try:
            return digest(self.content(path))
        except FileNotFoundError:
            return ABSENT
        except OSError:
            return IRREGULAR


def _outside(root: str, output: str) -> tuple[str, list[str]]:
    """An output directory outside the project: a real directory, and the names below it that a commit could have made."""
    place = os.path.normpath(os.path.join(root, output))
    found = gitdir.checkout_of(root)
    top = found[0] if found else root
    if place.startswith(top.rstrip("/") + "/"):
        return top, place[len(top.rstrip("/")) + 1 :].split("/")
    return os.path.realpath(place), []


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
        return digest(regular.read(name, folder=folder))
    except FileNotFoundError:
        return ABSENT
    except OSError:
        return IRREGULAR
