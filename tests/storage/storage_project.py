"""A project on disk for the storage tests, and what is in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from speccompile import __version__
from speccompile.digests import digest
from speccompile.drift import Expected
from speccompile.errors import Refused
from speccompile.lock import Lock, dump
from speccompile.ownership import MARK
from speccompile.paths import RESERVED, join
from speccompile.writer import Order, Written, write

HEADER = f"# {MARK}\n"


def any_name(path: str) -> bool:
    """The names that this small compiler can generate."""
    return not path.endswith(("mine.txt", "mine"))


def artifact(text: str) -> str:
    """*text* as an artifact: with our header."""
    return HEADER + text


def lock_for(
    texts: Mapping[str, str],
    output: str = "generated",
    *,
    inputs: Iterable[tuple[str, str]] = (),
    tool: str = __version__,
) -> Lock:
    """The lock of a generate that gave *texts* (path below the output directory to text)."""
    files = [(join(output, path), digest(artifact(text).encode())) for path, text in texts.items()]
    return Lock(tool=tool, output=output, inputs=inputs, files=files)


def order_for(texts: Mapping[str, str], output: str = "generated", *, discard: bool = False) -> Order:
    """What ``generate`` gives the writer."""
    pairs = tuple((path, artifact(text)) for path, text in texts.items())
    return Order(
        output=output, artifacts=pairs, lock_text=dump(lock_for(texts, output)), names=any_name, discard=discard
    )


def expected(lock: Lock, unchosen: Iterable[str] = ()) -> Expected:
    """What the disk should be like."""
    return Expected(lock=lock, names=any_name, unchosen=tuple(unchosen))


def generate(root: Path, texts: Mapping[str, str], output: str = "generated", *, discard: bool = False) -> Written:
    """What ``generate`` does at its end."""
    return write(root, order_for(texts, output, discard=discard))


def refused(action: Callable[[], object]) -> dict[str, str]:
    """The path and code of everything that *action* was refused for; each finding has a fix."""
    with pytest.raises(Refused) as caught:
        action()
    assert all(finding.fix for finding in caught.value.diagnostics)
    return {finding.span.path: finding.code for finding in caught.value.diagnostics}


def states(written: Written) -> dict[str, str]:
    """Each file's state, without the lock file's."""
    return {change.path: change.state.value for change in written.files[:-1]}


def snapshot(root: Path, *, temporary: bool = True) -> dict[str, str]:
    """Every file below *root* with its content (without our header), every link with its target, every empty directory."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not temporary and path.name.startswith(RESERVED):
            continue
        if path.is_symlink():
            found[name] = "-> " + os.readlink(path)  # noqa: PTH115
        elif path.is_file():
            found[name] = path.read_text().removeprefix(HEADER)
        elif path.is_dir() and not any(path.iterdir()):
            found[name] = "(empty)"
    return found
