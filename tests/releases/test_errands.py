"""`run`: what compose is told of a single command, and what stands in its way. That it does it, test_deploy_engine tells."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from test_faults import project

from case_folders import command
from speccompile.images.commands import Command
from speccompile.images.runner import NOT_FOUND, Runner
from speccompile.releases.engines.compose import Compose
from speccompile.releases.errand import Errand, _argv, _words, document

TOLD: dict[str, Any] = {
    "name": "shop",
    "services": {
        "job": {
            "image": "i",
            "build": {"context": ".."},
            "entrypoint": ["flock", "/run/exclusive"],
            "command": ["node", "job.js"],
            "healthcheck": {"test": ["CMD", "x"]},
        },
        "db": {"image": "d", "healthcheck": {"test": ["CMD", "y"]}},
    },
}


def errand(*argv: str, bare: bool = False, needs: bool = False, terminal: bool = False) -> Errand:
    """A command for `job`."""
    return Errand(service="job", argv=argv, bare=bare, needs=needs, terminal=terminal)


def test_a_command_is_not_asked_whether_it_is_well() -> None:
    """A watchdog would end it; the service's own command has its check, and others keep theirs."""
    other = document(TOLD, errand("ls"))["services"]
    kept = {key: value for key, value in TOLD["services"]["job"].items() if key != "build"}
    assert other["job"] == {**kept, "healthcheck": {"disable": True}}
    assert other["db"] == TOLD["services"]["db"]
    assert document(TOLD, errand())["services"]["job"] == kept


def test_without_the_entrypoint_the_command_stands_alone() -> None:
    """Compose would put the service's command behind an entrypoint; and would read a dollar in the file, though not in an argument."""
    bare = errand("sh", "-c", "echo $HOME", bare=True)
    job = document(TOLD, bare)["services"]["job"]
    assert "command" not in job
    assert job["entrypoint"] == ["sh", "-c", "echo $$HOME"]
    assert (_argv(bare), _argv(errand("echo", "$HOME"))) == ((), ("echo", "$HOME"))


def test_no_word_of_a_command_is_an_option_of_compose() -> None:
    """All of them stand behind the service; a terminal and what is needed only where there is one, or somebody wants it."""
    compose = Compose(program=("docker", "compose"), project="shop", directory="/p", values=None, environment=())
    plain = errand("--rm", "-v", "/:/host")
    argv = compose.attended("/d.json", plain.service, _words(plain, "shop-job-run-1"), _argv(plain)).argv
    at = argv.index("run")
    assert argv[at:] == (
        *("run", "--quiet-pull", "--name", "shop-job-run-1", "--no-deps", "--no-TTY"),
        *("--", "job", "--rm", "-v", "/:/host"),
    )
    assert _words(errand(needs=True, terminal=True), "n") == ("--name", "n")


def test_a_process_on_our_own_pipes(capfd: pytest.CaptureFixture[str]) -> None:
    """What it writes is not ours to read; how it ends is."""
    told = Command((sys.executable, "-c", "import os; print(os.environ['A']); raise SystemExit(7)"), (("A", "b"),))
    assert Runner().attached(told) == 7
    assert capfd.readouterr().out == "b\n"
    assert Runner().attached(Command(("/nonexistent/compose",))) == NOT_FOUND


def test_a_process_on_our_own_pipes_ends_with_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked to, when a terminal has not told it already."""
    monkeypatch.setattr("speccompile.images.runner._FIRST", 0.1)
    began, ended = tmp_path / "began", tmp_path / "ended"
    text = (
        "import pathlib, signal, sys, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(ended)!r}).touch(), sys.exit()))\n"
        f"pathlib.Path({str(began)!r}).touch()\ntime.sleep(60)"
    )

    def interrupt() -> None:
        while not began.exists():
            pass
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        Runner().attached(Command((sys.executable, "-c", text)))
    thread.join()
    assert ended.exists()


def _refused(words: list[str], where: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code, said, errors = command(["run", *words], where, capsys)
    assert said == ""
    return code, errors


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["wep", "--", "ls"], 2, '"wep" is not one of: app, proxy'),
        (["app", "--no-entrypoint"], 2, "write it behind --"),
        (["app", "--deps", "-e", "production", "--", "ls"], 2, "--deps is for here"),
        (["app", "-e", "production", "--", "ls"], 1, "deploy first: speccompile deploy production"),
        (["app", "-e", "nowhere", "--", "ls"], 1, "SC702"),
        (["app", "-la"], 2, "No such option"),
    ],
)
def test_what_stands_in_the_way(
    words: list[str], code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is started."""
    where = project(tmp_path, capsys)
    found, errors = _refused(words, where, capsys)
    assert found == code, errors
    assert says in " ".join(errors.split())


def test_on_another_platform(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own tool is named."""
    where = project(tmp_path, capsys, on="kubernetes", context="prod")
    told = where / "specs/deploy.yaml"
    told.write_text(json.dumps({**json.loads(told.read_text("utf-8")), "targets": ["kubernetes"]}), encoding="utf-8")
    assert command(["generate"], where, capsys)[0] == 0
    code, errors = _refused(["app", "-e", "production", "--", "ls"], where, capsys)
    assert (code, "SC760" in errors, "kubectl exec" in errors) == (1, True, True)
    code, errors = _refused(["app", "--", "ls"], where, capsys)
    assert (code, "SC760" in errors) == (1, True), errors


def test_without_an_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """That is said as `deploy` says it."""
    where = project(tmp_path, capsys)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    code, errors = _refused(["app", "--", "ls"], where, capsys)
    assert (code, "SC705" in errors) == (1, True)
