"""Where a checkout's local state is kept: the journal of a write, the record that makes ``check`` fast, and what was allowed here.

All of it is obeyed, so all of it must lie where no commit can put anything: below the git directory, else in the user's cache
directory (XDG Base Directory Specification), else in a directory of the user's own among the temporary ones. A place is
trusted only when it and the directories that are ours belong to this user and nobody else may write there. All of
it can be thrown away at any time.
Imported by the fast path of ``check``, so nothing costly may be imported here.
"""
# ruff: noqa: PTH111, PTH118

from __future__ import annotations

import errno
import os
import stat

from speccompile import gitdir, regular
from speccompile.digests import digest

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME = "speccompile"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class Place:
    """A directory for one checkout's state: *base*, which is there, and the *names* below it, which are ours.

    Its methods raise ``OSError`` when it is not there, cannot be used or is not to be trusted.
    """

    __slots__ = ("base", "names", "shared")

    def __init__(self, base: str, names: tuple[str, ...], *, shared: bool = False) -> None:
        self.base, self.names, self.shared = base, names, shared

    @property
    def path(self) -> str:
        """The directory's path."""
        return "/".join((self.base.rstrip("/"), *self.names))

    def make(self) -> None:
        """Make the directories that are not there yet."""
        os.makedirs(self.base, 0o700, exist_ok=True)  # noqa: PTH103
        for depth in range(len(self.names)):
            with self._folder(depth) as above:
                _made(self.names[depth], above)
        with self._folder(len(self.names)):
            if not os.access(self.path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def read(self, name: str) -> bytes:
        """The content of a file that this user has written here."""
        with self._folder(len(self.names)) as folder:
            opened = regular.descriptor(name, folder)
            try:
                _trusted(os.fstat(opened))
                return regular.read_all(opened)
            finally:
                os.close(opened)

    def opened(self, name: str) -> int:
        """The descriptor of a file that this user has written here, for who reads parts of it, and closes it."""
        with self._folder(len(self.names)) as folder:
            opened = regular.descriptor(name, folder)
            try:
                _trusted(os.fstat(opened))
            except BaseException:
                os.close(opened)
                raise
            return opened

    def create(self, name: str, content: bytes) -> None:
        """A new file, its content on the disk; leaves nothing behind when that fails."""
        self._create(name, (content,))

    def _create(self, name: str, content: Iterable[bytes]) -> None:
        with self._folder(len(self.names)) as folder:
            opened = os.open(name, _NEW, 0o600, dir_fd=folder)
            try:
                for part in content:
                    rest = memoryview(part)
                    while rest:
                        rest = rest[os.write(opened, rest) :]
                os.fsync(opened)
            except BaseException:
                os.unlink(name, dir_fd=folder)
                raise
            finally:
                os.close(opened)

    def put(self, name: str, content: bytes) -> None:
        """A whole file in place of the one of that name, if there is one: it is the old or the new, whatever happens."""
        self.put_all(name, (content,))

    def put_all(self, name: str, content: Iterable[bytes]) -> None:
        """The same, of parts that are not in memory together."""
        new = f"{name}.new"
        self.remove(new)
        self._create(new, content)
        self.rename(new, name)

    def rename(self, before: str, after: str) -> None:
        """Give a file another name, and get that onto the disk; needs no space there."""
        with self._folder(len(self.names)) as folder:
            os.replace(before, after, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    def remove(self, *names: str) -> None:
        """Remove the files *names*, those that are there."""
        with self._folder(len(self.names)) as folder:
            for name in names:
                _removed(name, folder)
            os.fsync(folder)

    def _folder(self, depth: int) -> _Opened:
        """A descriptor of the directory *depth* names below the base."""
        folder = os.open(self.base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if not self.shared:
                _trusted(os.fstat(folder))
            for name in self.names[:depth]:
                below = os.open(name, _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = below
                _trusted(os.fstat(folder))
        except BaseException:
            os.close(folder)
            raise
        return _Opened(folder)


class _Opened:
    """A descriptor that is closed behind a ``with`` (``contextlib`` takes too long to import for the fast path of ``check``)."""

    __slots__ = ("_folder",)

    def __init__(self, folder: int) -> None:
        self._folder = folder

    def __enter__(self) -> int:
        return self._folder

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)


def _made(name: str, above: int) -> None:
    """Make the directory *name* in the open directory *above*, unless it is there."""
    try:
        os.mkdir(name, 0o700, dir_fd=above)
    except FileExistsError:
        return


def _removed(name: str, folder: int) -> None:
    """Remove the file *name* in the open directory *folder*, if it is there: a read-only file system objects to unlinking nothing."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return


def places(root: str) -> tuple[Place, ...]:
    """Where the state of the checkout of *root* may be, the best place first; none of them is inside the checkout's files.

    Keyed by the real path of *root*: a copy of a directory has no state, and neither has one that was moved.
    """
    real = os.path.realpath(root)
    key = digest(os.fsencode(real)).removeprefix("sha256:")[:32]
    found = gitdir.checkout_of(real)
    top, repository = found or (real, None)
    candidates = [
        *([Place(repository, (_NAME, key))] if repository else ()),
        *(Place(os.path.realpath(cache), (_NAME, key)) for cache in _cache()),
        Place(os.path.realpath(os.environ.get("TMPDIR") or "/tmp"), (f"{_NAME}-{os.geteuid()}", key), shared=True),  # noqa: S108
    ]
    return tuple(place for place in candidates if place.base == repository or not _is_inside(place.base, top))


def usable(root: str) -> Place:
    """The best of ``places`` that can be made and written to; ``OSError`` when there is none."""
    problem = OSError(errno.EACCES, os.strerror(errno.EACCES))
    for place in places(root):
        try:
            place.make()
        except OSError as error:
            problem = error
        else:
            return place
    raise problem


def cached(root: str) -> Place | None:
    """The place for the checkout of *root* in the user's cache directory, which no copy of the checkout has with it; None where there is none."""
    repository = gitdir.checkout_of(os.path.realpath(root))
    return next(
        (place for place in places(root) if not place.shared and not (repository and place.base == repository[1])), None
    )


def _cache() -> Iterator[str]:
    """The user's cache directory, when the environment names one; relative paths are invalid there."""
    for named in (os.environ.get("XDG_CACHE_HOME") or "", os.path.join(os.path.expanduser("~"), ".cache")):
        if named.startswith("/"):
            yield named
            return


def _is_inside(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip("/") + "/")


def _trusted(status: os.stat_result) -> None:
    if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
        raise PermissionError(errno.EPERM, "it belongs to somebody else, or others may write there")
