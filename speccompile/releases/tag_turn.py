"""Whose turn it is, in a registry, where nothing can be written on a condition.

Whoever wants the turn raises a flag, a tag that nobody else can have, and then looks who else has one up. Who sees none has the turn; who sees one takes
his own down. Of two, one raised his flag last, so he sees the other's: never do both go on (Lamport's way to exclude others by variables
that each has but one writer). Both may see each other, and both withdraw; then they try again after times that differ.

A flag holds for its seconds, by the clock of the registry, which dates its answers. A flag that is down has a second tag beside it, since not every registry
lets one
take tags away. This rests on a list of tags that has what was written before; a flag that its owner does not find in the list shows a registry that
has not, and nobody goes on there.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from datetime import datetime

from speccompile.releases.record import written
from speccompile.releases.repository import Layer, Repository
from speccompile.releases.store import Leased, Lost, Unreachable
from speccompile.releases.turn import Deadline, Turn, turn_in

_KIND = "application/vnd.speccompile.turn.v1+json"
_OVER = "application/vnd.speccompile.turn-over.v1"
_CREATED = "org.opencontainers.image.created"
_TRIES = 4
_LOOKS = 5
_PAUSE = 0.3  # seconds


class TagTurn:
    """A flag that is up in *repository*, under a tag that begins with *scope*."""

    def __init__(self, repository: Repository, scope: str, turn: Turn) -> None:
        self._repository, self._scope, self._turn = repository, scope, turn
        self._tag = f"{scope}.{turn.nonce}"
        self._deadline = Deadline(turn.seconds)

    def renew(self) -> None:
        """Hold it for as long again; raises ``Lost``."""
        deadline = self._deadline.anew()
        if self._deadline.passed():
            raise Lost
        self._turn = self._turn.model_copy(update={"count": self._turn.count + 1})
        self.raise_flag()
        if self._repository.get(f"{self._tag}.over") is not None:
            raise Lost
        self._deadline = deadline

    def raise_flag(self) -> None:
        """Have the flag up from now on, by the registry's time."""
        now = self._repository.now()
        if now is None:
            raise Unreachable(f"{self._repository} does not date its answers, so nobody could tell whose turn it is")
        layer = Layer("turn.json", _KIND, written(self._turn).encode())
        self._repository.put(self._tag, _KIND, [layer], annotations={_CREATED: now.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def others(self) -> list[Turn]:
        """The flags of others that are up; one that has run out is taken down. Raises ``Unreachable`` when the own one is not listed."""
        for look in range(_LOOKS):
            listed = self._repository.tags()
            if self._tag in listed:
                break
            time.sleep(_PAUSE * (look + 1))
        else:
            raise Unreachable(f"{self._repository} does not list a tag that was just written")
        flags = re.compile(rf"{re.escape(self._scope)}\.[0-9a-f]{{16}}")
        up = [
            tag for tag in sorted(listed) if flags.fullmatch(tag) and f"{tag}.over" not in listed and tag != self._tag
        ]
        return [turn for tag in up if (turn := self._counting(tag)) is not None]

    def take_down(self) -> None:
        """Give it back. Where that cannot be said, it runs out by itself."""
        with contextlib.suppress(Unreachable):
            self._down(self._tag)

    def _counting(self, tag: str) -> Turn | None:
        """The turn of the flag *tag*, when it still counts."""
        found = self._repository.get(tag)
        layer = found.layer(_KIND) if found else None
        if found is None or layer is None:
            return None
        try:
            turn = turn_in(self._repository.blob(layer), f"{self._repository}:{tag}")
        except KeyError:
            return None
        began = _parsed(found.annotations.get(_CREATED, ""))
        if began is None or found.at is None or not turn.has_run_out((found.at - began).total_seconds()):
            return turn
        self._down(tag)
        return None

    def _down(self, tag: str) -> None:
        # The second tag's content is its own, too: registries that take away a tag by its content's digest take away no other.
        layer = Layer("turn.txt", _OVER, f"{tag}\n".encode())
        self._repository.put(f"{tag}.over", _OVER, [layer])
        if self._repository.remove(tag):
            self._repository.remove(f"{tag}.over")


def taken(repository: Repository, scope: str, holder: str, seconds: int, *, tries: int = _TRIES) -> TagTurn:
    """The turn in *scope*, asked for so many times; raises ``Leased`` where it is somebody else's."""
    others: list[Turn] = []
    for attempt in range(tries):
        mine = TagTurn(repository, scope, Turn(holder=holder[:300], nonce=secrets.token_hex(8), seconds=seconds))
        mine.raise_flag()
        try:
            others = mine.others()
        except BaseException:
            mine.take_down()
            raise
        if not others:
            return mine
        mine.take_down()
        time.sleep(_PAUSE * (attempt + 1) * (0.5 + secrets.randbelow(1000) / 500))
    raise Leased(others[0].holder, None)


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.strptime(f"{text}+0000", "%Y-%m-%dT%H:%M:%SZ%z")
    except ValueError:
        return None
