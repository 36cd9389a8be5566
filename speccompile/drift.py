"""Drift: how the files on disk differ from what the specs give now, and why."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from pathlib import Path

from speccompile.codes import drift as codes
from speccompile.codes.drift import GENERATE
from speccompile.diagnostics import Diagnostic, Related, in_order, quoted
from speccompile.digests import ABSENT
from speccompile.lock import Lock
from speccompile.owned import IRREGULAR, Ground
from speccompile.ownership import Names, listing, reserved, seems_ours
from speccompile.paths import LOCK, leaves
from speccompile.record import record
from speccompile.source import Span

_SPECS = "the specs"


class Drift(Enum):
    """The state of a file; orphans and strays are generated no longer, or never were: the lock file lists the former."""

    OK = "ok"
    STALE_SPEC = "stale (spec changed)"
    STALE_TOOL = "stale (tool changed)"
    EDITED = "edited"
    EXECUTABLE = "executable"
    MISSING = "missing"
    ORPHAN = "orphan"
    STRAY = "stray"


@record()
class FileState:
    """A file, its path from the project's root, its state, and what there is to say about it unless it is ok."""

    path: str
    state: Drift
    finding: Diagnostic | None = None


@record(kw_only=True)
class Expected:
    """What the disk should be like: the *lock* that ``generate`` would write now; the *names* of files that this version can
    generate; and the paths, seen from the output directory, that targets would give which are *not chosen*."""

    lock: Lock
    names: Names
    unchosen: Collection[str] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """The directories of the files, as seen from the output directory."""
        output = self.lock.output
        inside = [path[len(output) + 1 :] if output else path for path, _ in self.lock.files]
        return tuple(sorted({path.rpartition("/")[0] for path in (*inside, *self.unchosen)}))


def drift(root: Path, lock: Lock | None, expected: Expected) -> tuple[FileState, ...]:
    """The state of every file that *lock* (the one on disk) lists or that is *expected*, of every file that should not be
    there, and of the lock file itself: sorted by path, the lock file last.
    """
    ground = Ground(str(root), expected.lock.output)
    written = dict(lock.files) if lock is not None else {}
    wanted = dict(expected.lock.files)
    listed = {path for path in written if not leaves(path) or path.startswith(ground.output + "/")}
    disk = {path: ground.digest(path) for path in listed | wanted.keys()}
    ours = {path for path in written.keys() & disk.keys() if seems_ours(ground, path, lock, expected.names)}
    compared = _Comparison(lock, expected.lock, disk, ours)
    states = [_file(compared, path, written.get(path), wanted.get(path)) for path in sorted(disk)]
    *files, lock_file = (_mode(ground, state) for state in (*states, _lock_file(compared)))
    return (*files, *_strays(ground, expected, disk), lock_file)


