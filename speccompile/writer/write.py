"""The write itself: look, prepare, decide, put in place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from speccompile import local_state
from speccompile.codes.drift import IRREGULAR, NOT_OWNED, UNWRITABLE
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.digests import ABSENT, digest
from speccompile.errors import Refused
from speccompile.local_state import Place
from speccompile.lock_file import read_lock
from speccompile.lock_parser import parse
from speccompile.owned import Ground
from speccompile.ownership import Names
from speccompile.paths import LOCK, is_normal_outside, is_reserved, join, leaves, normal
from speccompile.record import record
from speccompile.source import Span
from speccompile.writer import files, journal
from speccompile.writer.changes import Change, Claim, State, changes
from speccompile.writer.files import Entry
from speccompile.writer.guard import guarded, sheltered, uninterrupted
from speccompile.writer.journal import DRAFT, REDO, UNDO, Journal

_FIXES = {
    errno.ENOSPC: "free some space on that disk and run the command again",
    errno.EDQUOT: "free some of your disk quota and run the command again",
    errno.EROFS: "make the file system writable, or choose another output directory with -o",
    errno.ENAMETOOLONG: "give the service a shorter name",
}


@record()
class Written:
    """What happened to each file: those generated and no longer generated, and the lock file as the last."""

    files: tuple[Change, ...]


@record(kw_only=True)
class Order:
    """What is to be on the disk: *artifacts* (path below the *output* directory and text), and a lock file that lists just
    them, or besides them files that the old one lists too: those stay as they are. A lock file of another
    output directory, which is the one that is there, means a copy of a part.

    ``output`` is seen from the project (see ``paths.output_from``); ``names`` are those that this version generates; ``discard``
    is whether edits of generated files are given up.
    """

    output: str
    artifacts: tuple[tuple[str, str], ...]
    lock_text: str
    names: Names
    discard: bool = False


def write(root: Path, order: Order) -> Written:
    """Bring the disk to *order*; *root* is the project's directory.

    The old lock is read here, when no other speccompile can write any more. Raises ``Refused``, and then nothing was
    changed: SC501 (the old lock), SC502 and SC503 (something is in the way), SC512 (it was edited), SC504 (the system
    refuses), SC505 (an earlier write was interrupted and cannot be finished). Files that are the same already are not
    touched.
    """
    texts = _texts(order)
    with explained(order.output), guarded(root):
        journal.recover_guarded(root, order.names)
        ground = Ground(str(root), order.output)
        found = _allowed(root, ground, order, texts)
        with uninterrupted():
            _replace(root, ground, texts, found, order.names)
    return Written(found)


def preview(root: Path, order: Order) -> Written:
    """What ``write`` would do; changes nothing and raises the same, as far as it can be known without trying."""
    texts = _texts(order)
    if journal.waits(root):
        fix = "run `speccompile check`, which finishes it, and then this"
        raise journal.refused("this command changes nothing", fix=fix)
    with explained(order.output):
        return Written(_allowed(root, Ground(str(root), order.output), order, texts))


def create(root: Path, texts: Mapping[str, str], names: Names) -> None:
    """Write new files, all of them or none: *texts* by their paths from the project's root.

    Raises ``Refused``, and then nothing was changed: SC502 (something is there), SC503, SC504 and SC505 as ``write``.
    """
    with explained(""), guarded(root):
        journal.recover_guarded(root, names)
        ground = Ground(str(root), "")
        there = [path for path in texts if ground.digest(path) != ABSENT]
        if there:
            fix = "edit it, or move it away"
            raise Refused([NOT_OWNED.at(Span(path), "something is here already", fix=fix) for path in there])
        found = tuple(Change(path, State.CREATE, None, digest(text.encode())) for path, text in texts.items())
        with uninterrupted():
            _replace(root, ground, texts, found, names)


def replace(root: Path, texts: Mapping[str, str], names: Names) -> None:
    """Write *texts* by their paths from the project's root in the place of what is there, all of them or none; raises as ``create``."""
    with explained(""), guarded(root):
        journal.recover_guarded(root, names)
        ground = Ground(str(root), "")
        found = []
        for path, text in texts.items():
            before, after = ground.digest(path), digest(text.encode())
            state = State.CREATE if before == ABSENT else State.IDENTICAL if before == after else State.UPDATE
            found.append(Change(path, state, None if before == ABSENT else before, after))
        odd = [change.path for change in found if change.before and not change.before.startswith("sha256:")]
        if odd:
            fix = "delete it, or move it away"
            raise Refused([IRREGULAR.at(Span(path), "this is no regular file", fix=fix) for path in odd])
        with uninterrupted():
            _replace(root, ground, texts, tuple(found), names)


