"""The write itself: look, prepare, decide, put in place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from speccompile.codes.drift import IRREGULAR, UNWRITABLE
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.digests import ABSENT, digest
from speccompile.errors import Refused
from speccompile.lock_file import read_lock
from speccompile.lock_parser import parse
from speccompile.owned import Ground
from speccompile.paths import LOCK, REDO, UNDO, is_normal_outside, is_reserved, join, leaves, normal
from speccompile.record import record
from speccompile.source import Span
from speccompile.writer import files, journal
from speccompile.writer.changes import Change, changes
from speccompile.writer.files import Entry
from speccompile.writer.guard import guarded, sheltered, uninterrupted
from speccompile.writer.journal import Journal

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


def write(root: Path, output: str, artifacts: Iterable[tuple[str, str]], lock_text: str) -> Written:
    """Bring the disk to *artifacts* (pairs of a path below the output directory and a text) and *lock_text*.

    *root* is the project's directory, *output* the output directory as seen from it (see ``paths.output_from``). The
    old lock is read here, when no other speccompile can write any more. Raises ``Refused``, and then nothing was
    changed: SC501 (the old lock), SC502 and SC503 (something is in the way), SC504 (the system refuses), SC505 (an
    earlier write was interrupted and cannot be finished). Files that are the same already are not touched.
    """
    texts = _texts(output, artifacts, lock_text)
    with _explained(output), guarded(root):
        journal.recover_guarded(root)
        ground = Ground(str(root), output)
        found = _allowed(root, ground, texts)
        with uninterrupted():
            _replace(root, ground, texts, found)
    return Written(found)


def preview(root: Path, output: str, artifacts: Iterable[tuple[str, str]], lock_text: str) -> Written:
    """What ``write`` would do; changes nothing and raises the same, as far as it can be known without trying."""
    texts = _texts(output, artifacts, lock_text)
    with _explained(output):
        return Written(_allowed(root, Ground(str(root), output), texts))


def _texts(output: str, artifacts: Iterable[tuple[str, str]], lock_text: str) -> dict[str, str]:
    """The texts by their paths from the project's root; ``ValueError`` for what only a defect of ours can ask for."""
    pairs = list(artifacts)
    texts = {join(output, path): text for path, text in pairs}
    if not (normal(output) == output or is_normal_outside(output)) or len(texts) != len(pairs):
        raise ValueError(f"not an output directory, or two artifacts of one path: {output!r}")
    if is_reserved(output):
        raise Refused([IRREGULAR.at(
            Span(output), "the output directory is inside a version control system's own directory",
            fix="choose another output directory with -o",
        )])  # fmt: skip
    if any(not path or normal(path) != path or is_reserved(path) for path, _ in pairs) or LOCK in texts:
        raise ValueError("an artifact's path is not below the output directory")
    if dict(parse(lock_text).files) != {path: digest(text.encode()) for path, text in texts.items()}:
        raise ValueError("the lock does not list just the artifacts")
    return {**texts, LOCK: lock_text}


def _allowed(root: Path, ground: Ground, texts: Mapping[str, str]) -> tuple[Change, ...]:
    found, problems = changes(ground, texts, read_lock(root))
    if problems:
        raise Refused(in_order(problems))
    return found


def _replace(root: Path, ground: Ground, texts: Mapping[str, str], found: tuple[Change, ...]) -> None:
    entries = tuple(Entry(change.path, change.before, change.after) for change in found if change.touches)
    if not entries:
        return
    with _output_outside(ground):
        folders = journal.folders_of(entry.path for entry in entries)
        planned = Journal(ground.output, entries, tuple(path for path in folders if ground.digest(path) == ABSENT))
        journal.draft(root, planned)
        try:
            journal.turn(root, journal.DRAFT, UNDO)
            files.make_folders(ground, (entry.path for entry in entries))
            for entry in entries:
                files.prepare(ground, entry, texts.get(entry.path, ""))
            files.sync_folders(ground, entries)
            journal.turn(root, UNDO, REDO)
        except BaseException:
            _undo(root, ground, planned)
            raise
        if not sheltered(lambda: _commit(root, ground, planned)):
            journal.recover_guarded(root)  # the child was killed; its work is ours now


def _commit(root: Path, ground: Ground, planned: Journal) -> None:
    """Put everything in place; when the system refuses in the middle, take all of it back."""
    try:
        journal.go_forward(ground, planned)
    except BaseException:
        _undo(root, ground, planned)
        raise
    try:
        journal.finish(root, ground, planned)
    except OSError:  # the new set is in its place; what is left to clear away can wait for the next command
        with suppress(OSError):
            journal.finish(root, ground, planned)


def _undo(root: Path, ground: Ground, planned: Journal) -> None:
    """Back to the old set; if even that is refused, the journal stays for the next command."""
    try:
        with suppress(FileNotFoundError):
            journal.turn(root, REDO, UNDO)
        journal.go_back(root, ground, planned)
    except OSError as error:
        raise journal.refused(os.strerror(error.errno or 0)) from error


@contextmanager
def _output_outside(ground: Ground) -> Iterator[None]:
    """An output directory outside the project exists inside the block; if that fails, those made for it go again."""
    made: list[Path] = []
    place = Path(ground.root, ground.output).resolve()
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
def _explained(output: str) -> Iterator[None]:
    """What the operating system refuses becomes a diagnostic."""
    try:
        yield
    except OSError as error:
        raise Refused([_unwritable(error, output)]) from error


def _unwritable(error: OSError, output: str) -> Diagnostic:
    reason = os.strerror(error.errno) if error.errno else str(error)
    fix = _FIXES.get(error.errno or 0, "give yourself permission to write there, or choose another directory with -o")
    return UNWRITABLE.at(Span(output or "."), f"the files could not be written: {reason}; nothing was changed", fix=fix)
