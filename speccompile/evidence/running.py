"""One run of one verifier: started, watched, read."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from speccompile import regular
from speccompile.evidence.cases import Report
from speccompile.evidence.invocation import REPORT, Invocation
from speccompile.evidence.readers import recognised
from speccompile.images.commands import Command, Confines
from speccompile.images.runner import NOT_FOUND, Runner, Trial
from speccompile.record import record
from speccompile.regex import regex

MOST = 64 * 1024 * 1024  # bytes that are read of what a verifier writes
_VERSION = 60.0  # seconds in which it tells its version
_FILES = 5000  # reports that are read of one run
_STYLE = regex(r"\x1b\[[0-9;]*m")
_TAIL = 20  # lines of what it wrote that are shown


@record()
class Bench:
    """What runs verifiers: processes, the environment that they get, the seconds that each may take."""

    runner: Runner
    environment: tuple[tuple[str, str], ...]
    seconds: float


@record()
class Ran:
    """What came of a run: its exit status, what was read, the version, the last lines that it wrote, and the seconds that it took."""

    status: int
    report: Report
    version: str
    tail: tuple[str, ...]
    seconds: float


def run(bench: Bench, invocation: Invocation, directory: Path) -> Ran:
    """Run *invocation* in *directory*, and read what it says."""
    before = _stamps(directory, invocation)
    with tempfile.TemporaryDirectory(prefix="speccompile-verify-") as scratch:
        file = Path(scratch) / "report"
        trial = tried(bench, Command(_words(invocation.command, directory, file), invocation.environment), directory)
        texts = [text for path in (file, *_written(directory, invocation, before)) if (text := _text(path)) is not None]
    report, problems = _read(texts, trial)
    outcome = trial.outcome
    report = Report(report.cases, report.errors, (*endings(trial, bench.seconds), *report.problems, *problems))
    return Ran(outcome.code, report, version(bench, invocation.version, directory), tail_of(trial), outcome.seconds)


def tried(bench: Bench, command: Command, directory: Path) -> Trial:
    """Run *command* within the confines of *bench*."""
    return bench.runner.trial(command, Confines(str(directory), bench.environment, bench.seconds, MOST))


def endings(trial: Trial, seconds: float) -> Iterator[str]:
    """What was wrong with the way in which a run ended."""
    if trial.late:
        yield f"it took longer than {seconds:g} s, and was ended"
    if trial.cut:
        yield f"it wrote more than {MOST >> 20} MiB"
    if _is_missing(trial):
        yield trial.outcome.errors.strip()


def _is_missing(trial: Trial) -> bool:
    """Whether there is no such program; what it says is then what the system said."""
    return trial.outcome.code == NOT_FOUND and not trial.outcome.output


def version(bench: Bench, command: tuple[str, ...], directory: Path) -> str:
    """The first line that the runner says of itself."""
    quick = Bench(bench.runner, bench.environment, min(_VERSION, bench.seconds))
    outcome = tried(quick, Command(_words(command, directory, directory)), directory).outcome
    said = _STYLE.sub("", outcome.output or outcome.errors).strip().splitlines()
    return "".join(char for char in said[0] if char.isprintable())[:200] if outcome.ok and said else "unknown"


def tail_of(trial: Trial) -> tuple[str, ...]:
    """The last lines that were written."""
    return tuple(_STYLE.sub("", f"{trial.outcome.output}\n{trial.outcome.errors}").strip().splitlines()[-_TAIL:])


def _words(command: tuple[str, ...], directory: Path, report: Path) -> tuple[str, ...]:
    """*command* with the path of the *report*; a first word that is a path counts from *directory*."""
    first, *rest = (word.replace(REPORT, str(report)) for word in command)
    return (os.path.normpath(directory / first) if "/" in first else first, *rest)


def _read(texts: list[str], trial: Trial) -> tuple[Report, tuple[str, ...]]:
    """What the reports say, else what was written; and that neither says anything."""
    found = Report()
    if _is_missing(trial):
        return found, ()
    for text in texts:
        report = recognised(text)
        if report is None:
            return found, ("a report is of no format that is known",)
        found = found.joined(report)
    if texts:
        return found, ()
    for text in (trial.outcome.output, trial.outcome.errors):
        if (report := recognised(text)) is not None:
            return report, ()
    return found, ("nothing that counts tests was recognised in what it wrote",)


def _stamps(directory: Path, invocation: Invocation) -> dict[Path, tuple[int, int]]:
    """When each report that is there was written: those of an earlier run say nothing of this one."""
    found = {}
    for pattern in invocation.reports:
        for path in directory.glob(pattern):
            with contextlib.suppress(OSError):
                status = path.lstat()
                found[path] = (status.st_mtime_ns, status.st_ino)
    return found


def _written(directory: Path, invocation: Invocation, before: dict[Path, tuple[int, int]]) -> list[Path]:
    now = _stamps(directory, invocation)
    return sorted(path for path, stamp in now.items() if before.get(path) != stamp)[:_FILES]


def _text(path: Path) -> str | None:
    try:
        return regular.read(path, MOST).decode("utf-8", "replace")
    except OSError:
        return None
