"""The only place that starts processes. Every one gets a list of arguments, never a shell, and none outlives us.

Each starts in the root directory, which is nobody's project: what a program looks for beside itself, no tree can hold out to it. So
every path among the arguments is absolute. The one exception are the project's own tests, which `verify` runs because it was told to: they start
in the project, with an environment that is chosen for them.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from speccompile.images.commands import Command, Confines
from speccompile.images.inherited import inherited, program
from speccompile.images.processes import Below, below, kill
from speccompile.record import record

NOT_FOUND = 127
TIMED_OUT = 124
_PATIENCE = 8.0  # seconds from asking a process to end until it is killed
_FIRST = 3.0  # seconds that an engine has to notice that the step which it runs has ended
_SILENCE = 2.0  # seconds after the end of a process in which its output may still come
_GLANCE = 0.02  # seconds between two looks whether a program has ended
_NEUTRAL = "/"
_SHORTEST = 6  # a hidden value shorter than this would blank out half of a log


class Stopped(Exception):
    """No process is started any more: the command was interrupted."""


@record()
class Outcome:
    """How a process ended: its exit code (negative: by a signal), what it wrote, how long it took in seconds."""

    code: int
    output: str
    errors: str
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.code == 0


@record()
class Trial:
    """How a program of the project's own ended, whether it took too long, and whether more was written than was read."""

    outcome: Outcome
    late: bool
    cut: bool


