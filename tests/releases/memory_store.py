"""A store of releases in memory, for tests that ask thousands of times."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from speccompile.digests import digest
from speccompile.releases.record import HostStatus, Release
from speccompile.releases.store import Lease, Taken


class _Held:
    def renew(self) -> None:
        """Nothing runs out."""


class MemoryStore:
    """A ``Store``."""

    def __init__(self) -> None:
        self.releases: dict[int, Release] = {}
        self.texts: dict[str, bytes] = {}
        self.hosts: dict[str, HostStatus] = {}

    def numbers(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(sorted(self.releases))

    def read(self, number: int) -> Release:
        """One of them."""
        return self.releases[number]

    def add(self, release: Release) -> None:
        """One more."""
        if release.number in self.releases:
            raise Taken(release.number)
        self.releases[release.number] = release

    def keep(self, content: bytes) -> str:
        """A text."""
        self.texts[digest(content)] = content
        return digest(content)

    def kept(self, named: str) -> bytes:
        """A text."""
        return self.texts[named]

    @contextlib.contextmanager
    def lease(self, holder: str, seconds: int) -> Iterator[Lease]:
        """There is nobody else."""
        del holder, seconds
        yield _Held()

    def report(self, host: str, status: HostStatus) -> None:
        """What a host says."""
        self.hosts[host] = status

    def statuses(self) -> dict[str, HostStatus]:
        """What hosts said."""
        return dict(self.hosts)
