"""The health module for images that have a POSIX shell and busybox, and nothing else."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from health_plans import module, plan, text
from hypothesis import given
from hypothesis import strategies as st

from speccompile.backends.escape.crontab import shell_literal
from speccompile.backends.health import emit
from speccompile.plan.plan import HealthModule
from speccompile.verify.health import findings
from speccompile.verify.readers import shell_source
from tools import need, need_engine

FILE = "health.sh"
IMAGE = "nginxinc/nginx-unprivileged:1-alpine-slim"
OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def shell(port: int = 8080, *, path: str = "/healthz", strict: bool = True, timeout: int = 3) -> HealthModule:
    """A module of a static site."""
    return module("shell", path=path, strict=strict, timeout=timeout, port=port, file=FILE)


@contextlib.contextmanager
def answering(answer: str | None) -> Iterator[int]:
    """A server that says *answer* to everybody and hangs up; None: that says nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    link, _ = server.accept()
                    kept.append(link)
                    if answer is not None:
                        link.recv(4096)
                        link.sendall(answer.encode())
                        link.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            for link in kept:
                link.close()


def run(made: HealthModule, directory: Path, *words: str, engine: bool) -> subprocess.CompletedProcess[str]:
    """The module as a program, on this machine or in the image that it is for."""
    (directory / FILE).write_text(text(made), "utf-8")
    argv = ["sh", str(directory / FILE)]
    if engine:
        mount = f"{directory / FILE}:/app/{FILE}:ro"
        options = [
            "--rm",
            "--network",
            "host",
            "--user",
            "10001:10001",
            "--read-only",
            "--volume",
            mount,
            "--entrypoint",
            "",
        ]
        argv = [need_engine(), "run", *options, IMAGE, "sh", f"/app/{FILE}"]
    else:
        need("wget", "apt-get install wget")
    return subprocess.run([*argv, *words], capture_output=True, text=True, timeout=60, check=False)


WHERE = pytest.mark.parametrize(
    "engine", [False, pytest.param(True, marks=pytest.mark.engine)], ids=["here", "busybox"]
)


@WHERE
@pytest.mark.parametrize(
    ("answer", "strict", "says"),
    [
        (OK, True, ""),
        (OK.replace("200 OK", "204 No Content"), True, ""),
        (OK.replace("200 OK", "404 Not Found"), True, "answered 404"),
        (OK.replace("200 OK", "404 Not Found"), False, ""),
        (OK.replace("200 OK", "503 Busy"), False, "answered 503"),
        (OK.replace("200 OK\r\n", "302 Found\r\nLocation: /nowhere\r\n"), True, "answered 302"),
        ("nonsense\r\n\r\n", True, "no answer in time"),
        ("", True, "no answer in time"),
    ],
)
def test_what_a_server_says(answer: str, strict: bool, says: str, engine: bool, tmp_path: Path) -> None:
    """One line, and the exit status."""
    with answering(answer) as port:
        ran = run(shell(port, strict=strict), tmp_path, "live", engine=engine)
    line = f"unhealthy: server (http at 127.0.0.1:{port}/healthz): {says}\n" if says else "healthy\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (1 if says else 0, line, "")


@pytest.mark.engine
def test_nobody_there(tmp_path: Path) -> None:
    """It says so at once; other programs called wget keep it to themselves."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    ran = run(shell(port), tmp_path, "ready", engine=True)
    assert (ran.returncode, ran.stdout) == (
        1,
        f"unhealthy: server (http at 127.0.0.1:{port}/healthz): connection refused\n",
    )


def test_it_ends_in_time(tmp_path: Path) -> None:
    """Before the engine would kill it, whatever the server does."""
    with answering(None) as port:
        began = time.monotonic()
        ran = run(shell(port, timeout=2), tmp_path, "live", engine=False)
    assert time.monotonic() - began < 2
    assert (ran.returncode, "no answer in time" in ran.stdout) == (1, True)


@pytest.mark.parametrize("words", [(), ("alive",), ("live", "ready"), ("",)])
def test_called_wrongly(words: tuple[str, ...], tmp_path: Path) -> None:
    """Status 2, and how to call it."""
    ran = run(shell(), tmp_path, *words, engine=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", "usage: health live|ready|watchdog\n")


def test_every_line_has_an_origin() -> None:
    """No line that is not blank is without a reason."""
    (artifact,) = emit(plan(shell()))
    lines = artifact.text.split("\n")
    assert [line for n, line in enumerate(lines, 1) if line.strip() and n not in artifact.origins] == []


@pytest.mark.parametrize("path", ["/", "/healthz", "/it's", "/$(reboot)", "/a b", '/"x"', "/~me", "/*"])
def test_the_plan_s_constants_are_read_back(path: str) -> None:
    """Whatever a shell makes of it."""
    made = shell(path=path, strict=False)
    assert list(findings(made, FILE, text(made))) == []


def test_sabotage_is_found() -> None:
    """Of any line, and of the constants by what they are."""
    made = shell()
    lines = text(made).split("\n")
    for number, line in enumerate(lines):
        if line.strip():
            assert list(findings(made, FILE, "\n".join((*lines[:number], line + "x", *lines[number + 1 :])))), line
            assert list(findings(made, FILE, "\n".join((*lines[:number], *lines[number + 1 :])))), line
    found = {one.code for one in findings(made, FILE, text(made).replace("ASK_PORT=8080", "ASK_PORT=$PORT"))}
    assert {"SC981", "SC982"} <= found
    assert "SC983" in {one.code for one in findings(made, FILE, text(made) + ". /tmp/more.sh\n")}
    assert "SC984" in {one.code for one in findings(made, FILE, text(made) + "echo 'x\n")}


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Co"), exclude_characters="\u2028\u2029"), min_size=1))
def test_literals_are_read_back(value: str) -> None:
    """As the words that they were."""
    read = shell_source.read(f"ASK_PATH={shell_literal(value)}\n").constants["PATH"][1]
    assert value in ("true", "false") or value.isdecimal() or read == value


def test_shellcheck_is_silent(tmp_path: Path) -> None:
    """With all of its optional checks."""
    (tmp_path / FILE).write_text(text(shell(path="/it's")), "utf-8")
    checker = need("shellcheck", "python3 tests/setup.py")
    ran = subprocess.run(
        [checker, "--norc", "-s", "sh", "-o", "all", str(tmp_path / FILE)], capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, b"")
