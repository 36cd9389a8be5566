"""Runs a write again and again and strikes at a later system call each time; prints one JSON line for each run.

Usage: ``python saboteur.py SCRATCH HOW SHELTER``. Started by test_kill.py: forks a victim for each run, so no
module is imported twice. HOW is who is struck and with what: ``parent``, ``child`` and ``all`` are killed with SIGKILL,
``fail`` gets one ENOSPC, ``dead-disk`` gets EIO for every call from then on, ``interrupt`` gets SIGINT. With SHELTER
``none`` the victim cannot fork.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from storage_project import any_name, generate, snapshot

from speccompile.errors import Refused
from speccompile.writer import recover

CALLS = ("open", "write", "fsync", "fchmod", "link", "mkdir", "replace", "unlink", "rmdir", "fork", "setsid")
OLD = {"Dockerfile": "old\n", "api/same.txt": "same\n", "gone/gone.txt": "gone\n", "health.js": "old\n"}
NEW = {"Dockerfile": "new\n", "api/same.txt": "same\n", "new/deep/new.txt": "new\n", "health.js": "new\n"}


class Saboteur:
    """Counts the calls of one process and strikes at a given one."""

    def __init__(self, how: str, strike_at: int, marker: Path) -> None:
        self.how, self.strike_at, self.marker = how, strike_at, marker
        self.main, self.calls, self.striking = os.getpid(), 0, False

    def install(self) -> None:
        """Put itself in front of every system call that changes something."""
        for name in CALLS:
            if hasattr(os, name):
                setattr(os, name, self.watched(getattr(os, name)))

    def watched(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """*call* behind the saboteur."""

        def watching(*args: Any, **kwargs: Any) -> Any:
            changes = call.__name__ != "open" or args[1] & (os.O_WRONLY | os.O_RDWR)
            if not self.striking and (changes or self.how in ("fail", "dead-disk")):
                self.before(call.__name__)
            result = call(*args, **kwargs)
            if call.__name__ == "fork" and result == 0 and self.how == "child":
                self.calls = 0
            return result

        return watching

    def before(self, name: str) -> None:
        """Strike if it is time."""
        is_main = os.getpid() == self.main
        if (self.how == "child" and is_main) or (self.how == "parent" and not is_main):
            return
        self.calls += 1
        if self.calls == self.strike_at or (self.how == "dead-disk" and self.calls > self.strike_at):
            self.strike(name)

    def strike(self, name: str) -> None:
        """What *how* says."""
        self.striking = True
        self.marker.touch()
        self.striking = False
        if self.how == "interrupt":
            os.kill(os.getpid(), signal.SIGINT)
        elif self.how in ("fail", "dead-disk"):
            number = errno.ENOSPC if self.how == "fail" else errno.EIO
            raise OSError(number, os.strerror(number), name)
        else:
            if self.how == "all":
                os.kill(self.main, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)


def in_child(action: Callable[[], None]) -> str:
    """Run *action* in a process of its own: what became of it."""
    child = os.fork()
    if child == 0:
        status = 3
        try:
            action()
            status = 0
        except Refused as error:
            status = int(error.diagnostics[0].code.removeprefix("SC")) - 400
        except KeyboardInterrupt:
            status = 6
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code > 100:
        return f"SC{code + 400}"
    return {0: "done", 6: "interrupted", -signal.SIGKILL: "killed"}.get(code, f"exit {code}")


def prepared(root: Path, texts: dict[str, str]) -> None:
    """The project with the old set, and with files that are nobody's business."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "generated").mkdir(parents=True)
    (root / "generated" / "mine.txt").write_text("mine\n")
    generate(root, texts)


def settled(root: Path) -> None:
    """Wait until no orphaned child of a victim writes any more."""
    descriptor = os.open(root, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.close(descriptor)


def run(root: Path, marker: Path, how: str, shelter: str, strike_at: int) -> dict[str, object]:
    """One write that is struck at call *strike_at*; what was there right after it, and after recovery."""
    marker.unlink(missing_ok=True)
    prepared(root, OLD)
    outcome = in_child(lambda: victim(root, marker, how, shelter, strike_at))
    struck = marker.exists()
    settled(root)
    at_once, everything = snapshot(root, temporary=False), snapshot(root)
    recoveries = killed_recoveries(root, marker) if how == "all" and struck and strike_at % 4 == 0 else []
    recover(root, any_name)
    return {
        "strike_at": strike_at,
        "outcome": outcome,
        "struck": struck,
        "at_once": at_once,
        "everything": everything,
        "recoveries": len(recoveries),
        "recovered": snapshot(root),
    }


def killed_recoveries(root: Path, marker: Path) -> list[str]:
    """Recover, killed one call later each time, until it gets through."""
    outcomes: list[str] = []
    while not outcomes or outcomes[-1] == "killed":
        outcomes.append(recovery(root, marker, len(outcomes) + 1))
    return outcomes


def recovery(root: Path, marker: Path, strike_at: int) -> str:
    """One recovery that is killed at call *strike_at*."""

    def struck_recovery() -> None:
        Saboteur("all", strike_at, marker).install()
        recover(root, any_name)

    return in_child(struck_recovery)


def victim(root: Path, marker: Path, how: str, shelter: str, strike_at: int) -> None:
    """The write to be struck."""
    if shelter == "none":
        del os.fork
    Saboteur(how, strike_at, marker).install()
    generate(root, NEW)


def main() -> None:
    """Strike at every call there is."""
    scratch, how, shelter = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    root, marker = scratch / "project", scratch / "struck"
    for texts in (OLD, NEW):
        prepared(root, OLD)
        generate(root, texts)
        print(json.dumps(snapshot(root)))
    for strike_at in count(1):
        result = run(root, marker, how, shelter, strike_at)
        print(json.dumps(result))
        if not result["struck"]:
            return


if __name__ == "__main__":
    main()
