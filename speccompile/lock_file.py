"""The lock file on disk, read with diagnostics."""

from __future__ import annotations

from pathlib import Path

from speccompile import regular
from speccompile.codes.drift import BAD_LOCK
from speccompile.errors import Refused
from speccompile.lock import Lock
from speccompile.lock_parser import LockError, UnmergedError, parse
from speccompile.paths import LOCK
from speccompile.source import Span

_RESTORE = (
    f"restore it from version control (git checkout -- {LOCK}), or delete it together with the generated files; "
    "then run `speccompile generate`"
)
# Of a path with conflicts git checks out only a side that is named; the generated files are merged too, and so are what neither side wrote.
_AFTER_A_MERGE = (
    f"take the lock of one side (git checkout HEAD -- {LOCK}), and after the specs are merged run `speccompile generate --discard-edits`, "
    "which writes the generated files anew"
)


def read_lock(root: Path) -> Lock | None:
    """The lock of the project in *root*, None when there is none; raises ``Refused`` (SC501) when it cannot be used."""
    try:
        return parse(regular.read(root / LOCK).decode())
    except FileNotFoundError:
        return None
    except LockError as error:
        fix = _AFTER_A_MERGE if isinstance(error, UnmergedError) else _RESTORE
        raise _refused(error.problem, error.line, fix) from error
    except UnicodeDecodeError as error:
        raise _refused("it is not UTF-8") from error
    except OSError as error:
        raise _refused(error.strerror or str(error)) from error


def _refused(problem: str, line: int = 0, fix: str = _RESTORE) -> Refused:
    span = Span(LOCK, line, 1 if line else 0)
    return Refused([BAD_LOCK.at(span, f"the lock file cannot be used: {problem}", fix=fix)])
