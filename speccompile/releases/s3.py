"""Releases in a bucket of an object store: an object each, created on the condition that there is none of that name.

    releases/7.json        the records
    kept/<hex digits>      the texts that they refer to, by their SHA-256
    hosts/<hex digits>.json  what the hosts said last, by the SHA-256 of their names
    turn.json              who deploys, replaced on the condition that it is what was read
    clock, conditions      the server's time, and whether it keeps conditions

All below APP/ENVIRONMENT/ of the address, so that one address does for many.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator

from speccompile.codes.stores import NO_CONDITIONS
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.regex import regex
from speccompile.releases.bucket import Bucket, Changed, Exists
from speccompile.releases.record import LARGEST, HostStatus, Release, release_in, status_in, written
from speccompile.releases.renewing import renewed
from speccompile.releases.store import Lease, Leased, Lost, Taken, Unreachable
from speccompile.releases.stored import LARGEST_TEXT, as_numbered, hexadecimal, named_hexadecimal
from speccompile.releases.turn import Deadline, Turn, turn_in
from speccompile.source import Span

_RECORD = regex(r"([1-9][0-9]{0,8})\.json")
_HOST = regex(r"[0-9a-f]{64}\.json")
_TURN = "turn.json"


class S3Store:
    """A ``Store`` in *bucket*."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._checked = False

    def numbers(self) -> tuple[int, ...]:
        """The numbers of the records; other objects are nobody's."""
        names = self._bucket.names("releases")
        return tuple(sorted(int(found[1]) for name in names if (found := _RECORD.fullmatch(name))))

    def read(self, number: int) -> Release:
        """The record of *number*."""
        name = f"releases/{number}.json"
        place = f"{self._bucket.address}/{name}"
        return as_numbered(release_in(self._bucket.get(name, LARGEST).content, place), number, place)

    def add(self, release: Release) -> None:
        """Record *release* under a number that is free."""
        self._must_keep_conditions()
        try:
            self._bucket.create(f"releases/{release.number}.json", written(release).encode())
        except Exists as problem:
            raise Taken(release.number) from problem

    def keep(self, content: bytes) -> str:
        """Keep *content*; what is there already is the same."""
        named = digest(content)
        name = f"kept/{hexadecimal(named)}"
        if not self._bucket.has(name):
            self._bucket.put(name, content)
        return named

    def kept(self, named: str) -> bytes:
        """What was kept; what has another digest meanwhile is not it."""
        content = self._bucket.get(f"kept/{hexadecimal(named)}", LARGEST_TEXT).content
        if digest(content) != named:
            raise KeyError(named)
        return content

    @contextlib.contextmanager
    def lease(self, holder: str, seconds: int) -> Iterator[Lease]:
        """The object ``turn.json``, which is taken when it is not there, given back or run out by the server's clock."""
        self._must_keep_conditions()
        deadline = Deadline(seconds)
        turn = Turn(holder=holder[:300], nonce=secrets.token_hex(8), seconds=seconds)
        held = _Held(self._bucket, turn, self._taken(turn), deadline)
        try:
            with renewed(held, seconds) as lease:
                yield lease
        finally:
            held.give_back()

    def report(self, host: str, status: HostStatus) -> None:
        """Replace what *host* said before."""
        self._bucket.put(f"hosts/{named_hexadecimal(host)}.json", written(status).encode())

    def statuses(self) -> dict[str, HostStatus]:
        """What each host said last."""
        names = sorted(name for name in self._bucket.names("hosts") if _HOST.fullmatch(name))
        found = [
            status_in(self._bucket.get(f"hosts/{name}", LARGEST).content, f"{self._bucket.address}/hosts/{name}")
            for name in names
        ]
        return {status.host: status for status in found}

    def _taken(self, turn: Turn) -> str:
        """Take the turn; gives the version of the object that says so."""
        content = written(turn).encode()
        try:
            return self._bucket.create(_TURN, content)
        except Exists:
            there = self._bucket.get(_TURN, LARGEST)
        before = turn_in(there.content, f"{self._bucket.address}/{_TURN}")
        age = 0.0 if before.over else (self._bucket.now() - there.modified).total_seconds()
        if not before.has_run_out(age):
            raise Leased(before.holder, None)
        try:
            return self._bucket.replace(_TURN, content, there.version)
        except Changed as problem:
            raise Leased("somebody else, who was faster", None) from problem

    def _must_keep_conditions(self) -> None:
        if self._checked:
            return
        if not self._bucket.conditional():
            message = "this server overwrites what it was asked not to: two writers would lose each other's work"
            fix = "use a server that keeps If-None-Match and If-Match (Amazon S3, Ceph, MinIO, SeaweedFS, R2 …), or another kind of store"
            raise Refused([NO_CONDITIONS.at(Span("releases"), f"{self._bucket.address}: {message}", fix=fix)])
        self._checked = True


class _Held:
    """A turn that is held: *version* is that of the object that says so."""

    def __init__(self, bucket: Bucket, turn: Turn, version: str, deadline: Deadline) -> None:
        self._bucket, self._turn, self._version, self._deadline = bucket, turn, version, deadline

    def renew(self) -> None:
        """Write it anew, if it is still what was written; raises ``Lost``."""
        deadline = self._deadline.anew()
        if self._deadline.passed():
            raise Lost
        self._write(self._turn.model_copy(update={"count": self._turn.count + 1}))
        self._deadline = deadline

    def give_back(self) -> None:
        """Say that it is over. Where that cannot be said it runs out by itself, and where it is another's already nothing is to be said."""
        with contextlib.suppress(Lost, Unreachable):
            self._write(self._turn.model_copy(update={"count": self._turn.count + 1, "over": True}))

    def _write(self, turn: Turn) -> None:
        try:
            self._version = self._bucket.replace(_TURN, written(turn).encode(), self._version)
        except (Changed, KeyError) as problem:
            raise Lost from problem
        self._turn = turn