def _texts(order: Order) -> dict[str, str]:
    """The texts by their paths from the project's root; ``ValueError`` for what only a defect of ours can ask for."""
    output = order.output
    texts = {join(output, path): text for path, text in order.artifacts}
    if is_reserved(output):
        raise Refused([IRREGULAR.at(
            Span(output), "the output directory has a name that is a version control system's or our own",
            fix="choose another output directory with -o",
        )])  # fmt: skip
    if not (normal(output) == output or is_normal_outside(output)) or len(texts) != len(order.artifacts):
        raise ValueError(f"not an output directory, or two artifacts of one path: {output!r}")
    if any(not path or normal(path) != path or is_reserved(path) for path, _ in order.artifacts) or LOCK in texts:
        raise ValueError("an artifact's path is not below the output directory")
    if not all(map(order.names, texts)):
        raise ValueError(f"no target says that it generates all of {', '.join(texts)}")
    return {**texts, LOCK: order.lock_text}


def _allowed(root: Path, ground: Ground, order: Order, texts: Mapping[str, str]) -> tuple[Change, ...]:
    lock = read_lock(root)
    said = parse(order.lock_text)
    listed = dict(said.files)
    wanted = {path: digest(text.encode()) for path, text in texts.items() if path != LOCK}
    kept = {path: value for path, value in listed.items() if path not in wanted}
    copied = said.output != order.output  # a part of it, into another directory: nothing else changes
    if not (copied or listed == {**kept, **wanted}) or not kept.items() <= set(lock.files if lock else ()):
        raise ValueError("the lock does not list just the artifacts")
    found, problems = changes(Claim(ground, lock, order.names, order.discard), texts, kept)
    if problems:
        raise Refused(in_order(problems))
    return found


def _replace(root: Path, ground: Ground, texts: Mapping[str, str], found: tuple[Change, ...], names: Names) -> None:
    entries = tuple(Entry(change.path, change.before, change.after) for change in found if change.touches)
    if not entries:
        return
    place = local_state.usable(str(root))
    with _output_outside(ground):
        folders = journal.folders_of(entry.path for entry in entries)
        planned = journal.planned(ground, entries, (path for path in folders if ground.digest(path) == ABSENT))
        journal.draft(root, place, planned)
        try:
            journal.turn(place, DRAFT, UNDO)
            files.make_folders(ground, (entry.path for entry in entries))
            for entry in entries:
                files.prepare(ground, entry, texts.get(entry.path, ""))
            files.sync_folders(ground, entries)
            journal.turn(place, UNDO, REDO)
        except BaseException:
            _undo(root, place, ground, planned)
            raise
        if not sheltered(lambda: _commit(root, place, ground, planned)):
            journal.recover_guarded(root, names)  # the child was killed; its work is ours now


def _commit(root: Path, place: Place, ground: Ground, planned: Journal) -> None:
    """Put everything in place; when the system refuses in the middle, take all of it back."""
    try:
        journal.go_forward(ground, planned)
    except BaseException:
        _undo(root, place, ground, planned)
        raise
    try:
        journal.finish(root, place, ground, planned)
    except OSError:  # the new set is in its place; what is left to clear away can wait for the next command
        with suppress(OSError):
            journal.finish(root, place, ground, planned)


def _undo(root: Path, place: Place, ground: Ground, planned: Journal) -> None:
    """Back to the old set; if even that is refused, the journal stays for the next command."""
    try:
        with suppress(FileNotFoundError):
            journal.turn(place, REDO, UNDO)
        journal.go_back(root, place, ground, planned)
    except OSError as error:
        raise journal.refused(os.strerror(error.errno or 0)) from error


@contextmanager
def _output_outside(ground: Ground) -> Iterator[None]:
    """An output directory outside the project exists inside the block; if that fails, those made for it go again."""
    made: list[Path] = []
    place = Path(ground.base, *ground.above)
    try:
        if leaves(ground.output):
            for folder in reversed([place, *place.parents]):
                if not folder.exists():
                    folder.mkdir()
                    made.append(folder)
        yield
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def explained(output: str) -> Iterator[None]:
    """What the operating system refuses becomes a diagnostic."""
    try:
        yield
    except OSError as error:
        raise Refused([_unwritable(error, output)]) from error


def _unwritable(error: OSError, output: str) -> Diagnostic:
    reason = os.strerror(error.errno) if error.errno else str(error)
    fix = _FIXES.get(error.errno or 0, "give yourself permission to write there, or choose another directory with -o")
    return UNWRITABLE.at(Span(output or "."), f"the files could not be written: {reason}; nothing was changed", fix=fix)