def beside(ground: Ground, expected: Expected) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files in the output directory, and those of them that have names of ours and are not generated."""
    there = listing(ground, expected.folders)
    wanted = dict(expected.lock.files)
    return there, tuple(path for path in there if path not in wanted and expected.names(path))


def findings(states: Iterable[FileState]) -> tuple[Diagnostic, ...]:
    """What there is to say about *states*; nothing when all are ok."""
    return in_order(state.finding for state in states if state.finding is not None)


def changed_inputs(lock: Lock | None, expected: Lock) -> tuple[str, ...]:
    """The paths of the specs that are not as they were when *lock* was written."""
    return tuple(sorted({path for path, _ in set(lock.inputs) ^ set(expected.inputs)})) if lock is not None else ()


@record()
class _Comparison:
    """The lock on disk, the one that should be there, the digests of the files that either lists, and which of these
    show themselves to be ours."""

    lock: Lock | None
    expected: Lock
    disk: dict[str, str]
    ours: set[str]

    @property
    def causes(self) -> tuple[str, ...]:
        """The specs that changed since the lock was written."""
        return changed_inputs(self.lock, self.expected)

    @property
    def other_tool(self) -> bool:
        """Whether another version wrote the lock."""
        return self.lock is not None and self.lock.tool != self.expected.tool


def _strays(ground: Ground, expected: Expected, known: Collection[str]) -> Iterator[FileState]:
    """What stands in the project and in the output directory under names of ours, and nothing accounts for.

    In an output directory that is the project itself, a file without our header is somebody's own.
    """
    there, named = beside(ground, expected)
    for path in reserved((*os.listdir(ground.root), *there)):  # noqa: PTH208
        message = "this name is one of our temporary files', and no write is under way; what is in it is not obeyed"
        yield FileState(_text(path), Drift.STRAY, codes.RESERVED_NAME.at(Span(_text(path)), message, fix="delete it"))
    for path in named:
        below = path[len(ground.output) + 1 :] if ground.output else None
        if path not in known and (below in expected.unchosen or seems_ours(ground, path, None, expected.names)):
            message = "no chosen target gives this file, and the lock file does not list it"
            fix = "delete it; or choose its target with `targets:` in deploy.yaml; or give it another name, when it is yours"
            yield FileState(_text(path), Drift.STRAY, codes.STRAY.at(Span(_text(path)), message, fix=fix))


def _text(path: str) -> str:
    """A name on disk as text: it need not be UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _file(compared: _Comparison, path: str, written: str | None, wanted: str | None) -> FileState:
    disk = compared.disk[path]
    if wanted is None:
        return FileState(path, Drift.ORPHAN, _orphan(path, disk, written, is_ours=path in compared.ours))
    if disk == wanted:
        return FileState(path, Drift.OK)
    if disk == ABSENT:
        message = "this file should be here" if written else "this file was not generated yet"
        finding = codes.MISSING.at(
            Span(path), message, fix=GENERATE, found="no file", expected=wanted, expected_by=_SPECS
        )
        return FileState(path, Drift.MISSING, finding)
    if disk != written:
        return FileState(path, Drift.EDITED, _edited(path, disk, written, wanted, is_ours=path in compared.ours))
    return _stale(compared, path, disk, wanted)


def _mode(ground: Ground, state: FileState) -> FileState:
    """*state*, where a file that is as it should be has the mode that it should have, as far as git keeps modes."""
    if state.state is not Drift.OK or not ground.is_executable(state.path):
        return state
    fix = f"{GENERATE}; or, where the file system keeps no modes, tell git so: git config core.fileMode false"
    finding = codes.EXECUTABLE.at(
        Span(state.path),
        "the file is executable, and nothing that is generated is a program",
        fix=fix,
        found="executable",
        expected="not executable",
        expected_by=_SPECS,
    )
    return FileState(state.path, Drift.EXECUTABLE, finding)


def _stale(compared: _Comparison, path: str, disk: str, wanted: str) -> FileState:
    """A file that is as the lock file lists it, and not as it would be generated."""
    if compared.causes:
        by = _listed(compared.causes)
        message = f"the file no longer follows from the specs: {by} changed since it was generated"
        related = tuple(Related("changed since", Span(cause)) for cause in compared.causes[:5])
        finding = codes.STALE_SPEC.at(
            Span(path), message, fix=GENERATE, related=related, found=disk, expected=wanted, expected_by=by
        )
        return FileState(path, Drift.STALE_SPEC, finding)
    if compared.other_tool:
        message = "another version of speccompile makes another file of the same specs"
        by = "this version of speccompile"
        finding = codes.STALE_TOOL.at(Span(path), message, fix=GENERATE, found=disk, expected=wanted, expected_by=by)
        return FileState(path, Drift.STALE_TOOL, finding)
    message = (
        f"this is not what the specs and the sources give: the sources or the options changed since it was generated, or "
        f"it was altered together with {LOCK}"
    )
    finding = codes.STALE_SPEC.at(Span(path), message, fix=GENERATE, found=disk, expected=wanted, expected_by=_SPECS)
    return FileState(path, Drift.STALE_SPEC, finding)


