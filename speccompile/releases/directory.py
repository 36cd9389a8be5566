"""Releases in a directory: a file each, put there by a link that fails when the number is taken.

    releases/7.json        the records
    kept/<hex digits>      the texts that they refer to, by their SHA-256
    hosts/<hex digits>.json  what the hosts said last, by the SHA-256 of their names
    lease                  locked while somebody deploys; says who

The lease is the kernel's lock: it ends with its holder, however that ends. So a deployment that was killed is no obstacle to the next one. A file system
without such locks (some network ones) refuses, and nobody deploys from there.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from speccompile import regular
from speccompile.codes.releases import BAD_RECORD
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.regex import regex
from speccompile.releases.record import LARGEST, HostStatus, Release, release_in, status_in, written
from speccompile.releases.store import Lease, Leased, Taken, Unreachable
from speccompile.source import Span

_RECORD = regex(r"([1-9][0-9]{0,8})\.json")
_DIGEST = regex(r"sha256:([0-9a-f]{64})")
_LARGEST_TEXT = 64 * LARGEST


class _Held:
    """A lease that lasts as long as its holder."""

    def renew(self) -> None:
        """Nothing runs out."""


class DirectoryStore:
    """A ``Store`` in the directory *path*, which is made when something is recorded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def numbers(self) -> tuple[int, ...]:
        """The numbers of the records; other files are nobody's."""
        with _told(self.path):
            names = os.listdir(self.path / "releases") if (self.path / "releases").is_dir() else []  # noqa: PTH208
            return tuple(sorted(int(found[1]) for name in names if (found := _RECORD.fullmatch(name))))

    def read(self, number: int) -> Release:
        """The record of *number*; one that says it was of another number is none."""
        place = self.path / "releases" / f"{number}.json"
        release = release_in(self._content(place, LARGEST), str(place))
        if release.number != number:
            raise _misplaced(place, number, release.number)
        return release

    def add(self, release: Release) -> None:
        """Record *release* under a number that is free: a link to a name that is there fails, also for who comes at the same moment."""
        self._put(self.path / "releases" / f"{release.number}.json", written(release).encode(), release.number)

    def keep(self, content: bytes) -> str:
        """Keep *content*; what is there already is the same."""
        named = digest(content)
        place = self.path / "kept" / named.removeprefix("sha256:")
        with _told(self.path):
            if not place.exists():
                with contextlib.suppress(Taken):
                    self._put(place, content, 0)
        return named

    def kept(self, named: str) -> bytes:
        """What was kept; what has another digest meanwhile is not it."""
        found = _DIGEST.fullmatch(named)
        if found is None:
            raise KeyError(named)
        content = self._content(self.path / "kept" / found[1], _LARGEST_TEXT)
        if digest(content) != named:
            raise KeyError(named)
        return content

    @contextlib.contextmanager
    def lease(self, holder: str, seconds: int) -> Iterator[Lease]:
        """The lock on the file ``lease``; *seconds* are of no use, as the kernel gives it back when the holder ends."""
        del seconds
        with _told(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            held = os.open(self.path / "lease", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as problem:
                if problem.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise Unreachable(f"{self.path}: {problem.strerror}") from problem
                said = os.pread(held, 300, 0).decode("utf-8", "replace").strip()
                raise Leased("".join(c for c in said if c.isprintable()) or "somebody else", None) from problem
            os.ftruncate(held, 0)
            os.pwrite(held, holder.encode()[:300], 0)
            yield _Held()
        finally:
            os.close(held)

    def report(self, host: str, status: HostStatus) -> None:
        """Replace what *host* said before, wholly."""
        place = self.path / "hosts" / f"{digest(host.encode()).removeprefix('sha256:')}.json"
        with _told(self.path):
            os.replace(self._drafted(place, written(status).encode()), place)  # noqa: PTH105

    def statuses(self) -> dict[str, HostStatus]:
        """What each host said last."""
        with _told(self.path):
            places = sorted((self.path / "hosts").glob("*.json"))
        found = [status_in(self._content(place, LARGEST), str(place)) for place in places]
        return {status.host: status for status in found}

    def _put(self, place: Path, content: bytes, number: int) -> None:
        with _told(self.path):
            draft = self._drafted(place, content)
            try:
                os.link(draft, place)
            except FileExistsError as problem:
                raise Taken(number) from problem
            finally:
                draft.unlink()
            _settle(place.parent)

    def _drafted(self, place: Path, content: bytes) -> Path:
        """A file with *content*, on the disk, that nobody takes for what it will be."""
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.parent / f".{secrets.token_hex(8)}.new"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # where the disk is full, what there was room for would stay
            draft.unlink(missing_ok=True)
            raise
        return draft

    def _content(self, place: Path, most: int) -> bytes:
        """What a regular file holds; a link, a pipe and what is too large are not read."""
        try:
            return regular.read(place, most)
        except FileNotFoundError as problem:
            raise KeyError(place.name) from problem
        except OSError as problem:
            raise Unreachable(f"{place}: {problem.strerror}") from problem


def _misplaced(place: Path, number: int, said: int) -> Refused:
    message = f"release {number} says that it is release {said}"
    return Refused([BAD_RECORD.at(Span(str(place)), message, fix="take the record out of the store")])


def _settle(folder: Path) -> None:
    """Get the names in *folder* onto the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system refuses, as what stores say."""
    try:
        yield
    except OSError as problem:
        raise Unreachable(f"{problem.filename or path}: {problem.strerror}") from problem
