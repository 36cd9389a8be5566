"""Generated files that are not in the commit which the lock file is in, as a finding."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

from speccompile import regular
from speccompile.cli.workspace import Compiled, Workspace
from speccompile.codes.drift import NOT_IN_COMMIT
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.paths import LOCK
from speccompile.project.disk import DiskTree
from speccompile.project.ignored import Ignored
from speccompile.source import Span
from speccompile.tracked.artifacts import untracked
from speccompile.tracked.index import Unreadable
from speccompile.tracked.repository import is_staged, tracked

_SHOWN = 5


def tracked_artifacts(workspace: Workspace, compiled: Compiled) -> tuple[Diagnostic, ...]:
    """A finding where git has the lock file as it is now, and not all the files in it: whoever gets the commit lacks them.

    Nothing where a .gitignore keeps all of them out, or git has another lock file: what was just generated is not added yet.
    """
    root, lock = str(workspace.root), workspace.lock()
    listed = dict(lock.files) if lock else {}
    files = tuple(path for path, _ in compiled.lock.files if path in listed)
    try:
        paths = tracked(root)
        missing = untracked(files, paths)
        if not missing or _all_kept_out(workspace, files, paths) or not is_staged(root, LOCK, _lock(workspace)):
            return ()
    except (Unreadable, OSError):
        return ()  # that it could not be told is said where secrets are looked for
    shown = ", ".join(map(quoted, missing[:_SHOWN])) + (
        f" and {len(missing) - _SHOWN} more" if missing[_SHOWN:] else ""
    )
    message = f"git has this lock file, and not what it lists: {shown}; whoever gets the commit lacks {'it' if len(missing) == 1 else 'them'}"
    fix = " && ".join(_commands(workspace.root, missing, paths))
    return (NOT_IN_COMMIT.at(Span(LOCK), message, fix=fix),)


def _commands(root: Path, missing: Collection[str], tracked: Collection[str]) -> Iterator[str]:
    """What gives git the files that are *missing*: those that it has under a name in other letters, which a file system without case takes for
    the same, are renamed there; ``git add`` would leave them."""
    others = {one.lower(): one for one in tracked}
    there = {one: others[one.lower()] for one in missing if one.lower() in others}
    renamed = {new: old for new, old in there.items() if (root / old).exists() and (root / old).samefile(root / new)}
    for new, old in renamed.items():
        yield f"git mv -f {shlex.quote(old)} {shlex.quote(new)}"
    lacking = [shlex.quote(one) for one in missing if one not in renamed]
    if lacking:
        yield f"git add -f -- {' '.join(lacking)}"


def _all_kept_out(workspace: Workspace, files: Collection[str], tracked: Collection[str]) -> bool:
    ignored = Ignored(DiskTree(workspace.root).read)
    return frozenset(files).isdisjoint(tracked) and all(map(ignored.has, files))


def _lock(workspace: Workspace) -> bytes:
    return regular.read(workspace.root / LOCK)