class Runner:
    """Starts processes and can stop all of them; *hidden* values never get into what it gives or logs."""

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        self._hidden = tuple(sorted((v for v in hidden if len(v) >= _SHORTEST), key=len, reverse=True))
        self._live: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self.pulling = threading.Lock()
        """Held by whoever fetches an image, so that none is fetched twice."""

    def answer(self, command: Command, *, stdin: str = "", timeout: float = 60.0) -> Outcome:
        """Run *command* to its end, or for *timeout* seconds, and keep what it wrote."""
        return self._run(command, stdin, timeout)

    def stream(self, command: Command, log: Path, on_line: Callable[[str], None]) -> Outcome:
        """Run *command*; every line that it writes goes to *log* and to *on_line*. The outcome's output is all lines."""
        began = time.monotonic()
        lines: list[str] = []
        with log.open("w", encoding="utf-8") as file:
            try:
                with self._started(command, subprocess.STDOUT) as process:
                    for line in _lines(process):
                        clean = self._clean(line)
                        lines.append(clean)
                        file.write(clean + "\n")
                        on_line(clean)
                    code = process.wait()
                ending = f"{command.argv[0]} was killed by signal {-code}" if code < 0 else ""
            except OSError as problem:
                code, ending = NOT_FOUND, f"{command.argv[0]}: {problem.strerror}"
            if ending:
                lines.append(ending)
                file.write(ending + "\n")
        return Outcome(code, "\n".join(lines), "", time.monotonic() - began)

    def trial(self, command: Command, confines: Confines) -> Trial:
        """Run *command*, which may be anything that the project says, within *confines*; nothing of its group outlives it."""
        began = time.monotonic()
        try:
            with self._started(command, subprocess.PIPE, confines=confines) as process:
                gatherers = [_Gatherer(source, confines.most) for source in (process.stdout, process.stderr) if source]
                late = True
                try:
                    late = not _has_ended(process, confines.seconds)
                finally:
                    _end_group(process)
                code = process.wait()
                output, errors = (gatherer.text() for gatherer in gatherers)
        except OSError as problem:
            missing = Outcome(NOT_FOUND, "", f"{command.argv[0]}: {problem.strerror}", time.monotonic() - began)
            return Trial(missing, late=False, cut=False)
        cut = any(gatherer.cut for gatherer in gatherers)
        outcome = Outcome(code, self._clean(output), self._clean(errors), time.monotonic() - began)
        return Trial(outcome, late=late, cut=cut)

    def attached(self, command: Command) -> int:
        """Run *command* on the terminal, or the pipes, that we have ourselves, for as long as it takes; its exit code.

        It stays in our group, so that it may read from the terminal. What interrupts us ends it, too, before ``KeyboardInterrupt`` goes on.
        """
        around = inherited(os.environ)
        found = program(command.argv[0], around)
        if found is None:
            return NOT_FOUND
        try:
            process = subprocess.Popen(
                (found, *command.argv[1:]), cwd=_NEUTRAL, env={**around, **dict(command.environment)}
            )
        except OSError:
            return NOT_FOUND
        with process:
            try:
                return process.wait()
            except KeyboardInterrupt:
                _ended(process)
                raise

    def stop(self) -> None:
        """End every process that is running and start no other: asked first, killed after some seconds.

        The steps that an engine runs in sessions of their own end first: then it fails and clears away what it has begun, which it does
        not do when it is interrupted itself.
        """
        with self._lock:
            self._stopped = True
            live = tuple(self._live)
        steps = {process: _steps(process) for process in live}
        for step in (step for found in steps.values() for step in found):
            kill(step)
        _wait([process for process in live if steps[process]], _FIRST)
        for process in live:
            _signal(process, signal.SIGINT)
        _wait(live, _PATIENCE)
        for process in live:
            late = _steps(process)
            _signal(process, signal.SIGKILL)
            for step in late:
                kill(step)

    def _run(self, command: Command, stdin: str, timeout: float) -> Outcome:
        began = time.monotonic()
        try:
            with self._started(command, subprocess.PIPE, feed=True) as process:
                try:
                    output, errors = process.communicate(stdin, timeout)
                    code = process.returncode
                except subprocess.TimeoutExpired:
                    _signal(process, signal.SIGKILL)
                    output, _ = process.communicate()
                    code, errors = TIMED_OUT, f"no answer in {timeout:g} seconds"
        except OSError as problem:
            code, output, errors = NOT_FOUND, "", f"{command.argv[0]}: {problem.strerror}"
        return Outcome(code, self._clean(output), self._clean(errors), time.monotonic() - began)

    @contextlib.contextmanager
    def _started(
        self, command: Command, errors: int, *, feed: bool = False, confines: Confines | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """A running process in a group of its own, so that Ctrl-C on the terminal comes to us alone."""
        around = dict(confines.environment) if confines else inherited(os.environ)
        found = program(command.argv[0], around)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        with self._lock:
            if self._stopped:
                raise Stopped
            process = subprocess.Popen(
                (found, *command.argv[1:]),
                stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=confines.directory if confines else _NEUTRAL,
                env={**around, **dict(command.environment)},
                text=True,
                encoding="utf-8",
                errors="replace",
                process_group=0,
            )
            self._live.add(process)
        try:
            with process:
                yield process
        except BaseException:
            _signal(process, signal.SIGKILL)
            raise
        finally:
            with self._lock:
                self._live.discard(process)

    def _clean(self, text: str) -> str:
        for value in self._hidden:
            text = text.replace(value, "***")
        return text


class _Gatherer:
    """Reads what a process writes to the end, and keeps the beginning of it."""

    def __init__(self, source: IO[str], most: int) -> None:
        self.cut = False
        self._kept: list[bytes] = []
        self._left = most
        self._source = source
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> str:
        """What was written, once it has ended; what somebody who has left the group writes later is not waited for."""
        self._thread.join(_SILENCE)
        return b"".join(self._kept).decode("utf-8", "replace").replace("\r\n", "\n")

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while block := os.read(self._source.fileno(), 65536):
                self.cut = self.cut or len(block) > self._left
                self._kept.append(block[: self._left])
                self._left -= min(self._left, len(block))


def _has_ended(process: subprocess.Popen[str], seconds: float) -> bool:
    """Whether *process* ends within so many *seconds*. It is left a zombie: until it is waited for its group's number is nobody else's."""
    deadline = time.monotonic() + seconds
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(_GLANCE)
    return True


def _end_group(process: subprocess.Popen[str]) -> None:
    """End what is left of the group that *process* leads or led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _steps(process: subprocess.Popen[str]) -> tuple[Below, ...]:
    """What descends from *process* and has left its group."""
    return tuple(one for one in below(process.pid) if one.group != process.pid) if process.poll() is None else ()


def _wait(processes: Iterable[subprocess.Popen[str]], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    """What *process* writes, by lines, until it has ended: others that it leaves behind may keep its output open."""
    source = process.stdout.fileno() if process.stdout else -1
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")("replace"), translate=True)
    rest = ""
    while True:
        ended = process.poll() is not None
        if select.select([source], [], [], _SILENCE if ended else 0.5)[0]:
            block = os.read(source, 65536)
        elif ended:
            block = b""
        else:
            continue
        *lines, rest = (rest + decoder.decode(block, final=not block)).split("\n")
        yield from lines
        if not block:
            break
    if rest:
        yield rest


def _ended(process: subprocess.Popen[bytes]) -> None:
    """End *process*: a terminal has told it, too, who else interrupts us has not. One that does not listen is killed."""
    for seconds, end in ((_FIRST, process.terminate), (_PATIENCE, process.kill)):
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            end()
        else:
            return
    process.wait()


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if process.poll() is None:
            os.killpg(process.pid, number)
