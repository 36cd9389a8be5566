"""A project on disk for the storage tests, and what is in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from speccompile import __version__
from speccompile.digests import digest
from speccompile.lock import Lock, Options, dump
from speccompile.paths import RESERVED, join, leaves
from speccompile.writer import Written, write


def lock_for(
    texts: Mapping[str, str],
    output: str = "generated",
    *,
    inputs: Iterable[tuple[str, str]] = (),
    questions: Iterable[tuple[str, str, str]] = (),
) -> Lock:
    """The lock of a generate that gave *texts* (path below the output directory to text)."""
    files = [(join(output, path), digest(text.encode())) for path, text in texts.items()]
    options = Options(output if leaves(output) else None)
    return Lock(tool=__version__, output=output, options=options, inputs=inputs, questions=questions, files=files)


def generate(root: Path, texts: Mapping[str, str], output: str = "generated") -> Written:
    """What ``generate`` does at its end."""
    return write(root, output, texts.items(), dump(lock_for(texts, output)))


def states(written: Written) -> dict[str, str]:
    """Each file's state, without the lock file's."""
    return {change.path: change.state.value for change in written.files[:-1]}


def snapshot(root: Path, *, temporary: bool = True) -> dict[str, str]:
    """Every file below *root* with its content, every link with its target, every empty directory as such."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not temporary and path.name.startswith(RESERVED):
            continue
        if path.is_symlink():
            found[name] = "-> " + os.readlink(path)  # noqa: PTH115
        elif path.is_file():
            found[name] = path.read_text()
        elif path.is_dir() and not any(path.iterdir()):
            found[name] = "(empty)"
    return found
