"""The journal: what a write is about to do, so that it can be finished or taken back after a kill at any moment.

The write prepares first: new contents and second names of the old files, beside their targets and on the disk. Until
then the journal is called ``undo``, and recovery takes everything back: the old set was never touched. One rename turns it
into ``redo``; from then on recovery goes forward: the new set is complete in temporary files. Between the first and the
last rename of files a reader can see old files beside new ones; this takes microseconds a file, and the rest is done by
whoever survives (see ``guard.sheltered``) or by the next command.

It lies where no commit can put one (see ``local_state``), and a marker in the project bears its token: a tree that came to
that path since has no such marker. What it names is checked like everything else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from speccompile import local_state, regular
from speccompile.codes.drift import INTERRUPTED
from speccompile.errors import Refused
from speccompile.local_state import Place
from speccompile.owned import Ground
from speccompile.ownership import EVIDENCE, STARTERS, Names
from speccompile.paths import LOCK, RESERVED, is_normal_outside, is_reserved, leaves, normal
from speccompile.record import record
from speccompile.source import Span
from speccompile.writer import files
from speccompile.writer.files import Entry
from speccompile.writer.guard import guarded

DRAFT, UNDO, REDO = STAGES = ("journal.draft", "journal.undo", "journal.redo")
MARKER = RESERVED + "writing"

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@record()
class Journal:
    """A token, the output directory as seen from the project, the files that change, the directories that may be made."""

    token: str
    output: str
    entries: tuple[Entry, ...]
    folders: tuple[str, ...]


def planned(ground: Ground, entries: tuple[Entry, ...], missing: Iterable[str]) -> Journal:
    """The journal of a write that changes *entries* and makes the *missing* directories."""
    return Journal(os.urandom(16).hex(), ground.output, entries, tuple(missing))


def draft(root: Path, place: Place, journal: Journal) -> None:
    """Write *journal* under a name that means nothing yet, and its marker; leaves nothing behind when that fails."""
    place.remove(*STAGES)  # of a write in another tree that was here
    place.create(DRAFT, f"{json.dumps(asdict(journal))}\n".encode())
    try:
        files.remove(root / MARKER)
        _mark(root, journal.token)
    except BaseException:
        with suppress(OSError):
            _unmark(root, journal.token)
            place.remove(DRAFT)
        raise


def _mark(root: Path, token: str) -> None:
    descriptor = os.open(root / MARKER, _NEW_FILE, 0o600)
    try:
        files.write_all(descriptor, token.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    files.sync(root)


def _unmark(root: Path, token: str) -> None:
    """Remove the marker, if it is this journal's or one that was cut short."""
    marked = _marked(root)
    if marked is not None and token.startswith(marked):
        files.remove(root / MARKER)
        files.sync(root)


def _marked(root: Path) -> str | None:
    """The token in the marker; None when there is no marker that could be ours, ``OSError`` when the system refuses."""
    try:
        return regular.read(root / MARKER, 64).decode("ascii")
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        if error.errno in files.NO_FILE:
            return None
        raise


def turn(place: Place, before: str, after: str) -> None:
    """Decide what a kill is followed by from now on: ``DRAFT``, ``UNDO`` or ``REDO``. Needs no space on the disk."""
    place.rename(before, after)


def go_forward(ground: Ground, journal: Journal) -> None:
    """Put every new file in its place. Can be repeated; after ``OSError`` the caller goes back or tries again."""
    for entry in journal.entries:
        files.put(ground, entry)
    files.sync_folders(ground, journal.entries)


def finish(root: Path, place: Place, ground: Ground, journal: Journal) -> None:
    """After ``go_forward``: clear away what going back would have needed, then the marker and the journal."""
    for entry in journal.entries:
        files.forget(ground, entry)
    files.remove_empty(ground, {entry.path.rpartition("/")[0] for entry in journal.entries if entry.after is None})
    _unmark(root, journal.token)
    place.remove(REDO)


