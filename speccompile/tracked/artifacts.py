"""Generated files that a commit would lack: git tracks the lock file that lists them, and not them."""

from __future__ import annotations

from speccompile.paths import LOCK, leaves

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def untracked(files: Iterable[str], tracked: Collection[str]) -> tuple[str, ...]:
    """Those of the generated *files* inside the project that are not among the *tracked* paths; none where the lock file is not, either."""
    known = frozenset(tracked)
    return tuple(path for path in files if path not in known and not leaves(path)) if LOCK in known else ()
