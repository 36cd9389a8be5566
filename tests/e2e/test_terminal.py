"""What is on a terminal only: a live display, and the question for a registry."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from engine_projects import git, speccompile, surroundings

from registry_server import Registry

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine


def _take_terminal() -> None:
    """Make standard input this process's own terminal, so that Ctrl-C there is more than a character."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _on_terminal(
    project: Path, *arguments: str, answers: Sequence[tuple[str, str]] = (), **environment: str
) -> tuple[int, str, str]:
    """The exit code of a command on a terminal, what it wrote as its answer, and what was on the terminal.

    Each of *answers* is typed when the words before it are there.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "speccompile", "-C", str(project), *arguments],
        env={**surroundings(), "TERM": "xterm", "COLUMNS": "120", **environment},
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509  # there are no threads here
    )
    os.close(theirs)
    shown, waiting, deadline = "", list(answers), time.monotonic() + 180
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            shown += os.read(ours, 65536).decode(errors="replace")
        except OSError:  # how a terminal ends on Linux
            break
        while waiting and re.search(waiting[0][0], shown):
            os.write(ours, f"{waiting.pop(0)[1]}\n".encode())
    output, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, output, shown


def test_builds_are_shown_while_they_go(engine: str, lengthy: Path, app: str) -> None:
    """One line a service, drawn again in place: with a clock, the step that it is at, and how it ended."""
    code, output, shown = _on_terminal(lengthy, "build", "--allow-unverified", "--engine", engine, "--no-cache")
    assert code == 0, shown
    assert "Build Complete" in output
    assert "\x1b" not in output
    assert shown.count("\x1b[2K") > 2, "nothing is drawn again"
    frames = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert re.search(r"… api \d+s ", frames), "no clock runs"
    assert re.search(rf"· api \d+s built {app}/api:", frames), "the end is not shown"
    assert frames.count("api") > 2


QUESTION = r"Registry[^\n]*: ?$"
CHOICES = [
    ([(QUESTION, "1")], {"DOCKERHUB_USERNAME": "Somebody"}, "docker.io/somebody"),
    ([(QUESTION, "2")], {}, "ghcr.io/acme"),
    ([(QUESTION, "3"), (r"/PATH: ?$", "127.0.0.1:9/team")], {}, "127.0.0.1:9/team"),
]


@pytest.mark.parametrize(("answers", "environment", "registry"), CHOICES)
def test_it_asks_where_to_push(
    docker: str,
    project: Path,
    app: str,
    answers: Sequence[tuple[str, str]],
    environment: dict[str, str],
    registry: str,
) -> None:
    """With the three choices of the reference; nothing is built here, so nothing is pushed."""
    git(project, "remote", "add", "origin", "git@github.com:Acme/bank.git")
    code, _, shown = _on_terminal(project, "push", "--allow-unverified", answers=answers, **environment)
    assert "Which container registry should I push to?" in shown
    for choice in ("Docker Hub", "GitHub Container Registry", "Custom registry"):
        assert choice in shown
    assert f"registry: {registry}" in shown
    assert (code, "SC623" in shown) == (1, True)


def test_what_is_answered_is_where_it_goes(docker: str, project: Path, loopback: Registry, app: str) -> None:
    assert speccompile(project, "build").returncode == 0
    answers = [(QUESTION, "3"), (r"/PATH: ?$", f"{loopback.host}/team")]
    code, output, shown = _on_terminal(project, "push", "--allow-unverified", answers=answers)
    assert code == 0, shown
    assert f"{loopback.host}/team/{app}/api@sha256:" in output


def test_a_question_can_be_left(docker: str, project: Path) -> None:
    """With Ctrl-C, as everything."""
    code, output, _ = _on_terminal(project, "push", "--allow-unverified", answers=[(QUESTION, "\x03")])
    assert (code, output) == (130, "")
