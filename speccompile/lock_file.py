"""The lock file on disk, read with diagnostics."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from speccompile.codes.drift import BAD_LOCK
from speccompile.errors import Refused
from speccompile.lock import Lock
from speccompile.lock_parser import LockError, parse
from speccompile.paths import LOCK
from speccompile.source import Span

LARGEST = 64 * 1024 * 1024  # bytes; a workspace of ten thousand services stays far below


def read_lock(root: Path) -> Lock | None:
    """The lock of the project in *root*, None when there is none; raises ``Refused`` (SC501) when it cannot be used."""
    try:
        text = _text(root / LOCK)
        return None if text is None else parse(text)
    except LockError as error:
        raise _refused(error.problem, error.line) from error
    except UnicodeDecodeError as error:
        raise _refused("it is not UTF-8") from error
    except OSError as error:
        raise _refused(f"{error.strerror}") from error


def _text(path: Path) -> str | None:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise LockError("it is not a regular file")
    except FileNotFoundError:
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise LockError("it is larger than 64 MiB")
    return content.decode()


def _refused(problem: str, line: int = 0) -> Refused:
    fix = (
        f"restore it from version control (git checkout -- {LOCK}), or delete it together with the generated files; "
        "then run `speccompile generate`"
    )
    span = Span(LOCK, line, 1 if line else 0)
    return Refused([BAD_LOCK.at(span, f"the lock file cannot be used: {problem}", fix=fix)])