def go_back(root: Path, place: Place, ground: Ground, journal: Journal) -> None:
    """Restore the old set and leave no trace. Can be repeated."""
    for entry in journal.entries:
        files.take_back(ground, entry)
    files.remove_empty(ground, journal.folders)
    _unmark(root, journal.token)
    place.remove(DRAFT, UNDO)


def waits(root: Path) -> bool:
    """Whether there may be a write that was killed. A project without a marker has none."""
    return os.path.lexists(root / MARKER)


def recover(root: Path, names: Names) -> bool:
    """Finish or take back a write that was killed, waiting for one that is still alive; whether there was one.

    Every command that may change something calls this first. Raises ``Refused`` when the journal cannot be used or the
    system refuses. *names* are those of the files that a write can be about.
    """
    if not waits(root):
        return False
    with guarded(root):
        return recover_guarded(root, names)


def recover_guarded(root: Path, names: Names) -> bool:
    """The same inside ``guarded``."""
    try:
        token = _marked(root)
        if token is None:
            return False
        for place in local_state.places(str(root)):
            for stage in STAGES:
                journal = _read(place, stage, names)
                if journal is not None and _fits(journal.token, token, stage):
                    _settle(root, place, stage, journal)
                    return True
    except OSError as error:
        raise refused(f"{error.strerror}: {error.filename or ''}".rstrip(": ")) from error
    return False


def _fits(token: str, marker: str, stage: str) -> bool:
    """Whether a marker is that of the journal with *token*; until the write begins it may have been cut short."""
    return token == marker or (stage == DRAFT and token.startswith(marker))


def _settle(root: Path, place: Place, stage: str, journal: Journal) -> None:
    ground = Ground(str(root), journal.output)
    if stage == REDO:
        go_forward(ground, journal)
        finish(root, place, ground, journal)
    elif stage == UNDO:
        go_back(root, place, ground, journal)
    else:
        _unmark(root, journal.token)
        place.remove(DRAFT)


def _read(place: Place, stage: str, names: Names) -> Journal | None:
    """The journal of that name; None when there is none that may be obeyed."""
    try:
        text = place.read(stage)
    except OSError:
        return None
    try:
        return _checked(_journal(json.loads(text)), names)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if stage == DRAFT:  # cut short: nothing was done yet
            return None
        raise refused(f"{place.path}/{stage} is damaged", f"{place.path}/{stage}") from error


def _journal(document: dict[str, Any]) -> Journal:
    entries = tuple(Entry(**entry) for entry in document["entries"])
    return Journal(document["token"], document["output"], entries, tuple(document["folders"]))


def _checked(journal: Journal, names: Names) -> Journal:
    """*journal*, when it names nothing but what a write of this version could be about; else ``ValueError``."""
    output = journal.output
    good = normal(output) == output or is_normal_outside(output)
    for entry in journal.entries:
        below = entry.path[len(output) + 1 :] if leaves(output) and entry.path.startswith(output + "/") else entry.path
        name = entry.path.rpartition("/")[2]
        starts = entry.before is None and name in STARTERS
        named = entry.path == LOCK or names(entry.path) or starts or name == EVIDENCE
        good = good and bool(below) and normal(below) == below and not is_reserved(entry.path) and named
    if not good or is_reserved(output) or not set(journal.folders) <= set(folders_of(e.path for e in journal.entries)):
        raise ValueError("it names what no write is about")
    return journal


def refused(problem: str, name: str = "", fix: str = "remove the cause and run the command again") -> Refused:
    """SC505; *name* is the journal if it is the journal that cannot be used."""
    fix = "delete that file, then run `speccompile generate`" if name else fix
    message = f"an interrupted write could not be finished: {problem}"
    return Refused([INTERRUPTED.at(Span(name or "."), message, fix=fix)])


def folders_of(paths: Iterable[str]) -> tuple[str, ...]:
    """Every directory on the way to *paths*, the outer ones first."""
    found = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)}
    return tuple(sorted(found))
