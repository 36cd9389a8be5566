"""Drift: how the files on disk differ from what the specs give now, and why."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from speccompile.codes import drift as codes
from speccompile.diagnostics import Diagnostic, Related, in_order
from speccompile.digests import ABSENT
from speccompile.lock import Lock
from speccompile.owned import IRREGULAR, Ground
from speccompile.paths import LOCK
from speccompile.record import record
from speccompile.source import Span

GENERATE = "run `speccompile generate` (or `speccompile check --fix`)"
_SPECS = "the specs"


class Drift(Enum):
    """The state of a generated file; the last two are two sides of one state: files and specs do not list the same."""

    OK = "ok"
    STALE_SPEC = "stale (spec changed)"
    STALE_TOOL = "stale (tool changed)"
    EDITED = "edited"
    MISSING = "missing"
    ORPHAN = "orphan"


@record()
class FileState:
    """A file, its path from the project's root, its state, and what there is to say about it unless it is ok."""

    path: str
    state: Drift
    finding: Diagnostic | None = None


def drift(root: Path, lock: Lock | None, expected: Lock) -> tuple[FileState, ...]:
    """The state of every file that *lock* (the one on disk) or *expected* lists, and of the lock file itself.

    *expected* is the lock that ``generate`` would write now, so it holds what the specs and the tree give now and which
    version of the tool is asking. Sorted by path, the lock file last.
    """
    written = dict(lock.files) if lock is not None else {}
    wanted = dict(expected.files)
    causes = changed_inputs(lock, expected)
    old, new = Ground(str(root), lock.output if lock else expected.output), Ground(str(root), expected.output)
    states = [
        _file(path, (new if path in wanted else old).digest(path), written.get(path), wanted.get(path), causes)
        for path in sorted(written.keys() | wanted.keys())
    ]
    return (*states, _lock_file(lock, expected))


def findings(states: Iterable[FileState]) -> tuple[Diagnostic, ...]:
    """What there is to say about *states*; nothing when all are ok."""
    return in_order(state.finding for state in states if state.finding is not None)


def changed_inputs(lock: Lock | None, expected: Lock) -> tuple[str, ...]:
    """The paths of the specs and sources that are not as they were when *lock* was written."""
    if lock is None:
        return ()
    specs = {path for path, _ in set(lock.inputs) ^ set(expected.inputs)}
    sources = {path or "." for path, _, _ in set(lock.questions) ^ set(expected.questions)}
    return tuple(sorted(specs)) or tuple(sorted(sources))


def _file(path: str, disk: str, written: str | None, wanted: str | None, causes: tuple[str, ...]) -> FileState:
    if wanted is None:
        return FileState(path, Drift.ORPHAN, _orphan(path, disk, written))
    if disk == wanted:
        return FileState(path, Drift.OK)
    if disk == ABSENT:
        message = "this file should be here" if written else "this file was not generated yet"
        finding = codes.MISSING.at(
            Span(path), message, fix=GENERATE, found="no file", expected=wanted, expected_by=_SPECS
        )
        return FileState(path, Drift.MISSING, finding)
    if disk != written:
        return FileState(path, Drift.EDITED, _edited(path, disk, written or wanted, known=written is not None))
    if causes:
        message = f"the file no longer follows from the specs: {_listed(causes)} changed since it was generated"
        related = tuple(Related("changed since", Span(cause)) for cause in causes[:5])
        by = _listed(causes)
        finding = codes.STALE_SPEC.at(
            Span(path), message, fix=GENERATE, related=related, found=disk, expected=wanted, expected_by=by
        )
        return FileState(path, Drift.STALE_SPEC, finding)
    message = "another version of speccompile, or other options, make another file of the same inputs"
    by = "this version of speccompile"
    finding = codes.STALE_TOOL.at(Span(path), message, fix=GENERATE, found=disk, expected=wanted, expected_by=by)
    return FileState(path, Drift.STALE_TOOL, finding)


def _orphan(path: str, disk: str, written: str | None) -> Diagnostic:
    if disk == ABSENT:
        message, fix = f"this file is no longer generated and is gone, but {LOCK} still lists it", GENERATE
    elif disk == written:
        message, fix = "this file is no longer generated", f"{GENERATE}; it deletes the file"
    else:
        message = "this file is no longer generated, and was edited by hand"
        fix = f"delete it, or keep it as your own; then {GENERATE}"
    found = "no file" if disk == ABSENT else disk
    return codes.ORPHAN.at(Span(path), message, fix=fix, found=found, expected="no file", expected_by=_SPECS)


def _edited(path: str, disk: str, expected: str, *, known: bool) -> Diagnostic:
    """*expected* is the digest that the lock lists, or, when it does not list the file (not *known*), what would be generated."""
    if disk == IRREGULAR:
        message = "a link, a directory or a special file is where a generated file should be"
        fix = f"move it away, then {GENERATE}"
        found = "something that is no regular file"
        return codes.IRREGULAR.at(Span(path), message, fix=fix, found=found, expected=expected, expected_by=_SPECS)
    if not known:
        message = f"this file would be generated, but speccompile did not write the one here ({LOCK} does not list it)"
        fix = f"move it away or delete it, then {GENERATE}"
        return codes.NOT_OWNED.at(Span(path), message, fix=fix, found=disk, expected=expected, expected_by=_SPECS)
    fix = f"put the change into the specs, then {GENERATE}; it restores the file"
    message = "the file was changed after it was generated"
    return codes.EDITED.at(Span(path), message, fix=fix, found=disk, expected=expected, expected_by=LOCK)


def _lock_file(lock: Lock | None, expected: Lock) -> FileState:
    """The lock drifts when it is not there, was edited, or lists other files or versions than would be written.

    Other questions and another version of the tool alone are no drift: the files are right, and the next ``generate``
    brings the lock up to date.
    """
    if lock is None:
        finding = codes.NO_LOCK.at(Span(LOCK), "there is no lock file: nothing was generated here yet", fix=GENERATE)
        return FileState(LOCK, Drift.MISSING, finding)
    if not lock.sealed:
        finding = codes.LOCK_EDITED.at(Span(LOCK), "the lock file was edited or merged by hand", fix=GENERATE)
        return FileState(LOCK, Drift.EDITED, finding)
    if (lock.files, lock.versions, lock.output) == (expected.files, expected.versions, expected.output):
        return FileState(LOCK, Drift.OK)
    if changed_inputs(lock, expected):
        message = "the lock file lists other files, digests or versions than the specs give now"
        return FileState(LOCK, Drift.STALE_SPEC, codes.STALE_SPEC.at(Span(LOCK), message, fix=GENERATE))
    message = "the lock file lists other files, digests or versions than this version of speccompile gives"
    return FileState(LOCK, Drift.STALE_TOOL, codes.STALE_TOOL.at(Span(LOCK), message, fix=GENERATE))


def _listed(causes: tuple[str, ...]) -> str:
    shown = ", ".join(causes[:3])
    return f"{shown} and {len(causes) - 3} more" if len(causes) > 3 else shown
