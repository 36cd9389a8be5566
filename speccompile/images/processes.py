"""The processes below one that we started, as Linux tells in ``/proc``; elsewhere none are known.

Podman and buildah run the steps of a build in sessions of their own, which no signal to the engine's group reaches and which outlive an
engine that is stopped (podman 4.3, buildah 1.28).
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from speccompile import regular
from speccompile.record import record

_PROC = Path("/proc")


@record()
class Below:
    """A process that descends from another: its number, when it was started (in the kernel's ticks), its group."""

    number: int
    started: str
    group: int


def below(root: int) -> tuple[Below, ...]:
    """Every process that descends from the process *root*."""
    children: dict[int, list[Below]] = {}
    for directory in _PROC.glob("[0-9]*"):
        found = _read(int(directory.name))
        if found:
            children.setdefault(found[0], []).append(found[1])
    known: list[Below] = []
    todo = [root]
    while todo:
        for child in children.get(todo.pop(), ()):
            known.append(child)
            todo.append(child.number)
    return tuple(known)


def kill(process: Below) -> None:
    """End *process* at once, unless it has ended and its number is another's by now."""
    found = _read(process.number)
    if found and found[1].started == process.started:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process.number, signal.SIGKILL)


def _read(number: int) -> tuple[int, Below] | None:
    """The parent of a process, and itself (proc(5): the name in parentheses may hold anything)."""
    try:
        fields = regular.read(_PROC / str(number) / "stat").decode(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), Below(number, fields[19], int(fields[2]))
