"""The journal: what a write is about to do, so that it can be finished or taken back after a kill at any moment.

The write prepares first: new contents and second names of the old files, beside their targets and on the disk. Until
then the journal is called ``.speccompile.undo``, and recovery takes everything back: the old set was never touched.
One rename turns it into ``.speccompile.redo``; from then on recovery goes forward: the new set is complete in temporary
files. Between the first and the last rename of files a reader can see old files beside new ones; this takes
microseconds a file, and the rest is done by whoever survives (see ``guard.sheltered``) or by the next command.

A journal works only where it was written: it names its own inode, so one that comes in an archive or a clone is
refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from speccompile.codes.drift import INTERRUPTED
from speccompile.errors import Refused
from speccompile.owned import Ground
from speccompile.paths import JOURNALS, REDO, RESERVED, UNDO
from speccompile.record import record
from speccompile.source import Span
from speccompile.writer import files
from speccompile.writer.files import Entry
from speccompile.writer.guard import guarded

DRAFT = RESERVED + "draft"


@record()
class Journal:
    """The output directory as seen from the project, the files that change, and the directories that may be made."""

    output: str
    entries: tuple[Entry, ...]
    folders: tuple[str, ...]


def draft(root: Path, journal: Journal) -> None:
    """Write *journal* under a name that means nothing yet; leaves nothing behind when that fails."""
    path = root / DRAFT
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        files.write_all(descriptor, f"{os.fstat(descriptor).st_ino}\n{json.dumps(asdict(journal))}\n".encode())
        os.fsync(descriptor)
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(descriptor)


def turn(root: Path, before: str, after: str) -> None:
    """Decide what a kill is followed by from now on: ``DRAFT``, ``UNDO`` or ``REDO``. Needs no space on the disk."""
    (root / before).replace(root / after)
    files.sync(root)


def go_forward(ground: Ground, journal: Journal) -> None:
    """Put every new file in its place. Can be repeated; after ``OSError`` the caller goes back or tries again."""
    for entry in journal.entries:
        files.put(ground, entry)
    files.sync_folders(ground, journal.entries)


def finish(root: Path, ground: Ground, journal: Journal) -> None:
    """After ``go_forward``: clear away what going back would have needed, then the journal."""
    for entry in journal.entries:
        files.forget(ground, entry)
    files.remove_empty(ground, {entry.path.rpartition("/")[0] for entry in journal.entries if entry.after is None})
    with suppress(FileNotFoundError):
        (root / REDO).unlink()
    files.sync(root)


def go_back(root: Path, ground: Ground, journal: Journal) -> None:
    """Restore the old set and leave no trace. Can be repeated."""
    for entry in journal.entries:
        files.take_back(ground, entry)
    files.remove_empty(ground, journal.folders)
    for name in (DRAFT, UNDO):
        with suppress(FileNotFoundError):
            (root / name).unlink()
    files.sync(root)


def recover(root: Path) -> bool:
    """Finish or take back a write that was killed, waiting for one that is still alive; whether there was one.

    Every command calls this first. Raises ``Refused`` when the journal cannot be used or the system refuses.
    """
    if not any(os.path.lexists(root / name) for name in (*JOURNALS, DRAFT)):
        return False
    with guarded(root):
        return recover_guarded(root)


def recover_guarded(root: Path) -> bool:
    """The same inside ``guarded``."""
    try:
        if os.path.lexists(root / DRAFT):  # to unlink what is not there is refused by a read-only file system
            (root / DRAFT).unlink()
        for name in JOURNALS:
            journal = _read(root, name)
            if journal is not None:
                _settle(root, name, journal)
                return True
    except OSError as error:
        raise refused(f"{error.strerror}: {error.filename or ''}".rstrip(": ")) from error
    return False


def _settle(root: Path, name: str, journal: Journal) -> None:
    ground = Ground(str(root), journal.output)
    if name == REDO:
        go_forward(ground, journal)
        finish(root, ground, journal)
    else:
        go_back(root, ground, journal)


def _read(root: Path, name: str) -> Journal | None:
    try:
        descriptor = os.open(root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        inode, _, text = file.read().partition(b"\n")
        if inode != str(os.fstat(descriptor).st_ino).encode():
            raise refused(f"{name} was not written here", name)
    try:
        return _journal(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise refused(f"{name} is damaged", name) from error


def _journal(document: dict[str, Any]) -> Journal:
    entries = tuple(Entry(**entry) for entry in document["entries"])
    return Journal(document["output"], entries, tuple(document["folders"]))


def refused(problem: str, name: str = "") -> Refused:
    """SC505; *name* is the journal if it is the journal that cannot be used."""
    fix = "delete that file and run `speccompile generate`" if name else "remove the cause and run the command again"
    message = f"an interrupted write could not be finished: {problem}"
    return Refused([INTERRUPTED.at(Span(name or "."), message, fix=fix)])


def folders_of(paths: Iterable[str]) -> tuple[str, ...]:
    """Every directory on the way to *paths*, the outer ones first."""
    found = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)}
    return tuple(sorted(found))
