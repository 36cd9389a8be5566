"""The fast path of ``check``: is everything as it was when the lock file was written?

The lock file keeps the digests of all inputs, of the answers to all questions that the source tree was asked, and of
all files that were written. When all of them are still the same, compiling again gives the same files. Imports neither
pydantic nor jinja2 nor ruamel, and no module of the standard library that takes long.
"""
# ruff: noqa: PTH118

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable

from speccompile import __version__
from speccompile.digests import ABSENT, digest
from speccompile.lock import Lock, own_paths
from speccompile.lock_parser import LockError, parse
from speccompile.owned import Ground
from speccompile.paths import JOURNALS, LOCK
from speccompile.project.answers import Directory


def ok_text(files: Iterable[str]) -> str:
    """What ``check --format text`` prints when nothing has drifted."""
    count = len(tuple(files))
    return f"{LOCK}: ok, {count} {'file' if count == 1 else 'files'}\n"


def ok_json(files: Iterable[str]) -> str:
    """What ``check --format json`` prints when nothing has drifted."""
    document = {
        "status": "ok",
        "state": "ok",
        "files": [{"path": path, "state": "ok"} for path in sorted(files)],
        "diagnostics": [],
    }
    return json.dumps(document, indent=2) + "\n"


def unchanged(root: str) -> tuple[str, ...] | None:
    """The paths of all owned files of the project in *root* when it is just as ``generate`` left it.

    None when it is not, or when it takes more than this to find out; never raises for what is on the disk.
    """
    try:
        lock = _lock(root) if root else None
        return tuple(path for path, _ in lock.files) if lock is not None and _same(root, lock) else None
    except (OSError, ValueError, LockError):
        return None


def _lock(root: str) -> Lock | None:
    """The lock file, when it is one that this version wrote and no interrupted write waits to be finished."""
    if any(os.path.lexists(os.path.join(root, journal)) for journal in JOURNALS):
        return None
    path = os.path.join(root, LOCK)
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return None
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        lock = parse(file.read().decode())
    return lock if lock.sealed and lock.tool == __version__ and lock.files else None


def _same(root: str, lock: Lock) -> bool:
    paths = [path for path, _ in lock.files]
    sources, ground = Directory(root, own_paths(lock.output, paths)), Ground(root, lock.output)
    return (
        all(ground.digest(path) == value for path, value in lock.files)
        and all(_input(sources, path) == value for path, value in lock.inputs)
        and all(sources.answer(kind, path) == answer for path, kind, answer in lock.questions)
    )


def _input(sources: Directory, path: str) -> str:
    content = sources.content(path)
    return ABSENT if content is None else digest(content)
