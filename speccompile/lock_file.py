"""The lock file on disk, read with diagnostics."""

from __future__ import annotations

from pathlib import Path

from speccompile import regular
from speccompile.codes.drift import BAD_LOCK
from speccompile.errors import Refused
from speccompile.lock import Lock
from speccompile.lock_parser import LockError, parse
from speccompile.paths import LOCK
from speccompile.source import Span


def read_lock(root: Path) -> Lock | None:
    """The lock of the project in *root*, None when there is none; raises ``Refused`` (SC501) when it cannot be used."""
    try:
        return parse(regular.read(root / LOCK).decode())
    except FileNotFoundError:
        return None
    except LockError as error:
        raise _refused(error.problem, error.line) from error
    except UnicodeDecodeError as error:
        raise _refused("it is not UTF-8") from error
    except OSError as error:
        raise _refused(error.strerror or str(error)) from error


def _refused(problem: str, line: int = 0) -> Refused:
    fix = (
        f"restore it from version control (git checkout -- {LOCK}), or delete it together with the generated files; "
        "then run `speccompile generate`"
    )
    span = Span(LOCK, line, 1 if line else 0)
    return Refused([BAD_LOCK.at(span, f"the lock file cannot be used: {problem}", fix=fix)])