def _orphan(path: str, disk: str, written: str | None, *, is_ours: bool) -> Diagnostic:
    if disk == ABSENT:
        message, fix = f"this file is no longer generated and is gone, but {LOCK} still lists it", GENERATE
    elif disk == written and is_ours:
        message, fix = "this file is no longer generated", f"{GENERATE}; it deletes the file"
    elif disk == written:
        message = f"{LOCK} lists this file, and its name or its first lines say that speccompile did not generate it"
        fix = f"{GENERATE}; the file stays as it is, and is yours"
    else:
        message = "this file is no longer generated, and was edited by hand"
        fix = f"delete it, or keep it as your own under another name; then {GENERATE}"
    found = "no file" if disk == ABSENT else disk
    return codes.ORPHAN.at(Span(path), message, fix=fix, found=found, expected="no file", expected_by=_SPECS)


def _edited(path: str, disk: str, written: str | None, wanted: str, *, is_ours: bool) -> Diagnostic:
    if disk == IRREGULAR:
        message = "a link, a directory, a special file or a huge one is where a generated file should be"
        fix, found = f"move it away, then {GENERATE}", "something that is no regular file"
        return codes.IRREGULAR.at(Span(path), message, fix=fix, found=found, expected=wanted, expected_by=_SPECS)
    if written is not None and is_ours:
        message = "the file was changed after it was generated"
        return codes.EDITED.at(Span(path), message, fix=codes.WAYS_OUT, found=disk, expected=written, expected_by=LOCK)
    if written is None:
        message = f"this file would be generated, but speccompile did not write the one here ({LOCK} does not list it)"
    else:
        message = "the file was changed after it was generated, and no longer says that speccompile generated it"
    fix = f"move it away or delete it, then {GENERATE}"
    return codes.NOT_OWNED.at(Span(path), message, fix=fix, found=disk, expected=wanted, expected_by=_SPECS)


def _lock_file(compared: _Comparison) -> FileState:
    """The lock drifts when it is not there, or lists other files or versions than would be written.

    Other inputs and another version of the tool alone are no drift: the files are right, and the next ``generate``
    brings the lock up to date.
    """
    lock, expected = compared.lock, compared.expected
    if lock is None:
        finding = codes.NO_LOCK.at(Span(LOCK), "there is no lock file: nothing was generated here yet", fix=GENERATE)
        return FileState(LOCK, Drift.MISSING, finding)
    if (lock.files, lock.versions, lock.output) == (expected.files, expected.versions, expected.output):
        return FileState(LOCK, Drift.OK)
    if lock.output != expected.output:
        return FileState(LOCK, Drift.STALE_SPEC, _other_output(lock, expected.output))
    message = "the lock file lists other files, digests or versions than the specs give"
    if compared.causes or not all(compared.disk[path] == value for path, value in expected.files):
        code, state = (
            (codes.STALE_TOOL, Drift.STALE_TOOL) if compared.other_tool else (codes.STALE_SPEC, Drift.STALE_SPEC)
        )
        return FileState(LOCK, state, code.at(Span(LOCK), message, fix=GENERATE))
    return FileState(LOCK, Drift.EDITED, codes.LOCK_EDITED.at(Span(LOCK), message, fix=GENERATE))


def _other_output(lock: Lock, output: str) -> Diagnostic:
    """SC517: the lock file is about another output directory than *output*."""
    message = f"the files were generated into {quoted(lock.output or '.')}, and this looks at {quoted(output or '.')}"
    named = shlex.quote(lock.output or ".") if lock.output.isprintable() else quoted(lock.output)
    fix = f"when that is right, name the directory: -o {named}; else {GENERATE}"
    return codes.OTHER_OUTPUT.at(Span(LOCK), message, fix=fix)


def _listed(causes: tuple[str, ...]) -> str:
    shown = ", ".join(causes[:3])
    return f"{shown} and {len(causes) - 3} more" if len(causes) > 3 else shown
