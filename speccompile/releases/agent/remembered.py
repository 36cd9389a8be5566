"""What the agent remembers, in a file of its state directory: read as strictly as a record, and no loss when it is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from speccompile import regular
from speccompile.errors import Refused
from speccompile.local_state import Place
from speccompile.releases.agent.decisions import Failed, Memory, Version
from speccompile.releases.record import Line, Model, Name, Number, Sha256, parsed, written

_FILE = "memory.json"


class _Version(Model):
    runs: Line
    artifacts: Sha256
    release: Number


class _Failed(Model):
    version: _Version
    why: Annotated[str, Field(max_length=2000)]


class _Memory(Model):
    version: Literal[1] = 1
    release: Annotated[int, Field(ge=0, le=999_999_999)]
    good: dict[Name, _Version]
    bad: dict[Name, _Failed]
    unwanted: dict[Name, float]


def remembered(directory: Path) -> Memory:
    """What is remembered in *directory*; nothing where there is no such file, or none that can be read: all of it can be found out anew."""
    try:
        held = parsed(_Memory, regular.read(directory / _FILE), str(directory / _FILE))
    except (OSError, Refused):
        return Memory()
    return Memory(
        held.release,
        {name: _version(one) for name, one in held.good.items()},
        {name: Failed(_version(one.version), one.why) for name, one in held.bad.items()},
        held.unwanted,
    )


def remember(directory: Path, memory: Memory) -> None:
    """Keep *memory* in *directory*, wholly or as it was."""
    held = _Memory(
        release=memory.release,
        good={name: _held(one) for name, one in memory.good.items()},
        bad={name: _Failed(version=_held(one.version), why=one.why[:2000]) for name, one in memory.bad.items()},
        unwanted=dict(memory.unwanted),
    )
    put(directory / _FILE, written(held))


def put(file: Path, text: str) -> None:
    """Let *file* hold *text*, for nobody else to read; it is the old one or the new one, whatever happens. Raises ``OSError``."""
    Place(str(file.parent), ()).put(file.name, text.encode())


def _version(held: _Version) -> Version:
    return Version(held.runs, held.artifacts, held.release)


def _held(version: Version) -> _Version:
    return _Version(runs=version.runs, artifacts=version.artifacts, release=version.release)
