"""The one place that starts processes: what it gives, what it hides, and how it ends them."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from speccompile.images.commands import Command
from speccompile.images.runner import NOT_FOUND, TIMED_OUT, Outcome, Runner, Stopped


def test_a_runner_keeps_secrets_out_of_what_it_gives(tmp_path: Path) -> None:
    runner = Runner(["hunter2-hunter2", "ab"])
    command = Command((sys.executable, "-c", "print('x hunter2-hunter2 ab')"))
    assert runner.answer(command).output == "x *** ab\n"
    lines: list[str] = []
    outcome = runner.stream(command, tmp_path / "log", lines.append)
    assert (lines, outcome.output, (tmp_path / "log").read_text()) == (["x *** ab"], "x *** ab", "x *** ab\n")


def test_a_runner_says_what_is_not_there_and_what_takes_too_long(tmp_path: Path) -> None:
    missing = Command(("/nonexistent/engine",))
    assert Runner().answer(missing).code == NOT_FOUND
    assert Runner().stream(missing, tmp_path / "log", lambda _: None).code == NOT_FOUND
    assert Runner().answer(Command(("sleep", "60")), timeout=0.2).code == TIMED_OUT


def test_a_stopped_runner_ends_what_runs_and_starts_nothing(tmp_path: Path) -> None:
    runner = Runner()
    running = threading.Event()
    codes: list[int] = []
    command = Command((sys.executable, "-u", "-c", "print('on', flush=True); import time; time.sleep(60)"))

    def work() -> None:
        codes.append(runner.stream(command, tmp_path / "log", lambda _: running.set()).code)

    thread = threading.Thread(target=work)
    thread.start()
    assert running.wait(20)
    began = time.monotonic()
    runner.stop()
    thread.join(20)
    assert codes
    assert codes[0] != 0
    assert time.monotonic() - began < 10
    with pytest.raises(Stopped):
        runner.answer(Command(("true",)))


def test_what_a_killed_engine_leaves_open_is_not_waited_for(tmp_path: Path) -> None:
    """Something in a session of its own keeps the output open; the engine's end is the end."""
    other = "import subprocess, os, signal; subprocess.Popen(['sleep', '61.5'], start_new_session=True); print('on', flush=True); "
    began = time.monotonic()
    outcome = Runner().stream(
        Command((sys.executable, "-c", other + "os.kill(os.getpid(), signal.SIGKILL)")),
        tmp_path / "log",
        lambda _: None,
    )
    assert outcome.code == -signal.SIGKILL
    assert outcome.output.splitlines() == ["on", f"{sys.executable} was killed by signal 9"]
    assert time.monotonic() - began < 30
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if line.read_bytes() == b"sleep\x0061.5\x00":
                os.kill(int(line.parent.name), signal.SIGKILL)


def test_stopping_ends_what_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    """First: then the engine has the time to clear away."""
    script = (
        "import subprocess; step = subprocess.Popen(['sleep', '62.5'], start_new_session=True); print('on', flush=True); "
        "print('step', step.wait(), flush=True)"
    )
    runner = Runner()
    running = threading.Event()
    outcomes: list[Outcome] = []

    def work() -> None:
        outcomes.append(
            runner.stream(Command((sys.executable, "-c", script)), tmp_path / "log", lambda _: running.set())
        )

    thread = threading.Thread(target=work)
    thread.start()
    assert running.wait(20)
    runner.stop()
    thread.join(30)
    assert outcomes[0].output.splitlines() == ["on", "step -9"]
