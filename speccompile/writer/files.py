"""The steps that a write takes with one file: each can be repeated, none follows a symbolic link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from speccompile import regular
from speccompile.digests import ABSENT, digest
from speccompile.owned import IRREGULAR, Ground, digest_in, open_folder
from speccompile.paths import RESERVED, leaves
from speccompile.record import record

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_LINKS = frozenset((errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES))

NO_FILE = frozenset((errno.ELOOP, errno.EINVAL, errno.ENOTDIR, errno.EFBIG))
"""What reading says (see ``regular``) of what is there and is no file that is read; anything else is the system's refusal."""


@record()
class Entry:
    """A file that a write changes: its path from the project's root, its digests before and after; None: not there."""

    path: str
    before: str | None
    after: str | None


def make_folders(ground: Ground, paths: Iterable[str]) -> None:
    """Make the directories on the way to *paths* that are not there yet, and get their names onto the disk."""
    parents: dict[tuple[str, tuple[str, ...]], None] = {}
    for base, folders, _ in map(ground.split, paths):
        for depth, name in enumerate(folders):
            above = open_folder(base, folders[:depth])
            try:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o755, dir_fd=above)
                    parents[base, tuple(folders[:depth])] = None
            finally:
                os.close(above)
    for base, above_it in parents:  # once each: a workspace has a thousand directories in one
        folder = open_folder(base, list(above_it))
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def prepare(ground: Ground, entry: Entry, text: str) -> None:
    """Write the new content and give the old one a second name, both beside the file, both on the disk."""
    with _at(ground, entry.path) as (folder, name):
        mode = 0o644
        if entry.before is not None:
            # Who may read it stays the user's; no artifact is a program.
            mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode & 0o666
            _second_name(folder, name)
        if entry.after is not None:
            _remove(folder, _new(name))
            _create(folder, _new(name), text.encode(), mode, exact=entry.before is not None)


def put(ground: Ground, entry: Entry) -> None:
    """Put the new file in its place, or delete the old one; what somebody has put there meanwhile stays."""
    now = _now(ground, entry.path)
    if entry.after is None and now != entry.before:
        return
    with _at(ground, entry.path) as (folder, name):
        if entry.after is None:
            _remove(folder, name)
        elif _is_there(folder, _new(name)):  # else it is in its place already
            if now in (entry.before or ABSENT, entry.after):
                os.replace(_new(name), name, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                _remove(folder, _new(name))


def _now(ground: Ground, path: str) -> str:
    """As ``Ground.digest``; ``OSError`` when the system refuses, since then nobody knows what is there."""
    try:
        return digest(ground.content(path))
    except FileNotFoundError:
        return ABSENT
    except OSError as error:
        if error.errno in NO_FILE:
            return IRREGULAR
        raise


def forget(ground: Ground, entry: Entry) -> None:
    """Remove the old file's second name."""
    with suppress(FileNotFoundError), _at(ground, entry.path) as (folder, name):
        _remove(folder, _old(name))


def take_back(ground: Ground, entry: Entry) -> None:
    """Restore the old file if it is not in its place, and remove what ``prepare`` made."""
    with suppress(FileNotFoundError, NotADirectoryError), _at(ground, entry.path) as (folder, name):
        was_put = entry.after is not None and not _is_there(folder, _new(name))
        now = digest_in(folder, name)
        if entry.before is None:
            if was_put and now == entry.after:
                _remove(folder, name)
        elif now in (ABSENT, entry.after) and digest_in(folder, _old(name)) == entry.before:
            os.replace(_old(name), name, src_dir_fd=folder, dst_dir_fd=folder)
        _remove(folder, _old(name))
        _remove(folder, _new(name))


def remove_empty(ground: Ground, folders: Iterable[str]) -> None:
    """Remove those of *folders*, and of the directories above them in the output directory, that are empty."""
    above = {"/".join(path.split("/")[:depth]) for path in folders if path for depth in range(1, path.count("/") + 2)}
    for path in sorted(above, reverse=True):
        if leaves(path) and not path.startswith(ground.output + "/"):
            continue
        with suppress(OSError), _at(ground, path) as (folder, name):
            os.rmdir(name, dir_fd=folder)


def sync_folders(ground: Ground, entries: Iterable[Entry]) -> None:
    """Get the directories of *entries* onto the disk."""
    one_of_each = {entry.path.rpartition("/")[0]: entry.path for entry in entries}
    for path in one_of_each.values():
        with suppress(FileNotFoundError), _at(ground, path) as (folder, _):
            os.fsync(folder)


def sync(folder: Path) -> None:
    """Get a directory's names onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file if it is there; a read-only file system objects even to removing what is not."""
    if os.path.lexists(path):
        os.unlink(path)  # noqa: PTH108  # the tests strike at the system call


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of *content*, however many calls it takes."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


@contextmanager
def _at(ground: Ground, path: str) -> Iterator[tuple[int, str]]:
    """The open directory that *path* is in, and its name there."""
    folder = ground.folder(path)
    try:
        yield folder, ground.split(path)[2]
    finally:
        os.close(folder)


def _new(name: str) -> str:
    """The name of the new content until it is put in place: short, since *name* may be as long as names can be."""
    return f"{RESERVED}{_short(name)}.new"


def _old(name: str) -> str:
    """The second name of the old file until nobody needs it any more."""
    return f"{RESERVED}{_short(name)}.old"


def _short(name: str) -> str:
    return digest(name.encode())[-32:]


def _second_name(folder: int, name: str) -> None:
    """A hard link, or a copy where the file system has none; a copy that was cut short is never taken for the file."""
    _remove(folder, _old(name))
    try:
        os.link(name, _old(name), src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        state = os.stat(name, dir_fd=folder, follow_symlinks=False)
        _create(folder, _old(name), regular.read(name, folder=folder), stat.S_IMODE(state.st_mode), exact=True)
        os.utime(_old(name), ns=(state.st_atime_ns, state.st_mtime_ns), dir_fd=folder, follow_symlinks=False)


def _create(folder: int, name: str, content: bytes, mode: int, *, exact: bool) -> None:
    """A new file; its mode is *mode* less the umask, or just *mode* when *exact*."""
    descriptor = os.open(name, _NEW_FILE, mode, dir_fd=folder)
    try:
        if exact:
            os.fchmod(descriptor, mode)
        write_all(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: int, name: str) -> None:
    """Remove a file if it is there; a read-only file system objects even to removing what is not."""
    if _is_there(folder, name):
        os.unlink(name, dir_fd=folder)


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
