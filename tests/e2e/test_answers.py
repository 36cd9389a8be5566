"""The answer on standard output: one whole document, whoever interrupts, and whether or not anybody reads it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_projects import speccompile, surroundings

from registry_server import silent
from speccompile.cli import interruption, saying
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.workspace import Workspace

pytest_plugins = ("engine_fixtures",)


def _started(project: Path, *arguments: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "speccompile", "-C", str(project), *arguments],
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.engine
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", ["doctor", "inspect"])
def test_what_asks_a_registry_is_interrupted(docker: str, project: Path, command: str, number: signal.Signals) -> None:
    with silent() as (host, visited):
        which = ("--registry", host) if command == "doctor" else (f"{host}/team/bank:1",)
        process = _started(project, command, *which, "--format", "json")
        assert visited.wait(60)
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, json.loads(output)["status"]) == (130, "interrupted")
    assert "Traceback" not in errors


@pytest.mark.engine
def test_interrupted_at_any_time(docker: str, project: Path, app: str) -> None:
    """From the first second to the last: nothing, or one document that can be read, and the code that goes with it."""
    assert speccompile(project, "build").returncode == 0
    for tenths in range(4, 32, 4):
        process = _started(project, "build", "--allow-unverified", "--format", "json")
        time.sleep(tenths / 10)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        status = json.loads(output)["status"] if output else None
        assert (process.returncode, status) in {(130, "interrupted"), (0, "success"), (130, "success"), (130, None)}
        assert "Traceback" not in errors


@pytest.mark.engine
@pytest.mark.parametrize("style", ["text", "json"])
def test_nobody_reads_the_answer(docker: str, project: Path, tmp_path: Path, style: str) -> None:
    """That changes nothing about what the command came to, and is no bug to report."""
    for arguments, code in (
        (("doctor",), 1),
        (("push", "--allow-unverified"), 1),
        (("inspect", "nothing-like-it:1"), 1),
    ):
        reader, writer = os.pipe()
        os.close(reader)
        if arguments == ("doctor",):
            (project / "generated/Dockerfile").unlink()
        process = _started(project, *arguments, "--format", style, stdout=writer)
        os.close(writer)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == code, errors
        for word in ("Traceback", "Broken", "bug", "Exception"):
            assert word not in errors


def test_the_first_interruption_is_the_only_one() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with interruption.interruptible():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(os.getpid(), number)
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_interruption_that_a_library_makes_another_error_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As pydantic's core does while it builds a validator."""

    def action(workspace: Workspace) -> Exit:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            raise ValueError("SchemaError: KeyboardInterrupt") from None
        return Exit.FINE

    with pytest.raises(SystemExit) as ended:
        guarded(action, Workspace.at(str(tmp_path)), "json")
    assert ended.value.code == Exit.INTERRUPTED
    assert json.loads(capsys.readouterr().out)["status"] == "interrupted"


def test_an_answer_is_not_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    with interruption.interruptible():
        saying.say_json({"a": 1})
        os.kill(os.getpid(), signal.SIGINT)
    assert json.loads(capsys.readouterr().out) == {"a": 1}


def test_what_is_ignored_stays_ignored() -> None:
    """As ``nohup`` wants it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruption.interruptible():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
