"""What writing would change: each file's state, and what must not be touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from enum import Enum
from pathlib import Path

from speccompile.codes.drift import EDITED, NOT_OWNED, UNWRITABLE, WAYS_OUT
from speccompile.codes.drift import IRREGULAR as IN_THE_WAY
from speccompile.diagnostics import Diagnostic
from speccompile.digests import ABSENT, digest
from speccompile.lock import Lock
from speccompile.owned import IRREGULAR, Ground
from speccompile.ownership import Names, is_ours
from speccompile.paths import LOCK, leaves
from speccompile.record import record
from speccompile.source import Span


class State(Enum):
    """What happens to a file."""

    CREATE = "create"
    UPDATE = "update"
    RESTORE = "update (edits discarded)"
    MODE = "update (executable no more)"
    IDENTICAL = "identical"
    STALE = "stale"  # no longer generated, and deleted
    ORPHAN = "orphan"  # no longer generated, edited by hand, and kept


@record()
class Change:
    """A file, its path from the project's root, what happens to it, its digests before and after (None: not there)."""

    path: str
    state: State
    before: str | None
    after: str | None

    @property
    def touches(self) -> bool:
        """Whether anything on the disk changes."""
        return self.state not in (State.IDENTICAL, State.ORPHAN)


@record()
class Claim:
    """What may be replaced: the *ground* it is on, the *lock* that is there, the *names* that this version generates, and
    whether the user wants to *discard* edits."""

    ground: Ground
    lock: Lock | None
    names: Names
    discard: bool

    def is_ours(self, path: str) -> bool:
        """Whether the file at *path* has to show that we generated it."""
        return is_ours(self.ground, path, self.lock, self.names)


def changes(
    claim: Claim, texts: Mapping[str, str], kept: Collection[str]
) -> tuple[tuple[Change, ...], list[Diagnostic]]:
    """What becomes of the files *texts* (path from the project's root to text) and of those that the lock lists besides,
    but for those *kept*.

    The second part of the answer says what forbids it. Order: by path, the lock file last, since it must be the last
    to be replaced.
    """
    owned = dict(claim.lock.files) if claim.lock is not None else {}
    found: list[Change] = []
    problems: list[Diagnostic] = []
    for path in sorted(texts, key=lambda path: (path == LOCK, path)):
        before, after = claim.ground.digest(path), digest(texts[path].encode())
        problem = _forbidden(claim, path, before, after, owned.get(path))
        if problem is not None:
            problems.append(problem)
        else:
            state = _state(claim, path, before, after, owned)
            found.append(Change(path, state, None if before == ABSENT else before, after))
    gone = sorted(owned.keys() - texts.keys() - set(kept))
    orphans = [_orphan(claim, path, owned[path]) for path in gone]
    return (*(orphan for orphan in orphans if orphan is not None), *found), problems


def _forbidden(claim: Claim, path: str, before: str, after: str, written: str | None) -> Diagnostic | None:
    """Why the file at *path* must not be written."""
    if before == IRREGULAR:
        return _in_the_way(claim.ground, path)
    if path == LOCK or before in (ABSENT, after):
        return None
    if written is None or not claim.is_ours(path):
        return _not_owned(path, listed=written is not None)
    if before == written or claim.discard:
        return None
    return EDITED.at(Span(path), "the file was changed after it was generated; nothing was written", fix=WAYS_OUT)


def _state(claim: Claim, path: str, before: str, after: str, owned: Mapping[str, str]) -> State:
    if before == ABSENT:
        return State.CREATE
    if before == after:
        return State.MODE if claim.ground.is_executable(path) else State.IDENTICAL
    return State.UPDATE if path == LOCK or before == owned[path] else State.RESTORE


def _orphan(claim: Claim, path: str, written: str) -> Change | None:
    """A file that the lock lists and that is not generated any more; None when it is gone already.

    A lock file is not trusted to have files deleted: outside the project only those in the output directory of this run
    are, and everywhere only those that show themselves to be ours.
    """
    if leaves(path) and not path.startswith(claim.ground.output + "/"):
        return Change(path, State.ORPHAN, IRREGULAR, IRREGULAR)
    before = claim.ground.digest(path)
    if before == ABSENT:
        return None
    if before == written and claim.is_ours(path):
        return Change(path, State.STALE, before, None)
    return Change(path, State.ORPHAN, before, before)


def _in_the_way(ground: Ground, path: str) -> Diagnostic:
    """The first thing on the way to *path* that is not what it should be; one directory is told of once."""
    base, folders, name = ground.split(path)
    names = [*folders, name]
    for depth in range(1, len(names) + 1):
        here = path.removesuffix("/" + "/".join(names[depth:])) if depth < len(names) else path
        try:
            mode = Path(base, *names[:depth]).lstat().st_mode
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            return UNWRITABLE.at(Span(here), f"this cannot be written: {reason}", fix="choose a shorter name")
        if stat.S_ISLNK(mode):
            return _odd(here, "a symbolic link is here, and nothing is written through one")
        if depth < len(names) and not stat.S_ISDIR(mode):
            return _odd(here, "a directory should be here, and something else is")
    return _odd(
        path, "a file should be written here, and what is in the way is no file that can be read, or a huge one"
    )


def _odd(path: str, message: str) -> Diagnostic:
    return IN_THE_WAY.at(Span(path), message, fix="move it away, or choose another output directory with -o")


def _not_owned(path: str, *, listed: bool) -> Diagnostic:
    why = "its first lines do not say that it is generated" if listed else f"{LOCK} does not list it"
    return NOT_OWNED.at(
        Span(path),
        f"this file would be generated, but one is here that speccompile did not write ({why})",
        fix="move it away or delete it, then generate again; or choose another output directory with -o",
    )
