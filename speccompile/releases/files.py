"""The few files of ours that are on the machine itself: written in place, since a container sees the file that it was started with."""

from __future__ import annotations

import os
from pathlib import Path

from speccompile import regular
from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.releases.machine import Machine, below_home, here
from speccompile.releases.runner import Hands
from speccompile.releases.wanted import PlatformFailed


@record()
class Place:
    """Our directory for one environment on a machine; ``path`` is absolute, as seen from there."""

    hands: Hands
    machine: Machine
    path: str

    def write(self, name: str, text: str) -> None:
        """Let the file *name* hold *text*; everybody may read it (there is nothing secret in it)."""
        if self.machine.address:
            # The path is our own, of names in a closed grammar; the shell there is given no other word.
            self.hands.ask(
                self.machine.shell(f"umask 022 && mkdir -p {self.path} && cat > {self.path}/{name}"), stdin=text
            )
            return
        try:
            Path(self.path).mkdir(parents=True, exist_ok=True, mode=0o700)
            opened = os.open(f"{self.path}/{name}", os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
            with os.fdopen(opened, "wb") as file:
                content = text.encode()
                file.write(content)
                file.truncate(len(content))
                os.fchmod(opened, 0o644)
        except OSError as problem:
            raise PlatformFailed(f"{self.path}/{name}: {problem.strerror}") from problem

    def read(self, name: str) -> str:
        """What the file *name* holds; "" where there is none."""
        if self.machine.address:
            return self.hands.ask(self.machine.shell(f"cat {self.path}/{name} 2>/dev/null || true"))
        try:
            return regular.read(f"{self.path}/{name}").decode("utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as problem:
            raise PlatformFailed(f"{self.path}/{name}: {problem}") from problem


def place(hands: Hands, machine: Machine, app: str, environment: str) -> Place:
    """Our directory on *machine*; raises ``PlatformFailed`` where its home is nothing that could be one."""
    if machine.address is None:
        return Place(hands, machine, here(app, environment))
    home = hands.ask(machine.shell("pwd")).strip()
    if not home.startswith("/") or not set(home) <= _OF_PATHS:
        raise PlatformFailed(f"{machine}: {quoted(home[:80])} is no usable home directory")
    return Place(hands, machine, f"{home.rstrip('/')}/{below_home(app, environment)}")


_OF_PATHS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")
