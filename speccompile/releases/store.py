"""What a place for releases can do. ``directory`` is one on a disk; others are a registry and an object store."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from speccompile.releases.record import HostStatus, Release


class Taken(Exception):
    """Somebody else has recorded a release of this number first."""

    def __init__(self, number: int) -> None:
        super().__init__(f"release {number} is there already")
        self.number = number


class Leased(Exception):
    """Somebody else is deploying; carries who, and until when that holds at most (RFC 3339), where the store knows."""

    def __init__(self, holder: str, until: str | None) -> None:
        super().__init__(f"{holder} is deploying" + (f", until {until} at most" if until else ""))
        self.holder, self.until = holder, until


class Lost(Exception):
    """A lease has run out meanwhile, and somebody else may be deploying: nothing more may be changed."""


class Unreachable(Exception):
    """The store does not answer, or refuses; the message says what it said. What was begun can be tried again."""


class Lease(Protocol):
    """The right to deploy, for a while."""

    def renew(self) -> None:
        """Hold it for as long again; raises ``Lost``. To be called well before it ends."""


class Store(Protocol):
    """Releases of one application in one environment, numbered from 1 without gaps by whoever adds them.

    Records are untrusted when they are read (``record.release_in``) and never change. All methods raise ``Unreachable``.
    """

    def numbers(self) -> tuple[int, ...]:
        """The numbers of all releases, in order."""

    def read(self, number: int) -> Release:
        """A release; raises ``KeyError`` when there is none of that number, and ``Refused`` when it is none."""

    def add(self, release: Release) -> None:
        """Record *release*, wholly or not at all; raises ``Taken``."""

    def keep(self, content: bytes) -> str:
        """Keep a text that a release refers to; gives its digest (``sha256:…``). The same text is kept once."""

    def kept(self, named: str) -> bytes:
        """The text with the digest *named*, checked against it; raises ``KeyError`` when there is none."""

    def lease(self, holder: str, seconds: int) -> AbstractContextManager[Lease]:
        """The right to deploy until the end of the block, or for *seconds* after the last renewal; raises ``Leased``."""

    def report(self, host: str, status: HostStatus) -> None:
        """What a host says of itself, in place of what it said before."""

    def statuses(self) -> dict[str, HostStatus]:
        """What the hosts said last, by host."""
