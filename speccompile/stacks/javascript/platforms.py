"""Locks that have native variants of packages for other platforms, and none for Linux (npm/cli#4828)."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks_js import FOREIGN_LOCK
from speccompile.diagnostics import Diagnostic
from speccompile.regex import regex
from speccompile.stacks.javascript import lockfiles
from speccompile.stacks.javascript.lockfiles import NPM, Locking
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.manifest import json_table, table, texts

_OTHER = regex(r"(?:^|[-/])(?:darwin|win32|windows|macos)(?:[-_]|\Z)")
_NAMED = ("darwin-", "win32-", "windows-")
_VARIANT = regex(r"(@?[\w.-]{1,60}[/-](?:[\w.-]{1,40}-)?)(?:darwin|win32|windows)-(?:x64|arm64|ia32)\b")
# The images are of Debian, whose C library is GNU's.
_LINUX = regex(r"(?:^|[-/])linux[-_](?:x64|x86_64|amd64)(?!.*musl)")
_ALL = 3
_BY = {"berry": "yarn"}


def problems(workspace: Workspace, locking: Locking) -> tuple[Diagnostic, ...]:
    """A warning where the lock lacks what its own packages would have on Linux."""
    files, text = lockfiles.present(workspace.tree, locking), lockfiles.text(workspace.tree, locking)
    if not files:
        return ()
    locked = table((json_table(text) or {}).get("packages")) if locking == NPM else {}
    names = frozenset(path.rpartition("node_modules/")[2] for path in locked)
    missing = tuple(_missing(locked, names) if locking == NPM else _alone(text))
    if not missing:
        return ()
    listed = ", ".join(missing[:_ALL]) + (f" and {len(missing) - _ALL} more" if len(missing) > _ALL else "")
    return (
        FOREIGN_LOCK.at(
            workspace.at(files[0]),
            f"{files[0]} was made on another platform, and lacks what Linux needs: {listed}",
            fix=f"make it anew and commit it: rm -rf node_modules {files[0]} && {_BY.get(locking.manager, locking.manager)} install",
        ),
    )


def _alone(text: str) -> Iterator[str]:
    """The variants for Linux of packages that a lock has for other platforms alone."""
    if not any(name in text for name in _NAMED):
        return iter(())
    families = dict.fromkeys(found[1] for found in _VARIANT.finditer(text))
    return (f"{family}linux-x64" for family in families if f"{family}linux" not in text)


def _missing(locked: object, names: frozenset[str]) -> Iterator[str]:
    """The variants for Linux of packages of which another platform's is locked."""
    for entry in table(locked).values():
        variants = texts(table(entry).get("optionalDependencies"))
        linux = [name for name in variants if _LINUX.search(name)]
        others = any(_OTHER.search(name) and name in names for name in variants)
        if linux and others and not any(name in names for name in linux):
            yield linux[0]
