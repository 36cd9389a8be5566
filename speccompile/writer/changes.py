"""What writing would change: each file's state, and what must not be touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from speccompile.codes.drift import IRREGULAR as IN_THE_WAY
from speccompile.codes.drift import NOT_OWNED, UNWRITABLE
from speccompile.diagnostics import Diagnostic
from speccompile.digests import ABSENT, digest
from speccompile.lock import Lock
from speccompile.owned import IRREGULAR, Ground
from speccompile.paths import LOCK, leaves
from speccompile.record import record
from speccompile.source import Span


class State(Enum):
    """What happens to a file."""

    CREATE = "create"
    UPDATE = "update"
    RESTORE = "update (edited by hand)"
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


def changes(ground: Ground, texts: Mapping[str, str], lock: Lock | None) -> tuple[tuple[Change, ...], list[Diagnostic]]:
    """What becomes of the files *texts* (path from the project's root to text) and of those that *lock* owns besides.

    The second part of the answer says what forbids it. Order: by path, the lock file last, since it must be the last
    to be replaced.
    """
    owned = dict(lock.files) if lock is not None else {}
    found: list[Change] = []
    problems: list[Diagnostic] = []
    for path in sorted(texts, key=lambda path: (path == LOCK, path)):
        before, after = ground.digest(path), digest(texts[path].encode())
        if before == IRREGULAR:
            problems.append(_in_the_way(ground, path))
        elif path != LOCK and before not in (ABSENT, after) and path not in owned:
            problems.append(_not_owned(path))
        else:
            found.append(Change(path, _state(path, before, after, owned), None if before == ABSENT else before, after))
    orphans = [_orphan(ground, path, owned[path]) for path in sorted(owned.keys() - texts.keys())]
    return (*(orphan for orphan in orphans if orphan is not None), *found), problems


def _state(path: str, before: str, after: str, owned: Mapping[str, str]) -> State:
    if before == ABSENT:
        return State.CREATE
    if before == after:
        return State.IDENTICAL
    return State.UPDATE if path == LOCK or before == owned[path] else State.RESTORE


def _orphan(ground: Ground, path: str, written: str) -> Change | None:
    """A file that the lock owns and that is not generated any more; None when it is gone already.

    A lock file is not trusted to have files outside the project deleted, except in the output directory of this run.
    """
    before = ground.digest(path) if not leaves(path) or path.startswith(ground.output + "/") else IRREGULAR
    if before == ABSENT:
        return None
    if before == written:
        return Change(path, State.STALE, before, None)
    return Change(path, State.ORPHAN, before, before)


def _in_the_way(ground: Ground, path: str) -> Diagnostic:
    """The first thing on the way to *path* that is not what it should be; one directory is told of once."""
    base, folders, name = ground.split(path)
    names = [*folders, name]
    above = path.removesuffix("/".join(names))
    for depth in range(1, len(names) + 1):
        here = "/".join(names[:depth])
        try:
            mode = Path(base, here).lstat().st_mode
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            return UNWRITABLE.at(Span(above + here), f"this cannot be written: {reason}", fix="choose a shorter name")
        if stat.S_ISLNK(mode):
            return _odd(above + here, "a symbolic link is here, and nothing is written through one")
        if depth < len(names) and not stat.S_ISDIR(mode):
            return _odd(above + here, "a directory should be here, and something else is")
    return _odd(path, "a file should be written here, and something that is no readable file is in the way")


def _odd(path: str, message: str) -> Diagnostic:
    return IN_THE_WAY.at(Span(path), message, fix="move it away, or choose another output directory with -o")


def _not_owned(path: str) -> Diagnostic:
    return NOT_OWNED.at(
        Span(path),
        f"this file would be generated, but one is here that speccompile did not write ({LOCK} does not list it)",
        fix="move it away or delete it, then generate again; or choose another output directory with -o",
    )
